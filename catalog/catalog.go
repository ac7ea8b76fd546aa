package catalog

import (
	"maps"
	"slices"
	"sync"
)

// Catalog is everything that the vendors offer. The zero Catalog is empty. It must not be
// changed while others read it.
type Catalog struct {
	// OldForm is a file that holds a list of endpoints; "" when no file does. The new form is
	// a file for each endpoint, methods/METHOD.yaml.
	OldForm string

	vendors   map[string]*Vendor
	endpoints map[string]map[string]entry // by vendor and method
}

// entry is one declared method.
type entry struct {
	endpoint func() *Endpoint
	shipped  bool
}

// New returns an empty catalogue. Package load fills it.
func New() *Catalog {
	return &Catalog{vendors: map[string]*Vendor{}, endpoints: map[string]map[string]entry{}}
}

// SetVendor adds a vendor, or replaces its conventions.
func (c *Catalog) SetVendor(v *Vendor) {
	c.vendors[v.Name] = v
	if c.endpoints[v.Name] == nil {
		c.endpoints[v.Name] = map[string]entry{}
	}
}

// SetEndpoint adds or replaces an endpoint of a vendor that was added before.
func (c *Catalog) SetEndpoint(e *Endpoint) {
	c.endpoints[e.Vendor][e.Method] = entry{endpoint: func() *Endpoint { return e }}
}

// SetShipped adds a shipped endpoint of a vendor that was added before. read is called
// once, when the endpoint is first asked for.
func (c *Catalog) SetShipped(vendor, method string, read func() *Endpoint) {
	c.endpoints[vendor][method] = entry{endpoint: sync.OnceValue(read), shipped: true}
}

// Vendors returns the vendors' names, sorted.
func (c *Catalog) Vendors() []string { return slices.Sorted(maps.Keys(c.vendors)) }

// Vendor returns a vendor's conventions, nil when there is none of that name.
func (c *Catalog) Vendor(name string) *Vendor { return c.vendors[name] }

// Endpoint returns a vendor's method, nil when there is none of that name.
func (c *Catalog) Endpoint(vendor, method string) *Endpoint {
	if e, ok := c.endpoints[vendor][method]; ok {
		return e.endpoint()
	}
	return nil
}

// Methods returns the names of a vendor's methods, sorted.
func (c *Catalog) Methods(vendor string) []string {
	return slices.Sorted(maps.Keys(c.endpoints[vendor]))
}

// Endpoints returns all endpoints, by vendor and method.
func (c *Catalog) Endpoints() []*Endpoint {
	return c.list(func(entry) bool { return true })
}

// Own returns the endpoints that are not shipped, by vendor and method.
func (c *Catalog) Own() []*Endpoint {
	return c.list(func(e entry) bool { return !e.shipped })
}

func (c *Catalog) list(of func(entry) bool) []*Endpoint {
	var list []*Endpoint
	for _, vendor := range c.Vendors() {
		for _, method := range c.Methods(vendor) {
			if e := c.endpoints[vendor][method]; of(e) {
				list = append(list, e.endpoint())
			}
		}
	}
	return list
}
