package tenant_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

func parse(t testing.TB, text string) *scenarios.Scenario {
	t.Helper()
	s, problems := scenarios.Parse("test.yaml", []byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	return s
}

// received reads what the tenant's world has received on the day before noon.
func received(t testing.TB, s *tenant.State) []string {
	t.Helper()
	from := time.Date(2022, 12, 28, 0, 0, 0, 0, wire.Beijing).Unix()
	r, err := s.World.Read(t.Context(), catalog.Query{Collection: "payment", From: from, To: from + 86399}, s.Clock.Now(noon()))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i := range r.Rows {
		list = append(list, r.Rows[i].Get("payment_no").Text()+" "+r.Rows[i].Get("receive_amount").Text())
	}
	return list
}

// TestPrecedence: what the tenant's configuration says goes before the scenario,
// and that before the defaults.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	s := parse(t, "seed: 5\nclock: {mode: frozen, now: 2022-12-29 11:00:00}\nworld: {orders_per_day: 30}")
	play := func(c tenant.Config, s *scenarios.Scenario) ([]string, string) {
		made := making(t, tenant.NewRegistry(noon, vendors.Shipped()), c)
		if s != nil {
			if err := made.Play(s, noon()); err != nil {
				t.Fatal(err)
			}
		}
		state := made.State()
		return received(t, state), state.Clock.State(noon()).Mode + " " + state.Clock.Now(noon()).In(wire.Beijing).Format(wire.TimeLayout)
	}
	own := tenant.Config{Seed: new(uint64(6)), OrdersPerDay: 300, Clock: tenant.ClockConfig{Mode: "offset", Offset: time.Minute}}
	plain, clock := play(tenant.Config{}, nil)
	named, _ := play(tenant.Config{Seed: new(tenant.DefaultSeed), OrdersPerDay: fixtures.DefaultOrdersPerDay}, nil)
	if !slices.Equal(plain, named) || clock != "real 2022-12-29 12:00:00" {
		t.Errorf("the defaults are others: %d rows, %d rows, %s", len(plain), len(named), clock)
	}
	ofScenario, clock := play(tenant.Config{}, s)
	if len(ofScenario)*2 > len(plain) || clock != "frozen 2022-12-29 11:00:00" {
		t.Errorf("the scenario: %d rows of 30 orders, %d of the default's; %s", len(ofScenario), len(plain), clock)
	}
	alone, _ := play(own, nil)
	both, clock := play(own, s)
	if !slices.Equal(alone, both) || clock != "offset 2022-12-29 12:01:00" {
		t.Errorf("the tenant's own: %d rows, with the scenario %d; %s", len(alone), len(both), clock)
	}
	seeded, _ := play(tenant.Config{Seed: new(uint64(0)), OrdersPerDay: 30}, s) // 0 is a seed like another
	if slices.Equal(seeded, ofScenario) {
		t.Error("the tenant's seed 0 is taken for none")
	}
	if err := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{}).Play(parse(t, "clock: {mode: frozen, now: 2022-12-28 12:00:00}"), noon()); err != nil {
		t.Error(err)
	}
	if _, err := tenant.NewRegistry(noon, vendors.Shipped()).Add(tenant.Config{Clock: tenant.ClockConfig{Offset: time.Hour}, Scenario: "empty"}, noon()); err == nil {
		t.Error("a clock without its mode is passed over because the scenario has one")
	}
}

// TestPlayIsAllOrNothing: a state that was taken stays whole, and a scenario that
// cannot be played changes nothing.
func TestPlayIsAllOrNothing(t *testing.T) {
	t.Parallel()
	made := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{Name: "a", Scenario: "throttled"})
	before := made.State()
	rows := received(t, before)
	made.Journal.Add(journal.Entry{})
	for text, want := range map[string]string{
		"world: {rows: {paiment: [{remark: x}]}}":                 `world.rows: no collection is called "paiment"`,
		"world: {rows: {payment: [{amount: 1}]}}":                 `world.rows: payment has no column "amount"`,
		"world: {discrepancies: [{kind: missing, count: 90000}]}": "discrepancy: 90000 of missing in bill are wanted",
		"world: {discrepancies: [{kind: lost}]}":                  `discrepancy: kind "lost" is not known`,
		"world: {orders_per_day: 100000000}":                      "orders",
	} {
		if err := made.Play(parse(t, text), noon()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
		if made.State() != before || len(made.Journal.Entries()) != 1 {
			t.Fatalf("%s changed the tenant", text)
		}
	}
	if err := made.Play(parse(t, "seed: 99\nworld: {orders_per_day: 20}"), noon()); err != nil {
		t.Fatal(err)
	}
	if made.State() == before || made.State().Scenario.Quota.PerMinute != 0 || slices.Equal(received(t, made.State()), rows) {
		t.Error("the scenario is not played")
	}
	if got := received(t, before); !slices.Equal(got, rows) || before.Scenario.Quota.PerMinute != 10 {
		t.Error("the state that was taken before is torn")
	}
}

