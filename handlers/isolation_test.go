package handlers_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"shaxiang/internal/tenant"
)

// as makes a call the tenant's, with the first credential that it has of the vendor.
func (c *call) as(to *tenant.Tenant) *call {
	for _, cred := range to.Credentials() {
		if cred.Vendor != c.vendor {
			continue
		}
		c.secret = cred.Secrets[0]
		switch c.vendor {
		case "openapi":
			return c.set("sid", cred.App, "key", cred.Key, "salt", cred.Salt)
		case "openapi2":
			return c.set("sid", cred.App, "appkey", cred.Key)
		}
		return c.set("app_id", cred.App)
	}
	return c
}

// TestTenantsNeverMeet: a hundred tenants with scenarios of their own share one
// server, many of them one seed as well, and none sees another's rows, writes,
// rules, clock, quota or journal.
func TestTenantsNeverMeet(t *testing.T) {
	t.Parallel()
	const tenants = 100
	box := newSandbox(t)
	s := steered{box, box.server(t)}
	var wg sync.WaitGroup
	for i := range tenants {
		wg.Go(func() {
			made, err := s.tenants.Add(tenant.Config{Name: fmt.Sprintf("iso%d", i), Seed: new(uint64(i % 7))}, s.tenants.Now())
			if err != nil {
				t.Error(err)
				return
			}
			loner{t, s, made, i}.live()
		})
	}
	wg.Wait()
	for _, name := range []string{"default", "other"} {
		if n := len(s.tenants.Tenant(name).Journal.Entries()); n != 0 {
			t.Errorf("%s has %d calls of others", name, n)
		}
	}
	if n := len(s.tenants.Unassigned().Entries()); n != 0 {
		t.Errorf("%d calls found no tenant", n)
	}
}

// loner is one tenant of many.
type loner struct {
	*testing.T
	s      steered
	tenant *tenant.Tenant
	n      int
}

func (l loner) live() {
	now := time.Date(2022, 6, 1+l.n%28, 12, 0, 0, 0, noon().Location())
	playing(l, l.tenant, fmt.Sprintf(`
clock: {mode: frozen, now: "%s"}
world: {orders_per_day: 40, rows: {payment: [{payment_no: ONLY-%d, shop_no: POS, channel: self, created: "%s"}]}}
quota: {per_minute: %d}
rules: [{name: rule-%d, when: {vendor: openapi2, call: {nth: 2}}, then: {http: %d, advance: %dm}}]
`, now.Format(time.DateTime), l.n, now.Format(time.DateTime), 3+l.n%3, l.n, 500+l.n%90, l.n+1))
	calls := 0
	call := func(c *call) answer {
		calls++
		return l.s.must(l, c.as(l.tenant))
	}
	window := fmt.Sprintf(`"start_time":"%s 00:00:00","end_time":"%[1]s 23:59:59"`, now.Format(time.DateOnly))
	for range 3 + l.n%3 { // as many as the quota allows
		a := call(openapi(queryPayments, `[{`+window+`}]`, "page_no", "0", "page_size", "1000"))
		if strings.Count(a.body, "ONLY-") != 1 || !strings.Contains(a.body, fmt.Sprintf(`"ONLY-%d"`, l.n)) {
			l.Errorf("%s sees %.200s", l.tenant.Name, a.body)
		}
	}
	if a := call(openapi(queryPayments, `[{`+window+`}]`, "page_no", "0", "page_size", "1")); a.entry.Kind != "too_frequent" {
		l.Errorf("%s is over its quota and gets %s", l.tenant.Name, a.body)
	}
	for i := range 3 {
		a := call(openapi2(accountChecks, "start_time", "2022-05-01 00:00:00", "end_time", "2022-05-01 01:00:00"))
		if want := []int{200, 500 + l.n%90, 200}[i]; a.status != want || want != 200 && a.entry.Rule != fmt.Sprintf("rule-%d", l.n) {
			l.Errorf("%s, call %d: %d %s", l.tenant.Name, i+1, a.status, a.entry.Rule)
		}
	}
	if got, want := l.tenant.State().Clock.Now(noon()), now.Add(time.Duration(l.n+1)*time.Minute); !got.Equal(want) {
		l.Errorf("%s stands at %s, want %s", l.tenant.Name, got, want)
	}
	l.write(call)
	entries := l.tenant.Journal.Entries()
	for _, e := range entries {
		if e.Tenant != l.tenant.Name || !strings.HasPrefix(e.ID, l.tenant.Name+"-") {
			l.Errorf("%s has a call of %s", l.tenant.Name, e.Tenant)
		}
	}
	if len(entries) != calls {
		l.Errorf("%s made %d calls and has %d", l.tenant.Name, calls, len(entries))
	}
}

// write recharges a distributor by another sum for each tenant: several have the
// same seed, hence the same distributors.
func (l loner) write(call func(*call) answer) {
	push := fmt.Sprintf(`[[{"shop_no":"POS","order_no":"AT202205010001","pay_order_no":"W-%d","in_amount":%d}]]`, l.n, l.n)
	tid := gjson.Get(call(openapi(searchBills, `[{"start_time":"2022-05-01 00:00:00","end_time":"2022-05-02 00:00:00","shop_no":"POS"}]`, "page_no", "0", "page_size", "1")).body, "data.detail_list.0.order_no").String()
	if a := call(openapi("finance.RawPayment.push", strings.Replace(push, "AT202205010001", tid, 1))); a.body != `{"status":0,"data":[]}` {
		l.Errorf("%s writes %s: %s", l.tenant.Name, tid, a.body)
	}
	today := l.tenant.State().Clock.Now(noon()).Format(time.DateOnly)
	a := call(openapi(searchBills, `[{"start_time":"`+today+` 00:00:00","end_time":"`+today+` 23:59:59","order_no":"`+tid+`"}]`, "page_no", "0", "page_size", "100"))
	if got, want := gjson.Get(a.body, "data.detail_list.#.pay_order_no").Raw, fmt.Sprintf(`["W-%d"]`, l.n); got != want {
		l.Errorf("%s sees the bills %s, want %s: %.300s", l.tenant.Name, got, want, a.body)
	}
}
