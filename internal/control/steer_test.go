package control

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/internal/journal"
	"shaxiang/internal/text"
	"shaxiang/scenarios"
)

func callOf(method string) journal.Entry { return journal.Entry{Vendor: "openapi", Method: method} }

func TestClock(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.make("c")
	do := mustDo[Clock](t)
	want := func(got, want Clock) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	const wall = "2024-06-15 12:00:00"
	want(do(s.client.Clock(bg(), "c")), Clock{"real", wall, wall, "0s"})
	want(do(s.client.AdvanceClock(bg(), "c", "36h")), Clock{"real", "2024-06-17 00:00:00", wall, "0s"})
	want(do(s.client.SetClock(bg(), "c", ClockSetting{Mode: "frozen", Now: "2022-12-28 16:40:58"})), Clock{"frozen", "2022-12-28 16:40:58", wall, "0s"})
	want(do(s.client.AdvanceClock(bg(), "c", "-58s")), Clock{"frozen", "2022-12-28 16:40:00", wall, "0s"})
	want(do(s.client.SetClock(bg(), "c", ClockSetting{Mode: "offset", Offset: "-1h"})), Clock{"offset", "2024-06-15 11:00:00", "2024-06-15 11:00:00", "-1h0m0s"})
	want(do(s.client.SetClock(bg(), "c", ClockSetting{})), Clock{"real", wall, wall, "0s"})
	for _, c := range []struct {
		setting ClockSetting
		status  int
		words   string
	}{
		{ClockSetting{Mode: "frozen"}, 422, "is no time"},
		{ClockSetting{Mode: "frozen", Now: "2022-13-01 00:00:00"}, 422, "2022-13-01"},
		{ClockSetting{Mode: "frozen", Now: "1969-01-01 00:00:00"}, 422, "too far away"},
		{ClockSetting{Mode: "real", Offset: "1h"}, 422, "takes no now and no offset"},
		{ClockSetting{Mode: "offset", Now: "2022-12-28 16:40:58"}, 422, "takes no now"},
		{ClockSetting{Mode: "offset", Offset: "2000000h"}, 422, "more than a century"},
		{ClockSetting{Mode: "offset", Offset: "one hour"}, 400, "no duration"},
		{ClockSetting{Mode: "stopped"}, 422, "want real, frozen or offset"},
	} {
		_, err := s.client.SetClock(bg(), "c", c.setting)
		wantError(t, err, c.status, c.words)
	}
	for by, status := range map[string]int{"": 400, "36": 400, "2500000h": 422, "-2500000h": 422, "9999999999h": 400} {
		_, err := s.client.AdvanceClock(bg(), "c", by)
		wantError(t, err, status, "by: ")
	}
	want(do(s.client.Clock(bg(), "c")), Clock{"real", wall, wall, "0s"})
	wantBad(t, s.raw("POST", "/_sandbox/tenants/c/clock/advance", JSON, "{}"), 400, "by: is missing")
}

func wantBad(t testing.TB, got sent, status int, words ...string) {
	t.Helper()
	if got.status != status {
		t.Errorf("got %d %s, want %d", got.status, got.body, status)
	}
	for _, w := range words {
		if !strings.Contains(got.body, w) {
			t.Errorf("%s does not say %s", got.body, w)
		}
	}
}

