// Package vendors lists the vendors that the program impersonates, a folder each.
package vendors

import (
	"embed"
	"io/fs"
	"sync"

	"shaxiang/catalog/load"
	"shaxiang/internal/vendorapi"
	"shaxiang/vendors/fubei"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// List returns the vendors in the order in which they are shown, and in which they claim
// requests to paths that they share.
func List() vendorapi.List {
	return vendorapi.List{
		openapi.New(),
		openapi2.New(),
		fubei.New(),
	}
}

//go:embed */vendor.yaml */methods/*.yaml
var files embed.FS

// Files returns the vendors' files: a folder for each vendor, with vendor.yaml and one file
// for each endpoint, methods/METHOD.yaml.
func Files() fs.FS { return load.Shipped{FS: files} }

// Shipped returns the vendors with what the embedded files declare. It reads the files once.
func Shipped() *vendorapi.Shipped { return shipped() }

var shipped = sync.OnceValue(mustLoad)

func mustLoad() *vendorapi.Shipped {
	c, err := load.Catalog(Files())
	if err != nil {
		panic("the shipped catalogue is broken: " + err.Error())
	}
	return &vendorapi.Shipped{List: List(), Catalog: c}
}
