package server

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/notify"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/vendors/fubei"
)

// serve starts a sandbox on a free port. stop ends it and waits.
func serve(t *testing.T, s *Server) (stop func()) {
	t.Helper()
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, on, nil) }()
	if _, err := http.Get("http://" + on.Addr().String()); err != nil { // it is answered when Serve runs
		t.Fatal(err)
	}
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// TestNotifications: once a server was started, a notification goes out by itself,
// and the log has a line of it.
func TestNotifications(t *testing.T) {
	t.Parallel()
	for _, anywhere := range []bool{false, true} {
		came := make(chan string, 1)
		merchant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			came <- r.FormValue("sign")
			_, _ = w.Write([]byte("success")) // a sender that went away is nobody to tell
		}))
		defer merchant.Close()
		var log bytes.Buffer
		s, err := New(Config{Now: time.Now, Log: slog.New(slog.NewJSONHandler(&log, nil)), NotifyAnywhere: anywhere, Limits: limits()})
		if err != nil {
			t.Fatal(err)
		}
		stop := serve(t, s)
		queue := s.Registry.Tenant(tenant.DefaultName).State().Notify
		queue.Add(notify.Notification{Vendor: "fubei", Name: notify.Pay, About: "A1", URL: merchant.URL,
			Fields: notify.Envelope("{}"), Signer: vendorapi.OneSecret(fubei.Scheme()), Credential: &vendorapi.Credential{Secrets: []string{"s"}}}, time.Now())
		select {
		case sign := <-came:
			if len(sign) != 32 {
				t.Errorf("sign %q", sign)
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing came")
		}
		queue.Deliver(t.Context(), time.Now()) // waits until the answer was read
		stop()
		if want := `"msg":"notification","vendor":"fubei","method":"notify.pay","about":"A1","outcome":"ok","tenant":"default"`; !strings.Contains(log.String(), want) {
			t.Errorf("the log says %s", log.String())
		}
		if s.Registry.Notify.Anywhere != anywhere {
			t.Errorf("anywhere is %t", s.Registry.Notify.Anywhere)
		}
	}
}

// TestHandler: the handler answers for the vendors, and for the control API beside them.
func TestHandler(t *testing.T) {
	t.Parallel()
	s, err := New(Config{Now: time.Now, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.Handler())
	defer srv.Close()
	for path, want := range map[string]string{"/readyz": "ok\n", "/_sandbox/openapi.json": `"version":"1.2.3"`, "/_sandboxes": "no such path"} {
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s, %v; want %s", path, body, err, want)
		}
	}
}