func TestScenario(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("s")
	do := mustDo[ScenarioInfo](t)
	if got := do(s.client.Scenario(bg(), "s")); got.Name != "baseline" || got.State != scenarios.StartState {
		t.Errorf("at first: %s", asText(got))
	}
	for _, name := range scenarios.Names() {
		if got := do(s.client.PlayScenario(bg(), "s", name)); got.Name != name || got.Title == "" {
			t.Errorf("%s: %s", name, asText(got))
		}
	}
	if got := s.raw("PUT", "/_sandbox/tenants/s/scenario", YAML, "name: slow\n"); got.status != 200 || tn.State().Scenario.Name != "slow" {
		t.Errorf("a name in YAML: %s", got.body)
	}
	whole := "extends: reconcile-mismatch\nseed: 9\nrules:\n- {name: mine, when: {params: {page_no: 0}}, then: {refuse: {code: 1060, message: slow down}, delay: {max: 2s}, patch: {a.b: 1.50}}}\n"
	got := do(s.client.SetScenario(bg(), "s", YAML, []byte(whole)))
	for _, want := range []string{`"code":1060`, `"a.b":1.50`, `"max":"2s"`} {
		if !strings.Contains(string(got.Scenario), want) {
			t.Errorf("%s does not have %s", got.Scenario, want)
		}
	}
	if n := len(mustDo[Answers](t)(s.client.Answers(bg(), "s")).Answers); n == 0 || n != len(tn.State().Answers) {
		t.Errorf("%d answers", n)
	}
	// What is told can be sent again.
	again := do(s.client.SetScenario(bg(), "s", JSON, got.Scenario))
	if diff := cmp.Diff(string(got.Scenario), string(again.Scenario)); diff != "" {
		t.Error(diff)
	}
}

func TestBadScenarios(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.tenants.Tenant("default").State()
	const path = "/_sandbox/tenants/default/scenario"
	for _, c := range []struct {
		kind, body string
		status     int
		words      []string
	}{
		{JSON, `{"name": "trottled"}`, 404, []string{"trottled", "throttled"}},
		{YAML, "rules:\n- when: {vendor: alipay}\n  then: {refuse: nonsense}\n- then: {delay: 5}\n", 400, []string{`"line":2`, "alipay", "nonsense", `"line":4`, "has no unit"}},
		{YAML, "rulez: []\n", 400, []string{`unknown key \"rulez\"`, "known here"}},
		{YAML, "extends: ./other.yaml\n", 400, []string{"files are not read here"}},
		{YAML, "rules:\n- {when: {method: no.such.method}, then: {http: 502}}\n", 400, []string{"no.such.method"}},
		{YAML, "clock: {mode: frozen, now: yesterday}\n", 400, []string{"yesterday"}},
		{YAML, "world: {discrepancies: [{kind: missing, count: 10, from: 2012-01-01, to: 2012-01-01}]}\nclock: {mode: frozen, now: 2012-01-02 00:00:00}\n", 422, []string{"can bear one"}},
		{YAML, "world: {orders_per_day: 30000, discrepancies: [{kind: missing, from: 2012-01-01, to: 2024-01-01}]}", 422, []string{"too many to look through"}},
		{YAML, "world: {discrepancies: [{kind: missing, from: 0001-01-01, to: 9999-12-31}]}", 422, []string{"too many to look through"}},
		{YAML, "title: a\ntitle: b\n", 400, []string{`"line":2`, "title appears twice, first in line 1"}},
		{YAML, strings.Repeat("x: {a: 1}\n", 20000), 400, []string{"a map of 20000 keys is too large"}},
		{YAML, strings.Repeat("- {a: 1, a: 1}\n", 10000), 400, []string{"a appears twice"}},
		{YAML, strings.Repeat("[", 90000), 400, []string{"problem"}},
		{YAML, "rules: [" + strings.Repeat("1,", 3_500_000) + "1]", 413, []string{"3500003 values", "at most 100000"}},
		{YAML, strings.Repeat("- ", 100_000) + "1", 413, []string{"100001 values"}},
		{YAML, "", 400, []string{"is empty"}},
		{YAML, "a: [", 400, []string{"problem"}},
		{YAML, "a: &a [*a]", 400, []string{"problem"}},
		{"text/plain", "name: slow", 415, []string{"application/yaml"}},
		{"", "name: slow", 415, []string{"application/yaml"}},
	} {
		wantBad(t, s.raw("PUT", path, c.kind, c.body), c.status, c.words...)
	}
	if s.tenants.Tenant("default").State() != before {
		t.Error("a refused scenario changed the tenant")
	}
}

func TestThousandRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	var b strings.Builder
	b.WriteString("rules:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "- {when: {params: {page_no: %d}}, then: {http: 502}}\n", i)
	}
	body := b.String()
	mustDo[ScenarioInfo](t)(s.client.SetScenario(bg(), "default", YAML, []byte(body)))
	if n := len(mustDo[Rules](t)(s.client.Rules(bg(), "default")).Rules); n != 1000 {
		t.Errorf("there are %d rules", n)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("r")
	mustDo[ScenarioInfo](t)(s.client.SetScenario(bg(), "r", YAML, []byte("rules: [{name: base, then: {http: 503, become: tired}}]")))
	first := mustDo[Rule](t)(s.client.AddRule(bg(), "r", YAML, []byte("name: second-call\nwhen: {call: {nth: 2}}\nthen: {refuse: too_frequent}\n")))
	second := mustDo[Rule](t)(s.client.AddRule(bg(), "r", JSON, []byte(`{"when": {"method": "finance.*"}, "then": {"refuse": "internal"}, "times": 1}`)))
	if !first.OneOff || first.ID == second.ID || !strings.Contains(string(second.Rule), `"times":1`) {
		t.Errorf("%s %s", asText(first), asText(second))
	}
	for range 3 {
		fake(tn, callOf("sales.Payment.queryWithDetail"))
	}
	fake(tn, callOf("finance.RawPayment.push"))
	fake(tn, callOf("finance.RawPayment.push"))
	list := mustDo[Rules](t)(s.client.Rules(bg(), "r"))
	var counts [][2]int
	for _, r := range list.Rules {
		counts = append(counts, [2]int{r.Matched, r.Fired})
	}
	// The first two calls and the second push fall through to the scenario's rule.
	if diff := cmp.Diff([][2]int{{5, 1}, {2, 1}, {3, 3}}, counts); diff != "" || list.State != "tired" {
		t.Errorf("state %s, counts %s", list.State, diff)
	}
	if err := s.client.RemoveRule(bg(), "r", second.ID); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.client.RemoveRule(bg(), "r", second.ID), http.StatusNotFound, first.ID)
	wantError(t, s.client.RemoveRule(bg(), "r", "rule-1"), http.StatusConflict, "belongs to the scenario")
	if err := s.client.ClearRules(bg(), "r"); err != nil {
		t.Fatal(err)
	}
	if n := len(mustDo[Rules](t)(s.client.Rules(bg(), "r")).Rules); n != 1 {
		t.Errorf("%d rules are left", n)
	}
	for body, words := range map[string]string{
		"then: {refuse: nonsense}": "nonsense", "then: {}": "then", "when: {vendro: x}\nthen: {http: 502}": "vendro",
		"when: {method: no.such}\nthen: {http: 502}": "no.such", "then: {delay: 5}": "has no unit", "[]": "problem", "then: {http: 99}": "http"} {
		_, err := s.client.AddRule(bg(), "r", YAML, []byte(body))
		wantError(t, err, http.StatusBadRequest, words)
	}
}

// TestProblemsHaveIDs checks that each problem of a rule has an ID, those of the decoder
// included.
func TestProblemsHaveIDs(t *testing.T) {
	t.Parallel()
	s := start(t)
	for body, id := range map[string]text.ID{
		"then: {refuse: nonsense}": "scenarios.not_known", "when: {method: no.such}\nthen: {http: 502}": "scenarios.no_method",
		"when: {method: 'a['}\nthen: {http: 502}": "scenarios.pattern", "then: {}": "scenarios.then_empty", "then: {delay: 5}": "scenarios.no_unit", "whem: {}": "yamlfile.unknown_key"} {
		_, err := s.client.AddRule(bg(), "default", YAML, []byte(body))
		var refused *Error
		if !errors.As(err, &refused) || len(refused.Problems) != 1 || refused.Problems[0].ID != id {
			t.Errorf("%s: %+v, want the ID %s", body, err, id)
		}
	}
}
