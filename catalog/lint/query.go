package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// queryParts are the parts of a query's answer. Any other name is a sum.
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
		l.at([]any{"rows", "one"}, "one: an answer about one row has no pages; write paged: false")
	}
	l.fields([]any{"rows", "fields"}, r.Fields)
	for i, w := range r.Where {
		l.condition([]any{"rows", "where", i}, w)
	}
	l.lifts(e)
}

// sums checks that every sum has its own name, and that the answer shows it.
func (l *linter) sums(e *catalog.Endpoint) []string {
	shown := e.Answer.Placeholders()
	names := []string{}
	for i, s := range e.Rows.Sums {
		at := []any{"rows", "sums", i}
		switch {
		case s.Name == "" || slices.Contains(queryParts, s.Name) || slices.Contains(names, s.Name):
			l.at(at, "sums: needs a name of its own")
		case !slices.Contains(shown, s.Name):
			l.at(at, "sums: the answer does not show $%s", s.Name)
		}
		if !s.Type.Known() {
			l.at(at, "type: %q is not known", s.Type)
		}
		names = append(names, s.Name)
	}
	return names
}

// fields checks that members have different names and one source each.
func (l *linter) fields(path []any, fields []catalog.Field) {
	seen := map[string]bool{}
	for i := range fields {
		f, at := &fields[i], append(slices.Clone(path), i)
		if f.Name == "" && !isBare(f, fields) {
			l.at(at, "name: is missing")
		}
		if seen[f.Name] {
			l.at(at, "name: %q appears twice", f.Name)
		}
		seen[f.Name] = true
		if f.Lines != "" || f.Object || f.Fields != nil {
			l.nested(at, f)
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

// nested checks that a member with members is either lines or an object.
func (l *linter) nested(at []any, f *catalog.Field) {
	if (f.Lines != "") == f.Object || len(f.Fields) == 0 {
		l.at(at, "fields: go together with either lines or object")
	}
	if f.Type != "" || f.Const != nil || f.From != "" {
		l.at(at, "fields: exclude type, const and from")
	}
	l.fields(append(at, "fields"), f.Fields)
}

// condition checks that a condition has one list of values. With two lists or none its
// meaning is unclear.
func (l *linter) condition(path []any, c catalog.Condition) {
	if c.Column == "" || (len(c.In) > 0) == (len(c.NotIn) > 0) {
		l.at(path, "%s: a condition needs a column, and either in or not_in", key(path))
	}
}

// lifts checks that every condition that an argument lifts exists.
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
