package tenant_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// TestSnapshot holds that a tenant restored from another one's snapshot stands
// where that one stood: world, clock, rules and their counts.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	wall := time.Date(2026, 11, 22, 12, 0, 0, 0, wire.Beijing)
	r := tenant.NewRegistry(func() time.Time { return wall }, vendors.Shipped())
	one := add(t, r, tenant.Config{Name: "one", Scenario: "reconcile-mismatch"})
	rules := one.State().Rules
	if _, err := rules.Add(scenarios.Rule{When: scenarios.When{Call: scenarios.CallNumber{Nth: scenarios.Numbers{2}}}, Then: scenarios.Then{Become: "second"}}); err != nil {
		t.Fatal(err)
	}
	rules.Consult(scenarios.Call{Vendor: "openapi", Method: "x"})
	one.State().Clock.Advance(36 * time.Hour)
	if _, err := one.State().World.Insert("payment", map[string]string{"payment_no": "SF1", "created": "2022-12-20 10:00:00"}, one.State().Clock.Now(noon())); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(one.Snapshot())
	if err != nil {
		t.Fatal(err)
	}

	two := add(t, r, tenant.Config{Name: "two"})
	var snap tenant.Snapshot
	if err := json.Unmarshal(data, &snap); err != nil {
		t.Fatal(err)
	}
	if err := two.Restore(snap, noon()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(payments(t, one), payments(t, two)); diff != "" {
		t.Errorf("payments (-one +two):\n%s", diff)
	}
	if a, b := one.State().Clock.State(noon()), two.State().Clock.State(noon()); a != b {
		t.Errorf("clocks are %+v and %+v", a, b)
	}
	two.State().Rules.Consult(scenarios.Call{Vendor: "openapi", Method: "x"})
	if got := two.State().Rules.State(); got != "second" {
		t.Errorf("the second call of both leads to state %q", got)
	}
	again, err := json.Marshal(two.Snapshot().Answers)
	if err != nil {
		t.Fatal(err)
	}
	if first, _ := json.Marshal(one.State().Answers); string(again) != string(first) || len(first) < 100 {
		t.Errorf("the answer key became %s", again)
	}
}

func payments(t *testing.T, of *tenant.Tenant) []map[string]string {
	t.Helper()
	s := of.State()
	result, err := s.World.Read(t.Context(), catalog.Query{Collection: "payment", From: s.Clock.Now(noon()).AddDate(0, 0, -20).Unix(), To: s.Clock.Now(noon()).Unix()}, s.Clock.Now(noon()))
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for i := range result.Rows {
		rows = append(rows, result.Rows[i].Texts())
	}
	return rows
}

func add(t *testing.T, r *tenant.Registry, c tenant.Config) *tenant.Tenant {
	t.Helper()
	made, err := r.Add(c, r.Now())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestRestoreRefusals(t *testing.T) {
	t.Parallel()
	r := tenant.NewRegistry(func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, wire.Beijing) }, vendors.Shipped())
	one := add(t, r, tenant.Config{Name: "one"})
	before := one.State()
	for want, spoil := range map[string]func(*tenant.Snapshot){
		"scenario: is missing":          func(s *tenant.Snapshot) { s.Scenario = nil },
		`tick: "often" is no duration`:  func(s *tenant.Snapshot) { s.Tick = "often" },
		`clock: mode: "fast"`:           func(s *tenant.Snapshot) { s.Clock.Mode = "fast" },
		"orders per day must be from 1": func(s *tenant.Snapshot) { s.OrdersPerDay = -1 },
		"rules: the progress has":       func(s *tenant.Snapshot) { s.Rules.IDs = []string{"one-off-1"} },
	} {
		snap := one.Snapshot()
		spoil(&snap)
		if err := one.Restore(snap, noon()); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if one.State() != before {
		t.Error("a snapshot that cannot be restored changed the tenant")
	}
}
