package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// noon is when the tests' server lives.
var noon = time.Date(2024, 6, 15, 12, 0, 0, 0, wire.Beijing)

var shippedCatalog = sync.OnceValues(func() (*catalog.Catalog, error) { return load.Catalog(vendors.Files()) })

// hand is a clock that a test moves.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// server is a control API with a default tenant.
type server struct {
	*httptest.Server
	t       testing.TB
	api     *API
	tenants *tenant.Registry
	hand    *hand
	client  *Client
}

func start(t testing.TB, change ...func(*Config)) *server {
	t.Helper()
	cat, err := shippedCatalog()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, hand: &hand{now: noon}}
	s.tenants = tenant.NewRegistry(s.hand.Now, vendors.Shipped())
	if _, err := s.tenants.Add(tenant.Default(vendors.Shipped()), s.tenants.Now()); err != nil {
		t.Fatal(err)
	}
	c := Config{Catalog: cat, Tenants: s.tenants, Version: "1.2.3"}
	for _, f := range change {
		f(&c)
	}
	s.api = New(c)
	s.Server = httptest.NewServer(s.api)
	t.Cleanup(s.Close)
	s.client = &Client{BaseURL: s.URL, Token: c.Token, HTTP: &http.Client{Transport: &inspector{t: t, next: s.Client().Transport}}}
	return s
}

// inspector holds every answer against the OpenAPI document, and every body that
// was accepted too.
type inspector struct {
	t    testing.TB
	next http.RoundTripper
}

func (i *inspector) RoundTrip(r *http.Request) (*http.Response, error) {
	var sent []byte
	if r.Body != nil {
		var err error
		if sent, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	resp, err := i.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "text/event-stream" {
		return resp, nil
	}
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(got))
	if resp.StatusCode >= 500 {
		i.t.Errorf("%s %s: %d: %s", r.Method, r.URL, resp.StatusCode, got)
	}
	if route := routeOf(r.Method, r.URL.EscapedPath()); route != nil {
		i.holdAgainst(route, resp, got)
		if resp.StatusCode < 300 && r.Header.Get("Content-Type") == JSON && route.in != nil {
			validate(i.t, pointer(route, "requestBody", "content", JSON, "schema"), sent)
		}
	} else if resp.StatusCode >= 400 {
		validate(i.t, []string{"components", "schemas", "ErrorBody"}, got)
	}
	return resp, nil
}

func (i *inspector) holdAgainst(route *route, resp *http.Response, got []byte) {
	status := strconv.Itoa(resp.StatusCode)
	if lookup(pointer(route, "responses", status)) == nil {
		status = "default"
		if resp.StatusCode < 400 {
			i.t.Errorf("%s: the document has no answer %d", route.id, resp.StatusCode)
		}
	}
	if lookup(pointer(route, "responses", status, "content")) == nil {
		if len(got) > 0 {
			i.t.Errorf("%s: %d has a body: %s", route.id, resp.StatusCode, got)
		}
		return
	}
	validate(i.t, pointer(route, "responses", status, "content", JSON, "schema"), got)
}

func pointer(r *route, steps ...string) []string {
	return append([]string{"paths", r.path, lower(r.method)}, steps...)
}

// routeOf finds the route of a request, the one with the fewest names first.
func routeOf(method, path string) *route {
	var found *route
	for _, r := range routes() {
		if r.method == method && fitsPath(r.path, path) && (found == nil || strings.Count(r.path, "{") < strings.Count(found.path, "{")) {
			found = &r
		}
	}
	return found
}

func fitsPath(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

const documentURL = "mem:///openapi.json"

var parsedDocument = sync.OnceValue(func() any {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(document("1.2.3", vendors.Shipped())))
	if err != nil {
		panic(err)
	}
	return doc
})

var compiled = struct {
	sync.Mutex
	c       *jsonschema.Compiler
	schemas map[string]*jsonschema.Schema
}{schemas: map[string]*jsonschema.Schema{}}

// lookup returns what a path of keys leads to in the document, nil for nothing.
func lookup(steps []string) any {
	at := parsedDocument()
	for _, s := range steps {
		m, _ := at.(map[string]any)
		at = m[s]
	}
	return at
}

func schemaAt(steps []string) (*jsonschema.Schema, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if compiled.c == nil {
		compiled.c = jsonschema.NewCompiler()
		if err := compiled.c.AddResource(documentURL, parsedDocument()); err != nil {
			return nil, err
		}
	}
	at := documentURL + "#"
	for _, s := range steps {
		s = strings.NewReplacer("~", "~0", "/", "~1").Replace(s)
		at += "/" + strings.NewReplacer("{", "%7B", "}", "%7D").Replace(s)
	}
	if s := compiled.schemas[at]; s != nil {
		return s, nil
	}
	s, err := compiled.c.Compile(at)
	compiled.schemas[at] = s
	return s, err
}

func validate(t testing.TB, steps []string, text []byte) {
	t.Helper()
	schema, err := schemaAt(steps)
	if err != nil {
		t.Errorf("%v: %v", steps, err)
		return
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Errorf("%v: %v: %s", steps, err, text)
		return
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%v: %v\n%s", steps, err, clip(string(text)))
	}
}

// sent is an answer as it came.
type sent struct {
	status int
	header http.Header
	body   string
}

// raw sends a request of any kind.
func (s *server) raw(method, path, contentType, body string) sent {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if s.api.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.api.Token)
	}
	resp, err := s.client.HTTP.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return sent{resp.StatusCode, resp.Header, string(data)}
}

// mustDo fails the test when an operation was refused.
func mustDo[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func bg() context.Context { return context.Background() }

func (s *server) make(name string) *tenant.Tenant {
	s.t.Helper()
	info := mustDo[TenantInfo](s.t)(s.client.CreateTenant(bg(), NewTenant{Name: name}))
	return s.tenants.Tenant(info.Name)
}

// fake puts a call into a tenant's journal, as the vendors' handlers do.
func fake(t *tenant.Tenant, e journal.Entry) string {
	if e.Vendor == "" {
		e.Vendor, e.Method = "openapi", "sales.Payment.queryWithDetail"
	}
	if e.Outcome == "" {
		e.Outcome = journal.OK
	}
	if e.Time.IsZero() {
		e.Time = noon
	}
	e.Tenant = t.Name
	if effect, fired := t.State().Rules.Consult(scenarios.Call{Vendor: e.Vendor, Method: e.Method, Params: e.Args}); fired {
		e.Rule = effect.Rule
	}
	return t.Journal.Add(e)
}

func wantError(t testing.TB, err error, status int, words ...string) {
	t.Helper()
	e, ok := err.(*Error)
	if !ok {
		t.Fatalf("got %v, want a refusal with %d", err, status)
	}
	if e.Status != status {
		t.Errorf("got %d (%s), want %d", e.Status, e, status)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%q does not say %q", e.Error(), w)
		}
	}
}

func asText(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(data)
}
