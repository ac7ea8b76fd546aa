package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shaxiang/vendors"
)

// TestNoVendorNamed checks that no Go file outside vendors/ has a string literal that is a
// vendor's name, or a struct tag that lists one: a switch, a map or a list over vendors
// would have to change with every new vendor. Examples are programs of users.
func TestNoVendorNamed(t *testing.T) {
	inRoot(t)
	// Literals that mean something else. An entry that nothing uses any more is an error.
	other := map[string]string{"internal/control/openapi.go: openapi": "the first key of an OpenAPI document"}
	for file := range sources(t) {
		if dir := path.Dir(file); dir == "vendors" || strings.HasPrefix(dir, "vendors/") || strings.HasPrefix(dir, "examples/") {
			continue
		}
		for _, name := range vendorsNamed(t, file) {
			where := file + ": " + name
			if other[where] == "" {
				t.Errorf("%s: a string names the vendor %s; take the name from vendors.List, vendor.yaml or vendorapi", file, name)
			}
			delete(other, where)
		}
	}
	for where := range other {
		t.Errorf("the list of exceptions has %s, which does not exist", where)
	}
}

// tagValue is a value inside a struct tag.
var tagValue = regexp.MustCompile(`"([^"]*)"`)

// vendorsNamed returns the vendors that strings of a file name.
func vendorsNamed(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	known := vendors.List().Names()
	var named []string
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{text}
		for _, m := range tagValue.FindAllStringSubmatch(text, -1) {
			texts = append(texts, strings.Split(m[1], ",")...)
		}
		for _, text := range texts {
			if slices.Contains(known, text) {
				named = append(named, text)
			}
		}
		return true
	})
	return named
}
