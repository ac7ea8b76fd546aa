package journal

import (
	"fmt"
	"slices"
	"sort"
)

// Match says which calls are meant. What is empty fits every call; texts may be
// patterns with * and ?.
type Match struct {
	Vendor  string            `json:"vendor,omitempty" yaml:"vendor"`
	Method  string            `json:"method,omitempty" yaml:"method"`
	Outcome string            `json:"outcome,omitempty" yaml:"outcome"`
	Kind    string            `json:"kind,omitempty" yaml:"kind"`
	Rule    string            `json:"rule,omitempty" yaml:"rule"`
	Args    map[string]string `json:"args,omitempty" yaml:"args"`
}

// Differs says in which ways a call is not what is meant; none when it fits.
func (m *Match) Differs(e *Entry) []string {
	var differs []string
	hold := func(what, want, got string) {
		if want != "" && want != got && !fits([]rune(want), []rune(got)) {
			differs = append(differs, fmt.Sprintf("%s is %q, not %q", what, got, want))
		}
	}
	hold("vendor", m.Vendor, e.Vendor)
	hold("method", m.Method, e.Method)
	hold("outcome", m.Outcome, string(e.Outcome))
	hold("kind", m.Kind, e.Kind)
	hold("rule", m.Rule, e.Rule)
	names := make([]string, 0, len(m.Args))
	for name := range m.Args {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		got, given := e.Args[name]
		if !given {
			differs = append(differs, fmt.Sprintf("argument %s was not sent", name))
			continue
		}
		hold("argument "+name, m.Args[name], got)
	}
	return differs
}

// fits reports whether a text is of a pattern. Unlike those of package path its
// star takes slashes too, and a bracket is a bracket: these are arguments, not files.
func fits(pattern, text []rune) bool {
	star, from := -1, 0 // the last star, and where the text stood that it takes up to
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0: // the star takes one more
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// Count is how many calls are expected: at least one when nothing is said.
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

// Verdict is the answer to an expectation.
type Verdict struct {
	OK      bool     `json:"ok"`
	Count   int      `json:"count"`   // calls that fit
	IDs     []string `json:"ids"`     // of the calls that fit
	Nearest []Near   `json:"nearest"` // calls that nearly fit, the nearest first
	Dropped int64    `json:"dropped"` // calls that the journal's bounds pushed out, which may have fitted
}

// Near is a call that does not fit, and how it differs.
type Near struct {
	ID      string   `json:"id"`
	Differs []string `json:"differs"`
}

// nearMisses is how many calls that do not fit a verdict tells of.
const nearMisses = 3

// Verify counts the calls that fit and says which came nearest when their number
// is not the expected one.
func (j *Journal) Verify(m Match, c Count) Verdict {
	v := Verdict{IDs: []string{}, Nearest: []Near{}, Dropped: j.Dropped()}
	var near []Near
	for _, e := range j.Entries() {
		if differs := m.Differs(&e); differs != nil {
			near = append(near, Near{e.ID, differs})
			continue
		}
		v.Count++
		v.IDs = append(v.IDs, e.ID)
	}
	if v.OK = c.holds(v.Count); v.OK {
		return v
	}
	slices.SortStableFunc(near, func(a, b Near) int { return len(a.Differs) - len(b.Differs) })
	v.Nearest = append(v.Nearest, near[:min(len(near), nearMisses)]...)
	return v
}
