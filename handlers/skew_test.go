package handlers_test

import (
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
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
