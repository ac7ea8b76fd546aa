package scenarios

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// MaxRules is the most rules that one file may have.
const MaxRules = 10000

// Parse reads one file, YAML or JSON, and reports all problems that the file alone shows.
// The scenarios that it extends are not read: see Load. The result is nil when there are
// problems. The default of the name is the file's name.
func Parse(name string, data []byte) (*Scenario, yamlfile.Problems) {
	s, l := parse(name, data)
	if l.problems != nil {
		return nil, l.sorted()
	}
	if s.Name == "" {
		base := filepath.Base(name)
		s.Name = strings.TrimSuffix(base, filepath.Ext(base))
	}
	return s, nil
}

// ParseRule reads one rule, YAML or JSON, as Parse reads those of a file.
func ParseRule(name string, data []byte) (Rule, yamlfile.Problems) {
	r, l := parseRule(name, data)
	return r, l.sorted()
}

// parse decodes a file and checks the parts of it that could be decoded.
func parse(name string, data []byte) (*Scenario, *linter) {
	s, l := &Scenario{}, &linter{file: name}
	data = readable(data)
	l.decode(data, s)
	if l.problems != nil {
		s = l.salvage(data)
	}
	l.scenario(s)
	return s, l
}

func parseRule(name string, data []byte) (Rule, *linter) {
	var r Rule
	l := &linter{file: name}
	l.decode(readable(data), &r)
	if l.problems == nil {
		l.rule(nil, &r)
	}
	return r, l
}

// checkRule checks a rule that was not read from a file.
func checkRule(r *Rule) error {
	l := &linter{file: "rule"}
	l.rule(nil, r)
	return l.problems.Err()
}

// linter checks a decoded file for rules that its Go types do not express.
type linter struct {
	file     string
	doc      *yamlfile.Doc // nil when there is no file
	problems yamlfile.Problems
	lost     map[int]bool // rules that could not be decoded
}

// decode reads the file strictly and rewrites the decoder's problems in the linter's words.
func (l *linter) decode(data []byte, into any) {
	l.doc, l.problems = yamlfile.Decode(l.file, data, into)
	_, whole := into.(*Scenario)
	for i := range l.problems {
		p := &l.problems[i]
		if got, ok := p.IsNot(yamlfile.DurationWanted); ok && isNumber(got) {
			p.Message = text.Say("scenarios.no_unit", "got", got, "unit", got+"s")
		}
		if whole && p.Where != "" {
			p.Where = "rules: " + p.Where
		}
	}
}

// salvage returns what can be read of a file with problems, so that the rest of the file is
// checked too. Parts with problems are left out, so that no problem is reported twice.
func (l *linter) salvage(data []byte) *Scenario {
	s := &Scenario{}
	l.lost = map[int]bool{}
	var root yaml.Node
	if yaml.Unmarshal(data, &root) != nil || len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return s
	}
	top := root.Content[0].Content
	for i := 0; i+1 < len(top); i += 2 {
		key, value := top[i], top[i+1]
		into := map[string]any{"extends": &s.Extends, "clock": &s.Clock, "world": &s.World, "quota": &s.Quota}[key.Value]
		switch {
		case into != nil && l.clean(value):
			_ = value.Decode(into) // a clean part has no errors
		case key.Value == "rules":
			l.salvageRules(s, value)
		}
	}
	return s
}

func (l *linter) salvageRules(s *Scenario, list *yaml.Node) {
	if list.Kind != yaml.SequenceNode || len(list.Content) > MaxRules {
		return
	}
	s.Rules = make([]Rule, len(list.Content))
	for i, n := range list.Content {
		l.lost[i] = !l.clean(n) || n.Decode(&s.Rules[i]) != nil
	}
}

// clean reports whether the lines of a value have no problem.
func (l *linter) clean(n *yaml.Node) bool {
	last := lastLine(n)
	for _, p := range l.problems {
		if p.Line >= n.Line && p.Line <= last || p.Line == 0 {
			return false
		}
	}
	return true
}

func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// at reports a problem at a path of the file, such as rules: then.delay: …
func (l *linter) at(path []any, id text.ID, args ...any) { l.report(path, text.Say(id, args...)) }

func (l *linter) report(path []any, m text.Message) {
	p := yamlfile.Problem{File: l.file, Message: m}
	if l.doc != nil {
		p = l.doc.Say(m, path...)
	}
	p.Where = yamlfile.Where(path)
	if rest, found := strings.CutPrefix(p.Where, "rules."); found {
		p.Where = "rules: " + rest
	}
	l.problems = append(l.problems, p)
}

// sorted sorts problems by line, the order in which people fix them.
func (l *linter) sorted() yamlfile.Problems {
	sort.SliceStable(l.problems, func(i, j int) bool { return l.problems[i].Line < l.problems[j].Line })
	return l.problems
}

// oneOf checks that a name is known. An empty list is not checked.
func (l *linter) oneOf(path []any, got string, known []string) {
	if len(known) == 0 || slices.Contains(known, got) {
		return
	}
	l.at(path, "scenarios.not_known", "got", got, "meant", Meant(got, known), "known", known)
}
