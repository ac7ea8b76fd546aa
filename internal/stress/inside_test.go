package stress

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/control"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// inside is a server in the test process, so that the race detector sees it.
type inside struct {
	addr   string
	server *http.Server
	served chan error
	client *control.Client
	wire   *http.Transport
	quiet  func() // stops notifications
}

func startInside(t *testing.T) *inside {
	t.Helper()
	cat, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	tenants := tenant.NewRegistry(time.Now, vendors.Shipped())
	if _, err := tenants.Add(tenant.Default(vendors.Shipped()), tenants.Now()); err != nil {
		t.Fatal(err)
	}
	vendors := handlers.New(handlers.Config{Catalog: cat, Tenants: tenants})
	steer := control.New(control.Config{Catalog: cat, Tenants: tenants, Version: "0"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &inside{addr: l.Addr().String(), served: make(chan error, 1), wire: &http.Transport{MaxIdleConnsPerHost: 16},
		quiet: tenants.Notify.Start()}
	s.server = &http.Server{ReadHeaderTimeout: reading, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, control.Prefix+"/") {
			steer.ServeHTTP(w, r)
			return
		}
		vendors.ServeHTTP(w, r)
	})}
	s.client = &control.Client{BaseURL: "http://" + s.addr, HTTP: &http.Client{Transport: s.wire, Timeout: reading}}
	go func() { s.served <- s.server.Serve(l) }()
	return s
}

// stop waits for the calls in flight and for the server.
func (s *inside) stop(t *testing.T) {
	t.Helper()
	s.quiet()
	s.wire.CloseIdleConnections()
	// The server finishes a call even if its client has left.
	ctx, cancel := context.WithTimeout(context.Background(), 4*reading)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil {
		stacks := make([]byte, 1<<20)
		t.Errorf("%v\n%s", err, stacks[:runtime.Stack(stacks, true)])
	}
	if err := <-s.served; err != http.ErrServerClosed {
		t.Error(err)
	}
}

// tenant makes a tenant and returns its caller.
func (s *inside) tenant(name, scenario string) (*caller, error) {
	who, err := newTenant(s.addr, map[string]any{"name": name, "scenario": scenario, "ttl": "1h"})
	if err != nil {
		return nil, fmt.Errorf("tenant %s: %w", name, err)
	}
	return &caller{who: who, at: time.Now()}, nil
}
