package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

func (l *linter) endpoint(v *catalog.Vendor, e *catalog.Endpoint) {
	for _, need := range []struct{ key, value string }{{"method", e.Method}, {"title", e.Title}, {"source", e.Source}} {
		if need.value == "" {
			l.at([]any{need.key}, "%s: is missing", need.key)
		}
	}
	l.evidence(nil, e.Evidence)
	l.oneOf([]any{"kind"}, string(e.Kind), string(catalog.KindQuery), string(catalog.KindWrite))
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
	l.choices(e)
	l.choicesInOrder(e)
	l.notify(v, e)
	switch e.Kind {
	case catalog.KindQuery:
		l.query(e)
	case catalog.KindWrite:
		l.write(e)
	}
}

// names wants what is called by name to be an argument or a public parameter.
func (l *linter) names(v *catalog.Vendor, e *catalog.Endpoint) {
	public := func(name string) bool {
		return slices.ContainsFunc(v.Public, func(p catalog.Public) bool { return p.Name == name })
	}
	known := map[string]bool{}
	walk(nil, e.Args, func(x visit) { known[x.p.Name] = true })
	walk([]any{"args"}, e.Args, func(x visit) {
		if x.p.With != "" && (!public(x.p.With) || x.p.Required) {
			l.at(append(x.at, "required_with"), "required_with: needs a public parameter, and no required beside it")
		}
	})
	for i, row := range e.Refusals {
		if row.Param != "" && !known[row.Param] && !public(row.Param) {
			l.at([]any{"refusals", i, "param"}, "param: no argument is called %q", row.Param)
		}
	}
	for name := range e.PageParams() {
		if name != "" && e.Param(name) == nil && !public(name) {
			l.at([]any{"paging"}, "paging: no argument and no public parameter is called %q", name)
		}
	}
}

// choices wants the arguments of which one must be given to stand in one input, where
// none of them is needed anyway.
func (l *linter) choices(e *catalog.Endpoint) {
	for i, names := range e.OneOf {
		at := []any{"one_of", i}
		if len(names) < 2 {
			l.at(at, "one_of: needs two arguments or more; one that must be given is required")
		}
		if len(names) == 0 {
			continue
		}
		params := e.Args
		if rows := e.Documents(); catalog.ParamNamed(params, names[0]) == nil && rows != nil {
			params = rows.Fields
		}
		for j, name := range names {
			switch p := catalog.ParamNamed(params, name); {
			case p == nil:
				l.at(append(slices.Clone(at), j), "one_of: no argument of the call, or of each of its documents, is called %q", name)
			case p.Required:
				l.at(append(slices.Clone(at), j), "one_of: argument %q is required by itself", name)
			}
		}
	}
}

// queryParts are the parts of a query's answer; any other name is one of its sums.
var queryParts = []string{"rows", "total", "row"}

func (l *linter) query(e *catalog.Endpoint) {
	l.span(e)
	r := e.Rows
	if r == nil {
		l.template([]any{"answer"}, &e.Answer, queryParts...)
		l.at([]any{"rows"}, "rows: a query needs them")
		return
	}
	l.template([]any{"answer"}, &e.Answer, append(l.sums(e), queryParts...)...)
	if r.Collection == "" {
		l.at([]any{"rows"}, "collection: is missing")
	}
	if r.One && e.Paging != nil {
		l.at([]any{"rows", "one"}, "one: an answer about one row has no pages; say paged: false")
	}
	l.fields([]any{"rows", "fields"}, r.Fields)
	for i, w := range r.Where {
		l.condition([]any{"rows", "where", i}, w)
	}
	l.lifts(e)
}

// fields wants members of different names, each with one source.
func (l *linter) fields(path []any, fields []catalog.Field) {
	seen := map[string]bool{}
	for i := range fields {
		f, at := &fields[i], append(slices.Clone(path), i)
		if f.Name == "" && !isBare(f, fields) {
			l.at(at, "name: is missing")
		}
		if seen[f.Name] {
			l.at(at, "name: %q stands twice", f.Name)
		}
		seen[f.Name] = true
		if f.Lines != "" || f.Object || f.Fields != nil {
			l.nest(at, f)
		} else if f.Const == nil && !f.Type.Known() {
			l.at(at, "type: %q is not known; want one of %s, with or without quoted or nullable before it", f.Type, strings.Join(wire.Types(), ", "))
		}
		if f.Only != nil {
			l.condition(append(at, "only"), *f.Only)
		}
	}
}

