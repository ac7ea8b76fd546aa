// Package load reads the YAML files of a catalogue strictly and reports every problem. What
// is wrong with a decoded file is the work of package lint.
package load

import (
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"

	"shaxiang/catalog"
	"shaxiang/catalog/lint"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// loader adds files to a catalogue.
type loader struct {
	*catalog.Catalog
	missing func(catalog.Lookup) error // says what is wrong with a column; nil: columns are not checked
}

// file is a file of endpoints in the old form, which layers of users may have.
type file struct {
	Endpoints []*catalog.Endpoint `yaml:"endpoints"`
}

// Catalog reads a catalogue from layers of files. A vendor or a method of a later layer
// replaces that of an earlier layer. The error is a yamlfile.Problems with every problem of
// every file.
func Catalog(layers ...fs.FS) (*catalog.Catalog, error) {
	c := loader{Catalog: catalog.New()}
	var problems yamlfile.Problems
	// All vendors first, so that endpoints inherit from the last layer of their vendor.
	for _, vendors := range []bool{true, false} {
		for _, layer := range layers {
			found, err := c.addLayer(layer, vendors)
			if err != nil {
				return nil, err
			}
			problems = append(problems, found...)
		}
	}
	return c.Catalog, problems.Err()
}

// Files returns the names of a layer's files.
func Files(layer fs.FS) ([]string, error) {
	names, err := fs.Glob(layer, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	methods, err := fs.Glob(layer, "*/"+methodsFolder+"/*.yaml")
	return append(names, methods...), err
}

func (c loader) addLayer(layer fs.FS, vendors bool) (yamlfile.Problems, error) {
	names, err := Files(layer)
	if err != nil {
		return nil, err
	}
	_, shipped := layer.(Shipped)
	var problems yamlfile.Problems
	declared := map[string]string{}
	for _, name := range names {
		if isVendor(name) != vendors {
			continue
		}
		if shipped && !vendors {
			c.SetShipped(VendorOf(name), methodOf(name), func() *catalog.Endpoint { return c.mustRead(layer, name) })
			continue
		}
		data, err := fs.ReadFile(layer, name)
		if err != nil {
			return nil, err
		}
		problems = append(problems, c.add(name, data, declared)...)
	}
	return problems, nil
}

// methodsFolder is the folder of a vendor's endpoints, one file each.
const methodsFolder = "methods"

func isVendor(name string) bool { return path.Base(name) == "vendor.yaml" }

// isMethod reports whether a file holds one endpoint.
func isMethod(name string) bool { return path.Base(path.Dir(name)) == methodsFolder }

// VendorOf returns the folder that names the vendor of a file. Paths have slashes.
func VendorOf(name string) string {
	if isMethod(name) {
		name = path.Dir(name)
	}
	return path.Base(path.Dir(name))
}

// methodOf returns the method that the name of a file says.
func methodOf(name string) string { return strings.TrimSuffix(path.Base(name), ".yaml") }

// Lint returns the problems of one file as a layer on top of the shipped files. Its
// folder names the vendor. missing says what is wrong with a column that an endpoint uses;
// nil: columns are not checked.
func Lint(shipped fs.FS, name string, data []byte, missing func(catalog.Lookup) error) yamlfile.Problems {
	base, err := Catalog(shipped)
	if err != nil {
		return yamlfile.Problems{{File: name, Message: text.Say("load.broken", "error", err)}}
	}
	c := loader{base, missing}
	return c.add(name, data, map[string]string{})
}

// add adds one file. declared says which file of the layer declares a method.
func (c loader) add(name string, data []byte, declared map[string]string) yamlfile.Problems {
	vendor := VendorOf(name)
	if isVendor(name) {
		return c.addVendor(name, vendor, data)
	}
	v := c.Vendor(vendor)
	if v == nil {
		return yamlfile.Problems{{File: name, Message: text.Say("load.no_vendor", "folder", vendor, "known", text.Listed(c.Vendors(), "nothing"))}}
	}
	if isMethod(name) {
		e := &catalog.Endpoint{}
		doc, problems := yamlfile.Decode(name, data, e)
		if problems != nil {
			return problems
		}
		if e.Method != methodOf(name) {
			problems = append(problems, doc.Say(text.Say("load.method_file", "method", e.Method, "file", path.Base(name)), "method"))
		}
		return sorted(append(problems, c.addEndpoint(doc, nil, e, declared)...))
	}
	var f file
	doc, problems := yamlfile.Decode(name, data, &f)
	if problems != nil {
		return problems
	}
	if c.OldForm == "" {
		c.OldForm = name
	}
	if len(f.Endpoints) == 0 {
		problems = append(problems, doc.Say(text.Say("load.no_endpoint")))
	}
	for i, e := range f.Endpoints {
		at := []any{"endpoints", i}
		if e == nil {
			problems = append(problems, doc.Say(text.Say("load.empty_element"), at...))
			continue
		}
		problems = append(problems, c.addEndpoint(doc, at, e, declared)...)
	}
	return sorted(problems)
}

// addEndpoint takes the endpoint at a path of a file.
func (c loader) addEndpoint(doc *yamlfile.Doc, at []any, e *catalog.Endpoint, declared map[string]string) yamlfile.Problems {
	e.Vendor, e.File = VendorOf(doc.File), doc.File
	v := c.Vendor(e.Vendor)
	inherit(e, v)
	found := lint.Endpoint(doc, at, v, e)
	if c.missing != nil && found == nil {
		found = lint.Columns(doc, at, e, c.missing)
	}
	key := e.Vendor + "/" + e.Method
	if other, twice := declared[key]; twice {
		found = append(found, doc.Say(text.Say("load.twice", "method", e.Method, "file", other), append(at, "method")...))
	}
	declared[key] = doc.File
	if found == nil {
		c.SetEndpoint(e)
	}
	return found
}

// sorted sorts problems by line, the order in which a person fixes them.
func sorted(ps yamlfile.Problems) yamlfile.Problems {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].Line < ps[j].Line })
	return ps
}

