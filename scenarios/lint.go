package scenarios

import (
	"maps"
	"slices"
	"strings"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// Known has the names that a scenario may use. The server fills it from the catalogue and
// the world. An empty list is not checked.
type Known struct {
	Vendors         []string
	Methods         map[string][]string // by vendor
	Notifications   []string            // names of notifications, which are methods to rules with that effect
	Kinds           []string            // of refusals
	Columns         map[string][]string // by collection
	Discrepancies   []string            // kinds of faults that can be planted
	MaxOrdersPerDay int
	Inline          bool // sent for one tenant, not kept as a file: it needs no name and no title
	// Master reports the problems of a file of master data.
	Master func(file string, data []byte) yamlfile.Problems
	// Read returns the files that a scenario names; nil: only the library is known.
	Read func(file string) ([]byte, error)
}

// Lint reports everything that is wrong with one file, with lines: what Parse reports,
// names that Known does not have, and what a shipped file must have.
func Lint(name string, data []byte, k Known) yamlfile.Problems {
	s, l := parse(name, data)
	if !k.Inline {
		l.header(s)
	}
	l.chain(s, k)
	l.world(&s.World, &k)
	l.master(s.World.Master, &k)
	if s.World.OrdersPerDay > k.MaxOrdersPerDay && k.MaxOrdersPerDay > 0 {
		l.at([]any{"world", "orders_per_day"}, "scenarios.too_many", "count", s.World.OrdersPerDay, "limit", k.MaxOrdersPerDay)
	}
	for i, m := range s.Quota.Methods {
		if m.Method != "" {
			l.method([]any{"quota", "methods", i, "method"}, m.Method, "", &k)
		}
	}
	for i := range s.Rules {
		if !l.lost[i] {
			l.names([]any{"rules", i}, &s.Rules[i], &k)
		}
	}
	return l.sorted()
}

// LintRule reports everything that is wrong with one rule that stands alone.
func LintRule(name string, data []byte, k Known) yamlfile.Problems {
	r, l := parseRule(name, data)
	if l.problems == nil {
		l.names(nil, &r, &k)
	}
	return l.sorted()
}

// header checks that a scenario has a name and a title.
func (l *linter) header(s *Scenario) {
	if l.lost != nil {
		return // the file has errors, and its header was not read
	}
	if s.Name == "" {
		l.at(nil, "scenarios.name_missing")
	}
	if s.Title == "" || strings.ContainsAny(s.Title, "\n\r") {
		l.at([]any{"title"}, "scenarios.title_missing")
	}
}

// chain checks that every scenario in the chain of extends exists and occurs once.
func (l *linter) chain(s *Scenario, k Known) {
	if s.Extends == "" {
		return // parse has checked the states
	}
	parents, err := parents(ref{l.file, true}, s, k.Read)
	if err != nil {
		l.report([]any{"extends"}, text.Of(err))
		return
	}
	rules := slices.Clone(s.Rules)
	for _, p := range parents {
		rules = append(rules, p.Rules...)
	}
	l.states(s.Rules, rules)
}

// names checks that vendors, methods and kinds are known.
func (l *linter) names(at []any, r *Rule, k *Known) {
	below := func(keys ...any) []any { return append(slices.Clone(at), keys...) }
	if r.When.Vendor != "" {
		l.oneOf(below("when", "vendor"), r.When.Vendor, k.Vendors)
	}
	switch {
	case r.When.Method != "" && !r.Then.Notify.IsZero():
		if pattern := r.When.Method; !fitsOne(pattern, k.Notifications) {
			l.at(below("when", "method"), "scenarios.no_notification", "pattern", pattern, "meant", Meant(pattern, k.Notifications), "known", k.Notifications)
		}
	case r.When.Method != "":
		l.method(below("when", "method"), r.When.Method, r.When.Vendor, k)
	}
	if r.Then.Refuse.Kind != "" {
		l.oneOf(below("then", "refuse"), r.Then.Refuse.Kind, k.Kinds)
	}
}

// fitsOne reports whether a pattern fits a known name. It also does when no name is
// known, and when the pattern is wrong, which is another problem.
func fitsOne(pattern string, known []string) bool {
	p, err := text.NamePattern(pattern)
	return len(known) == 0 || err != nil || slices.ContainsFunc(known, p.Match)
}

// method checks that a pattern fits a known method, of one vendor if one is named.
func (l *linter) method(path []any, pattern, vendor string, k *Known) {
	var known []string
	for v, methods := range k.Methods {
		if vendor == "" || v == vendor {
			known = append(known, methods...)
		}
	}
	if fitsOne(pattern, known) {
		return
	}
	slices.Sort(known)
	var whose text.Message
	if vendor != "" {
		whose = text.Say("scenarios.of_vendor", "vendor", vendor)
	}
	l.at(path, "scenarios.no_method", "pattern", pattern, "whose", whose, "meant", Meant(pattern, known), "known", known)
}

// master checks the file of master data that a scenario names. Where no files are read, the
// name is checked when the scenario is loaded.
func (l *linter) master(file string, k *Known) {
	if file == "" || k.Read == nil || k.Master == nil {
		return
	}
	file = ref{l.file, true}.beside(file)
	data, err := k.Read(file)
	if err != nil {
		l.report([]any{"world", "master"}, text.Of(err))
		return
	}
	l.problems = append(l.problems, k.Master(file, data)...)
}

// world checks that collections, columns and discrepancies are known.
func (l *linter) world(w *World, k *Known) {
	collections := slices.Sorted(maps.Keys(k.Columns))
	for _, c := range slices.Sorted(maps.Keys(w.Rows)) {
		path := []any{"world", "rows", c}
		columns := k.Columns[c]
		if len(collections) > 0 && columns == nil {
			l.at(path, "scenarios.no_collection", "meant", Meant(c, collections), "known", collections)
		}
		for i, row := range w.Rows[c] {
			for _, column := range slices.Sorted(maps.Keys(row)) {
				l.oneOf(append(slices.Clone(path), i, column), column, columns)
			}
		}
	}
	for i, d := range w.Discrepancies {
		at := []any{"world", "discrepancies", i}
		if d.Kind != "" {
			l.oneOf(append(slices.Clone(at), "kind"), d.Kind, k.Discrepancies)
		}
		if d.Collection != "" {
			l.oneOf(append(slices.Clone(at), "collection"), d.Collection, collections)
		}
	}
}

// Meant suggests the known name that is nearest to a wrong one, if one is near.
func Meant(got string, known []string) text.Message {
	name := nearest(got, known)
	if name == "" {
		return text.Message{}
	}
	return text.Say("scenarios.meant", "name", name)
}

// nearest returns the known name that is nearest to a wrong one, "" if none is near.
func nearest(got string, known []string) string {
	best, least := "", len(got)/3+1 // a name further off is another word and no slip
	for _, name := range known {
		if d := distance(got, name, least); d < least || d == least && best == "" {
			best, least = name, d
		}
	}
	return best
}

// distance is the edit distance of two names in bytes. It is limit+1 when the lengths
// differ by more than the limit.
func distance(a, b string, limit int) int {
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
