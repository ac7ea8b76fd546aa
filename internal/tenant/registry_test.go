package tenant_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

// noon is the server's clock where a test does not move it.
func noon() time.Time { return time.Date(2022, 12, 29, 12, 0, 0, 0, wire.Beijing) }

type fields = map[string]string

// of declares credentials of one vendor.
func of(vendor string, list ...fields) tenant.Credentials {
	c := tenant.Credentials{}
	for _, f := range list {
		c[vendor] = append(c[vendor], catalog.CredentialEntry{Values: f})
	}
	return c
}

func making(t testing.TB, r *tenant.Registry, c tenant.Config) *tenant.Tenant {
	t.Helper()
	added, err := r.Add(c, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestNames(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	making(t, r, tenant.Default(vendors.Shipped()))
	making(t, r, tenant.Config{Name: "t2"})
	making(t, r, tenant.Config{})
	making(t, r, tenant.Config{}) // t2 has a tenant
	making(t, r, tenant.Config{Name: "shop"})
	if got, want := r.Names(), []string{"default", "t2", "t1", "t3", "shop"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for name, there := range map[string]bool{"shop": true, "t1": true, "Shop": false, "": false} {
		if got := r.Tenant(name); (got != nil) != there || there && got.Name != name {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// TestSecret holds that a secret is known as long as any credential has it.
func TestSecret(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	known := func(text string, want bool) {
		t.Helper()
		if r.Secret(text) != want {
			t.Errorf("%q is a secret: %v", text, !want)
		}
	}
	known("s", false)
	for _, name := range []string{"a", "b"} {
		making(t, r, tenant.Config{Name: name, Credentials: of("openapi", fields{"sid": name, "key": name, "appsecret": "s:salt"})})
	}
	known("s", true)
	known("t", false)
	known("s:salt", false)
	known("", false)
	r.Delete("a")
	known("s", true)
	r.Delete("b")
	known("s", false)
}

func TestTaken(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	making(t, r, tenant.Default(vendors.Shipped()))
	making(t, r, tenant.Config{Name: "a"})
	flagship := func(sid, key string) fields {
		return fields{"sid": sid, "key": key, "appsecret": "a:b"}
	}
	for _, c := range []struct {
		config tenant.Config
		taken  bool
		want   string
	}{
		{tenant.Config{Name: "a", Credentials: of("openapi", flagship("x", "y"))}, true, "tenant a is there already; names must differ: taken"},
		{tenant.Config{Name: "b", Credentials: of("openapi", flagship("new", "new"), flagship("sandbox", "sandbox"))}, true,
			"tenant b: openapi credential sandbox sandbox is tenant default's already; a credential is one world: taken"},
		{tenant.Config{Name: "b", Credentials: of("fubei", fields{"app_id": "20170224132045932173", "secret": "x"})}, true,
			"tenant b: fubei credential 20170224132045932173 is tenant default's already; a credential is one world: taken"},
		{tenant.Config{Name: "b", Credentials: of("openapi", flagship("x", "y"), flagship("x", "y"))}, false, "tenant b: openapi credential x y appears twice"},
		{tenant.Config{Name: "b", Credentials: of("openapi", fields{"sid": "x", "key": "y", "appsecret": "nosalt"})}, false, "tenant b: openapi: appsecret must be secret:salt"},
		{tenant.Config{Name: "b", Credentials: of("openapi2", fields{"sid": "x", "appsecret": "s"})}, false, "tenant b: openapi2: a credential needs its app, key and secret"},
		{tenant.Config{Name: "b", TTL: -time.Second}, false, "tenant b: ttl: -1s is over already; write a time to come, or 0 for never"},
		{tenant.Config{Name: "b", Scenario: "my.yaml"}, false,
			`tenant b: scenario: "my.yaml" is a file, and files are not read here; extend a scenario of the library`},
		{tenant.Config{Name: "b", Clock: tenant.ClockConfig{Mode: "frozen", Now: "noon"}}, false,
			`tenant b: clock: now: "noon" is no time; write it as 2022-12-28 12:00:00`},
	} {
		got, err := r.Add(c.config, r.Now())
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || errors.Is(err, tenant.ErrTaken) != c.taken || got != nil {
			t.Errorf("%+v: %v, %v\nwant %s", c.config, got, err, c.want)
		}
	}
	if got, want := r.Names(), []string{"default", "a"}; !slices.Equal(got, want) {
		t.Errorf("refused tenants are there: %v", got)
	}
	if _, err := r.Credential("openapi", "new", "new", r.Now()); !errors.Is(err, tenant.ErrUnknownApp) {
		t.Errorf("half of a refused tenant is known: %v", err)
	}
	making(t, r, tenant.Config{Name: "c", Credentials: of("openapi", flagship("sandbox", "another"))}) // a second key of a sid
	if c, err := r.Credential("openapi", "sandbox", "another", r.Now()); err != nil || c.Tenant.Name != "c" || c.Secrets[0] != "a" || c.Salt != "b" {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestInvented: invented credentials differ between tenants and are the same on
// every server, one of each vendor and two of Fubei's.
func TestInvented(t *testing.T) {
	t.Parallel()
	a, b := tenant.NewRegistry(noon, vendors.Shipped()), tenant.NewRegistry(noon, vendors.Shipped())
	type face struct{ Vendor, Param, App, Key, Secret, Salt string }
	faces := func(of *tenant.Tenant) []face {
		var list []face
		for _, c := range of.Credentials() {
			list = append(list, face{c.Vendor, c.Param, c.App, c.Key, c.Secrets[0], c.Salt})
		}
		return list
	}
	seen := map[face]string{}
	secrets := map[string]string{}
	for i := range 300 {
		name := fmt.Sprintf("n%d", i)
		one := faces(making(t, a, tenant.Config{Name: name}))
		if diff := cmp.Diff(one, faces(making(t, b, tenant.Config{Name: name, Seed: new(uint64(9))}))); diff != "" {
			t.Fatalf("%s on another server:\n%s", name, diff)
		}
		var params []string
		for _, f := range one {
			params = append(params, f.Vendor+" "+f.Param)
			app := face{Vendor: f.Vendor, App: f.App}
			if seen[app] != "" || secrets[f.Vendor+f.Secret] != "" {
				t.Fatalf("%s has %+v as %s%s", name, f, seen[app], secrets[f.Vendor+f.Secret])
			}
			seen[app], secrets[f.Vendor+f.Secret] = name, name
		}
		if want := []string{"openapi sid", "openapi2 sid", "fubei app_id", "fubei vendor_sn"}; !slices.Equal(params, want) {
			t.Fatalf("%v, want %v", params, want)
		}
	}
	if f := faces(a.Tenant("n0")); len(f[2].App) != 20 || len(f[3].App) != 16 || f[0].Salt == "" {
		t.Errorf("of another form than the vendors': %+v", f)
	}
}

// TestTTL: a tenant whose time is over is nowhere, and its name is free.
func TestTTL(t *testing.T) {
	t.Parallel()
	var past atomic.Int64
	r := tenant.NewRegistry(func() time.Time { return noon().Add(time.Duration(past.Load())) }, vendors.Shipped())
	short := making(t, r, tenant.Config{Name: "short", TTL: time.Minute})
	making(t, r, tenant.Config{Name: "long"})
	if !short.Expires().Equal(noon().Add(time.Minute)) || !r.Tenant("long").Expires().IsZero() {
		t.Errorf("expires %v and %v", short.Expires(), r.Tenant("long").Expires())
	}
	past.Store(int64(time.Minute - 1))
	if r.Sweep(r.Now()); r.Tenant("short") == nil {
		t.Error("gone a nanosecond early")
	}
	past.Store(int64(time.Minute))
	if _, err := r.Credential("openapi", "short", "short-key", r.Now()); !errors.Is(err, tenant.ErrUnknownApp) {
		t.Errorf("the credential of an expired tenant: %v", err)
	}
	r.Sweep(r.Now())
	_, err := r.Credential("openapi", "short", "short-key", r.Now())
	if r.Tenant("short") != nil || !slices.Equal(r.Names(), []string{"long"}) || !errors.Is(err, tenant.ErrUnknownApp) ||
		len(r.Credentials()) != 4 || r.Delete("short") {
		t.Errorf("an expired tenant is seen: %v %v", r.Names(), err)
	}
	if again := making(t, r, tenant.Config{Name: "short"}); r.Tenant("short") != again {
		t.Error("the name is not free")
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	making(t, r, tenant.Config{Name: "a"})
	first := making(t, r, tenant.Config{Name: "b"})
	if !r.Delete("b") || r.Delete("b") || r.Delete("nobody") {
		t.Error("b can be deleted once, and nobody never")
	}
	if _, err := r.Credential("openapi2", "b", "b-appkey", r.Now()); !errors.Is(err, tenant.ErrUnknownApp) {
		t.Errorf("its credential: %v", err)
	}
	if _, err := r.Credential("openapi2", "a", "b-appkey", r.Now()); !errors.Is(err, tenant.ErrUnknownKey) {
		t.Errorf("another's key: %v", err)
	}
	if again := making(t, r, tenant.Config{Name: "b"}); again == first || r.Tenant("b") != again {
		t.Error("name and credentials are not free")
	}
}

func TestMaxTenants(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	for range tenant.MaxTenants {
		making(t, r, tenant.Config{})
	}
	_, err := r.Add(tenant.Config{Name: "more"}, r.Now())
	if want := "tenant more: there are 10000 tenants already; delete some, or give them a time to live"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	r.Delete("t77")
	making(t, r, tenant.Config{Name: "more"})
}

// TestRegistryConcurrently: tenants come and go while their credentials are looked for.
func TestRegistryConcurrently(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(noon, vendors.Shipped())
	making(t, r, tenant.Default(vendors.Shipped()))
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 25 {
				name := fmt.Sprintf("w%d-%d", worker, i)
				made, err := r.Add(tenant.Config{Name: name}, r.Now())
				if err != nil {
					t.Error(err)
					return
				}
				c, err := r.Credential("openapi", name, name+"-key", r.Now())
				if err != nil || c.Tenant != made || r.Tenant(name) != made {
					t.Errorf("%s: %v", name, err)
				}
				if unnamed, err := r.Add(tenant.Config{}, r.Now()); err != nil || !r.Delete(unnamed.Name) {
					t.Errorf("a tenant without a name: %v", err)
				}
				if _, err := r.Add(tenant.Config{Name: name}, r.Now()); !errors.Is(err, tenant.ErrTaken) {
					t.Errorf("%s twice: %v", name, err)
				}
				r.Credentials()
				if i%2 == 0 && !r.Delete(name) {
					t.Errorf("%s cannot be deleted", name)
				}
			}
		})
	}
	wg.Wait()
	if got := len(r.Names()); got != 1+8*12 {
		t.Errorf("%d tenants are left, want %d", got, 1+8*12)
	}
}

// TestIdleTenantsAreSmall is not parallel: it measures the whole heap.
func TestIdleTenantsAreSmall(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	r := tenant.NewRegistry(noon, vendors.Shipped())
	making(t, r, tenant.Default(vendors.Shipped()))
	before := heap()
	for range 1000 {
		making(t, r, tenant.Config{Scenario: "third-call-throttled"})
	}
	after := heap()
	taken := (int64(after) - int64(before)) / 1000
	t.Logf("1,000 idle tenants take %d KB", taken)
	if taken > 100_000 {
		t.Errorf("1,000 idle tenants take %d KB", taken)
	}
	runtime.KeepAlive(r)
}

func BenchmarkAdd(b *testing.B) {
	r := tenant.NewRegistry(noon, vendors.Shipped())
	n := 0
	for b.Loop() {
		if n++; n%tenant.MaxTenants == 0 {
			r = tenant.NewRegistry(noon, vendors.Shipped())
		}
		if _, err := r.Add(tenant.Config{Scenario: "throttled"}, r.Now()); err != nil {
			b.Fatal(err)
		}
	}
}
