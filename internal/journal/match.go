package journal

import (
	"maps"
	"slices"

	"shaxiang/internal/text"
)

// Match selects calls. An empty member fits every call. Texts may be
// patterns as text.Pattern describes: those of arguments are patterns of values, the
// others patterns of names.
type Match struct {
	Vendor  string            `json:"vendor,omitempty" yaml:"vendor"`
	Method  string            `json:"method,omitempty" yaml:"method"`
	Outcome string            `json:"outcome,omitempty" yaml:"outcome"`
	Kind    string            `json:"kind,omitempty" yaml:"kind"`
	Rule    string            `json:"rule,omitempty" yaml:"rule"`
	Args    map[string]string `json:"args,omitempty" yaml:"args"`
}

// Matcher is a Match with compiled patterns.
type Matcher struct {
	columns []matched
	args    []matched // in the order of their names
}

// matched is a text of an entry with its pattern.
type matched struct {
	name    string
	pattern text.Pattern
	of      func(*Entry) string // nil for an argument
}

// Matcher compiles the patterns.
func (m *Match) Matcher() *Matcher {
	all := &Matcher{}
	column := func(name, pattern string, of func(*Entry) string) {
		p, err := text.NamePattern(pattern)
		if err != nil || name == "rule" { // names of rules may contain brackets
			p = text.ValuePattern(pattern)
		}
		if pattern != "" {
			all.columns = append(all.columns, matched{name, p, of})
		}
	}
	column("vendor", m.Vendor, func(e *Entry) string { return e.Vendor })
	column("method", m.Method, func(e *Entry) string { return e.Method })
	column("outcome", m.Outcome, func(e *Entry) string { return string(e.Outcome) })
	column("kind", m.Kind, func(e *Entry) string { return e.Kind })
	column("rule", m.Rule, func(e *Entry) string { return e.Rule })
	for _, name := range slices.Sorted(maps.Keys(m.Args)) {
		all.args = append(all.args, matched{name: name, pattern: text.ValuePattern(m.Args[name])})
	}
	return all
}

// Differs returns the ways in which a call does not fit, none when it fits.
func (m *Matcher) Differs(e *Entry) []text.Message {
	var differs []text.Message
	compare := func(id text.ID, what, got string, p *text.Pattern) {
		if want := p.String(); want != "" && want != got && !p.Match(got) {
			differs = append(differs, text.Say(id, "what", what, "got", got, "want", want))
		}
	}
	for i := range m.columns {
		compare("journal.column", m.columns[i].name, m.columns[i].of(e), &m.columns[i].pattern)
	}
	for i := range m.args {
		name := m.args[i].name
		got, given := e.Args[name]
		if !given {
			differs = append(differs, text.Say("journal.not_sent", "argument", name))
			continue
		}
		compare("journal.argument", name, got, &m.args[i].pattern)
	}
	return differs
}

// Count is how many calls are expected: at least one when all members are nil.
type Count struct {
	AtLeast *int `json:"at_least,omitempty" yaml:"at_least"`
	AtMost  *int `json:"at_most,omitempty" yaml:"at_most"`
	Exactly *int `json:"exactly,omitempty" yaml:"exactly"`
}

// holds reports whether n calls are as many as expected.
func (c *Count) holds(n int) bool {
	if c.Exactly == nil && c.AtMost == nil && c.AtLeast == nil {
		return n >= 1
	}
	return (c.Exactly == nil || n == *c.Exactly) && (c.AtMost == nil || n <= *c.AtMost) && (c.AtLeast == nil || n >= *c.AtLeast)
}

// all reports whether each number from least to most is as expected. some reports whether any is.
func (c *Count) all(least, most int) bool { return c.holds(least) && c.holds(most) }

func (c *Count) some(least, most int) bool {
	for _, bound := range []*int{c.Exactly, c.AtLeast, c.AtMost} {
		if bound != nil && *bound >= least && *bound <= most && c.holds(*bound) {
			return true
		}
	}
	return c.holds(least) || c.holds(most)
}

// Verdict is the answer to an expectation.
type Verdict struct {
	OK      bool     `json:"ok"`
	Unknown string   `json:"unknown,omitempty" doc:"why the calls that were dropped leave it open whether the expectation is met; ok is false then"`
	Count   int      `json:"count"` // calls that fit, at least
	Most    int      `json:"most,omitempty" doc:"calls that fit at most, when that is more: dropped calls may have fitted"`
	IDs     []string `json:"ids"`     // of the calls that fit
	Nearest []Near   `json:"nearest"` // calls that nearly fit, the nearest first
	Dropped int64    `json:"dropped"` // calls that were dropped because of the bounds; they may have fitted
}

// Near is a call that does not fit, and how it differs.
type Near struct {
	ID        string    `json:"id"`
	Differs   []string  `json:"differs"`
	DifferIDs []text.ID `json:"differ_ids" doc:"names the differences for programs, in the order of differs"`
}

// nearMisses is the largest number of calls in Nearest.
const nearMisses = 3

// Verify counts the calls that fit. When their number is not the expected one, the verdict lists
// the nearest misses.
func (j *Journal) Verify(m Match, c Count) Verdict {
	entries, dropped, uncounted := j.held()
	v := Verdict{IDs: []string{}, Nearest: []Near{}, Dropped: uncounted}
	for _, calls := range dropped {
		v.Dropped += calls
	}
	var near []Near
	matcher := m.Matcher()
	for _, e := range entries {
		if differs := matcher.Differs(&e); differs != nil {
			n := Near{ID: e.ID}
			for _, m := range differs {
				n.Differs, n.DifferIDs = append(n.Differs, text.In(text.English).Text(m)), append(n.DifferIDs, m.ID)
			}
			near = append(near, n)
			continue
		}
		v.Count++
		v.IDs = append(v.IDs, e.ID)
	}
	sure, maybe := matcher.dropped(dropped)
	least := v.Count + sure
	most := least + maybe + int(uncounted)
	if v.Count = least; most > least {
		v.Most = most
	}
	if v.OK = c.all(least, most); v.OK {
		return v
	}
	if c.some(least, most) {
		v.Unknown = text.In(text.English).Text(text.Say("journal.unknown", "least", least, "most", most, "dropped", v.Dropped))
	}
	slices.SortStableFunc(near, func(a, b Near) int { return len(a.Differs) - len(b.Differs) })
	v.Nearest = append(v.Nearest, near[:min(len(near), nearMisses)]...)
	return v
}
