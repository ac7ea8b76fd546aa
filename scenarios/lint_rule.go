package scenarios

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"shaxiang/internal/text"
)

var scenarioName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// scenario checks what the file alone tells.
func (l *linter) scenario(s *Scenario) {
	if s.Name != "" && !scenarioName.MatchString(s.Name) {
		l.at([]any{"name"}, "%q must be small letters and digits joined by hyphens, such as third-call-throttled", s.Name)
	}
	if s.Clock != nil {
		l.clock(s.Clock)
	}
	l.worldValues(&s.World)
	l.quota(&s.Quota)
	if len(s.Rules) > MaxRules {
		l.at([]any{"rules"}, "%d are too many; at most %d", len(s.Rules), MaxRules)
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
			l.at(append(path, "name"), "%q stands twice; the journal could not tell the rules apart", name)
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
		l.at(append(path, "now"), "%q is no time; a frozen clock stands at one such as 2022-12-28 12:00:00", c.Now)
	case c.Mode == "frozen" && c.Offset != 0:
		l.at(append(path, "offset"), "a frozen clock takes no offset; write the moment into now")
	case c.Mode == "offset" && c.Offset == 0:
		l.at(path, "an offset clock needs an offset such as 10m or -10m")
	case c.Mode != "frozen" && c.Now != "":
		l.at(append(path, "now"), "only a frozen clock takes now; set mode to frozen")
	case c.Mode != "offset" && c.Offset != 0:
		l.at(append(path, "offset"), "only an offset clock takes an offset; set mode to offset")
	}
}

func (l *linter) worldValues(w *World) {
	if w.OrdersPerDay < 0 {
		l.at([]any{"world", "orders_per_day"}, "%d is below 0", w.OrdersPerDay)
	}
	if w.Tick < 0 || w.Tick%time.Second != 0 {
		l.at([]any{"world", "tick"}, "%s must be whole seconds; moments have no smaller parts", w.Tick)
	}
	for i, d := range w.Discrepancies {
		at := []any{"world", "discrepancies", i}
		if d.Kind == "" {
			l.at(append(at, "kind"), "is missing")
		}
		if d.Count < 0 {
			l.at(append(at, "count"), "%d is below 0", d.Count)
		}
		from, to := l.bound(append(slices.Clone(at), "from"), d.From), l.bound(append(slices.Clone(at), "to"), d.To)
		if !from.IsZero() && !to.IsZero() && to.Before(from) {
			l.at(append(at, "to"), "%s is before %s; no moment lies between", d.To, d.From)
		}
	}
}

// bound reads one end of a span, zero when it is not given or wrong.
func (l *linter) bound(path []any, day string) time.Time {
	t, err := text.MomentOrDay(day, 0)
	if err != nil && day != "" {
		l.at(path, "%q is no day; write it as 2022-12-28 or 2022-12-28 12:00:00", day)
	}
	return t
}

func (l *linter) quota(q *Quota) {
	if q.PerMinute < 0 || q.Concurrent < 0 {
		l.at([]any{"quota"}, "a limit is below 0; 0 is no limit")
	}
	compiled := make([]methods, len(q.Methods))
	for i, m := range q.Methods {
		compiled[i] = compileMethod(m.Method)
		at := []any{"quota", "methods", i}
		switch {
		case m.Method == "":
			l.at(append(at, "method"), "is missing; write a method or a pattern such as sales.*")
		case m.PerMinute < 0 || m.Concurrent < 0:
			l.at(at, "a limit is below 0; 0 is as for all methods")
		case m.PerMinute == 0 && m.Concurrent == 0:
			l.at(at, "limits nothing; give per_minute or concurrent")
		}
		if l.methodPattern(append(at, "method"), m.Method) {
			continue
		}
		for j, earlier := range q.Methods[:i] {
			if earlier.Method != "" && compiled[j].cover(&compiled[i]) {
				l.at(append(at, "method"), "%q never decides: %q stands before it and fits the same methods", m.Method, earlier.Method)
				break
			}
		}
	}
}

// rule checks one rule, at its path in the file.
func (l *linter) rule(at []any, r *Rule) {
	below := func(keys ...any) []any { return append(slices.Clone(at), keys...) }
	if r.Times < 0 {
		l.at(below("times"), "%d is below 0; leave it out for a rule without end", r.Times)
	}
	if p := r.When.Probability; p != nil && !(*p > 0 && *p <= 1) {
		l.at(below("when", "probability"), "%v is out of range; want above 0 and at most 1", *p)
	}
	l.methodPattern(below("when", "method"), r.When.Method)
	l.callNumber(below("when", "call"), &r.When.Call, r.Times)
	for _, name := range slices.Sorted(maps.Keys(r.When.Params)) {
		if name == "" {
			l.at(below("when", "params"), "an argument has no name")
		}
	}
	if r.Then.empty() {
		l.at(below("then"), "does nothing; give one of refuse, reply, patch, delay, drop, http, advance, notify, become")
		return
	}
	if !r.Then.Notify.IsZero() {
		l.notify(below("then"), &r.Then)
	}
	l.answer(below("then"), &r.Then)
	l.delay(below("then", "delay"), &r.Then.Delay)
}

