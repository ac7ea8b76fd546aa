// Package server puts the sandbox together: the tenants, the vendors' paths, the control
// API and the notifications. It serves them on listeners, within limits. It reads no flags
// and no environment, opens no files and prints nothing.
package server

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/handlers"
	"shaxiang/internal/control"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/vendors"
)

// Config is what a sandbox is made of.
type Config struct {
	Now            func() time.Time                  // the machine's clock; deadlines of connections follow it too
	Catalog        *catalog.Catalog                  // what the vendors offer; the shipped catalogue when nil
	First          *tenant.Config                    // the default tenant; as the vendors declare it when nil
	Others         []tenant.Config                   // the other tenants
	Files          func(name string) ([]byte, error) // reads files of scenarios and master data; nil: tenants name none
	Log            *slog.Logger                      // one line for each call; nothing when nil
	Limits         Limits                            // for Serve
	ControlToken   string                            // the bearer token of the control API; none when empty
	Guard          control.Guard                     // keeps foreign web pages away, from the vendors' paths too
	Version        string                            // of the program
	NotifyAnywhere bool                              // notifications go to public addresses too
	Order          handlers.Orderer                  // decides on the order of commands and has them applied by Apply; nil: as they come
}

// Server is a sandbox.
type Server struct {
	Config
	Registry *tenant.Registry

	vendors  *handlers.Sandbox
	steering *control.API
}

// New makes the tenants. It fails when a tenant is declared wrongly.
func New(c Config) (*Server, error) {
	shipped := vendors.Shipped()
	if c.Catalog == nil {
		c.Catalog = shipped.Catalog
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.First == nil {
		first := tenant.Default(shipped)
		c.First = &first
	}
	r := tenant.NewRegistry(c.Now, shipped)
	r.Files, r.KeptBytes = c.Files, int(c.Limits.MaxKeptBytes)
	r.KeepCalls(c.Limits.JournalCalls, c.Limits.JournalBytes)
	r.Notify.Anywhere, r.Notify.Log = c.NotifyAnywhere, c.Log
	for _, declared := range append([]tenant.Config{*c.First}, c.Others...) {
		if _, err := r.Add(declared, c.Now()); err != nil {
			return nil, err
		}
	}
	s := &Server{Config: c, Registry: r, vendors: handlers.New(handlers.Config{Catalog: c.Catalog, Tenants: r, Log: c.Log,
		BodyLimit: c.Limits.MaxBodyBytes, BodyValues: c.Limits.MaxBodyValues, Order: c.Order})}
	s.steering = s.control(nil)
	return s, nil
}

// Apply applies a command. What it returns is for the server that handed the command over.
func (s *Server) Apply(c tenant.Command) (any, error) {
	if c.Kind == tenant.ControlCommand {
		return s.steering.Apply(c)
	}
	return s.vendors.Apply(c)
}

// Handler returns the handler of everything: the vendors' paths, and the control API
// under its prefix.
func (s *Server) Handler() http.Handler {
	calls := s.guarded(s.vendors)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == control.Prefix || strings.HasPrefix(r.URL.Path, control.Prefix+"/") {
			s.shared(s.steering).ServeHTTP(w, r)
			return
		}
		calls.ServeHTTP(w, r)
	})
}

// guarded refuses requests of foreign web pages. Without it a page could send a call that is
// signed by the documented credential, and have the sandbox post to a local service.
func (s *Server) guarded(h http.Handler) http.Handler {
	pages := s.shared(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.Guard.Page(r); err != nil {
			s.Log.Info("no call", "status", err.Status, "path", text.Clip(r.URL.Path, text.LogClip), "hint", err.Message)
			http.Error(w, "shaxiang: "+err.Message, err.Status)
			return
		}
		h.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header["Origin"] == nil && r.Header["Sec-Fetch-Site"] == nil { // no browser sent it
			h.ServeHTTP(w, r)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// shared lets the pages of allowed origins read answers.
func (s *Server) shared(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.Guard.Share(w, r) {
			h.ServeHTTP(w, r)
		}
	})
}

// control returns the control API. baseURL returns where the vendors' paths are; nil: where
// the request went.
func (s *Server) control(baseURL func(*http.Request) string) *control.API {
	return control.New(control.Config{Catalog: s.Catalog, Tenants: s.Registry, Token: s.ControlToken, Guard: s.Guard,
		Version: s.Version, BaseURL: baseURL, Order: s.Order})
}

// drainTimeout is how long calls in flight may take to end. A stop may take five seconds;
// the rest is for the coverage report.
const drainTimeout = 4 * time.Second

// Serve answers on the listeners and sends notifications until ctx ends. Then it lets calls
// in flight finish. The control API is on its own listener, or beside the vendors' paths
// when that is nil. Serve closes the listeners.
func (s *Server) Serve(ctx context.Context, on, steered net.Listener) error {
	defer s.Registry.Notify.Start()()
	all := s.Handler()
	if steered != nil {
		all = s.guarded(s.vendors)
		base := BaseURL(on.Addr().String())
		srv := s.limited(ctx, s.shared(s.control(func(*http.Request) string { return base })))
		defer srv.Close()
		go func() { _ = s.accept(srv, steered) }() // it ends by Close, which is not an error
	}
	srv := s.limited(ctx, all)
	done := make(chan error, 1)
	go func() { done <- s.accept(srv, on) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	s.Log.Info("stopping: calls in flight are finished first", "within", drainTimeout.String())
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return srv.Close()
	}
	return nil
}

// BaseURL is the URL of a listener's address for a client on this machine. A listener on
// all addresses is reached on loopback.
func BaseURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
