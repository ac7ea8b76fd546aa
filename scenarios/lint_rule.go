package scenarios

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"time"

	"shaxiang/internal/text"
)

var scenarioName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// scenario checks what can be checked without other files and names.
func (l *linter) scenario(s *Scenario) {
	if s.Name != "" && !scenarioName.MatchString(s.Name) {
		l.at([]any{"name"}, "scenarios.name_form", "name", s.Name)
	}
	if s.Clock != nil {
		l.clock(s.Clock)
	}
	l.worldValues(&s.World)
	l.quota(&s.Quota)
	if len(s.Rules) > MaxRules {
		l.at([]any{"rules"}, "scenarios.too_many_rules", "count", len(s.Rules), "limit", MaxRules)
		return
	}
	named := map[string]bool{}
	for i := range s.Rules {
		if l.lost[i] {
			continue
		}
		path := []any{"rules", i}
		l.rule(path, &s.Rules[i])
		if name := s.Rules[i].Name; name != "" && named[name] {
			l.at(append(path, "name"), "scenarios.rule_twice", "name", name)
		}
		named[s.Rules[i].Name] = true
	}
	l.shadows(s.Rules)
	if s.Extends == "" {
		l.states(s.Rules, s.Rules)
	}
}

func (l *linter) clock(c *Clock) {
	path := []any{"clock"}
	_, err := text.Moment(c.Now)
	switch {
	case !slices.Contains([]string{"", "real", "frozen", "offset"}, c.Mode):
		l.oneOf([]any{"clock", "mode"}, c.Mode, []string{"real", "frozen", "offset"})
	case c.Mode == "frozen" && err != nil:
		l.at(append(path, "now"), "scenarios.frozen_now", "now", c.Now)
	case c.Mode == "frozen" && c.Offset != 0:
		l.at(append(path, "offset"), "scenarios.frozen_offset")
	case c.Mode == "offset" && c.Offset == 0:
		l.at(path, "scenarios.offset_missing")
	case c.Mode != "frozen" && c.Now != "":
		l.at(append(path, "now"), "scenarios.now_unused")
	case c.Mode != "offset" && c.Offset != 0:
		l.at(append(path, "offset"), "scenarios.offset_unused")
	}
}

func (l *linter) worldValues(w *World) {
	if w.OrdersPerDay < 0 {
		l.at([]any{"world", "orders_per_day"}, "scenarios.negative", "number", w.OrdersPerDay)
	}
	if w.Tick < 0 || w.Tick%time.Second != 0 {
		l.at([]any{"world", "tick"}, "scenarios.tick_form", "tick", w.Tick)
	}
	for i, d := range w.Discrepancies {
		at := []any{"world", "discrepancies", i}
		if d.Kind == "" {
			l.at(append(at, "kind"), "scenarios.missing")
		}
		if d.Count < 0 {
			l.at(append(at, "count"), "scenarios.negative", "number", d.Count)
		}
		from, to := l.bound(append(slices.Clone(at), "from"), d.From), l.bound(append(slices.Clone(at), "to"), d.To)
		if !from.IsZero() && !to.IsZero() && to.Before(from) {
			l.at(append(at, "to"), "scenarios.span_backwards", "to", d.To, "from", d.From)
		}
	}
}

// bound reads one end of a span. It is zero when the end is missing or wrong.
func (l *linter) bound(path []any, day string) time.Time {
	t, err := text.MomentOrDay(day, 0)
	if err != nil && day != "" {
		l.at(path, "scenarios.day_form", "day", day)
	}
	return t
}

func (l *linter) quota(q *Quota) {
	if q.PerMinute < 0 || q.Concurrent < 0 {
		l.at([]any{"quota"}, "scenarios.quota_negative")
	}
	compiled := make([]methods, len(q.Methods))
	for i, m := range q.Methods {
		compiled[i] = compileMethod(m.Method)
		at := []any{"quota", "methods", i}
		switch {
		case m.Method == "":
			l.at(append(at, "method"), "scenarios.quota_method_missing")
		case m.PerMinute < 0 || m.Concurrent < 0:
			l.at(at, "scenarios.method_quota_negative")
		case m.PerMinute == 0 && m.Concurrent == 0:
			l.at(at, "scenarios.quota_empty")
		}
		if l.methodPattern(append(at, "method"), m.Method) {
			continue
		}
		for j, earlier := range q.Methods[:i] {
			if earlier.Method != "" && compiled[j].cover(&compiled[i]) {
				l.at(append(at, "method"), "scenarios.quota_shadowed", "method", m.Method, "earlier", earlier.Method)
				break
			}
		}
	}
}

// rule checks one rule, at its path in the file.
func (l *linter) rule(at []any, r *Rule) {
	below := func(keys ...any) []any { return append(slices.Clone(at), keys...) }
	if r.Times < 0 {
		l.at(below("times"), "scenarios.times_negative", "times", r.Times)
	}
	if p := r.When.Probability; p != nil && !(*p > 0 && *p <= 1) {
		l.at(below("when", "probability"), "scenarios.probability_range", "probability", *p)
	}
	l.methodPattern(below("when", "method"), r.When.Method)
	l.callNumber(below("when", "call"), &r.When.Call, r.Times)
	for _, name := range slices.Sorted(maps.Keys(r.When.Params)) {
		if name == "" {
			l.at(below("when", "params"), "scenarios.param_name")
		}
	}
	if r.Then.empty() {
		l.at(below("then"), "scenarios.then_empty")
		return
	}
	if !r.Then.Notify.IsZero() {
		l.notify(below("then"), &r.Then)
	}
	l.answer(below("then"), &r.Then)
	l.delay(below("then", "delay"), &r.Then.Delay)
}

