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

	"shaxiang/internal/control"
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

// TestPages: a web page of another site reaches neither the vendors' paths nor the control API;
// an allowed page does, and may read the answer. Other clients than browsers send no Origin.
func TestPages(t *testing.T) {
	t.Parallel()
	s, err := New(Config{Now: time.Now, Limits: limits(), Guard: control.Guard{Hosts: []string{"sandbox.test"}, Origins: []string{"http://localhost:3000/"}}})
	if err != nil {
		t.Fatal(err)
	}
	h := s.Handler()
	for _, path := range []string{"/gateway", "/openapi", "/openapi2/stockout_order_query.php", "/_sandbox/sign"} {
		for _, c := range []struct {
			host, origin, site string
			refused            string // words of the refusal
		}{
			{"localhost:2012", "", "", ""},
			{"shop.example", "", "", "control API only"}, // a name of a hosts file
			{"localhost:2012", "http://evil.example", "cross-site", "--allow-origin"},
			{"localhost:2012", "http://localhost:4000", "same-site", "--allow-origin"},
			{"localhost:2012", "null", "cross-site", "--allow-origin"},
			{"localhost:2012", "", "cross-site", "--allow-origin"},
			{"evil.example", "http://evil.example", "same-origin", "--allow-host"}, // DNS rebinding
			{"sandbox.test", "http://sandbox.test", "same-origin", ""},
			{"localhost:2012", "http://localhost:2012", "same-origin", ""},
			{"localhost:2012", "http://localhost:3000", "same-site", ""},
		} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("{}"))
			r.Host = c.host
			for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site, "Content-Type": "application/json"} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			steer := strings.HasPrefix(path, "/_sandbox")
			refused := c.refused != "" && (steer || c.refused != "control API only")
			if got := w.Code == http.StatusForbidden; got != refused || refused && c.refused != "control API only" && !strings.Contains(w.Body.String(), c.refused) {
				t.Errorf("%s for %s of %q (%s): %d %s", path, c.host, c.origin, c.site, w.Code, w.Body)
			}
			if shared := w.Header().Get("Access-Control-Allow-Origin"); (shared != "") != (c.origin == "http://localhost:3000") {
				t.Errorf("%s for %q is shared with %q", path, c.origin, shared)
			}
		}
		r := httptest.NewRequest(http.MethodOptions, path, nil)
		for name, value := range map[string]string{"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Headers") != "content-type" || !strings.Contains(w.Header().Get("Access-Control-Allow-Methods"), "POST") {
			t.Errorf("%s: the browser's question is answered with %d %v", path, w.Code, w.Header())
		}
	}
	link := httptest.NewRequest(http.MethodGet, "http://localhost/_sandbox/version", nil)
	link.Header.Set("Sec-Fetch-Site", "cross-site")
	link.Header.Set("Sec-Fetch-Mode", "navigate")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, link); w.Code != http.StatusOK {
		t.Errorf("a link that a user follows: %d %s", w.Code, w.Body)
	}
}
