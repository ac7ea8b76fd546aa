package handlers_test

import (
	"io/fs"
	"slices"
	"testing"

	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/vendors"
)

// TestShippedCatalogue does what the program leaves out when it starts: it reads
// all shipped files, checks them, and finds in the world whatever they name.
func TestShippedCatalogue(t *testing.T) {
	t.Parallel()
	names, err := load.Files(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := fs.ReadFile(vendors.Files(), name)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range load.Lint(vendors.Files(), name, data, handlers.Missing) {
				t.Error(p)
			}
		})
	}
}

// TestShippedCatalogueIsTheSameReadAtOnce: endpoints that are read when they are
// asked for are all that the files declare, and none stands twice.
func TestShippedCatalogueIsTheSameReadAtOnce(t *testing.T) {
	t.Parallel()
	atOnce, err := load.Catalog(struct{ fs.FS }{vendors.Files()})
	if err != nil {
		t.Fatal(err)
	}
	later, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, vendor := range later.Vendors() {
		if got, want := later.Methods(vendor), atOnce.Methods(vendor); !slices.Equal(got, want) {
			t.Errorf("%s: asked for later there are %v, at once %v", vendor, got, want)
		}
	}
	for _, want := range atOnce.Endpoints() {
		if got := later.Endpoint(want.Vendor, want.Method); got.Title != want.Title || got.File != want.File || len(got.Args) != len(want.Args) {
			t.Errorf("%s is %v, want %v", want.Method, got, want)
		}
	}
}
