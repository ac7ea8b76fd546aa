package control

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	plain := start(t)
	named := start(t, func(c *Config) { c.Hosts = []string{"Sandbox.Test", "10.1.2.3"} })
	any := start(t, func(c *Config) { c.Hosts = []string{"*"} })
	for _, c := range []struct {
		s      *server
		host   string
		origin string
		status int
	}{
		{plain, "localhost", "", 200}, {plain, "LOCALHOST:2012", "", 200}, {plain, "localhost.", "", 200},
		{plain, "127.0.0.1:2012", "", 200}, {plain, "127.9.9.9", "", 200}, {plain, "[::1]:2012", "", 200}, {plain, "[::1]", "", 200},
		{plain, "evil.example", "", 403}, {plain, "evil.example:2012", "", 403}, {plain, "localhost.evil.example", "", 403},
		{plain, "127.0.0.1.evil.example", "", 403}, {plain, "10.1.2.3", "", 403}, {plain, "0.0.0.0", "", 403}, {plain, "sandbox.test", "", 403},
		{plain, "[::ffff:127.0.0.1]", "", 200},
		{named, "sandbox.test:80", "", 200}, {named, "10.1.2.3:2012", "", 200}, {named, "other.test", "", 403},
		{any, "evil.example", "", 200},
		{plain, "localhost:2012", "http://localhost:2012", 200}, {plain, "localhost", "http://localhost:80", 200},
		{plain, "localhost:2012", "http://evil.example", 403}, {plain, "localhost:2012", "http://localhost:3000", 403},
		{plain, "localhost:2012", "null", 403}, {plain, "localhost:2012", "file://localhost:2012", 403},
		{any, "evil.example", "http://other.example", 403},
	} {
		r := httptest.NewRequest("GET", "/_sandbox/version", nil)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		c.s.api.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("Host %s, Origin %q: %d, want %d", c.host, c.origin, w.Code, c.status)
		}
	}
	if got := plain.rawHeader("/_sandbox/version", "Host", "rebound.example"); got.status != http.StatusForbidden || !strings.Contains(got.body, "foreign_host") {
		t.Errorf("DNS rebinding over a socket: %+v", got)
	}
}

// TestForeignEverywhere: no route lets a page of another site in, whichever way it comes.
func TestForeignEverywhere(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, r := range routes() {
		for _, origin := range []string{"", "http://evil.example", "null"} {
			q := httptest.NewRequest(r.method, "http://localhost"+strings.NewReplacer("{", "", "}", "").Replace(r.path), nil)
			if origin == "" {
				q.Host = "rebound.example"
			} else {
				q.Header.Set("Origin", origin)
			}
			w := httptest.NewRecorder()
			s.api.ServeHTTP(w, q)
			if w.Code != http.StatusForbidden {
				t.Errorf("%s for Host %s, Origin %q: %d", r.id, q.Host, origin, w.Code)
			}
		}
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.Token = "s3cr3t-token" })
	mustDo[VersionInfo](t)(s.client.Version(bg()))
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer s3cr3t", "Bearer s3cr3t-token2", "Basic s3cr3t-token", "s3cr3t-token"} {
		got := s.rawHeader("/_sandbox/tenants", "Authorization", header)
		if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.header.Get("WWW-Authenticate"), "Bearer ") || strings.Contains(got.body, "s3cr3t") {
			t.Errorf("%q: %+v", header, got)
		}
	}
	if got := s.rawHeader("/_sandbox/version", "Authorization", "bearer s3cr3t-token"); got.status != 200 {
		t.Errorf("the scheme's case counts: %+v", got)
	}
	for _, r := range routes() {
		w := httptest.NewRecorder()
		s.api.ServeHTTP(w, httptest.NewRequest(r.method, "http://localhost"+strings.NewReplacer("{", "", "}", "").Replace(r.path), nil))
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s without a token: %d", r.id, w.Code)
		}
	}
	_, err := (&Client{BaseURL: s.URL, HTTP: s.client.HTTP}).Version(bg())
	wantError(t, err, 401, "Authorization: Bearer TOKEN")
}

func TestNowhere(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/", "/_sandbox", "/_sandbox/", "/_sandbox/tenant", "/_sandbox/tenants/default/", "/_sandbox/tenants/default/nothing", "/openapi"} {
		wantBad(t, s.raw("GET", path, "", ""), 404, `"code":"not_found"`, "openapi.json lists")
	}
	wantBad(t, s.raw("GET", "/_sandbox/tenants/no%20body/clock", "", ""), 404, "no body", "there are default")
	wantBad(t, s.raw("GET", "/_sandbox/tenants?x=1", "", ""), 400, "unknown parameter")
	wantBad(t, s.raw("POST", "/_sandbox/tenants", "application/x-www-form-urlencoded", "name=x"), 415, "send application/json")
	wantBad(t, s.raw("POST", "/_sandbox/tenants", "text/plain", "{}"), 415)
}
