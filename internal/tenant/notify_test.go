package tenant_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"shaxiang/internal/notify"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
	"shaxiang/vendors"
	"shaxiang/vendors/fubei"
)

// callback is a merchant that takes everything and tells of it.
func callback(t *testing.T) (url string, came chan string) {
	came = make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		came <- r.Header.Get(notify.Header)
		_, _ = w.Write([]byte("success")) // a sender that went away is nobody to tell
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func tell(s *tenant.State, url string, late time.Duration) string {
	return s.Notify.Add(notify.Notification{Vendor: "fubei", Name: notify.Pay, URL: url, Fields: notify.Envelope("{}"),
		Signer: vendorapi.OneSecret(fubei.Scheme()), Credential: &vendorapi.Credential{Secrets: []string{"s"}}, Due: s.Clock.Now(noon()).Add(late)}, noon())
}

// TestNotifyFollowsTheClock: whoever moves the clock, what is due goes out.
func TestNotifyFollowsTheClock(t *testing.T) {
	t.Parallel()
	url, came := callback(t)
	r := tenant.NewRegistry(noon, vendors.Shipped())
	defer r.Notify.Start()()
	shop := making(t, r, tenant.Config{Clock: tenant.ClockConfig{Mode: "frozen", Now: "2020-01-01 08:00:00"}})
	s := shop.State()
	for i, move := range []func(){
		func() { s.Clock.Advance(time.Minute) },
		func() {
			if err := s.Clock.Set(tenant.ClockConfig{Mode: "frozen", Now: "2020-01-01 09:00:00"}); err != nil {
				t.Error(err)
			}
		},
	} {
		want := tell(s, url, time.Minute)
		if n := len(came); n != 0 {
			t.Fatalf("step %d: %d came before the clock was moved", i, n)
		}
		move()
		if got := <-came; got != want {
			t.Errorf("step %d: %s, want %s", i, got, want)
		}
	}
}

// TestNotifyIsForgotten: with the state that it belongs to, or with its tenant.
func TestNotifyIsForgotten(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*tenant.Registry, *tenant.Tenant) error{
		"reset":  func(_ *tenant.Registry, shop *tenant.Tenant) error { return shop.Reset(noon()) },
		"play":   func(_ *tenant.Registry, shop *tenant.Tenant) error { return shop.Play(scenarios.Baseline(), noon()) },
		"delete": func(r *tenant.Registry, _ *tenant.Tenant) error { r.Delete("a"); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, came := callback(t)
			r := tenant.NewRegistry(noon, vendors.Shipped())
			shop := making(t, r, tenant.Config{Name: "a"})
			before := shop.State()
			tell(before, url, 0)
			if err := end(r, shop); err != nil {
				t.Fatal(err)
			}
			after := shop.State()
			for _, s := range []*tenant.State{before, after} {
				if n := s.Notify.Deliver(t.Context(), noon().Add(time.Hour)); n != 0 || len(came) != 0 || len(s.Notify.List()) != 0 {
					t.Errorf("%d were sent, %d came; there are %+v", n, len(came), s.Notify.List())
				}
			}
			if got := tell(before, url, 0); got != "" {
				t.Errorf("a state that is gone takes %s", got)
			}
		})
	}
}

// TestNotifyIsRestored: what was pending in a snapshot is sent by the tenant that it is put into,
// and by no other state.
func TestNotifyIsRestored(t *testing.T) {
	t.Parallel()
	url, came := callback(t)
	r := tenant.NewRegistry(noon, vendors.Shipped())
	shop := making(t, r, tenant.Config{Name: "a", Clock: tenant.ClockConfig{Mode: "offset"}})
	tell(shop.State(), url, 0)
	tell(shop.State(), url, time.Minute)
	if n := shop.State().Notify.Deliver(t.Context(), noon()); n != 1 || len(came) != 1 {
		t.Fatalf("%d were sent, %d came", n, len(came))
	}
	<-came
	before, snapshot := shop.State(), snapshotOf(t, shop)
	restore(t, shop, snapshot)
	all := r.Credentials()
	i := slices.IndexFunc(all, func(c *tenant.Credential) bool { return c.Vendor == "fubei" })
	own := strings.ReplaceAll(snapshot, `"app":""`, `"app":"`+all[i].App+`"`) // nobody's app becomes the tenant's
	if again := snapshotOf(t, shop); again != own {
		t.Errorf("the snapshot is\n%s\nand then\n%s", own, again)
	}
	for _, s := range []*tenant.State{before, shop.State()} {
		if n := s.Notify.Deliver(t.Context(), noon().Add(time.Minute)); n != len(came) {
			t.Errorf("%d were sent, %d came", n, len(came))
		}
	}
	if len(came) != 1 || <-came != "n2" {
		t.Errorf("%d more came, want n2", len(came))
	}
	if list := shop.State().Notify.List(); len(list) != 2 || list[0].State != notify.Acknowledged || list[1].State != notify.Acknowledged || len(list[0].Calls) != 1 {
		t.Errorf("the notifications are %+v", list)
	}
}

// TestNotifyEndsWithTheTenant: a tenant whose time is over tells nobody.
func TestNotifyEndsWithTheTenant(t *testing.T) {
	t.Parallel()
	url, came := callback(t)
	var past atomic.Int64
	r := tenant.NewRegistry(func() time.Time { return noon().Add(time.Duration(past.Load())) }, vendors.Shipped())
	s := making(t, r, tenant.Config{TTL: time.Minute}).State()
	tell(s, url, 0)
	past.Store(int64(time.Minute))
	if n := s.Notify.Deliver(t.Context(), r.Now()); n != 0 || len(came) != 0 {
		t.Errorf("%d were sent, %d came", n, len(came))
	}
}
