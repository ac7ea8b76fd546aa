package lint

import (
	"slices"

	"shaxiang/catalog"
)

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
			l.at(at, "span: argument %q is required by itself; leave it to the span", name)
		}
	}
	if s.Limit < 0 || (s.Limit > 0) != (s.Words != "") {
		l.at(at, "span: limit and words go together: 720h, 30天")
	}
	if s.Calendar != nil && (s.From != "" || s.To != "" || s.Limit != 0 || s.Required || s.With != nil) {
		l.at(at, "span: either calendar, or from, to and limit")
	}
	l.spanConditions(at, e)
}

// spanConditions checks the parts of a span that depend on other arguments.
func (l *linter) spanConditions(at []any, e *catalog.Endpoint) {
	s := e.Span
	if s.Ignored && s.Unless == nil {
		l.at(at, "ignored: needs unless, the arguments that make the window ignored")
	}
	if s.Unless != nil && !s.Required && !s.Ignored {
		l.at(at, "unless: needs required or ignored; by itself it changes nothing")
	}
	for i, b := range s.Beside {
		if b.From == "" || b.To == "" || b.Column == "" || s.Calendar != nil {
			l.at(append(at, "beside", i), "beside: needs from, to and a column, and excludes a calendar")
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
