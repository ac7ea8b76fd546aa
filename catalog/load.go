package catalog

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sort"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

//go:embed openapi openapi2 fubei
var shipped embed.FS

// Shipped returns the files that the program comes with: one folder a vendor,
// with vendor.yaml and files of endpoints.
func Shipped() fs.FS { return shipped }

// Catalog is everything that the vendors offer.
type Catalog struct {
	vendors   map[string]*Vendor
	endpoints map[string]map[string]*entry // by vendor and method
	missing   func(Lookup) error           // while a file is linted
}

// file is a file of endpoints.
type file struct {
	Endpoints []*Endpoint `yaml:"endpoints"`
}

// Load reads catalogues; what a later one declares takes the place of the same
// vendor or method in an earlier one. The error is a yamlfile.Problems with every
// problem of every file.
func Load(layers ...fs.FS) (*Catalog, error) {
	c := &Catalog{vendors: map[string]*Vendor{}, endpoints: map[string]map[string]*entry{}}
	var problems yamlfile.Problems
	// All vendors first, so that endpoints inherit from the last word on theirs.
	for _, vendors := range []bool{true, false} {
		for _, layer := range layers {
			found, err := c.addLayer(layer, vendors)
			if err != nil {
				return nil, err
			}
			problems = append(problems, found...)
		}
	}
	return c, problems.Err()
}

func (c *Catalog) addLayer(layer fs.FS, vendors bool) (yamlfile.Problems, error) {
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
		if layer == fs.FS(shipped) && !vendors {
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

// Lint returns the problems that one file would have on top of the shipped
// catalogue. Its folder names the vendor. missing says what is wrong with a
// column that an endpoint uses; nil: nobody asks.
func Lint(name string, data []byte, missing func(Lookup) error) yamlfile.Problems {
	c, err := Load(shipped)
	if err != nil {
		return yamlfile.Problems{{File: name, Text: "cannot be checked: the shipped catalogue is broken: " + err.Error()}}
	}
	c.missing = missing
	return c.add(name, data, map[string]string{})
}

// add takes one file. declared says which file of its layer declares a method.
func (c *Catalog) add(name string, data []byte, declared map[string]string) yamlfile.Problems {
	vendor := path.Base(path.Dir(name))
	if isVendor(name) {
		return c.addVendor(name, vendor, data)
	}
	v := c.vendors[vendor]
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
		e.inherit(v)
		found := LintEndpoint(doc, at, v, e)
		if c.missing != nil && found == nil {
			found = LintColumns(doc, at, e, c.missing)
		}
		key := vendor + "/" + e.Method
		if other, twice := declared[key]; twice {
			found = append(found, doc.At(fmt.Sprintf("method: %s is declared twice, first in %s", e.Method, other), append(at, "method")...))
		}
		declared[key] = name
		if found == nil {
			c.endpoints[vendor][e.Method] = &entry{endpoint: e}
		}
		problems = append(problems, found...)
	}
	return sorted(problems)
}

// sorted puts problems in the order of their lines, which is how they are mended.
func sorted(ps yamlfile.Problems) yamlfile.Problems {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].Line < ps[j].Line })
	return ps
}

// addVendor takes a vendor's conventions. On top of an earlier layer a file says
// only what is different: a row of its error table takes the place of the row for
// the same kind, argument and path, anything else the place of the same key.
func (c *Catalog) addVendor(name, vendor string, data []byte) yamlfile.Problems {
	v := &Vendor{}
	var rows []ErrorRow
	if old := c.vendors[vendor]; old != nil {
		*v, rows = *old, old.Errors
		v.Errors = nil
	}
	doc, problems := yamlfile.Decode(name, data, v)
	if problems != nil {
		return problems
	}
	v.Errors = append(v.Errors, slices.DeleteFunc(slices.Clone(rows), func(row ErrorRow) bool {
		return slices.ContainsFunc(v.Errors, row.same)
	})...)
	problems = LintVendor(doc, vendor, v)
	if problems == nil {
		c.vendors[vendor] = v
		if c.endpoints[vendor] == nil {
			c.endpoints[vendor] = map[string]*entry{}
		}
	}
	return sorted(problems)
}

// inherit fills what an endpoint leaves to its vendor.
func (e *Endpoint) inherit(v *Vendor) {
	if e.Refusal.IsZero() {
		e.Refusal = v.Refusal
	}
	if e.Rows != nil && e.Rows.Collection == "" && e.Write != nil {
		e.Rows.Collection = e.Write.Collection
	}
	paged := e.Kind == KindQuery
	if e.Paged != nil {
		paged = *e.Paged
	}
	if paged && e.Paging == nil {
		p := v.Paging
		e.Paging = &p
	}
}

// Vendors returns the vendors' names, sorted.
func (c *Catalog) Vendors() []string {
	names := make([]string, 0, len(c.vendors))
	for n := range c.vendors {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Vendor returns a vendor's conventions, nil when there is none of that name.
func (c *Catalog) Vendor(name string) *Vendor { return c.vendors[name] }

// Endpoint returns a vendor's method, nil when there is none of that name.
func (c *Catalog) Endpoint(vendor, method string) *Endpoint {
	if e := c.endpoints[vendor][method]; e != nil {
		return e.get()
	}
	return nil
}

// Methods returns the names of a vendor's methods, sorted.
func (c *Catalog) Methods(vendor string) []string {
	return slices.Sorted(maps.Keys(c.endpoints[vendor]))
}

// Endpoints returns all endpoints, by vendor and method.
func (c *Catalog) Endpoints() []*Endpoint {
	return c.list(func(*entry) bool { return true })
}

// Own returns the endpoints that are not shipped, by vendor and method.
func (c *Catalog) Own() []*Endpoint {
	return c.list(func(e *entry) bool { return e.read == nil })
}

func (c *Catalog) list(of func(*entry) bool) []*Endpoint {
	var list []*Endpoint
	for _, vendor := range c.Vendors() {
		for _, method := range c.Methods(vendor) {
			if e := c.endpoints[vendor][method]; of(e) {
				list = append(list, e.get())
			}
		}
	}
	return list
}