// callNumber checks that some call can have the numbers.
func (l *linter) callNumber(path []any, c *CallNumber, times int) {
	if c.First < 0 || c.After < 0 || c.Every < 0 || slices.ContainsFunc(c.Nth, func(n int) bool { return n < 1 }) {
		l.at(path, "scenarios.call_below_one")
		return
	}
	if c.First > 0 && c.First-c.After < max(c.Every, 1) { // a sum could overflow
		l.at(path, "scenarios.call_never", "first", c.First)
		return
	}
	for _, n := range c.Nth {
		if !c.chooses(n) {
			l.at(append(path, "nth"), "scenarios.nth_left_out", "call", n)
			return
		}
	}
	if times > 0 && len(c.Nth) > times {
		l.at(append(path, "nth"), "scenarios.nth_beyond_times", "count", len(c.Nth), "times", times)
	}
}

// answer checks that there is one answer, and that no effect changes an answer that is
// never sent.
func (l *linter) answer(path []any, t *Then) {
	at := func(key string) []any { return append(slices.Clone(path), key) }
	if !t.Refuse.IsZero() && t.Reply != nil {
		l.at(at("reply"), "scenarios.two_answers")
	}
	// No file can contain these errors; a Go program can.
	if r := t.Refuse; !r.IsZero() && (r.Kind == "") == (r.Code == "") || r.Code != "" && !json.Valid([]byte(r.Code)) {
		l.at(at("refuse"), "scenarios.refuse_form")
	}
	if t.Drop != "" {
		l.oneOf(at("drop"), t.Drop, drops())
	}
	if t.HTTP != 0 && (t.HTTP < 200 || t.HTTP > 599) {
		l.at(at("http"), "scenarios.http_status", "status", t.HTTP)
	}
	if t.Drop == DropReset && t.HTTP != 0 {
		l.at(at("http"), "scenarios.http_never_sent")
	}
	if t.Advance < 0 {
		l.at(at("advance"), "scenarios.advance_negative", "advance", t.Advance)
	}
	l.patches(at("patch"), t)
}

func (l *linter) patches(path []any, t *Then) {
	if len(t.Patch) > 0 && slices.Contains([]string{DropReset, DropEmpty, DropGarbage}, t.Drop) {
		l.at(path, "scenarios.patch_never_sent", "drop", t.Drop)
	}
	if len(t.Patch) > 0 && t.Reply != nil {
		l.at(path, "scenarios.patch_of_reply")
	}
	seen := map[string]bool{}
	for _, p := range t.Patch {
		at := append(slices.Clone(path), p.Path)
		if _, err := p.check(); err != nil {
			l.report(at[:len(path)], text.Of(err))
		}
		if seen[p.Path] {
			l.at(at, "scenarios.path_twice")
		}
		seen[p.Path] = true
	}
}

// delay checks that a delay has one form and possible times.
func (l *linter) delay(path []any, d *Delay) {
	ranged, spread := d.Min != 0 || d.Max != 0, d.P50 != 0 || d.P99 != 0
	switch {
	case d.Fixed < 0 || d.Min < 0 || d.Max < 0 || d.P50 < 0 || d.P99 < 0:
		l.at(path, "scenarios.negative_time")
	case ranged && spread || d.Fixed != 0 && (ranged || spread):
		l.at(path, "scenarios.delay_form")
	case ranged && d.Min > d.Max:
		l.at(path, "scenarios.delay_min", "min", d.Min, "max", d.Max)
	case spread && (d.P50 == 0 || d.P99 == 0):
		l.at(path, "scenarios.delay_percentiles")
	case d.P50 > d.P99:
		l.at(path, "scenarios.delay_p50", "p50", d.P50, "p99", d.P99)
	}
}

// states checks that each state is set by a rule of the whole chain.
func (l *linter) states(rules, all []Rule) {
	for i := range l.lost {
		if l.lost[i] {
			return // a rule that cannot be read may set the state
		}
	}
	reached := []string{StartState}
	for i := range all {
		if s := all[i].Then.Become; s != "" && !slices.Contains(reached, s) {
			reached = append(reached, s)
		}
	}
	for i := range rules {
		if s := rules[i].When.State; s != "" && !slices.Contains(reached, s) {
			l.at([]any{"rules", i, "when", "state"}, "scenarios.state_never", "state", s, "known", reached)
		}
	}
}

// shadows checks that no rule stands behind a rule that fires on all of its calls.
func (l *linter) shadows(rules []Rule) {
	var always []int
	compiled := make([]conditions, len(rules))
	for i := range rules {
		compiled[i] = rules[i].When.compile()
		if l.lost[i] {
			continue
		}
		for _, j := range always {
			if rules[j].Then.Notify.IsZero() == rules[i].Then.Notify.IsZero() && compiled[j].cover(&compiled[i]) {
				l.at([]any{"rules", i}, "scenarios.rule_shadowed", "before", called(&rules[j]))
				break
			}
		}
		if rules[i].unconditional() {
			always = append(always, i)
		}
	}
}

// called names the earlier rule, if it has a name.
func called(r *Rule) text.Message {
	if r.Name == "" {
		return text.Message{}
	}
	return text.Say("scenarios.called", "rule", r.Name)
}

// unconditional reports whether a rule fires on every call that it matches.
func (r *Rule) unconditional() bool {
	c := &r.When.Call
	return r.Times == 0 && (r.When.Probability == nil || *r.When.Probability == 1) &&
		len(c.Nth) == 0 && c.First == 0 && c.After == 0 && c.Every <= 1
}

// methodPattern reports a pattern of methods that is wrong, and whether it did.
func (l *linter) methodPattern(path []any, pattern string) bool {
	_, err := text.NamePattern(pattern)
	if err != nil {
		l.at(path, "scenarios.pattern", "error", err)
	}
	return err != nil
}
