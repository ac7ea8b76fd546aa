package scenarios

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"shaxiang/internal/text"
)

// Call is one call as rules see it, or one attempt at a notification.
type Call struct {
	Vendor string
	Method string
	Params map[string]string // each argument by its name as Flatten gives it: page_no, detail_list.0.spec_no
	Notify bool              // an attempt at a notification, which only rules with that effect see
}

// Effect is what a rule does to a call. The zero value of a field does nothing.
type Effect struct {
	Rule    string        // the rule's name, or its id when it has none
	Refuse  string        // the kind to refuse the call with
	Code    string        // JSON text: an explicit refusal's code
	Message string        // an explicit refusal's text
	Reply   []byte        // the body to send instead; nil: none, empty: an empty one
	Patch   []Patch       // changes in the body, not to be modified
	Delay   time.Duration // how long the answer is held back
	Drop    string        // one of the Drop constants
	HTTP    int           // the status; 0: as it would be
	Advance time.Duration // by how much the tenant's clock moves on after the call
	Notify  Notify        // what happens to the notification
}

// RuleState is a rule with its counts.
type RuleState struct {
	ID      string `json:"id"`
	Rule    Rule   `json:"rule"`
	Matched int    `json:"matched"` // calls that reached the rule and fit its vendor, method, params and state
	Fired   int    `json:"fired"`   // calls that it decided
	OneOff  bool   `json:"one_off"` // added at run time, not of the scenario
}

// Engine holds the rules of one tenant: their counts, the state, and one-off rules.
// It is safe for use by many goroutines.
type Engine struct {
	seed uint64

	mu      sync.Mutex
	rules   []*live // one-off rules first; another slice once rules come or go
	changed int     // how often they did
	oneOffs int     // how many of them are one-off
	added   uint64  // one-off rules so far, for their ids and dice
	state   string
}

// live is a rule with its counts.
type live struct {
	Rule
	id             string
	number         uint64 // which rule its dice are about
	oneOff         bool
	when           conditions
	matched, fired int
}

// begin compiles a rule, with counts of zero.
func begin(r Rule, id string, number uint64) *live {
	return &live{Rule: r, id: id, number: number, oneOff: number >= firstOneOff, when: r.When.compile()}
}

// firstOneOff keeps the dice of one-off rules apart from those of the scenario's.
const firstOneOff = 1 << 32

// NewEngine returns an engine for a scenario, nil for none. The seed is the tenant's, or
// that of the scenario: the caller decides.
func NewEngine(s *Scenario, seed uint64) *Engine {
	e := &Engine{seed: seed}
	e.Replace(s)
	return e
}

// Replace replaces rules, one-off rules, counts and state by those of a new scenario. The
// seed stays.
func (e *Engine) Replace(s *Scenario) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rules, e.oneOffs, e.added, e.state = nil, 0, 0, StartState
	e.changed++
	if s == nil {
		return
	}
	for i, r := range s.Rules {
		e.rules = append(e.rules, begin(r, fmt.Sprintf("rule-%d", i+1), uint64(i)))
	}
}

// Idle reports whether there is no rule: calls need not consult the engine.
func (e *Engine) Idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.rules) == 0
}

// Consult counts a call and returns the effect of the first rule that fires on it;
// rules after that one do not see the call. It reports false when none fires.
func (e *Engine) Consult(c Call) (Effect, bool) {
	var few [8]*live
	for {
		fitting, changed := e.fitting(&c, few[:0])
		if len(fitting) == 0 {
			return Effect{}, false
		}
		if effect, fired, ok := e.decide(fitting, changed); ok {
			return effect, fired
		}
	}
}

// fitting appends the rules that fit a call in any state, and returns how often the rules have
// changed. It holds no lock while it matches, because that takes as long as the call's values.
func (e *Engine) fitting(c *Call, list []*live) ([]*live, int) {
	e.mu.Lock()
	rules, changed := e.rules, e.changed
	e.mu.Unlock()
	for _, r := range rules {
		if r.Then.Notify.IsZero() != c.Notify && r.when.fit(c) {
			list = append(list, r)
		}
	}
	return list, changed
}

// decide counts a call that some rules fit, and returns the effect of the first that fires. ok is
// false when rules came or went since the rules were matched.
func (e *Engine) decide(fitting []*live, changed int) (effect Effect, fired, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed != changed {
		return Effect{}, false, false
	}
	for _, r := range fitting {
		if r.when.state != "" && r.when.state != e.state {
			continue
		}
		r.matched++
		if !r.fires(e.seed) {
			continue
		}
		r.fired++
		if r.Then.Become != "" {
			e.state = r.Then.Become
		}
		return r.effect(e.seed), true, true
	}
	return Effect{}, false, true
}

// Could reports whether a rule fits a call in any state, whatever was counted: Consult would
// change the engine. It changes nothing.
func (e *Engine) Could(c Call) bool {
	var few [8]*live
	fitting, _ := e.fitting(&c, few[:0])
	return len(fitting) > 0
}

// fires decides on the match that was just counted.
func (r *live) fires(seed uint64) bool {
	if r.Times > 0 && r.fired >= r.Times || !r.When.Call.chooses(r.matched) {
		return false
	}
	p := r.When.Probability
	return p == nil || r.dice(seed).share("fire") < *p
}

