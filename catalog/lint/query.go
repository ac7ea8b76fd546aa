package lint

import (
	"slices"

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
		l.at([]any{"rows"}, "lint.rows_missing")
		return
	}
	l.template([]any{"answer"}, &e.Answer, append(l.sums(e), queryParts...)...)
	if r.Collection == "" {
		l.at([]any{"rows"}, "lint.missing", "key", "collection")
	}
	if r.One && e.Paging != nil {
		l.at([]any{"rows", "one"}, "lint.one_paged")
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
			l.at(at, "lint.sums_name")
		case !slices.Contains(shown, s.Name):
			l.at(at, "lint.sums_shown", "name", s.Name)
		}
		if !s.Type.Known() {
			l.at(at, "lint.not_known", "key", "type", "got", s.Type)
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
			l.at(at, "lint.missing", "key", "name")
		}
		if seen[f.Name] {
			l.at(at, "lint.twice", "key", "name", "name", f.Name)
		}
		seen[f.Name] = true
		if f.Lines != "" || f.Object || f.Fields != nil {
			l.nested(at, f)
		} else if f.Const == nil && !f.Type.Known() {
			l.at(at, "lint.field_type", "type", f.Type, "known", wire.Types())
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
		l.at(at, "lint.fields_of_lines")
	}
	if f.Type != "" || f.Const != nil || f.From != "" {
		l.at(at, "lint.fields_exclude")
	}
	l.fields(append(at, "fields"), f.Fields)
}

// condition checks that a condition has one list of values. With two lists or none its
// meaning is unclear.
func (l *linter) condition(path []any, c catalog.Condition) {
	if c.Column == "" || (len(c.In) > 0) == (len(c.NotIn) > 0) {
		l.at(path, "lint.condition", "key", key(path))
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
			l.at(append(x.at, "lifts"), "lint.lifts", "column", x.p.Lifts.Column)
		}
	})
}
