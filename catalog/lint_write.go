package catalog

import (
	"maps"
	"slices"
)

func (l *linter) write(e *Endpoint) {
	w := e.Write
	if w == nil {
		l.at([]any{"write"}, "write: a writing endpoint needs it")
		return
	}
	names := e.fields()
	l.template([]any{"write", "error"}, &w.Error, append([]string{"message"}, names...)...)
	l.template([]any{"answer"}, &e.Answer)
	l.template([]any{"partial"}, &e.Partial, "errors", "count")
	if (w.Each == "") != e.Partial.IsZero() || (w.Each == "") != w.Error.IsZero() {
		l.at([]any{"write"}, "write: each, write.error and partial go together: rows that fail one by one")
	}
	if w.Collection == "" {
		l.at([]any{"write"}, "collection: is missing")
	}
	if a := e.list(); w.Each != "" && (a == nil || a.Name != w.Each) {
		l.at([]any{"write", "each"}, "each: no argument of type list is called %q", w.Each)
	} else if w.Each == "" && a != nil {
		l.at([]any{"write"}, "each: is missing; argument %q is a list", a.Name)
	}
	for i, c := range w.Checks {
		at := []any{"write", "checks", i}
		l.evidence(at, c.Evidence)
		if !slices.Contains(Kinds(), c.Refuse) {
			l.at(append(at, "refuse"), "refuse: %q is not known", c.Refuse)
		}
		if c.Message == "" {
			l.at(at, "message: is missing")
		}
		l.match(at, c.Collection, c.Match, names)
		for j, where := range c.Where {
			l.condition(append(at, "where", j), where)
		}
	}
	l.sets(w.Set, names)
	l.effects(w.Effects, names)
}

// fields returns the names of the members of all arguments.
func (e *Endpoint) fields() []string {
	var names []string
	for _, a := range e.Args {
		for _, p := range a.Fields {
			names = append(names, p.Name)
		}
	}
	return names
}

func (e *Endpoint) list() *Param {
	for _, a := range e.Args {
		if a.Type == TypeList {
			return a
		}
	}
	return nil
}

// match wants a collection and columns that are compared with arguments.
func (l *linter) match(at []any, collection string, match map[string]string, names []string) {
	if collection == "" || len(match) == 0 {
		l.at(at, "match: needs a collection, and column: argument")
	}
	for _, column := range slices.Sorted(maps.Keys(match)) {
		if !slices.Contains(names, match[column]) {
			l.at(append(at, "match", column), "match: no argument is called %q", match[column])
		}
	}
}

func (l *linter) sets(sets []Set, names []string) {
	for i, s := range sets {
		at := []any{"write", "set", i}
		if s.Column == "" || (s.Value != "") == (s.From != nil) {
			l.at(at, "set: needs a column, and either value or from")
		}
		if s.From != nil {
			l.match(append(at, "from"), s.From.Collection, s.From.Match, names)
			if s.From.Column == "" {
				l.at(append(at, "from"), "column: is missing")
			}
		}
	}
}

func (l *linter) effects(effects []Effect, names []string) {
	for i, x := range effects {
		at := []any{"write", "effects", i}
		if x.When != nil {
			l.condition(append(at, "when"), *x.When)
		}
		if x.Column == "" || (x.Add != "") == (x.Subtract != "") {
			l.at(at, "effects: needs a column, and either add or subtract")
		} else if !slices.Contains(names, x.Add+x.Subtract) {
			l.at(at, "effects: no argument is called %q", x.Add+x.Subtract)
		}
		l.match(at, x.Collection, x.Match, names)
	}
}
