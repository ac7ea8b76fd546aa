// Package control is the API by which tests control the sandbox: a REST API under /_sandbox for
// tenants, clocks, scenarios, rules, rows and the journal, its OpenAPI document, and its Go
// client. It leaves out listening, logging and the vendors' wire formats.
//
// One table has all routes; the multiplexer and the document are made from the table. Bodies
// are read strictly, and all their problems are reported.
package control

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// Config says what the API controls and who may use it.
type Config struct {
	Catalog *catalog.Catalog
	Tenants *tenant.Registry
	Token   string // the bearer token that is asked for; none when empty
	Guard          // keeps foreign web pages away
	Version string // of the program
	// BaseURL returns where the vendors' paths are, as the maker of a request sees
	// it; nil: where the request went.
	BaseURL func(*http.Request) string
	Order   Orderer // decides on the order of changing operations; they are applied as they come when nil
}

// Prefix is where the API begins.
const Prefix = "/_sandbox"

// defaultTenant can be reset, but not deleted: every program expects it.
const defaultTenant = "default"

// Names under which clients ask for the calls without a tenant, in place of a tenant's name.
const (
	unassignedName = "unassigned"
	formerName     = "stray" // goes on working
)

// heartbeat is the interval of heartbeats in a quiet stream. It is shorter than the idle limits
// of usual proxies.
const heartbeat = 15 * time.Second

// API is the handler of everything under Prefix.
type API struct {
	Config
	mux       *http.ServeMux
	document  []byte
	known     scenarios.Known
	changing  map[string]*route // the changing operations by id
	heartbeat time.Duration

	clocks sync.Mutex // held while a clock is looked at and then advanced
}

// New returns the API of a server.
func New(c Config) *API {
	a := &API{Config: c, heartbeat: heartbeat, known: tenant.Known(c.Catalog)}
	a.known.Inline = true
	a.document = document(c.Version, c.Tenants.Vendors())
	a.mux = http.NewServeMux()
	a.changing = map[string]*route{}
	byPath := map[string]map[string]*route{}
	for _, r := range routes() {
		if r.apply != nil {
			a.changing[r.id] = &r
		}
		if byPath[r.path] == nil {
			byPath[r.path] = map[string]*route{}
		}
		byPath[r.path][r.method] = &r
	}
	for path, methods := range byPath {
		a.mux.Handle(path, a.dispatch(methods))
	}
	a.mux.HandleFunc("/", a.nowhere)
	return a
}

// ServeHTTP answers a request, if it may be made at all.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := a.admit(r); err != nil {
		if err.Status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Bearer realm="shaxiang"`)
		}
		writeError(w, err)
		return
	}
	a.mux.ServeHTTP(w, r)
}

func (a *API) nowhere(w http.ResponseWriter, r *http.Request) {
	writeError(w, refuse(http.StatusNotFound, "control.no_path", "path", clip(r.URL.Path), "prefix", Prefix))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // an error means that the client is gone
}

func writeError(w http.ResponseWriter, e *Error) { writeJSON(w, e.Status, ErrorBody{*e}) }
