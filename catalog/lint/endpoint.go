package lint

import (
	"slices"

	"shaxiang/catalog"
)

func (l *linter) endpoint(v *catalog.Vendor, e *catalog.Endpoint) {
	l.needed(nil, "method", e.Method, "title", e.Title, "source", e.Source)
	l.evidence(nil, e.Evidence)
	l.oneOf([]any{"kind"}, string(e.Kind), string(catalog.KindQuery), string(catalog.KindWrite))
	for i, g := range e.Gateways {
		l.oneOf([]any{"gateways", i}, g, v.Paths...)
	}
	l.errors([]any{"refusals"}, e.Refusals, v.Paths)
	l.template([]any{"refusal"}, &e.Refusal, "code", "message")
	if e.Answer.IsZero() {
		l.at([]any{"answer"}, "lint.missing", "key", "answer")
	}
	if e.Paging != nil {
		l.paging([]any{"paging"}, e.Paging)
	}
	if !l.args(e) {
		return // the checks below look arguments up
	}
	l.names(v, e)
	l.oneOfGroups(e)
	l.firstOfGroups(e)
	l.notify(v, e)
	switch e.Kind {
	case catalog.KindQuery:
		l.query(e)
	case catalog.KindWrite:
		l.write(e)
	}
}

// names checks that every name of a parameter is that of an argument or of a public
// parameter.
func (l *linter) names(v *catalog.Vendor, e *catalog.Endpoint) {
	public := func(name string) bool {
		return slices.ContainsFunc(v.Public, func(p catalog.Public) bool { return p.Name == name })
	}
	known := map[string]bool{}
	walk(nil, e.Args, func(x visit) { known[x.p.Name] = true })
	walk([]any{"args"}, e.Args, func(x visit) {
		if x.p.With != "" && (!public(x.p.With) || x.p.Required) {
			l.at(append(x.at, "required_with"), "lint.required_with")
		}
	})
	for i, row := range e.Refusals {
		if row.Param != "" && !known[row.Param] && !public(row.Param) {
			l.at([]any{"refusals", i, "param"}, "lint.no_argument", "key", "param", "name", row.Param)
		}
	}
	for name := range e.PageParams() {
		if name != "" && e.Param(name) == nil && !public(name) {
			l.at([]any{"paging"}, "lint.paging_argument", "name", name)
		}
	}
}

// oneOfGroups checks that the arguments of which one must be given are of one input, and
// that none of them is required by itself.
func (l *linter) oneOfGroups(e *catalog.Endpoint) {
	for i, names := range e.OneOf {
		at := []any{"one_of", i}
		if len(names) < 2 {
			l.at(at, "lint.one_of")
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
				l.at(append(slices.Clone(at), j), "lint.no_argument_of_document", "key", "one_of", "name", name)
			case p.Required:
				l.at(append(slices.Clone(at), j), "lint.one_of_required", "name", name)
			}
		}
	}
}

// firstOfGroups checks that the arguments of which only the first counts are of one input.
func (l *linter) firstOfGroups(e *catalog.Endpoint) {
	for i, names := range e.FirstOf {
		if len(names) < 2 {
			l.at([]any{"first_of", i}, "lint.first_of")
			continue
		}
		params := e.Args
		if rows := e.Documents(); catalog.ParamNamed(params, names[0]) == nil && rows != nil {
			params = rows.Fields
		}
		for j, name := range names {
			if p := catalog.ParamNamed(params, name); p == nil || !p.Type.IsScalar() {
				l.at([]any{"first_of", i, j}, "lint.no_argument_of_document", "key", "first_of", "name", name)
			}
		}
	}
}
