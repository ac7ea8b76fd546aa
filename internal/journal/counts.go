package journal

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Counted is what calls are counted by.
type Counted struct {
	Vendor  string  `json:"vendor"`
	Method  string  `json:"method"` // empty for all methods that the catalogue does not have
	Outcome Outcome `json:"outcome"`
	Kind    string  `json:"kind,omitempty"`
	Rule    string  `json:"rule,omitempty"`
}

// AnyRule stands for the rules of calls that are no longer counted by their rules.
const AnyRule = "*"

// Tally is how many calls there were of a sort.
type Tally struct {
	Counted
	Calls int64 `json:"calls"`
}

// mostCounted is how many sorts of calls a journal tells apart. One-off rules that come and go
// make more and more of them: then rules are no longer told apart.
const mostCounted = 5000

// tally counts calls, also those that the journal has dropped. The caller holds the lock.
func (j *Journal) tally(of Counted, calls int64) {
	if j.counts == nil {
		j.counts = map[Counted]int64{}
	}
	if _, known := j.counts[of]; !known && len(j.counts) >= mostCounted && of.Rule != "" {
		of.Rule = AnyRule
	}
	j.counts[of] += calls
}

// Counts returns how many calls there were of each sort since the journal was cleared, in a fixed
// order, and how many calls are of a sort that is not known: those of a snapshot that had no
// counts.
func (j *Journal) Counts() (list []Tally, uncounted int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	uncounted = j.last - j.cleared
	for of, calls := range j.counts {
		list = append(list, Tally{of, calls})
		uncounted -= calls
	}
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(a.Vendor, b.Vendor), cmp.Compare(a.Method, b.Method), cmp.Compare(a.Outcome, b.Outcome),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rule, b.Rule))
	})
	return list, uncounted
}

// held returns the kept calls of one moment, how many of each sort were dropped by then, and how
// many of no known sort.
func (j *Journal) held() (entries []Entry, dropped map[Counted]int64, uncounted int64) {
	j.mu.Lock()
	dropped, uncounted = maps.Clone(j.counts), j.last-j.cleared
	for _, calls := range dropped {
		uncounted -= calls
	}
	for _, k := range j.entries {
		entries = append(entries, k.Entry)
		of := k.of
		if dropped[of] == 0 {
			of.Rule = AnyRule
		}
		dropped[of]--
	}
	j.mu.Unlock()
	for i := range entries {
		entries[i].recall()
	}
	return entries, dropped, uncounted
}

// dropped returns how many dropped calls fit for sure, and how many may fit.
func (m *Matcher) dropped(calls map[Counted]int64) (sure, maybe int) {
	for of, n := range calls {
		switch fits := m.fits(&of); {
		case fits == never:
		case fits == perhaps || len(m.args) > 0:
			maybe += int(n)
		default:
			sure += int(n)
		}
	}
	return sure, maybe
}

// fit is whether calls of a sort fit.
type fit int

const (
	never fit = iota
	perhaps
	surely
)

// fits reports whether calls of a sort fit, as far as the sort tells.
func (m *Matcher) fits(of *Counted) fit {
	e := Entry{Vendor: of.Vendor, Method: of.Method, Outcome: of.Outcome, Kind: of.Kind, Rule: of.Rule}
	result := surely
	for i := range m.columns {
		c := &m.columns[i]
		got := c.of(&e)
		switch {
		case c.name == "method" && of.Method == "" && !strings.ContainsAny(c.pattern.String(), "*?["):
			return never // an expectation names a method of the catalogue
		case c.name == "method" && of.Method == "", c.name == "rule" && of.Rule == AnyRule:
			result = perhaps
		case c.pattern.String() != got && !c.pattern.Match(got):
			return never
		}
	}
	return result
}
