// Package handlers answers as the vendors' platforms do: it is the sandbox as an
// http.Handler. It does not listen.
package handlers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
)

// DefaultBodyLimit is the largest request body, in bytes.
const DefaultBodyLimit = 4 << 20

// CallHeader carries the journal's id of the call on every answer.
const CallHeader = "X-Shaxiang-Call"

// Config is what a sandbox is made of. A test that embeds one needs the clock and the
// vendors: handlers.New(handlers.Config{Now: time.Now, Vendors: vendors.Shipped()}).
type Config struct {
	Now        func() time.Time   // the server's clock; not needed when there are Tenants, which have it
	Vendors    *vendorapi.Shipped // not needed when there are Tenants, which have them
	Catalog    *catalog.Catalog   // what the vendors offer; that of Vendors when nil
	Tenants    *tenant.Registry   // whose calls are answered; the default tenant's alone when nil
	Log        *slog.Logger       // one line a call; nothing when nil
	BodyLimit  int64              // DefaultBodyLimit when 0
	BodyValues int                // the JSON values of a body; wire.MaxValues when 0
	Notify     context.Context    // notifications are sent until it ends; nil: the owner of Tenants starts them
	Order      Orderer            // to whom calls are handed over whose order matters; nil: they are answered as they come
}

// complete fills in the defaults. Only embedded files can fail here.
func (c *Config) complete() {
	if c.Tenants == nil {
		c.Tenants = mustDefault(c.Now, c.Vendors)
	}
	c.Vendors = c.Tenants.Vendors()
	if c.Catalog == nil {
		c.Catalog = c.Vendors.Catalog
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.BodyLimit == 0 {
		c.BodyLimit = DefaultBodyLimit
	}
}

func mustDefault(now func() time.Time, v *vendorapi.Shipped) *tenant.Registry {
	r := tenant.NewRegistry(now, v)
	if _, err := r.Add(tenant.Default(v), now()); err != nil {
		panic(err)
	}
	return r
}

// server answers calls.
type server struct {
	Config
	endpoints *sync.Map // *catalog.Endpoint → *endpoint, compiled when it is first called
	notices   *sync.Map // *catalog.Notice → rowEncoder
	metrics   *metrics
	rows      *text.Cache[rowKey, string]
	exchanges sync.Pool // of *exchange, whose memory the next call uses again

	recalling func(*journal.Entry) map[string]string // recall, made once

	autopsies autopsyLimiter
}

// Sandbox answers calls.
type Sandbox struct {
	*server
	http.Handler
}

// New returns the sandbox.
func New(c Config) *Sandbox {
	s := newServer(c)
	return &Sandbox{s, s.router()}
}

func newServer(c Config) *server {
	c.complete()
	if c.Notify != nil {
		context.AfterFunc(c.Notify, c.Tenants.Notify.Start())
	}
	s := &server{Config: c, endpoints: &sync.Map{}, notices: &sync.Map{}, metrics: newMetrics(),
		rows:      text.NewCache[rowKey, string](rowCacheBytes),
		exchanges: sync.Pool{New: func() any { return new(exchange) }}}
	s.recalling = s.recall
	return s
}

func (s *server) router() http.Handler {
	router := mux.NewRouter()
	for _, r := range s.routes() {
		router.MatcherFunc(r.matches).Methods(r.methods...).Handler(r.handler)
		router.MatcherFunc(r.matches).Handler(s.only(r.methods))
	}
	// As the router's own ServeHTTP, but the request is copied only where the path has a part to be handed on.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var match mux.RouteMatch
		if !router.Match(r, &match) {
			s.notFound(w, r)
			return
		}
		if len(match.Vars) > 0 {
			r = mux.SetURLVars(r, match.Vars)
		}
		match.Handler.ServeHTTP(w, r)
	})
}

// route is a path with the HTTP methods that it answers.
type route struct {
	path    string
	methods []string
	handler http.Handler
}

// matches reports whether a request is for the path. The router would match regular
// expressions, several for a vendor whose path names the method.
func (t *route) matches(r *http.Request, match *mux.RouteMatch) bool {
	path := r.URL.EscapedPath()
	before, after, named := strings.Cut(t.path, "{name}")
	if !named {
		return path == t.path
	}
	if len(path) <= len(before)+len(after) || !strings.HasPrefix(path, before) || !strings.HasSuffix(path, after) {
		return false
	}
	name := path[len(before) : len(path)-len(after)]
	if strings.Contains(name, "/") {
		return false
	}
	match.Vars = map[string]string{"name": name}
	return true
}

// routes returns everything that the sandbox answers, the most frequent first.
func (s *server) routes() []route {
	var list []route
	sharing := map[string][]claimant{}
	for _, folder := range s.Vendors.List {
		declared := s.Catalog.Vendor(folder.Name)
		for _, path := range declared.Paths {
			sharing[path] = append(sharing[path], claimant{folder, declared})
			if len(sharing[path]) == 1 {
				list = append(list, route{path, []string{http.MethodPost}, nil})
			}
		}
	}
	for i := range list {
		list[i].handler = s.vendors(sharing[list[i].path])
	}
	get := []string{http.MethodGet, http.MethodHead}
	return append(list,
		route{"/livez", get, http.HandlerFunc(ready)},
		route{"/readyz", get, http.HandlerFunc(ready)},
		route{"/metrics", get, s.metrics.handler(s.Tenants)})
}

