package handlers

import (
	"net/http"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/vendors"
)

// Refusal writes a refusal as a vendor's answer on one of its paths: many kinds
// are met only when a scenario asks for them.
func Refusal(c *catalog.Catalog, vendor, path string, e *catalog.Endpoint, r *catalog.Refusal) string {
	s := &server{Config: Config{Catalog: c, Tenants: tenant.NewRegistry(nil, vendors.Shipped())}}
	x := &exchange{server: s, vendor: c.Vendor(vendor), call: vendorapi.Call{Message: vendorapi.Message{Path: path}}, endpoint: e}
	return string(x.refuse(r))
}

// Broken returns a sandbox that panics wherever an endpoint would do its work.
func Broken(c Config) http.Handler {
	s := newServer(c)
	s.endpoints = nil
	return s.router()
}

// Body returns the body of the answer that Apply returned.
func Body(done any) string { return string(done.(*exchange).body) }
