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
		l.at(at, "lint.span_column")
	}
	for name := range e.WindowParams() {
		if e.Param(name) == nil {
			l.at(at, "lint.no_argument", "key", "span", "name", name)
		}
	}
	want := catalog.TypeDatetime
	if s.Calendar != nil {
		want = catalog.TypeInt
	}
	for name := range e.WindowParams() {
		p := e.Param(name)
		if p != nil && p.Type != want {
			l.at(at, "lint.span_type", "name", name, "type", want)
		}
		if p != nil && p.Required && (s.Required || s.Unless != nil) {
			l.at(at, "lint.span_required", "name", name)
		}
	}
	if s.Limit < 0 || (s.Limit > 0) != (s.Words != "") {
		l.at(at, "lint.span_words")
	}
	if s.Calendar != nil && (s.From != "" || s.To != "" || s.Limit != 0 || s.Required || s.With != nil) {
		l.at(at, "lint.span_calendar")
	}
	l.spanConditions(at, e)
}

// spanConditions checks the parts of a span that depend on other arguments.
func (l *linter) spanConditions(at []any, e *catalog.Endpoint) {
	s := e.Span
	if s.Ignored && s.Unless == nil {
		l.at(at, "lint.ignored")
	}
	if s.Unless != nil && !s.Required && !s.Ignored {
		l.at(at, "lint.unless")
	}
	for i, b := range s.Beside {
		if b.From == "" || b.To == "" || b.Column == "" || s.Calendar != nil {
			l.at(append(at, "beside", i), "lint.beside")
		}
	}
	for i, name := range s.Unless {
		l.spanArg(append(at, "unless", i), e, name)
	}
	for i, w := range s.With {
		l.spanArg(append(at, "with", i), e, w.Arg)
		if w.Limit <= 0 || w.Words == "" {
			l.at(append(at, "with", i), "lint.with")
		}
	}
}

func (l *linter) spanArg(at []any, e *catalog.Endpoint, name string) {
	switch p := e.Param(name); {
	case p == nil || p.Type == catalog.TypeObject:
		l.at(at, "lint.no_argument", "key", key(at), "name", name)
	case name == e.Span.From || name == e.Span.To:
		l.at(at, "lint.window_end", "key", key(at), "name", name)
	}
}

// selects reports whether an argument selects the time column.
func selects(e *catalog.Endpoint) bool {
	return slices.ContainsFunc(catalog.Flat(e.Args), func(p *catalog.Param) bool { return p.Selects != nil })
}