// ready answers that calls are answered. Nothing has to be waited for.
func ready(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// paths lists the paths that exist, for requests to other paths.
func (s *server) paths() string {
	var b strings.Builder
	for _, name := range s.Vendors.Names() {
		v := s.Catalog.Vendor(name)
		fmt.Fprintf(&b, "  %-9s POST %s\n", v.Name, strings.Join(v.Paths, ", "))
	}
	return b.String()
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	s.explain(w, r, http.StatusNotFound, "no such path. This sandbox answers\n"+s.paths())
}

// only refuses the methods that a path does not answer.
func (s *server) only(methods []string) http.Handler {
	allow := strings.Join(methods, ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allow)
		s.explain(w, r, http.StatusMethodNotAllowed, "this path is answered to "+allow+" only. This sandbox answers\n"+s.paths())
	})
}

// explain answers a request that is no vendor's call, and logs it.
func (s *server) explain(w http.ResponseWriter, r *http.Request, status int, words string) {
	s.Log.Info("no call", "status", status, "method", text.Clip(r.Method, text.HintClip), "path", text.Clip(r.URL.Path, text.LogClip))
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	fmt.Fprintf(w, "shaxiang: %s\n", strings.TrimSuffix(words, "\n"))
}

// claimant is a vendor that may claim a request, and what its vendor.yaml declares.
type claimant struct {
	*vendorapi.Vendor
	declared *catalog.Vendor
}

// claiming returns the first vendor that claims a message, of those that share its path.
func claiming(sharing []claimant, m *vendorapi.Message) *claimant {
	last := len(sharing) - 1
	for i := range sharing[:last] {
		if sharing[i].Wire.Claims(m) {
			return &sharing[i]
		}
	}
	return &sharing[last]
}

// vendors returns the handler of a path that some vendors share; most paths are one
// vendor's.
func (s *server) vendors(sharing []claimant) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Where the path names the method, an unknown method is a file that the vendor does not have.
		name, inPath := mux.Vars(r)["name"]
		known := func(v claimant) bool { return s.Catalog.Endpoint(v.Name, name) != nil }
		if inPath && !slices.ContainsFunc(sharing, known) {
			hint := "no endpoint is called " + text.Clip(name, text.LogClip) + s.closest(sharing[0].Name, name)
			s.explain(w, r, http.StatusNotFound, hint+". This sandbox answers\n"+s.paths())
			return
		}
		s.serve(w, r, sharing, name)
	})
}

// refuseBody answers a request whose body could not be read.
func (s *server) refuseBody(w http.ResponseWriter, r *http.Request, err error) {
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		s.explain(w, r, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is over %d bytes", s.BodyLimit))
		return
	}
	s.explain(w, r, http.StatusBadRequest, "the body ended early: "+err.Error())
}

// receive reads the body of a request and stores the text that the journal keeps. A body that is
// announced as too long is not read. Memory is taken for what came, not for what was announced.
func (x *exchange) receive(w http.ResponseWriter, r *http.Request) error {
	if r.ContentLength > x.BodyLimit {
		return &http.MaxBytesError{Limit: x.BodyLimit}
	}
	x.buffer = x.buffer[:0]
	if x.call.Query != "" {
		x.buffer = append(append(append(x.buffer, '?'), x.call.Query...), '\n')
	}
	begin := len(x.buffer)
	if r.ContentLength < 0 || r.ContentLength > longText {
		text, err := readLong(string(x.buffer), http.MaxBytesReader(w, r.Body, x.BodyLimit), r.ContentLength)
		if err != nil {
			return err
		}
		yield()
		x.text = text
	} else {
		b := bytes.NewBuffer(x.buffer)
		if _, err := b.ReadFrom(r.Body); err != nil {
			return err
		}
		x.text, x.buffer = b.String(), b.Bytes()
	}
	x.call.Body = x.text[begin:]
	return nil
}

// readLong reads a long body behind a text. It takes memory for four times what came, at most
// for what was announced, and none twice for the end of it.
func readLong(before string, body io.Reader, announced int64) (string, error) {
	const chunk, growth = 32 << 10, 4
	whole := &strings.Builder{}
	whole.WriteString(before)
	part := make([]byte, chunk)
	for {
		n, err := body.Read(part)
		if whole.Cap()-whole.Len() < n {
			size := growth * (whole.Len() + n)
			if announced >= 0 {
				size = min(size, len(before)+int(announced))
			}
			larger := &strings.Builder{}
			larger.Grow(size)
			larger.WriteString(whole.String())
			whole = larger
		}
		whole.Write(part[:n])
		if errors.Is(err, io.EOF) {
			return whole.String(), nil
		}
		if err != nil {
			return "", err
		}
	}
}