// addVendor adds a vendor's conventions. A file of a later layer has only what is
// different. A row of its error table replaces the row for the same kind, argument and
// path. Anything else replaces the value of the same key.
func (c loader) addVendor(name, vendor string, data []byte) yamlfile.Problems {
	v := &catalog.Vendor{}
	var rows []catalog.ErrorRow
	if old := c.Vendor(vendor); old != nil {
		*v, rows = *old, old.Errors
		v.Errors = nil
	}
	doc, problems := yamlfile.Decode(name, data, v)
	if problems != nil {
		return problems
	}
	v.Errors = append(v.Errors, slices.DeleteFunc(slices.Clone(rows), func(row catalog.ErrorRow) bool {
		return slices.ContainsFunc(v.Errors, func(own catalog.ErrorRow) bool { return sameRefusals(own, row) })
	})...)
	problems = lint.Vendor(doc, vendor, v)
	if problems == nil {
		c.SetVendor(v)
	}
	return sorted(problems)
}

// sameRefusals reports whether two rows answer the same refusals.
func sameRefusals(a, b catalog.ErrorRow) bool {
	return a.Kind == b.Kind && a.Param == b.Param && a.Gateway == b.Gateway
}

// inherit fills in what an endpoint leaves to its vendor.
func inherit(e *catalog.Endpoint, v *catalog.Vendor) {
	if e.Refusal.IsZero() {
		e.Refusal = v.Refusal
	}
	if e.Rows != nil && e.Rows.Collection == "" && e.Write != nil {
		e.Rows.Collection = e.Write.Collection
	}
	paged := e.Kind == catalog.KindQuery
	if e.Paged != nil {
		paged = *e.Paged
	}
	if paged && e.Paging == nil {
		p := v.Paging
		e.Paging = &p
	}
}
