package handlers

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/fixtures"
)

// endpoint is an endpoint compiled for its calls.
type endpoint struct {
	*args.Endpoint
	rows rowEncoder // of the rows that a query reads, or of the row that a write shows
	err  error      // the endpoint names what no collection has
}

// made returns what a map has for a key, or makes it. Most endpoints are never called, so
// what a call needs is made when it is first needed. Two calls may make the same value at
// once; one of the two is kept.
func made[K comparable, V any](m *sync.Map, key K, make func() V) V {
	found, ok := m.Load(key)
	if !ok {
		found, _ = m.LoadOrStore(key, make())
	}
	return found.(V)
}

func compile(v *catalog.Vendor, e *catalog.Endpoint) *endpoint {
	c := &endpoint{Endpoint: args.Compile(v, e), err: errors.Join(e.Missing(Missing)...)}
	if e.Rows == nil {
		return c
	}
	collection := e.Rows.Collection
	if collection == "" && e.Write != nil {
		collection = e.Write.Collection
	}
	c.rows = newRowEncoder(v.JSON.Value, collection, e.Rows.Fields)
	return c
}

// Check returns what the catalogue's own endpoints, which are not shipped, name that
// the world does not have: an error for each endpoint, joined.
func Check(c *catalog.Catalog) error {
	var errs []error
	for _, name := range c.Vendors() {
		if err := checkNotices(c.Vendor(name)); err != nil {
			errs = append(errs, fmt.Errorf("%s/vendor.yaml: %w", name, err))
		}
	}
	for _, e := range c.Own() {
		if err := errors.Join(e.Missing(Missing)...); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", e.File, e.Method, err))
		}
	}
	return errors.Join(errs...)
}

// Missing returns what is wrong with a column that an endpoint uses, or with a
// collection when the column is empty; nil when the world has it. The columns of a
// document's lines are those of a collection such as trade.details.
func Missing(u catalog.Lookup) error {
	if fixtures.ColumnIndex(u.Collection, u.Column) >= 0 {
		return nil
	}
	columns := fixtures.Columns(u.Collection)
	if u.Column == "" && columns != nil {
		return nil
	}
	if columns != nil {
		return fmt.Errorf("collection %s has no column %q; it has %s", u.Collection, u.Column, strings.Join(columns, ", "))
	}
	if name, lines, nested := strings.Cut(u.Collection, "."); nested && fixtures.Columns(name) != nil {
		return fmt.Errorf("the rows of collection %s have no lines %q", name, lines)
	}
	names := fixtures.Collections()
	return fmt.Errorf("no collection is called %q; there are %d, from %s to %s", u.Collection, len(names), names[0], names[len(names)-1])
}
