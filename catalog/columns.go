package catalog

import "slices"

// LinesOf returns the name that Uses has for the lines of a collection's rows:
// trade.details.
func LinesOf(collection, lines string) string { return collection + "." + lines }

// Uses returns every column of a collection, or of its lines (LinesOf), that the endpoint
// names, so that a caller that knows the collections can find the missing ones. An empty
// column means the collection or the lines themselves. The columns that arguments of a
// write fill are left out: see Missing.
func (e *Endpoint) Uses() []Lookup {
	var u uses
	if e.Rows != nil {
		u.fields(e.Rows.Collection, e.Rows.Fields)
		u.conditions(e.Rows.Collection, e.Rows.Where...)
		for _, s := range e.Rows.Sums {
			u.add(e.Rows.Collection, s.Of)
		}
	}
	if e.Rows != nil && e.Write == nil {
		u.query(e)
	}
	for _, p := range Flat(e.Args) {
		if p.Known != nil {
			u.add(p.Known.Collection, p.Known.Column)
		}
	}
	if e.Write != nil {
		u.write(e.Write)
		u.template(e.Write.Collection, &e.Answer)
		u.template(e.Write.Collection, &e.Partial)
	}
	return u
}

type uses []Lookup

func (u *uses) add(collection string, columns ...string) {
	for _, c := range columns {
		*u = append(*u, Lookup{collection, c})
	}
}

func (u *uses) conditions(collection string, list ...Condition) {
	for _, c := range list {
		u.add(collection, c.Column)
	}
}

func (u *uses) match(collection string, columns map[string]string) {
	for column := range columns {
		u.add(collection, column)
	}
}

func (u *uses) fields(collection string, fields []Field) {
	for i := range fields {
		f := &fields[i]
		switch {
		case f.Lines != "":
			u.fields(LinesOf(collection, f.Lines), f.Fields)
		case f.Object:
			u.fields(collection, f.Fields)
		case f.Const == nil:
			u.add(collection, f.Column())
		}
		if f.Only != nil {
			u.conditions(collection, *f.Only)
		}
	}
}

func (u *uses) query(e *Endpoint) {
	collection := e.Rows.Collection
	if e.Span != nil && e.Span.Column != "" {
		u.add(collection, e.Span.Column)
	}
	if e.Span != nil {
		for _, b := range e.Span.Beside {
			u.add(collection, b.Column)
		}
	}
	for _, p := range Flat(e.Args) {
		for _, column := range p.Selects {
			u.add(collection, column)
		}
		if p.Lifts != nil {
			u.add(collection, p.Lifts.Column)
		}
		switch {
		case !e.Filters(p):
		case p.Type != TypeList:
			u.add(collection, p.Key())
		default:
			for _, f := range Flat(p.Fields) {
				if f.Type != TypeList && e.Filters(f) {
					u.add(collection, f.Key())
				}
			}
		}
	}
}

func (u *uses) write(w *Write) {
	u.add(w.Collection, "")
	u.add(w.Collection, w.Key...)
	u.sets(w.Collection, w.Set)
	u.checks(w.Checks)
	for _, x := range w.Lines {
		u.add(LinesOf(w.Collection, x.Into), "")
		u.sets(LinesOf(w.Collection, x.Into), x.Set)
		u.checks(x.Checks)
	}
	for _, f := range w.Effects {
		u.add(f.Collection, f.Column)
		u.match(f.Collection, f.Match)
		if f.When != nil {
			u.conditions(w.Collection, *f.When)
		}
	}
	u.template(w.Collection, &w.Done)
	for i := range w.Also {
		u.write(&w.Also[i])
	}
}

func (u *uses) sets(collection string, sets []Set) {
	for _, s := range sets {
		u.add(collection, s.Column)
		if s.Sum != nil && s.Sum.Lines != "" {
			for _, column := range []string{s.Sum.Of, s.Sum.Times} {
				if column != "" {
					u.add(LinesOf(collection, s.Sum.Lines), column)
				}
			}
		}
		if s.From != nil {
			u.add(s.From.Collection, s.From.Column)
			u.match(s.From.Collection, s.From.Match)
		}
	}
}

func (u *uses) checks(checks []RowCheck) {
	for _, c := range checks {
		for _, s := range c.Say {
			u.add(s.Collection, s.Column)
			u.match(s.Collection, s.Match)
		}
		if c.Collection == "" {
			continue
		}
		u.match(c.Collection, c.Match)
		u.match(c.Collection, c.AtLeast)
		for column := range c.Within {
			u.add(c.Collection, column)
		}
		u.conditions(c.Collection, c.Where...)
	}
}

// template adds the columns of the written row that an answer shows.
func (u *uses) template(collection string, t *Template) {
	for _, name := range t.Placeholders() {
		if !slices.Contains(WriteParts(), name) {
			u.add(collection, name)
		}
	}
}
