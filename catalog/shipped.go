package catalog

import (
	"embed"
	"io/fs"
)

//go:embed openapi openapi2 fubei
var shipped embed.FS

// Shipped returns the files that the program comes with: one folder a vendor,
// with vendor.yaml and files of endpoints.
func Shipped() fs.FS { return shipped }