// callNumber wants numbers that some call can have.
func (l *linter) callNumber(path []any, c *CallNumber, times int) {
	if c.First < 0 || c.After < 0 || c.Every < 0 || slices.ContainsFunc(c.Nth, func(n int) bool { return n < 1 }) {
		l.at(path, "calls are counted from 1; a number is below that")
		return
	}
	if c.First > 0 && c.First-c.After < max(c.Every, 1) { // a sum could overflow
		l.at(path, "can never match: first %d leaves no call that after and every would choose", c.First)
		return
	}
	for _, n := range c.Nth {
		if !c.chooses(n) {
			l.at(append(path, "nth"), "can never match: call %d is left out by first, after or every", n)
			return
		}
	}
	if times > 0 && len(c.Nth) > times {
		l.at(append(path, "nth"), "names %d calls, but times is %d; the last can never match", len(c.Nth), times)
	}
}

// answer wants one answer, and nothing done to what is not sent.
func (l *linter) answer(path []any, t *Then) {
	at := func(key string) []any { return append(slices.Clone(path), key) }
	if !t.Refuse.IsZero() && t.Reply != nil {
		l.at(at("reply"), "refuse and reply are two answers; keep one")
	}
	// A file cannot say these; a Go program can.
	if r := t.Refuse; !r.IsZero() && (r.Kind == "") == (r.Code == "") || r.Code != "" && !json.Valid([]byte(r.Code)) {
		l.at(at("refuse"), "needs a kind, or a code as JSON text with a message")
	}
	if t.Drop != "" {
		l.oneOf(at("drop"), t.Drop, drops())
	}
	if t.HTTP != 0 && (t.HTTP < 200 || t.HTTP > 599) {
		l.at(at("http"), "%d is no status of an answer; want 200 to 599", t.HTTP)
	}
	if t.Drop == DropReset && t.HTTP != 0 {
		l.at(at("http"), "never sent: drop is reset")
	}
	if t.Advance < 0 {
		l.at(at("advance"), "%s is below 0; a clock only moves on", t.Advance)
	}
	l.patches(at("patch"), t)
}

func (l *linter) patches(path []any, t *Then) {
	if len(t.Patch) > 0 && slices.Contains([]string{DropReset, DropEmpty, DropGarbage}, t.Drop) {
		l.at(path, "never sent: drop is %s", t.Drop)
	}
	if len(t.Patch) > 0 && t.Reply != nil {
		l.at(path, "changes the rule's own reply; write it into the reply")
	}
	seen := map[string]bool{}
	for _, p := range t.Patch {
		at := append(slices.Clone(path), p.Path)
		if _, err := p.check(); err != nil {
			l.at(at[:len(path)], "%s", err)
		}
		if seen[p.Path] {
			l.at(at, "stands twice")
		}
		seen[p.Path] = true
	}
}

// delay wants one form of delay with times that can be.
func (l *linter) delay(path []any, d *Delay) {
	ranged, spread := d.Min != 0 || d.Max != 0, d.P50 != 0 || d.P99 != 0
	switch {
	case d.Fixed < 0 || d.Min < 0 || d.Max < 0 || d.P50 < 0 || d.P99 < 0:
		l.at(path, "is below 0")
	case ranged && spread || d.Fixed != 0 && (ranged || spread):
		l.at(path, "needs one form: 1.5s, {min, max} or {p50, p99}")
	case ranged && d.Min > d.Max:
		l.at(path, "min %s is over max %s", d.Min, d.Max)
	case spread && (d.P50 == 0 || d.P99 == 0):
		l.at(path, "needs both p50 and p99, above 0")
	case d.P50 > d.P99:
		l.at(path, "p50 %s is over p99 %s", d.P50, d.P99)
	}
}

// states wants states that are come to: by the rules of the whole chain.
func (l *linter) states(rules, all []Rule) {
	for i := range l.lost {
		if l.lost[i] {
			return // the rule that cannot be read may become it
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
			l.at([]any{"rules", i, "when", "state"}, "can never match: no rule becomes %q; states are %s", s, strings.Join(reached, ", "))
		}
	}
}

// shadows wants no rule behind one that takes all of its calls.
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
				l.at([]any{"rules", i}, "can never match: the rule before it%s fires on the same calls", called(&rules[j]))
				break
			}
		}
		if rules[i].unconditional() {
			always = append(always, i)
		}
	}
}

func called(r *Rule) string {
	if r.Name == "" {
		return ""
	}
	return ", " + r.Name + ","
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
		l.at(path, "%v", err)
	}
	return err != nil
}