// isBare reports whether the fields make rows of one value each instead of objects.
func isBare(f *catalog.Field, fields []catalog.Field) bool {
	return len(fields) == 1 && f.From != "" && f.Only == nil && f.Lines == "" && !f.Object
}

// nest wants a member with members to be lines or an object, and nothing else.
func (l *linter) nest(at []any, f *catalog.Field) {
	if (f.Lines != "") == f.Object || len(f.Fields) == 0 {
		l.at(at, "fields: go together with either lines or object")
	}
	if f.Type != "" || f.Const != nil || f.From != "" {
		l.at(at, "fields: leave no room for type, const or from")
	}
	l.fields(append(at, "fields"), f.Fields)
}

// condition wants one list of values, because with both or none nobody could
// say what is meant.
func (l *linter) condition(path []any, c catalog.Condition) {
	if c.Column == "" || (len(c.In) > 0) == (len(c.NotIn) > 0) {
		l.at(path, "%s: a condition needs a column, and either in or not_in", key(path))
	}
}

// lifts wants arguments that lift a condition to find it.
func (l *linter) lifts(e *catalog.Endpoint) {
	walk([]any{"args"}, e.Args, func(x visit) {
		if x.p.Lifts == nil {
			return
		}
		found := slices.ContainsFunc(e.Rows.Where, func(c catalog.Condition) bool { return c.Column == x.p.Lifts.Column })
		if !found {
			l.at(append(x.at, "lifts"), "lifts: rows.where has no condition on %q", x.p.Lifts.Column)
		}
	})
}

func (l *linter) span(e *catalog.Endpoint) {
	s := e.Span
	if s == nil {
		return
	}
	at := []any{"span"}
	if s.Column == "" && !selects(e) {
		l.at(at, "span: needs a column, or an argument that selects one")
	}
	for name := range e.WindowParams() {
		if e.Param(name) == nil {
			l.at(at, "span: no argument is called %q", name)
		}
	}
	want := catalog.TypeDatetime
	if s.Calendar != nil {
		want = catalog.TypeInt
	}
	for name := range e.WindowParams() {
		p := e.Param(name)
		if p != nil && p.Type != want {
			l.at(at, "span: argument %q must be of type %s", name, want)
		}
		if p != nil && p.Required && (s.Required || s.Unless != nil) {
			l.at(at, "span: argument %q is required by itself; leave that to the span", name)
		}
	}
	if s.Limit < 0 || (s.Limit > 0) != (s.Words != "") {
		l.at(at, "span: limit and words go together: 720h, 30天")
	}
	if s.Calendar != nil && (s.From != "" || s.To != "" || s.Limit != 0 || s.Required || s.With != nil) {
		l.at(at, "span: either calendar, or from, to and limit")
	}
	l.spanTerms(at, e)
}

// spanTerms wants what depends on other arguments to name them.
func (l *linter) spanTerms(at []any, e *catalog.Endpoint) {
	s := e.Span
	if s.Ignored && s.Unless == nil {
		l.at(at, "ignored: needs unless, the arguments that make the window count for nothing")
	}
	if s.Unless != nil && !s.Required && !s.Ignored {
		l.at(at, "unless: needs required or ignored; of itself it changes nothing")
	}
	for i, b := range s.Beside {
		if b.From == "" || b.To == "" || b.Column == "" || s.Calendar != nil {
			l.at(append(at, "beside", i), "beside: needs from, to and a column, and no calendar before it")
		}
	}
	for i, name := range s.Unless {
		l.spanArg(append(at, "unless", i), e, name)
	}
	for i, w := range s.With {
		l.spanArg(append(at, "with", i), e, w.Arg)
		if w.Limit <= 0 || w.Words == "" {
			l.at(append(at, "with", i), "with: needs arg, limit and words: spec_no, 720h, 30天")
		}
	}
}

func (l *linter) spanArg(at []any, e *catalog.Endpoint, name string) {
	switch p := e.Param(name); {
	case p == nil || p.Type == catalog.TypeObject:
		l.at(at, "%s: no argument is called %q", key(at), name)
	case name == e.Span.From || name == e.Span.To:
		l.at(at, "%s: %q is an end of the window itself", key(at), name)
	}
}

// selects reports whether an argument selects the time column.
func selects(e *catalog.Endpoint) bool {
	return slices.ContainsFunc(catalog.Flat(e.Args), func(p *catalog.Param) bool { return p.Selects != nil })
}
