package catalog

import (
	"maps"
	"slices"
	"strings"
)

func (l *linter) endpoint(v *Vendor, e *Endpoint) {
	for _, need := range []struct{ key, value string }{{"method", e.Method}, {"title", e.Title}, {"source", e.Source}} {
		if need.value == "" {
			l.at([]any{need.key}, "%s: is missing", need.key)
		}
	}
	l.evidence(nil, e.Evidence)
	l.oneOf([]any{"kind"}, string(e.Kind), string(KindQuery), string(KindWrite))
	for i, g := range e.Gateways {
		l.oneOf([]any{"gateways", i}, g, v.Paths...)
	}
	l.errors([]any{"refusals"}, e.Refusals, v.Paths)
	l.template([]any{"refusal"}, &e.Refusal, "code", "message")
	if e.Answer.IsZero() {
		l.at([]any{"answer"}, "answer: is missing")
	}
	if e.Paging != nil {
		l.paging([]any{"paging"}, e.Paging)
	}
	if !l.args(e) {
		return // what follows looks arguments up
	}
	l.names(v, e)
	switch e.Kind {
	case KindQuery:
		l.query(e)
	case KindWrite:
		l.write(e)
	}
}

// names wants what is called by name to be an argument or a public parameter.
func (l *linter) names(v *Vendor, e *Endpoint) {
	known := e.fields()
	for _, p := range v.Public {
		known = append(known, p.Name)
	}
	for i, row := range e.Refusals {
		if row.Param != "" && !slices.Contains(known, row.Param) {
			l.at([]any{"refusals", i, "param"}, "param: no argument is called %q", row.Param)
		}
	}
	for _, name := range e.pageParams() {
		if name != "" && !slices.Contains(known, name) {
			l.at([]any{"paging"}, "paging: no argument and no public parameter is called %q", name)
		}
	}
}

// args reports whether every argument is one.
func (l *linter) args(e *Endpoint) bool {
	if !l.params([]any{"args"}, e.Args) {
		return false
	}
	whole := true
	for i, a := range e.Args {
		at := []any{"args", i, "fields"}
		whole = l.params(at, a.Fields) && whole
		for j, f := range a.Fields {
			if f != nil && f.nested() {
				l.at(append(at, j, "type"), "type: %q cannot stand inside an argument", f.Type)
			}
		}
	}
	return whole
}

func (l *linter) params(path []any, params []*Param) bool {
	seen := map[string]bool{}
	whole := true
	for i, p := range params {
		at := append(slices.Clone(path), i)
		if p == nil {
			l.at(at, "%s: an element is empty", key(at))
			whole = false
			continue
		}
		if p.Name == "" {
			l.at(at, "name: is missing")
		}
		if p.Label == "" {
			l.at(at, "label: is missing; refusals name arguments by it")
		}
		if seen[p.Name] {
			l.at(at, "name: %q stands twice", p.Name)
		}
		seen[p.Name] = true
		l.param(at, p)
	}
	return whole
}

func (p *Param) nested() bool { return p.Type == TypeObject || p.Type == TypeList }

func (l *linter) param(at []any, p *Param) {
	l.oneOf(append(at, "type"), string(p.Type), string(TypeString), string(TypeInt), string(TypeDecimal),
		string(TypeDatetime), string(TypeBool), string(TypeObject), string(TypeList))
	if p.nested() != (len(p.Fields) > 0) {
		l.at(at, "fields: an object or a list has fields, and nothing else has")
	}
	if p.Length < 0 || p.Length > 0 && p.Type != TypeString {
		l.at(append(at, "length"), "length: only a string has one, in characters")
	}
	l.limits(at, p)
	l.values(at, p)
	if p.Known != nil && (p.Known.Collection == "" || p.Known.Column == "") {
		l.at(append(at, "known"), "known: needs a collection and a column")
	}
}

func (l *linter) limits(at []any, p *Param) {
	limits := []struct {
		key  string
		text *string
	}{{"min", p.Min}, {"max", p.Max}, {"above", p.Above}}
	for _, s := range limits {
		if s.text == nil {
			continue
		}
		if _, ok := parseDecimal(*s.text); !ok {
			l.at(append(at, s.key), "%s: %q is no number", s.key, *s.text)
		}
		if p.Type != TypeInt && p.Type != TypeDecimal || p.Comma {
			l.at(append(at, s.key), "%s: only a single number has one", s.key)
		}
	}
}

