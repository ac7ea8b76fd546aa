package catalog

import "slices"

// Holds reports whether a column's text meets the condition.
func (c *Condition) Holds(text string) bool {
	if c.In != nil {
		return slices.Contains(c.In, text)
	}
	return !slices.Contains(c.NotIn, text)
}

// Uses returns every column of a collection that the endpoint names, so that
// whoever has the collections can say which are not there.
func (e *Endpoint) Uses() []Lookup {
	var uses []Lookup
	use := func(collection string, columns ...string) {
		for _, c := range columns {
			uses = append(uses, Lookup{collection, c})
		}
	}
	if e.Rows != nil {
		e.usesOfRows(use)
	}
	if e.Write != nil {
		e.usesOfWrite(use)
	}
	return uses
}

func (e *Endpoint) usesOfRows(use func(string, ...string)) {
	r := e.Rows
	for i := range r.Fields {
		if r.Fields[i].Const == nil {
			use(r.Collection, r.Fields[i].Column())
		}
		if only := r.Fields[i].Only; only != nil {
			use(r.Collection, only.Column)
		}
	}
	for _, w := range r.Where {
		use(r.Collection, w.Column)
	}
	if e.Span != nil && e.Span.Column != "" {
		use(r.Collection, e.Span.Column)
	}
	for _, a := range e.Args {
		for _, p := range append([]*Param{a}, a.Fields...) {
			e.usesOfParam(p, use)
		}
	}
}

func (e *Endpoint) usesOfParam(p *Param, use func(string, ...string)) {
	for _, column := range p.Selects {
		use(e.Rows.Collection, column)
	}
	if p.Known != nil {
		use(p.Known.Collection, p.Known.Column)
	}
	if p.Lifts != nil {
		use(e.Rows.Collection, p.Lifts.Column)
	}
	if p.Fields == nil && e.filters(p) {
		use(e.Rows.Collection, filter(&cell{param: p}).Column)
	}
}

func (e *Endpoint) usesOfWrite(use func(string, ...string)) {
	w := e.Write
	use(w.Collection, w.Key...)
	match := func(collection string, columns map[string]string) {
		for column := range columns {
			use(collection, column)
		}
	}
	for _, s := range w.Set {
		use(w.Collection, s.Column)
		if s.From != nil {
			use(s.From.Collection, s.From.Column)
			match(s.From.Collection, s.From.Match)
		}
	}
	for _, c := range w.Checks {
		match(c.Collection, c.Match)
		for _, cond := range c.Where {
			use(c.Collection, cond.Column)
		}
	}
	for _, f := range w.Effects {
		use(f.Collection, f.Column)
		match(f.Collection, f.Match)
	}
}
