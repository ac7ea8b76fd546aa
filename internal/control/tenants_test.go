package control

import (
	"errors"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTenantLife(t *testing.T) {
	t.Parallel()
	s := start(t)
	seed := uint64(7)
	made := mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{Name: "ci-1", Seed: &seed, OrdersPerDay: 50,
		Clock: &ClockSetting{Mode: "frozen", Now: "2022-12-28 12:00:00"}, Scenario: "throttled", TTL: "10m"}))
	if made.Name != "ci-1" || made.Scenario != "throttled" || made.Clock.Now != "2022-12-28 12:00:00" {
		t.Errorf("made %s", asText(made))
	}
	if made.Expires == nil || !made.Expires.Equal(noon.Add(10*time.Minute)) {
		t.Errorf("expires %v", made.Expires)
	}
	c := made.Credentials
	if c.Field("openapi", "sid") != "ci-1" || !strings.Contains(c.Field("openapi", "appsecret"), ":") || c.Field("openapi2", "appkey") == "" || c.Field("fubei", "app_id") == "" || c.Field("fubei", "vendor_secret") == "" {
		t.Errorf("credentials %s", asText(c))
	}
	cred, err := s.tenants.Credential("openapi2", c.Field("openapi2", "sid"), c.Field("openapi2", "appkey"), s.tenants.Now())
	if err != nil || cred.Tenant.Name != "ci-1" || cred.Secrets[0] != c.Field("openapi2", "appsecret") {
		t.Errorf("the credential leads to %v, %v", cred, err)
	}
	want := map[string]string{"openapi": s.URL + "/openapi", "openapi2": s.URL + "/openapi2", "fubei": s.URL + "/gateway"}
	if diff := cmp.Diff(want, made.BaseURLs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(made, mustDo[TenantInfo](t)(s.client.Tenant(bg(), "ci-1"))); diff != "" {
		t.Errorf("GET differs from POST: %s", diff)
	}
	_, err = s.client.CreateTenant(bg(), NewTenant{Name: "ci-1"})
	wantError(t, err, http.StatusConflict, "ci-1", "names must differ")
	if err := s.client.DeleteTenant(bg(), "ci-1"); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.client.DeleteTenant(bg(), "ci-1"), http.StatusNotFound, "ci-1", "default")
}

func TestTenantNamesAreInvented(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.make("t1") // what the registry would have invented
	made := mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{}))
	if made.Name == "t1" || made.Name == "" {
		t.Errorf("the name is %q", made.Name)
	}
	if got := s.raw("POST", "/_sandbox/tenants", "", ""); got.status != http.StatusCreated || !strings.HasPrefix(got.header.Get("Location"), "/_sandbox/tenants/t") {
		t.Errorf("no body at all: %d %s", got.status, got.body)
	}
}

func TestSecretsStandInTwoAnswersOnly(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{Name: "secretive"}))
	for _, r := range routes() {
		if r.method != get || r.id == "tenant" || r.id == "streamJournal" {
			continue
		}
		path := strings.NewReplacer("{tenant}", "secretive", "{vendor}", "fubei", "{collection}", "shop").Replace(r.path)
		got := s.raw(r.method, path, "", "")
		secret, salt, _ := strings.Cut(made.Credentials.Field("openapi", "appsecret"), ":")
		for _, s := range []string{secret, salt, made.Credentials.Field("openapi2", "appsecret"), made.Credentials.Field("fubei", "vendor_secret")} {
			if strings.Contains(got.body, s) {
				t.Errorf("%s tells a secret", r.id)
			}
		}
	}
}

func TestDefaultTenant(t *testing.T) {
	t.Parallel()
	s := start(t)
	info := mustDo[TenantInfo](t)(s.client.Tenant(bg(), "default"))
	want := `{"openapi":{"sid":"sandbox","key":"sandbox","appsecret":"testsecret:testsalt"},"openapi2":{"sid":"test2","appkey":"test2-xx","appsecret":"12345"},` +
		`"fubei":{"app_id":"20170224132045932173","secret":"0123456789abcdef0123456789abcdef","vendor_sn":"2019010100000001","vendor_secret":"fedcba9876543210fedcba9876543210"}}`
	if diff := cmp.Diff(want, asText(info.Credentials)); diff != "" {
		t.Error(diff)
	}
	wantError(t, s.client.DeleteTenant(bg(), "default"), http.StatusConflict, "reset it instead")
	mustDo[TenantInfo](t)(s.client.ResetTenant(bg(), "default"))
	if got := len(mustDo[Tenants](t)(s.client.Tenants(bg())).Tenants); got != 1 {
		t.Errorf("there are %d tenants", got)
	}
}

func TestTTL(t *testing.T) {
	t.Parallel()
	s := start(t)
	mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{Name: "brief", TTL: "90s"}))
	s.hand.move(89 * time.Second)
	mustDo[TenantInfo](t)(s.client.Tenant(bg(), "brief"))
	s.hand.move(time.Second)
	_, err := s.client.Tenant(bg(), "brief")
	wantError(t, err, http.StatusNotFound, "brief")
	s.make("brief") // its name and credentials are free again
}