// TestReset: what was written, moved, counted and recorded is gone.
func TestReset(t *testing.T) {
	t.Parallel()
	made := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{Name: "a", Scenario: "reconcile-mismatch"})
	first := made.State()
	rows, now := received(t, first), first.Clock.Now(noon())
	if _, err := first.World.Insert("payment", map[string]string{"payment_no": "NEW", "created": "2022-12-28 10:00:00"}, now); err != nil {
		t.Fatal(err)
	}
	first.Clock.Advance(-time.Hour)
	if _, err := first.Rules.Add(scenarios.Rule{Then: scenarios.Then{HTTP: 500}}); err != nil {
		t.Fatal(err)
	}
	made.Journal.Add(journal.Entry{})
	if err := made.Reset(noon()); err != nil {
		t.Fatal(err)
	}
	s := made.State()
	if got := received(t, s); !slices.Equal(got, rows) {
		t.Errorf("%d payments after the reset, %d before", len(got), len(rows))
	}
	if !s.Clock.Now(noon()).Equal(now) || len(s.Rules.Rules()) != 0 || len(made.Journal.Entries()) != 0 || made.Journal.Dropped() != 0 {
		t.Errorf("clock %v, %d rules, %d calls", s.Clock.Now(noon()), len(s.Rules.Rules()), len(made.Journal.Entries()))
	}
	if s.Scenario != first.Scenario || len(s.Answers) != 18 || len(first.Answers) != 18 || s.Answers[3].Key != first.Answers[3].Key {
		t.Errorf("scenario or answers are others: %d", len(s.Answers))
	}
	if id := made.Journal.Add(journal.Entry{}); id != "a-2" {
		t.Errorf("ids begin again: %s", id)
	}
}

// TestPlayConcurrently: whoever takes the state gets one that fits together.
func TestPlayConcurrently(t *testing.T) {
	t.Parallel()
	made := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{})
	small, large := parse(t, "seed: 1\nquota: {per_minute: 1}\nclock: {mode: frozen, now: 2020-01-01 00:00:00}"), parse(t, "seed: 2")
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 20 {
				switch s := made.State(); {
				case worker == 0:
					if err := made.Play([]*scenarios.Scenario{small, large}[i%2], noon()); err != nil {
						t.Error(err)
					}
				case worker == 1:
					if err := made.Reset(noon()); err != nil {
						t.Error(err)
					}
				case (s.Scenario.Quota.PerMinute == 1) != (s.Clock.State(noon()).Mode == "frozen"):
					t.Error("a clock of one scenario and a quota of another")
				}
			}
		})
	}
	wg.Wait()
}

// TestFurnished: a scenario's rows stand among the generated ones, and what it
// plants is in the answers and in the books.
func TestFurnished(t *testing.T) {
	t.Parallel()
	made := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{})
	err := made.Play(parse(t, `
world:
  rows:
    payment: [{payment_no: MINE, created: 2022-12-28 00:00:00, receive_amount: 1.2300}]
  discrepancies:
    - {kind: off_by_a_cent, collection: payment, count: 2, from: 2022-11-01, to: 2022-11-01}
    - {kind: missing, from: "2022-11-02 00:00:00", to: "2022-11-02 23:59:59"}
`), noon())
	if err != nil {
		t.Fatal(err)
	}
	s := made.State()
	if list := received(t, s); !slices.Contains(list, "MINE 1.23") || len(list) < 20 {
		t.Errorf("the row is not among %v", list)
	}
	if len(s.Answers) != 3 || s.Answers[0].Kind != "off_by_a_cent" || s.Answers[2].Kind != "missing" {
		t.Fatalf("%+v", s.Answers)
	}
	for _, a := range s.Answers {
		day := a.Row["created"]
		if want := map[string]string{"off_by_a_cent": "2022-11", "missing": "2022-11"}[a.Kind]; !strings.HasPrefix(day, want) {
			t.Errorf("%s was planted at %s", a.Kind, day)
		}
	}
	if got := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{}).State().Answers; got == nil || len(got) != 0 {
		t.Errorf("the answers of a world in balance are %v; JSON wants a list", got)
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	k := tenant.Known(c)
	if !slices.Equal(k.Vendors, []string{"fubei", "openapi", "openapi2"}) && len(k.Vendors) != 3 {
		t.Errorf("vendors %v", k.Vendors)
	}
	if !slices.Contains(k.Methods["openapi2"], "fa_alipay_account_check_query.php") || len(k.Kinds) != len(catalog.Kinds()) ||
		!slices.Contains(k.Columns["bill"], "in_amount") || len(k.Columns) != len(fixtures.Collections()) ||
		!slices.Contains(k.Discrepancies, "wrong_day") || k.MaxOrdersPerDay != fixtures.MaxOrdersPerDay {
		t.Errorf("%+v", k)
	}
	for _, name := range scenarios.Names() { // the library names nothing else
		s, err := scenarios.Load(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{}).State()
		if err := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{}).Play(s, noon()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
