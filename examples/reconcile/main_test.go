package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/control"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// TestReconcile checks that every planted fault is found with its kind, and nothing else
// is reported.
func TestReconcile(t *testing.T) {
	t.Parallel()
	marks, err := run(sandbox(t), "reconcile-mismatch")
	if err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	if !report(&printed, marks) {
		t.Errorf("the report is not the answer key:\n%s", &printed)
	}
	const kinds = 8
	if len(marks) != kinds {
		t.Errorf("%d kinds, not %d:\n%s", len(marks), kinds, &printed)
	}
	t.Logf("found/planted:\n%s", &printed)
}

// TestClean checks that nothing is reported when no fault was planted.
func TestClean(t *testing.T) {
	t.Parallel()
	if marks, err := run(sandbox(t), "reconcile-clean"); err != nil || len(marks) > 0 {
		t.Errorf("%v, %v", marks, err)
	}
}

// sandbox starts the vendors with their control API, and returns the base URL.
func sandbox(t *testing.T) string {
	t.Helper()
	cat, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	tenants := tenant.NewRegistry(time.Now, vendors.Shipped())
	mux := http.NewServeMux()
	mux.Handle("/", handlers.New(handlers.Config{Catalog: cat, Tenants: tenants}))
	mux.Handle(control.Prefix+"/", control.New(control.Config{Catalog: cat, Tenants: tenants}))
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}