func TestReset(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("again")
	fake(tn, callOf("sales.Payment.queryWithDetail"))
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "again", "36h"))
	mustDo[Rule](t)(s.client.AddRule(bg(), "again", YAML, []byte("then: {refuse: internal}")))
	mustDo[Rows](t)(s.client.AddRows(bg(), "again", "shop", []map[string]string{{"shop_no": "NEW"}}))
	info := mustDo[TenantInfo](t)(s.client.ResetTenant(bg(), "again"))
	if info.Calls != 0 || info.Clock.Now != "2024-06-15 12:00:00" {
		t.Errorf("after the reset: %s", asText(info))
	}
	if n := len(mustDo[Rules](t)(s.client.Rules(bg(), "again")).Rules); n != 0 {
		t.Errorf("%d rules are left", n)
	}
	if n := len(mustDo[Rows](t)(s.client.Rows(bg(), "again", "shop", map[string][]string{"shop_no": {"NEW"}})).Rows); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

func TestBadTenants(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.tenants.Files = func(string) ([]byte, error) { return nil, errors.New("a file was read") }
	for _, c := range []struct {
		body   string
		status int
		words  string
	}{
		{`{"name": "a b"}`, 400, "use letters, digits, - and _"},
		{`{"name": "` + strings.Repeat("x", 65) + `"}`, 400, "at most 64"},
		{`{"name": "../default"}`, 400, "use letters"},
		{`{"name": "stray"}`, 400, "kept for the calls without tenant"},
		{`{"name": "unassigned"}`, 400, "kept for the calls without tenant"},
		{`{"name": "default"}`, 409, "names must differ"},
		{`{"name": 5}`, 400, "name: 5 is not right here; want a text"},
		{`{"seed": -1}`, 400, "seed: -1 is not right here; want a whole number from 0 on"},
		{`{"seed": "7"}`, 400, `seed: \"7\" is not right here`},
		{`{"orders_per_day": 1.5}`, 400, "orders_per_day: 1.5 is not right here; want a whole number"},
		{`{"orders_per_day": 30001}`, 422, "30000"},
		{`{"orders_per_day": -5}`, 422, "from 1 to 30000"},
		{`{"clock": {"mode": "frozen", "when": 1}}`, 400, `clock: unknown key \"when\"; known here: mode, now, offset`},
		{`{"clock": {"mode": "frozen"}}`, 422, "is no time"},
		{`{"clock": {"mode": "frozen", "now": "9999-01-01 00:00:00"}}`, 422, "too far away"},
		{`{"clock": {"mode": "sideways"}}`, 422, "want real, frozen or offset"},
		{`{"clock": {"mode": "offset", "offset": "5"}}`, 400, "clock.offset"},
		{`{"clock": []}`, 400, "clock: a list is not right here; want an object of mode, now, offset"},
		{`{"scenario": "trottled"}`, 404, "throttled"},
		{`{"scenario": "/etc/passwd"}`, 404, "no scenario of the library"},
		{`{"scenario": "x.yaml"}`, 404, "no scenario of the library"},
		{`{"ttl": "10"}`, 400, "write one with its unit"},
		{`{"ttl": "-1m"}`, 422, "must be above 0"},
		{`{"ttl": "999999h"}`, 422, "at most"},
		{`{"name": "x", "nmae": "y", "color": 1}`, 400, `unknown key \"nmae\"; known here: name, seed, orders_per_day, clock, scenario, ttl`},
		{`[]`, 400, "a list is not right here"},
		{`null`, 400, "null is not right here"},
		{``, 400, "the body is empty"},
		{"{\n\"name\":\n}", 400, `"line":3`},
		{`{} {}`, 400, "goes on after"},
	} {
		got := s.raw("POST", "/_sandbox/tenants", JSON, c.body)
		if got.status != c.status || !strings.Contains(got.body, c.words) {
			t.Errorf("%s: %d %s, want %d with %s", c.body, got.status, got.body, c.status, c.words)
		}
	}
}

// TestIdleTenants holds 1,000 of them to 100 MB.
func TestIdleTenants(t *testing.T) { // not parallel: it measures the process's memory
	s := start(t)
	before := heap()
	for i := range 1000 {
		if _, err := s.api.createTenant(&change{wall: noon}, NewTenant{Name: "idle" + strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	used := int64(heap()) - int64(before)
	t.Logf("1000 idle tenants take %.1f MB", float64(used)/1e6)
	if used > 100e6 {
		t.Errorf("1000 idle tenants take %d bytes", used)
	}
	runtime.KeepAlive(s)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkCreateTenant is over HTTP, as a test's set-up does it.
func BenchmarkCreateTenant(b *testing.B) {
	s := start(b)
	client := &Client{BaseURL: s.URL}
	for b.Loop() {
		made, err := client.CreateTenant(bg(), NewTenant{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		s.tenants.Delete(made.Name)
		b.StartTimer()
	}
}
