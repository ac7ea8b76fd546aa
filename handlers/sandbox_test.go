package handlers_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/signature"
	"shaxiang/vendors"
)

func TestMain(m *testing.M) {
	asOtherProcess()
	goleak.VerifyTestMain(m)
}

// noon is the server's clock in every test of this package.
func noon() time.Time { return time.Date(2022, 12, 29, 12, 0, 0, 0, wire.Beijing) }

// other is a second tenant whose business stands still while its clients' clocks run.
func other() tenant.Config {
	return tenant.Config{
		Name:  "other",
		Seed:  new(uint64(7)),
		Clock: tenant.ClockConfig{Mode: "frozen", Now: "2020-08-18 12:00:00"},
		Credentials: tenant.Credentials{
			"openapi":  {{Values: map[string]string{"sid": "other", "key": "other", "appsecret": "othersecret:othersalt"}}},
			"openapi2": {{Values: map[string]string{"sid": "other", "appkey": "other-xx", "appsecret": "other-secret-2"}}},
			"fubei":    {{Values: map[string]string{"app_id": "20200818000000000001", "secret": "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb"}}, {Values: map[string]string{"app_id": "20200818000000000002", "secret": "ccccccccccccccccdddddddddddddddd"}, Limits: catalog.Limits{Deny: []string{"openapi.payment.*"}}}}},
	}
}

// logBuffer is a log that tests may read while the server writes.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// forget empties the log, where a test makes too many calls to keep it.
func (b *logBuffer) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf.Reset()
}

// sandbox is a handler with the two tenants, all that it says to its log, and,
// once it is asked for, a server.
type sandbox struct {
	http.Handler
	tenants *tenant.Registry
	catalog *catalog.Catalog
	log     *logBuffer
}

func newSandbox(t testing.TB, more ...tenant.Config) *sandbox {
	t.Helper()
	return newSandboxAt(t, noon, more...)
}

func newSandboxAt(t testing.TB, wall func() time.Time, more ...tenant.Config) *sandbox {
	t.Helper()
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	s := &sandbox{tenants: tenant.NewRegistry(wall, vendors.Shipped()), catalog: c, log: &logBuffer{}}
	for _, config := range append([]tenant.Config{tenant.Default(vendors.Shipped()), other()}, more...) {
		if _, err := s.tenants.Add(config, s.tenants.Now()); err != nil {
			t.Fatal(err)
		}
	}
	s.Handler = handlers.New(handlers.Config{Catalog: c, Tenants: s.tenants, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	return s
}

func (s *sandbox) server(t testing.TB) *httptest.Server {
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return server
}

// answer is what came back, and what the sandbox recorded of the call.
type answer struct {
	status int
	header http.Header
	body   string
	entry  journal.Entry // empty when nothing was recorded
}

// do answers a request without a network.
func (s *sandbox) do(t testing.TB, r *http.Request) answer {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	a := answer{status: w.Code, header: w.Header(), body: w.Body.String()}
	if id := a.header.Get(handlers.CallHeader); id != "" {
		a.entry = s.entry(t, id)
	}
	return a
}

func (s *sandbox) call(t testing.TB, c *call) answer {
	t.Helper()
	return s.do(t, c.request(""))
}

// entry finds a call in whichever journal holds it.
func (s *sandbox) entry(t testing.TB, id string) journal.Entry {
	t.Helper()
	name, _, _ := strings.Cut(id, "-")
	list := s.journals()
	if named := s.tenants.Tenant(name); named != nil {
		list = append(list, named.Journal)
	}
	for _, j := range list {
		if e, ok := j.Find(id); ok {
			return e
		}
	}
	t.Errorf("no journal has the call %q", id)
	return journal.Entry{}
}

func (s *sandbox) journals() []*journal.Journal {
	return []*journal.Journal{s.tenants.Tenant("default").Journal, s.tenants.Tenant("other").Journal, s.tenants.Unassigned()}
}

// call is a request that a test may spoil: before it is signed by set and unset,
// after it by late.
type call struct {
	vendor string
	path   string
	secret string
	body   string // openapi only
	pairs  []signature.Pair
	late   func(*call)
}

// openapi is a flagship call of the tenant default; params are name, value, …
func openapi(method, body string, params ...string) *call {
	stamp := signature.Timestamps{Epoch: 1325347200}.Format(noon())
	c := &call{vendor: "openapi", path: "/openapi", secret: "testsecret", body: body}
	return c.set("sid", "sandbox", "key", "sandbox", "salt", "testsalt", "method", method, "v", "1.0", "timestamp", stamp).set(params...)
}

// openapi2 is an enterprise call of the tenant default.
func openapi2(file string, params ...string) *call {
	stamp := signature.Timestamps{}.Format(noon())
	c := &call{vendor: "openapi2", path: "/openapi2/" + file, secret: "12345"}
	return c.set("sid", "test2", "appkey", "test2-xx", "timestamp", stamp).set(params...)
}

// fubei is a merchant's call of the tenant default.
func fubei(method, biz string, params ...string) *call {
	c := &call{vendor: "fubei", path: "/gateway", secret: "0123456789abcdef0123456789abcdef"}
	return c.set("app_id", "20170224132045932173", "method", method, "format", "json", "sign_method", "md5",
		"nonce", "pp2kiwi", "version", "1.0", "biz_content", biz).set(params...)
}

func (c *call) get(name string) string {
	for _, p := range c.pairs {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

func (c *call) set(params ...string) *call {
	for i := 0; i+1 < len(params); i += 2 {
		c.unset(params[i])
		c.pairs = append(c.pairs, signature.Pair{Name: params[i], Value: params[i+1]})
	}
	return c
}

func (c *call) unset(name string) *call {
	kept := c.pairs[:0:0]
	for _, p := range c.pairs {
		if p.Name != name {
			kept = append(kept, p)
		}
	}
	c.pairs = kept
	return c
}

// sign signs once; a signature that a test has set stays.
func (c *call) sign() *call {
	if c.get("sign") == "" {
		c.set("sign", vendors.List().Named(c.vendor).Signer.Sign([]string{c.secret}, signature.Request{Pairs: c.pairs, Body: c.body}))
	}
	if c.late != nil {
		c.late(c)
	}
	return c
}

// request signs the call and puts it on the vendor's wire.
func (c *call) request(base string) *http.Request {
	c.sign()
	switch c.vendor {
	case "openapi":
		return post(base+c.path+"?"+form(c.pairs), c.body, "application/json")
	case "openapi2":
		return post(base+c.path, form(c.pairs), "application/x-www-form-urlencoded")
	}
	return post(base+c.path, envelope(c.pairs), "application/json; charset=utf-8")
}

func post(target, body, contentType string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
	r.RequestURI = "" // so that it may be sent as well
	r.Header.Set("Content-Type", contentType)
	return r
}

func form(pairs []signature.Pair) string {
	var fields []string
	for _, p := range pairs {
		fields = append(fields, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return strings.Join(fields, "&")
}

// envelope writes the pairs as one JSON object, repeated names included.
func envelope(pairs []signature.Pair) string {
	var fields []string
	for _, p := range pairs {
		fields = append(fields, quote(p.Name)+":"+quote(p.Value))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

func quote(s string) string {
	data, _ := json.Marshal(s) // of a string it cannot fail
	return string(data)
}

// read empties a response.
func read(t testing.TB, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}
