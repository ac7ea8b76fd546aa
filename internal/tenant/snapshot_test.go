package tenant_test

import (
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
	two := add(t, r, tenant.Config{Name: "two"})
	first := snapshotOf(t, one)
	restore(t, two, first)
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
	if diff := cmp.Diff(one.State().Answers, two.State().Answers); diff != "" || len(one.State().Answers) == 0 {
		t.Errorf("the answer key (-one +two):\n%s", diff)
	}
}

func snapshotOf(t interface {
	Helper()
	Fatal(...any)
}, of *tenant.Tenant) string {
	t.Helper()
	var b strings.Builder
	if err := of.WriteSnapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func restore(t interface {
	Helper()
	Fatal(...any)
}, into *tenant.Tenant, snapshot string) {
	t.Helper()
	if err := into.Restore(strings.NewReader(snapshot), noon(), nil); err != nil {
		t.Fatal(err)
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
	snapshot := snapshotOf(t, one)
	whole := `{"format": 1, "seed": 1, "orders_per_day": 1, "tick": "0s", "clock": {"mode": "real", "offset": "0s", "advance": "0s"},
		"scenario": {}, "rules": {"state": "start", "one_offs": [], "added": 0, "ids": [], "counts": []}, "world": {}`
	for _, c := range []struct{ want, snapshot string }{
		{"scenario: is missing", `{"seed": 1, "orders_per_day": 1}`},
		{"scenario: is missing", `{"format": 1}`},
		{`tick: "often" is no duration`, strings.Replace(snapshot, `"tick":"0s"`, `"tick":"often"`, 1)},
		{`clock: mode: "fast"`, strings.Replace(snapshot, `"clock":{"mode":"real"`, `"clock":{"mode":"fast"`, 1)},
		{"orders per day must be from 1", strings.Replace(snapshot, `"orders_per_day":0`, `"orders_per_day":-1`, 1)},
		{"rules: the progress has", strings.Replace(snapshot, `"ids":[]`, `"ids":["one-off-1"]`, 1)},
		{"format: 7 is not known; this program reads snapshots up to format 1", strings.Replace(snapshot, `"format":1`, `"format":7`, 1)},
		{"world: is missing", `{"format": 1, "scenario": {}, "rows": {}}`},
		{"this is no snapshot: json: unknown field", `{"sed": 1}`},
		{"seed stands in the snapshot twice", `{"seed": 1, "seed": 2}`},
		{"it must be a JSON object", `[]`},
		{"unexpected EOF", snapshot[:len(snapshot)/2]},
		{"something stands behind the snapshot", snapshot + "{}"},
		{"rows stands in the snapshot twice", whole + `, "rows": {}, "rows": {}}`},
		{`rows: no collection is called "typo"`, whole + `, "rows": {"typo": [{}]}}`},
		{"notify: it must be a list", whole + `, "notify": {}}`},
		{`notification 1 of vendor "nobody" cannot be restored`, whole + `, "notifications": 1, "notify": [{"seq": 1, "vendor": "nobody"}]}`},
		{`notification 2 of vendor "fubei" cannot be restored`, whole + `, "notifications": 1, "notify": [{"seq": 2, "vendor": "fubei"}]}`},
		{"one value of the snapshot is longer than 8 MB", whole + `, "answers": [{"kind": "` + strings.Repeat("x", 2*tenant.MaxSnapshotValue) + `"}]}`},
	} {
		err := one.Restore(strings.NewReader(c.snapshot), noon(), nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	if one.State() != before {
		t.Error("a snapshot that cannot be restored changed the tenant")
	}
}