// values holds the default, the enum and what selects a time column to the type.
func (l *linter) values(at []any, p *Param) {
	if d := p.Default; d != nil && p.nested() {
		l.at(append(at, "default"), "default: an object or a list has none")
	} else if d != nil && *d == NowDefault {
		if p.Type != TypeDatetime {
			l.at(append(at, "default"), "default: only a datetime can be %s", NowDefault)
		}
	} else if d != nil {
		l.converts(append(at, "default"), "default", p, *d)
		if len(p.Enum) > 0 && !inEnum(p, *d) {
			l.at(append(at, "default"), "default: %q is not in the enum", *d)
		}
	}
	for _, value := range p.EnumKeys() {
		l.converts(append(at, "enum", value), "enum", p, value)
	}
	if p.Selects == nil {
		return
	}
	for _, value := range slices.Sorted(maps.Keys(p.Selects)) {
		if !inEnum(p, value) {
			l.at(append(at, "selects", value), "selects: %q is not in the enum", value)
		}
	}
	for _, value := range p.EnumKeys() {
		if p.Selects[value] == "" {
			l.at(append(at, "selects"), "selects: %q of the enum selects no column", value)
		}
	}
	if p.Default == nil && !p.Required {
		l.at(append(at, "selects"), "selects: an argument that may be missing needs a default")
	}
}

func (l *linter) converts(path []any, what string, p *Param, s string) {
	if _, refused := p.convertText(s); refused != nil {
		l.at(path, "%s: %q is no %s", what, s, p.Type)
	}
}

func inEnum(p *Param, value string) bool {
	_, ok := p.Enum[value]
	return ok
}

func (l *linter) query(e *Endpoint) {
	l.template([]any{"answer"}, &e.Answer, "rows", "total")
	l.span(e)
	if e.Rows == nil {
		l.at([]any{"rows"}, "rows: a query needs them")
		return
	}
	if e.Rows.Collection == "" {
		l.at([]any{"rows"}, "collection: is missing")
	}
	seen := map[string]bool{}
	for i, f := range e.Rows.Fields {
		at := []any{"rows", "fields", i}
		if f.Name == "" {
			l.at(at, "name: is missing")
		}
		if seen[f.Name] {
			l.at(at, "name: %q stands twice", f.Name)
		}
		seen[f.Name] = true
		if f.Const == nil && !f.Type.known() {
			l.at(at, "type: %q is not known; want one of %s, with or without quoted before it", f.Type, strings.Join(WireTypes(), ", "))
		}
		if f.Only != nil {
			l.condition(append(at, "only"), *f.Only)
		}
	}
	for i, w := range e.Rows.Where {
		l.condition([]any{"rows", "where", i}, w)
	}
	l.lifts(e)
}

// condition wants one list of values, because with both or none nobody could
// say what is meant.
func (l *linter) condition(path []any, c Condition) {
	if c.Column == "" || (len(c.In) > 0) == (len(c.NotIn) > 0) {
		l.at(path, "%s: a condition needs a column, and either in or not_in", key(path))
	}
}

// lifts wants arguments that lift a condition to find it.
func (l *linter) lifts(e *Endpoint) {
	for i, a := range e.Args {
		for j, p := range a.Fields {
			if p.Lifts == nil {
				continue
			}
			found := slices.ContainsFunc(e.Rows.Where, func(c Condition) bool { return c.Column == p.Lifts.Column })
			if !found {
				l.at([]any{"args", i, "fields", j, "lifts"}, "lifts: rows.where has no condition on %q", p.Lifts.Column)
			}
		}
	}
}

func (l *linter) span(e *Endpoint) {
	s := e.Span
	if s == nil {
		return
	}
	at := []any{"span"}
	if s.Column == "" && !e.selects() {
		l.at(at, "span: needs a column, or an argument that selects one")
	}
	for _, name := range e.windowParams() {
		if e.field(name) == nil {
			l.at(at, "span: no argument is called %q", name)
		}
	}
	want := TypeDatetime
	if s.Calendar != nil {
		want = TypeInt
	}
	for _, name := range e.windowParams() {
		if p := e.field(name); p != nil && p.Type != want {
			l.at(at, "span: argument %q must be of type %s", name, want)
		}
	}
	if s.Limit < 0 || (s.Limit > 0) != (s.Words != "") {
		l.at(at, "span: limit and words go together: 720h, 30天")
	}
	if s.Calendar != nil && (s.From != "" || s.To != "" || s.Limit != 0) {
		l.at(at, "span: either calendar, or from, to and limit")
	}
}

// selects reports whether an argument selects the time column.
func (e *Endpoint) selects() bool {
	for _, a := range e.Args {
		for _, p := range a.Fields {
			if p.Selects != nil {
				return true
			}
		}
	}
	return false
}

func (e *Endpoint) field(name string) *Param {
	for _, a := range e.Args {
		for _, p := range a.Fields {
			if p.Name == name {
				return p
			}
		}
	}
	return nil
}

// columns asks for every column that the endpoint uses, and tells of each that is
// missing once.
func (l *linter) columns(e *Endpoint, missing func(Lookup) error) {
	told := map[string]bool{}
	for _, use := range e.Uses() {
		if err := missing(use); err != nil && !told[err.Error()] {
			told[err.Error()] = true
			l.at(nil, "%s: %v", e.Method, err)
		}
	}
}
