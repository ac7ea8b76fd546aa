package scenarios_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shaxiang/scenarios"
)

// fired returns which of n calls, counted from 1, any rule fires on.
func fired(e *scenarios.Engine, c scenarios.Call, n int) []int {
	var hits []int
	for i := 1; i <= n; i++ {
		if _, ok := e.Consult(c); ok {
			hits = append(hits, i)
		}
	}
	return hits
}

func TestCallNumbers(t *testing.T) {
	t.Parallel()
	for when, want := range map[string][]int{
		"{}":                               {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		"{call: {nth: 3}}":                 {3},
		"{call: {nth: [2, 5, 99]}}":        {2, 5},
		"{call: {first: 2}}":               {1, 2},
		"{call: {after: 8}}":               {9, 10},
		"{call: {every: 3}}":               {3, 6, 9},
		"{call: {after: 1, every: 4}}":     {5, 9},
		"{call: {after: 2, first: 4}}":     {3, 4},
		"{call: {every: 2, nth: [4, 6]}}":  {4, 6},
		"{probability: 1}":                 {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		"{call: {every: 2}}, times: 3":     {2, 4, 6},
		"{}, times: 1":                     {1},
		"{call: {after: 3}}, times: 2":     {4, 5},
		"{state: start}":                   {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		"{method: nothing.like.it}":        nil,
		"{call: {first: 5, every: 5}}":     {5},
		"{params: {page_no: 0}}, times: 2": {1, 2},
	} {
		e := scenarios.NewEngine(parse(t, "rules: [{when: "+when+", then: {http: 500}}]"), 1)
		got := fired(e, scenarios.Call{Vendor: "openapi", Method: "a.b", Params: map[string]string{"page_no": "0"}}, 10)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
}

func TestMatching(t *testing.T) {
	t.Parallel()
	call := scenarios.Call{Vendor: "openapi", Method: "sales.Payment.queryWithDetail", Params: map[string]string{
		"page_no": "0", "amount": "199.0000", "flag": "true", "empty": "", "detail_list.0.spec_no": "A1", "detail_list.1.spec_no": "B2"}}
	for when, want := range map[string]bool{
		"{vendor: openapi}":                                 true,
		"{vendor: openapi2}":                                false,
		"{method: sales.Payment.queryWithDetail}":           true,
		"{method: 'sales.*'}":                               true,
		"{method: '*.query*'}":                              true,
		"{method: '*'}":                                     true,
		"{method: 'sales.*.push'}":                          false,
		"{method: sales}":                                   false,
		"{method: 'sales.?ayment.*'}":                       true,
		"{method: 'sales.[A-P]ayment.*'}":                   true,
		"{method: 'sales.[^P]ayment.*'}":                    false,
		"{params: {'detail_list.?.spec_no': '[AB]?'}}":      false,
		"{params: {'detail_list.?.spec_no': 'B?'}}":         true,
		"{params: {page_no: 0}}":                            true,
		"{params: {page_no: '0'}}":                          true,
		"{params: {page_no: 1}}":                            false,
		"{params: {page_no: 0.0}}":                          false,
		"{params: {amount: 199.0000}}":                      true,
		"{params: {amount: 199}}":                           false,
		"{params: {flag: true}}":                            true,
		"{params: {empty: ''}}":                             true,
		"{params: {missing: ''}}":                           false,
		"{params: {missing: '*'}}":                          false,
		"{params: {amount: '199*'}}":                        true,
		"{params: {page_no: 0, amount: 5}}":                 false,
		"{params: {detail_list.1.spec_no: B2}}":             true,
		"{params: {'detail_list.*.spec_no': 'B*'}}":         true,
		"{params: {'detail_list.*.spec_no': C3}}":           false,
		"{vendor: openapi, method: '*', params: {flag: t}}": false,
		"{state: other}":                                    false,
	} {
		r := `{"when": ` + when + `, "then": {"http": 500}}`
		e := scenarios.NewEngine(nil, 1)
		if _, err := e.Add(rule(t, r)); err != nil {
			t.Fatal(err)
		}
		if _, got := e.Consult(call); got != want {
			t.Errorf("%s fires: %v, want %v", when, got, want)
		}
	}
}

func TestParamsFromGo(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(nil, 1)
	_, err := e.Add(scenarios.Rule{When: scenarios.When{Params: map[string]any{"page_no": 0, "ok": true}}, Then: scenarios.Then{HTTP: 500}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.Consult(scenarios.Call{Params: map[string]string{"page_no": "0", "ok": "true"}}); !ok {
		t.Error("a param that a Go program gives as a number does not match its text")
	}
}

func TestEffects(t *testing.T) {
	t.Parallel()
	for then, want := range map[string]scenarios.Effect{
		"{refuse: too_frequent}":                       {Refuse: "too_frequent"},
		"{refuse: {code: 1060, message: 欠费}}":          {Code: "1060", Message: "欠费"},
		"{refuse: {code: '1060', message: ''}}":        {Code: `"1060"`},
		"{reply: '<html>'}":                            {Reply: []byte("<html>")},
		"{reply: ''}":                                  {Reply: []byte{}},
		"{reply: !!binary '/w=='}":                     {Reply: []byte{0xff}},
		"{reply: {b: 199.0000, a: [1, null, ~, x<y]}}": {Reply: []byte(`{"b":199.0000,"a":[1,null,null,"x<y"]}`)},
		"{reply: [2022-12-28, 0x1F, .5, 1_000, 1e3]}":  {Reply: []byte(`["2022-12-28",31,0.5,1000,1e3]`)},
		"{reply: 12345678901234567890123.10}":          {Reply: []byte("12345678901234567890123.10")},
		"{reply: true}":                                {Reply: []byte("true")},
		"{patch: {b.0: 1.50, a: $delete, c: null}}": {Patch: []scenarios.Patch{
			{Path: "b.0", Value: []byte("1.50")}, {Path: "a", Delete: true}, {Path: "c", Value: []byte("null")}}},
		"{delay: 1.5s}":                            {Delay: 1500 * time.Millisecond},
		"{delay: {min: 2s, max: 2s}}":              {Delay: 2 * time.Second},
		"{delay: {p50: 3s, p99: 3s}}":              {Delay: 3 * time.Second},
		"{drop: reset}":                            {Drop: scenarios.DropReset},
		"{drop: truncate, http: 502}":              {Drop: scenarios.DropTruncate, HTTP: 502},
		"{advance: 10m}":                           {Advance: 10 * time.Minute},
		"{become: x}":                              {},
		"{refuse: internal, delay: 1s, http: 500}": {Refuse: "internal", Delay: time.Second, HTTP: 500},
	} {
		e := scenarios.NewEngine(parse(t, "rules: [{name: r, then: "+then+"}]"), 1)
		want.Rule = "r"
		got, ok := e.Consult(scenarios.Call{})
		if diff := cmp.Diff(want, got); diff != "" || !ok {
			t.Errorf("%s: fired %v (-want +got):\n%s", then, ok, diff)
		}
	}
}

func TestFirstThatFiresDecides(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(parse(t, `
rules:
  - {name: third, when: {call: {every: 3}}, then: {http: 503}}
  - {name: page, when: {params: {page_no: 0}}, then: {http: 500}}
  - {then: {http: 502}}`), 1)
	var got []string
	for i := range 6 {
		effect, _ := e.Consult(scenarios.Call{Params: map[string]string{"page_no": fmt.Sprint(i % 2)}})
		got = append(got, effect.Rule)
	}
	if want := []string{"page", "rule-3", "third", "rule-3", "page", "third"}; !cmp.Equal(got, want) {
		t.Errorf("rules %v, want %v", got, want)
	}
	// Calls that an earlier rule decided did not come to the later ones.
	want := "third 6/2, page 2/2, rule-3 2/2"
	if got := counts(e); got != want {
		t.Errorf("matched/fired: %s, want %s", got, want)
	}
}

func counts(e *scenarios.Engine) string {
	s := ""
	for i, r := range e.Rules() {
		if i > 0 {
			s += ", "
		}
		name := r.Rule.Name
		if name == "" {
			name = r.ID
		}
		s += fmt.Sprintf("%s %d/%d", name, r.Matched, r.Fired)
	}
	return s
}

func TestStates(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Load("recovers", nil)
	if err != nil {
		t.Fatal(err)
	}
	e := scenarios.NewEngine(s, 1)
	var got []string
	for range 9 {
		effect, _ := e.Consult(scenarios.Call{})
		got = append(got, effect.Rule+">"+e.State())
	}
	want := []string{">start", ">start", "breaks>down", "closed>down", "closed>down", "closed>down", "stumbles>up", ">up", ">up"}
	if !cmp.Equal(got, want) {
		t.Errorf("rule and state %v, want %v", got, want)
	}
	e.Reset()
	if e.State() != scenarios.StartState || counts(e) != "breaks 0/0, stumbles 0/0, closed 0/0" {
		t.Errorf("after reset: %s, %s", e.State(), counts(e))
	}
	if got := fired(e, scenarios.Call{}, 4); !cmp.Equal(got, []int{3, 4}) {
		t.Errorf("after reset calls %v are changed, want 3 and 4", got)
	}
}

func TestOneOffRules(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(parse(t, "rules: [{name: own, then: {http: 500}}]"), 1)
	first, err1 := e.Add(rule(t, "{times: 1, then: {http: 501}}"))
	second, err2 := e.Add(rule(t, "{name: b, times: 1, then: {http: 502}}"))
	if err1 != nil || err2 != nil || first != "one-off-1" || second != "one-off-2" {
		t.Fatalf("added %s %v, %s %v", first, err1, second, err2)
	}
	var got []string
	for range 3 {
		effect, _ := e.Consult(scenarios.Call{})
		got = append(got, effect.Rule)
	}
	if want := []string{"one-off-1", "b", "own"}; !cmp.Equal(got, want) {
		t.Errorf("rules %v, want %v", got, want)
	}
	if e.Remove("own") || e.Remove("rule-1") || !e.Remove(first) || e.Remove(first) {
		t.Error("only one-off rules are removed, once")
	}
	if got := counts(e); got != "b 2/1, own 1/1" {
		t.Errorf("rules %s", got)
	}
	e.Clear()
	if got := counts(e); got != "own 1/1" {
		t.Errorf("after clear: %s", got)
	}
	e.Replace(parse(t, "rules: [{name: other, then: {http: 500}}]"))
	if got := counts(e); got != "other 0/0" {
		t.Errorf("after replace: %s", got)
	}
	_, err := e.Add(scenarios.Rule{Then: scenarios.Then{HTTP: 99}})
	if want := "rule: then.http: 99 is no status of an answer; want 200 to 599"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	for _, r := range []scenarios.Refusal{{Message: "x"}, {Kind: "a", Code: "1"}, {Code: "x"}} {
		_, err := e.Add(scenarios.Rule{Then: scenarios.Then{Refuse: r}})
		if want := "rule: then.refuse: needs a kind, or a code as JSON text with a message"; err == nil || err.Error() != want {
			t.Errorf("%+v: error %v, want %s", r, err, want)
		}
	}
	e.Replace(nil)
	if _, ok := e.Consult(scenarios.Call{}); ok || len(e.Rules()) != 0 {
		t.Error("an engine without scenario has no rules")
	}
}

func TestTooManyOneOffRules(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(nil, 1)
	r := rule(t, "{then: {http: 500}}")
	for range scenarios.MaxRules {
		if _, err := e.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Add(r); err == nil || err.Error() != "there are 10000 one-off rules already; remove those that are done with" {
		t.Errorf("error %v", err)
	}
	e.Clear()
	if _, err := e.Add(r); err != nil {
		t.Errorf("after clear: %v", err)
	}
}

// TestSameSeedSameEffects: chance depends on seed, rule and match alone.
func TestSameSeedSameEffects(t *testing.T) {
	t.Parallel()
	s := parse(t, "rules: [{when: {probability: 0.3}, then: {delay: {min: 1ms, max: 1s}}}, {when: {probability: 0.3}, then: {http: 500}}]")
	run := func(seed uint64) string {
		e, out := scenarios.NewEngine(s, seed), ""
		for range 200 {
			effect, _ := e.Consult(scenarios.Call{})
			out += text(effect)
		}
		return out
	}
	first, again := run(1), run(1)
	if first != again {
		t.Error("the same seed gives other effects")
	}
	if first == run(2) {
		t.Error("another seed gives the same effects")
	}
	n := len(fired(scenarios.NewEngine(parse(t, "rules: [{when: {probability: 0.3}, then: {http: 500}}]"), 5), scenarios.Call{}, 10000))
	if n < 2850 || n > 3150 {
		t.Errorf("probability 0.3 fired %d times of 10000", n)
	}
}

// TestThirdCallOnce: however many ask at once, one of them gets the third call.
func TestThirdCallOnce(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(parse(t, `
rules:
  - {name: nth, when: {call: {nth: 3}}, then: {http: 503}}
  - {name: times, times: 7, then: {http: 500}}`), 1)
	var nth, times atomic.Int64
	var start, done sync.WaitGroup
	start.Add(1)
	for range 100 {
		done.Go(func() {
			start.Wait()
			effect, _ := e.Consult(scenarios.Call{})
			switch effect.Rule {
			case "nth":
				nth.Add(1)
			case "times":
				times.Add(1)
			}
			_, _ = e.State(), e.Rules()
		})
	}
	start.Done()
	done.Wait()
	if nth.Load() != 1 || times.Load() != 7 {
		t.Errorf("nth 3 fired %d times, times 7 fired %d times", nth.Load(), times.Load())
	}
	if got := counts(e); got != "nth 100/1, times 99/7" {
		t.Errorf("counts %s", got)
	}
}

// TestCountsAreConsistent: a rule fires at most as often as it matches and as times
// allows, and every call is decided at most once.
func TestCountsAreConsistent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.IntRange(0, 4)
		s := &scenarios.Scenario{}
		for range rapid.IntRange(1, 5).Draw(t, "rules") {
			r := scenarios.Rule{Times: small.Draw(t, "times"), Then: scenarios.Then{HTTP: 500}}
			r.When.Call = scenarios.CallNumber{First: small.Draw(t, "first"), After: small.Draw(t, "after"), Every: small.Draw(t, "every")}
			if small.Draw(t, "stateful") == 0 {
				r.When.State = rapid.SampledFrom([]string{"start", "a"}).Draw(t, "state")
				r.Then.Become = rapid.SampledFrom([]string{"start", "a"}).Draw(t, "become")
			}
			if p := small.Draw(t, "probability"); p > 0 {
				share := float64(p) / 4
				r.When.Probability = &share
			}
			s.Rules = append(s.Rules, r)
		}
		n := rapid.IntRange(0, 40).Draw(t, "calls")
		e := scenarios.NewEngine(s, rapid.Uint64().Draw(t, "seed"))
		decided := len(fired(e, scenarios.Call{}, n))
		total := 0
		for i, r := range e.Rules() {
			total += r.Fired
			if r.Fired > r.Matched || r.Matched > n || r.Rule.Times > 0 && r.Fired > r.Rule.Times {
				t.Fatalf("rule %d matched %d, fired %d of %d calls, times %d", i, r.Matched, r.Fired, n, r.Rule.Times)
			}
		}
		if total != decided {
			t.Fatalf("rules fired %d times on %d decided calls", total, decided)
		}
	})
}

func TestRuleStateAsJSON(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(nil, 1)
	if _, err := e.Add(rule(t, "{name: a, when: {params: {page_no: 0}, call: {nth: 3}}, then: {delay: 1.5s, refuse: {code: 1.0, message: x}, patch: {+a: 2.50, b: $delete}}}")); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(e.Rules())
	want := `[{"id":"one-off-1","rule":{"name":"a","when":{"params":{"page_no":"0"},"call":{"nth":[3]}},"then":{"refuse":{"code":1.0,"message":"x"},"patch":{"+a":2.50,"b":"$delete"},"delay":"1.5s"}},"matched":0,"fired":0,"one_off":true}]`
	if err != nil || string(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	var back []scenarios.RuleState
	if err := json.Unmarshal(got, &back); err != nil || !cmp.Equal(back, e.Rules()) {
		t.Errorf("read back: %v %s", err, cmp.Diff(e.Rules(), back))
	}
	if err := json.Unmarshal([]byte(`{"then": {"http": 99}}`), new(scenarios.Rule)); err == nil {
		t.Error("a wrong rule is read from JSON without an error")
	}
}

// BenchmarkThousandRules is the cost of a call that no rule fires on.
func BenchmarkThousandRules(b *testing.B) {
	s := &scenarios.Scenario{}
	for i := range 1000 {
		s.Rules = append(s.Rules, scenarios.Rule{When: scenarios.When{Method: "sales.*", Params: scenarios.Params{"page_no": fmt.Sprint(i + 1)}},
			Then: scenarios.Then{HTTP: 500}})
	}
	e := scenarios.NewEngine(s, 1)
	c := scenarios.Call{Vendor: "openapi", Method: "sales.Payment.queryWithDetail", Params: map[string]string{"page_no": "0"}}
	for b.Loop() {
		e.Consult(c)
	}
}

// TestMatchingHoldsNoLock: while a call with a large value is matched, other calls go on.
func TestMatchingHoldsNoLock(t *testing.T) {
	t.Parallel()
	var rules []scenarios.Rule
	for range 20 {
		rules = append(rules, scenarios.Rule{When: scenarios.When{Params: scenarios.Params{"x": "*a?c*"}}, Then: scenarios.Then{HTTP: 502}})
	}
	e := scenarios.NewEngine(&scenarios.Scenario{Rules: rules}, 1)
	done, others := make(chan bool), 0
	go func() {
		_, fired := e.Consult(scenarios.Call{Method: "m", Params: map[string]string{"x": strings.Repeat("ab", 1<<19)}})
		done <- fired
	}()
	for {
		select {
		case fired := <-done:
			if fired || others < 5000 {
				t.Errorf("fired %v; meanwhile %d others were decided on, want at least 5,000", fired, others)
			}
			return
		default:
			if _, fired := e.Consult(scenarios.Call{Method: "m", Params: map[string]string{"x": "abc"}}); fired {
				others++
			}
		}
	}
}

// TestRulesChangeMeanwhile: a call is decided by the rules of one moment, while rules come and go.
func TestRulesChangeMeanwhile(t *testing.T) {
	t.Parallel()
	e := scenarios.NewEngine(&scenarios.Scenario{Rules: []scenarios.Rule{{Then: scenarios.Then{HTTP: 502}}}}, 1)
	const each = 2000
	var all sync.WaitGroup
	var decided atomic.Int64
	all.Go(func() {
		for range each {
			id, err := e.Add(scenarios.Rule{Then: scenarios.Then{HTTP: 503}})
			if err != nil || !e.Remove(id) {
				t.Error("the rule is gone", err)
			}
		}
	})
	for range 2 {
		all.Go(func() {
			for range each {
				if effect, fired := e.Consult(scenarios.Call{}); fired && effect.HTTP == 502 {
					decided.Add(1)
				} else if !fired || effect.HTTP != 503 {
					t.Errorf("%+v %v", effect, fired)
				}
			}
		})
	}
	all.Wait()
	if r := e.Rules(); len(r) != 1 || r[0].Fired != int(decided.Load()) || r[0].Matched != r[0].Fired {
		t.Errorf("%d calls were decided by the rule, which says %+v", decided.Load(), r)
	}
}
