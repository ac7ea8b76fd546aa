package catalog_test

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
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

// acme returns an endpoint of the vendor of testdata/acme.
func acme(t testing.TB, method, yaml string) (*catalog.Vendor, *catalog.Endpoint) {
	t.Helper()
	c, err := load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/x.yaml", yaml))
	if err != nil {
		t.Fatal(err)
	}
	return c.Vendor("acme"), c.Endpoint("acme", method)
}

// archive returns the file of a golden archive of the linter.
func archive(t testing.TB, name string) string {
	t.Helper()
	a, err := txtar.ParseFile("lint/testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(a.Files[0].Data)
}

// acmeVendor is the conventions of an invented vendor.
func acmeVendor(t testing.TB) string { return file(t, "acme/vendor.yaml") }

// spanning is a query with arguments at several depths, and further members of its span.
func spanning(t testing.TB, span string) string {
	return strings.Replace(file(t, "nested_query.yaml"), "SPAN", span, 1)
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
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
