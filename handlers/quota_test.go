package handlers_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// play gives a tenant a scenario that stands in the test.
func playing(t testing.TB, to *tenant.Tenant, text string) {
	t.Helper()
	s, problems := scenarios.Parse("test.yaml", []byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	if err := to.Play(s, noon()); err != nil {
		t.Fatal(err)
	}
}

// TestQuota: so many calls of a method in a minute of the tenant's clock, then the
// vendor's own words, until the minute is over.
func TestQuota(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"openapi":  `{"status":100,"message":"超过每分钟最大调用频率限制，请稍后重试"}`,
		"openapi2": `{"code":100,"message":"\u63a5\u53e3\u8c03\u7528\u9891\u7387\u8d85\u9650\uff0c\u8bf7\u7a0d\u540e\u91cd\u8bd5"}`,
		"fubei":    `{"result_message":"接口调用频率超限,请稍后重试","result_code":400}`,
	}
	s := newSandbox(t)
	to := s.tenants.Tenant("default")
	playing(t, to, "clock: {mode: frozen, now: 2022-12-29 11:59:58}\nquota: {per_minute: 2, methods: [{method: '*.search', per_minute: 3}]}")
	for vendor, want := range words {
		allowed := func(n int) {
			t.Helper()
			for range n {
				if a := s.call(t, sound(vendor)); a.entry.Outcome != "ok" {
					t.Errorf("%s is refused: %s", vendor, a.body)
				}
			}
			if a := s.call(t, sound(vendor)); a.body != want || a.entry.Kind != "too_frequent" || a.entry.Rule != "" || a.entry.Hint == "" {
				t.Errorf("over the quota: %s, want %s\n%+v", a.body, want, a.entry)
			}
		}
		to.State().Clock.Set(tenant.ClockConfig{Mode: "frozen", Now: "2022-12-29 11:59:58"})
		allowed(2)
		to.State().Clock.Advance(time.Second)
		allowed(0) // 11:59:59 is the same minute
		to.State().Clock.Advance(time.Second)
		allowed(2)
	}
	bills := func() answer {
		return s.call(t, openapi(searchBills, `[{"start_time":"2022-09-01 00:00:00","end_time":"2022-09-02 00:00:00"}]`, "page_no", "0", "page_size", "1"))
	}
	for range 3 { // another method, with a quota of its own
		if a := bills(); a.entry.Outcome != "ok" {
			t.Errorf("%s", a.body)
		}
	}
	if a := bills(); a.entry.Kind != "too_frequent" {
		t.Errorf("the fourth search: %s", a.body)
	}
}

// TestQuotaOrder: the quota has its place in the vendor's order of checks, and a
// call that is refused before it does not count.
func TestQuotaOrder(t *testing.T) {
	t.Parallel()
	for _, vendor := range []string{"openapi", "openapi2", "fubei"} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			playing(t, s.tenants.Tenant("default"), "quota: {per_minute: 1}")
			tripRule(t, s)
			order := s.catalog.Vendor(vendor).Checks.Value
			early := func(f fault) bool { return slices.Index(order, f.check) < slices.Index(order, "quota") }
			kind := func(f fault) string {
				c := sound(vendor)
				f.make(c)
				return s.call(t, c).entry.Kind
			}
			for _, f := range faults(vendor) {
				if early(f) && kind(f) != string(f.kind) {
					t.Errorf("%s is told as %s", f.check, kind(f))
				}
			}
			if a := s.call(t, sound(vendor)); a.entry.Outcome != "ok" {
				t.Fatalf("the refused calls were counted: %s", a.body)
			}
			for _, f := range faults(vendor) {
				want := string(f.kind)
				if !early(f) {
					want = "too_frequent"
				}
				if got := kind(f); got != want {
					t.Errorf("over the quota, %s is told as %s, want %s", f.check, got, want)
				}
			}
		})
	}
}

// TestConcurrency: while one call of a method is held back, a second one is
// refused, another method's is not, and the place is free when the client leaves.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	box := newSandbox(t)
	to := box.tenants.Tenant("default")
	playing(t, to, "quota: {concurrent: 1}\nrules: [{name: held, when: {params: {trip: slow}}, then: {delay: 10m}}]")
	s := steered{box, box.server(t)}
	for vendor, want := range map[string]string{
		"openapi":  `{"status":100,"message":"超过每分钟最大并发次数限制，请稍后重试"}`,
		"openapi2": `{"code":100,"message":"\u63a5\u53e3\u5e76\u53d1\u9891\u7387\u8d85\u9650\uff0c\u8bf7\u7a0d\u540e\u91cd\u8bd5"}`,
		"fubei":    `{"result_message":"接口并发数超限,请稍后重试","result_code":400}`,
	} {
		ctx, leave := context.WithCancel(t.Context())
		gone := make(chan struct{})
		_, news := to.Journal.After(0, math.MaxInt)
		go func() {
			defer close(gone)
			r, err := s.Server.Client().Do(sound(vendor).set("trip", "slow").request(s.URL).WithContext(ctx))
			if err == nil {
				r.Body.Close()
				t.Errorf("%s: the call that is held back was answered: %s", vendor, r.Status)
			}
		}()
		<-news
		if a := s.must(t, sound(vendor)); a.body != want || a.entry.Kind != "too_concurrent" {
			t.Errorf("%s, want %s", a.body, want)
		}
		leave()
		<-gone
		for s.must(t, sound(vendor)).entry.Kind == "too_concurrent" { // until the server has noticed; the test's own deadline ends it
			time.Sleep(time.Millisecond)
		}
	}
	entries := to.Journal.Entries()
	if last := entries[len(entries)-1]; last.Outcome != "ok" || !strings.HasPrefix(last.ID, "default-") {
		t.Errorf("%+v", last)
	}
}
