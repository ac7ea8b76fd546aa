package load_test

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/fstest"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/internal/yamlfile"
	"shaxiang/vendors"
)

// shipped is the catalogue that the program comes with, loaded once.
var shipped = sync.OnceValues(func() (*catalog.Catalog, error) { return load.Catalog(vendors.Files()) })

func mustShipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// acmeVendor is the conventions of an invented vendor.
func acmeVendor(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../testdata/acme/vendor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func layer(files ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// problems returns the problems of a load, one a line.
func problems(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var ps yamlfile.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("the error is a %T, want yamlfile.Problems: %v", err, err)
	}
	return ps.Error() + "\n"
}
