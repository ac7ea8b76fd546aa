// Package load reads the YAML files of a catalogue strictly and reports every problem. What
// is wrong with a decoded file is the work of package lint.
package load

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sort"

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

// file is a file of endpoints.
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

func (c loader) addLayer(layer fs.FS, vendors bool) (yamlfile.Problems, error) {
	names, err := fs.Glob(layer, "*/*.yaml")
	if err != nil {
		return nil, err
	}
	var problems yamlfile.Problems
	declared := map[string]string{}
	for _, name := range names {
		if isVendor(name) != vendors {
			continue
		}
		if layer == catalog.Shipped() && !vendors {
			if err := c.index(layer, name); err != nil {
				return nil, err
			}
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

func isVendor(name string) bool { return path.Base(name) == "vendor.yaml" }

// Lint returns the problems of one file as a layer on top of the shipped catalogue. Its
// folder names the vendor. missing says what is wrong with a column that an endpoint uses;
// nil: columns are not checked.
func Lint(name string, data []byte, missing func(catalog.Lookup) error) yamlfile.Problems {
	shipped, err := Catalog(catalog.Shipped())
	if err != nil {
		return yamlfile.Problems{{File: name, Text: "cannot be checked: the shipped catalogue is broken: " + err.Error()}}
	}
	c := loader{shipped, missing}
	return c.add(name, data, map[string]string{})
}

// add adds one file. declared says which file of the layer declares a method.
func (c loader) add(name string, data []byte, declared map[string]string) yamlfile.Problems {
	vendor := path.Base(path.Dir(name))
	if isVendor(name) {
		return c.addVendor(name, vendor, data)
	}
	v := c.Vendor(vendor)
	if v == nil {
		return yamlfile.Problems{{File: name, Text: fmt.Sprintf("lies in folder %q, which is no vendor; known: %s", vendor, text.Listed(c.Vendors(), "nothing"))}}
	}
	var f file
	doc, problems := yamlfile.Decode(name, data, &f)
	if problems != nil {
		return problems
	}
	if len(f.Endpoints) == 0 {
		problems = append(problems, doc.At("endpoints: declares none"))
	}
	for i, e := range f.Endpoints {
		at := []any{"endpoints", i}
		if e == nil {
			problems = append(problems, doc.At("endpoints: an element is empty", at...))
			continue
		}
		e.Vendor, e.File = vendor, name
		inherit(e, v)
		found := lint.Endpoint(doc, at, v, e)
		if c.missing != nil && found == nil {
			found = lint.Columns(doc, at, e, c.missing)
		}
		key := vendor + "/" + e.Method
		if other, twice := declared[key]; twice {
			found = append(found, doc.At(fmt.Sprintf("method: %s is declared twice, first in %s", e.Method, other), append(at, "method")...))
		}
		declared[key] = name
		if found == nil {
			c.SetEndpoint(e)
		}
		problems = append(problems, found...)
	}
	return sorted(problems)
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
