package scenarios_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"shaxiang/scenarios"
)

// TestNotifySeesNotifications: rules of calls and of notifications do not take from
// each other, nor count what is the others'.
func TestNotifySeesNotifications(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(parse(t, `rules:
  - {name: calls, when: {call: {nth: 2}}, then: {drop: reset}}
  - {name: notices, when: {method: "notify.*", call: {nth: 2}}, then: {notify: twice, become: done}}
  - {name: rest, then: {notify: {late: 90s}}}`), 1)
	consult := func(c scenarios.Call) (string, scenarios.Notify) {
		effect, _ := e.Consult(c)
		return effect.Rule, effect.Notify
	}
	call := scenarios.Call{Vendor: "fubei", Method: "m"}
	notice := scenarios.Call{Vendor: "fubei", Method: "notify.pay", Notify: true}
	for i, step := range []struct {
		call scenarios.Call
		rule string
		how  scenarios.Notify
	}{
		{call, "", scenarios.Notify{}},
		{notice, "rest", scenarios.Notify{How: scenarios.NotifyLate, Late: 90 * time.Second}},
		{call, "calls", scenarios.Notify{}},
		{notice, "notices", scenarios.Notify{How: scenarios.NotifyTwice}},
		{call, "", scenarios.Notify{}},
	} {
		if rule, how := consult(step.call); rule != step.rule || how != step.how {
			t.Errorf("step %d: %q %+v, want %q %+v", i+1, rule, how, step.rule, step.how)
		}
	}
	if e.State() != "done" {
		t.Errorf("the state is %s", e.State())
	}
}

// TestNotifyForms: what is written is read as the same rule.
func TestNotifyForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"{then: {notify: never}}":       `{"then":{"notify":"never"}}`,
		"{then: {notify: {late: 90s}}}": `{"then":{"notify":{"late":"1m30s"}}}`,
	} {
		r := rule(t, text)
		data, err := json.Marshal(r)
		if err != nil || string(data) != want {
			t.Errorf("%s, %v; want %s", data, err, want)
		}
		var again scenarios.Rule
		if err := json.Unmarshal(data, &again); err != nil || again.Then.Notify != r.Then.Notify {
			t.Errorf("%+v, %v", again.Then.Notify, err)
		}
	}
}

// TestNotifyOfGo: what a file cannot say, a Go program can.
func TestNotifyOfGo(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(nil, 1)
	for n, want := range map[scenarios.Notify]string{
		{How: scenarios.NotifyLate}:                     "rule: then.notify: late is 0s; it must be above 0",
		{How: scenarios.NotifyTwice, Late: time.Second}: "rule: then.notify: only late takes a time",
		{Late: time.Second}:                             "rule: then.notify: only late takes a time",
		{How: "lots"}:                                   `rule: then.notify: "lots" is not known`,
	} {
		_, err := e.Add(scenarios.Rule{Then: scenarios.Then{Notify: n}})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", n, err, want)
		}
	}
}