// chooses reports whether the nth matching call is chosen.
func (c *CallNumber) chooses(n int) bool {
	return (len(c.Nth) == 0 || slices.Contains(c.Nth, n)) &&
		(c.First == 0 || n <= c.First) &&
		n > c.After &&
		(c.Every == 0 || (n-c.After)%c.Every == 0)
}

// dice are those of the match that was counted last.
func (r *live) dice(seed uint64) dice { return dice{seed, r.number, uint64(r.matched)} }

func (r *live) effect(seed uint64) Effect {
	t := &r.Then
	return Effect{Rule: r.label(), Refuse: t.Refuse.Kind, Code: t.Refuse.Code, Message: t.Refuse.Message,
		Reply: t.Reply, Patch: t.Patch, Delay: t.Delay.draw(r.dice(seed)), Drop: t.Drop, HTTP: t.HTTP, Advance: t.Advance, Notify: t.Notify}
}

func (r *live) label() string {
	if r.Name != "" {
		return r.Name
	}
	return r.id
}

// State returns the state that rules have set.
func (e *Engine) State() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state
}

// Rules returns all rules in the order in which they are consulted.
func (e *Engine) Rules() []RuleState {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]RuleState, len(e.rules))
	for i, r := range e.rules {
		list[i] = RuleState{ID: r.id, Rule: r.Rule, Matched: r.matched, Fired: r.fired, OneOff: r.oneOff}
	}
	return list
}

// Add puts a one-off rule before the scenario's rules and after the one-off rules
// that exist, and returns the id of the new rule. The error is a yamlfile.Problems when
// the rule is wrong. Slices and maps of the rule must not be changed afterwards.
func (e *Engine) Add(r Rule) (string, error) {
	if err := checkRule(&r); err != nil {
		return "", err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.oneOffs >= MaxRules {
		return "", text.Fail("scenarios.too_many_one_offs", "count", e.oneOffs)
	}
	e.added++
	added := begin(r, fmt.Sprintf("one-off-%d", e.added), firstOneOff+e.added)
	e.rules = slices.Insert(slices.Clone(e.rules), e.oneOffs, added)
	e.oneOffs++
	e.changed++
	return added.id, nil
}

// Remove removes a one-off rule. It reports false when no rule has the id.
func (e *Engine) Remove(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.rules[:e.oneOffs], func(r *live) bool { return r.id == id })
	if i < 0 {
		return false
	}
	e.rules = slices.Delete(slices.Clone(e.rules), i, i+1)
	e.oneOffs--
	e.changed++
	return true
}

// Clear removes all one-off rules. The scenario's rules keep their counts.
func (e *Engine) Clear() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rules = slices.Clone(e.rules[e.oneOffs:])
	e.oneOffs = 0
	e.changed++
}

// Reset brings counts and state back to the start. One-off rules stay.
func (e *Engine) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.state = StartState
	for _, r := range e.rules {
		r.matched, r.fired = 0, 0
	}
}

// Progress is the state of an engine. An engine with the same scenario, seed and progress
// decides the same.
type Progress struct {
	State   string   `json:"state"`
	OneOffs []Rule   `json:"one_offs"`
	Added   uint64   `json:"added"`  // one-off rules so far, those removed included
	IDs     []string `json:"ids"`    // of the one-off rules
	Counts  []Counts `json:"counts"` // of all rules, in the order in which they are consulted
}

// Counts are those of one rule.
type Counts struct {
	Matched int `json:"matched"`
	Fired   int `json:"fired"`
}

// Progress returns the state of the engine.
func (e *Engine) Progress() Progress {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := Progress{State: e.state, Added: e.added, OneOffs: []Rule{}, IDs: []string{}, Counts: []Counts{}}
	for i, r := range e.rules {
		if i < e.oneOffs {
			p.OneOffs, p.IDs = append(p.OneOffs, r.Rule), append(p.IDs, r.id)
		}
		p.Counts = append(p.Counts, Counts{r.matched, r.fired})
	}
	return p
}

// Resume gives a new engine of the same scenario the progress of another engine.
func (e *Engine) Resume(p Progress) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.oneOffs > 0 || len(p.IDs) != len(p.OneOffs) || len(p.Counts) != len(p.OneOffs)+len(e.rules) {
		return text.Fail("scenarios.progress", "one_offs", len(p.OneOffs), "ids", len(p.IDs), "counts", len(p.Counts), "rules", len(e.rules))
	}
	var oneOffs []*live
	for i, r := range p.OneOffs {
		var number uint64
		if err := checkRule(&r); err != nil {
			return err
		}
		if _, err := fmt.Sscanf(p.IDs[i], "one-off-%d", &number); err != nil {
			return text.Fail("scenarios.one_off_id", "id", p.IDs[i])
		}
		oneOffs = append(oneOffs, begin(r, p.IDs[i], firstOneOff+number))
	}
	e.rules, e.oneOffs = append(oneOffs, e.rules...), len(oneOffs)
	e.state, e.added = p.State, p.Added
	e.changed++
	for i, n := range p.Counts {
		e.rules[i].matched, e.rules[i].fired = n.Matched, n.Fired
	}
	return nil
}
