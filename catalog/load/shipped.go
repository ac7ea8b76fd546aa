package load

import (
	"fmt"
	"io/fs"

	"shaxiang/catalog"
	"shaxiang/internal/yamlfile"
)

// Shipped is a layer of files that are built into the program. Their endpoints are decoded
// when they are first asked for, by the names of their files: a program that calls three
// methods does not wait for hundreds. A test checks what that leaves unchecked at the start.
type Shipped struct{ fs.FS }

// mustRead decodes the endpoint of an embedded file.
func (c loader) mustRead(layer fs.FS, name string) *catalog.Endpoint {
	data, err := fs.ReadFile(layer, name)
	if err != nil {
		panic(fmt.Sprintf("the shipped catalogue is broken: %v", err))
	}
	e := &catalog.Endpoint{}
	if _, problems := yamlfile.Decode(name, data, e); problems != nil {
		panic(fmt.Sprintf("the shipped catalogue is broken: %v", problems))
	}
	e.Vendor, e.File = VendorOf(name), name
	inherit(e, c.Vendor(e.Vendor))
	return e
}
