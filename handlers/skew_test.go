package handlers_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"

	"github.com/tidwall/gjson"
)

// TestSkewedClock holds that a tenant's clock makes good signatures stale in both
// directions, at the exact edge, and that a frozen or advanced business does not.
func TestSkewedClock(t *testing.T) {
	t.Parallel()
	edges := map[string]time.Duration{"openapi": 120 * time.Second, "openapi2": 300 * time.Second}
	for vendor, edge := range edges {
		for _, c := range []struct {
			offset time.Duration
			kind   catalog.Kind
		}{{edge, ""}, {-edge, ""}, {edge + time.Second, catalog.StaleTimestamp}, {-edge - time.Second, catalog.StaleTimestamp}} {
			s := newSandbox(t)
			clock := s.tenants.Tenant("default").State().Clock
			if err := clock.Set(tenant.ClockConfig{Mode: "offset", Offset: c.offset}); err != nil {
				t.Fatal(err)
			}
			if a := s.call(t, sound(vendor)); a.entry.Kind != string(c.kind) {
				t.Errorf("%s, clock off by %s: kind %q, want %q", vendor, c.offset, a.entry.Kind, c.kind)
			}
		}
		s := newSandbox(t)
		clock := s.tenants.Tenant("default").State().Clock
		clock.Advance(1000 * time.Hour)
		if a := s.call(t, sound(vendor)); a.entry.Kind != "" {
			t.Errorf("%s: an advanced business refuses with %q", vendor, a.entry.Kind)
		}
		if err := clock.Set(tenant.ClockConfig{Mode: "frozen", Now: "2022-12-01 00:00:00"}); err != nil {
			t.Fatal(err)
		}
		if a := s.call(t, sound(vendor)); a.entry.Kind != "" {
			t.Errorf("%s: a frozen business refuses with %q", vendor, a.entry.Kind)
		}
	}
}

// TestUnknownKind holds that a rule with a kind that no vendor has, which no linter
// saw, is answered with the vendor's internal error.
func TestUnknownKind(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	_, err := s.tenants.Tenant("default").State().Rules.Add(scenarios.Rule{Then: scenarios.Then{Refuse: scenarios.Refusal{Kind: "nobody"}}})
	if err != nil {
		t.Fatal(err)
	}
	if a := s.call(t, sound("openapi")); string(a.body) != `{"status":99,"message":"其他错误"}` {
		t.Errorf("the answer is %s", a.body)
	}
}

// TestClockJumps writes while the server's clock is ahead, and then puts that clock back: what
// was written stays visible, and stays changed.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	const jump = time.Minute // within the tolerance of the timestamps, which the test signs at noon
	var ahead atomic.Int64
	s := newSandboxAt(t, func() time.Time { return noon().Add(time.Duration(ahead.Load())) })
	bills := func(no string) gjson.Result {
		return gjson.Get(s.call(t, openapi(searchBills, `[{"start_time":"2022-12-29 00:00:00","end_time":"2022-12-29 23:59:59","order_no":"`+no+`"}]`,
			"page_no", "0", "page_size", "100")).body, "data.detail_list.#.pay_order_no")
	}
	const day = `[{"start_time":"2022-05-01 00:00:00","end_time":"2022-05-02 00:00:00","shop_no":"POS"}]`
	order := gjson.Get(s.call(t, openapi(searchBills, day, "page_no", "0", "page_size", "1")).body, "data.detail_list.0.order_no").String()
	for i, at := range []time.Duration{jump, -jump, 0} {
		ahead.Store(int64(at))
		s.call(t, openapi("finance.RawPayment.push", fmt.Sprintf(`[[{"shop_no":"POS","order_no":%q,"pay_order_no":"W-%d","in_amount":1}]]`, order, i)))
		for _, then := range []time.Duration{at, -jump, 0, jump, -jump} {
			ahead.Store(int64(then))
			if got := bills(order); len(got.Array()) != i+1 {
				t.Errorf("written at %s, read at %s: %s, want %d rows", at, then, got, i+1)
			}
		}
	}
}
