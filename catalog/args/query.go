package args

import (
	"slices"
	"strings"

	"shaxiang/catalog"
)

// Query returns what a checked reading call asks for.
func (c *Checker) Query() catalog.Query {
	rows := c.endpoint.Rows
	q := catalog.Query{Collection: rows.Collection, Page: c.page}
	var lifted, passed []string
	if len(c.endpoint.FirstOf) > 0 {
		passed = c.endpoint.passed(&c.root)
	}
	for i := range c.root.args {
		x := c.root.at(i)
		if slices.Contains(passed, x.param.Name) {
			continue
		}
		if l := x.param.Lifts; l != nil && x.Given && x.Value.Text() == l.Value {
			lifted = append(lifted, l.Column)
		}
		q.Filters = append(q.Filters, x.filters()...)
	}
	for _, w := range rows.Where {
		switch {
		case slices.Contains(lifted, w.Column):
		case w.In != nil:
			q.Filters = append(q.Filters, catalog.Filter{Column: w.Column, In: w.In})
		default:
			q.Filters = append(q.Filters, catalog.Filter{Column: w.Column, In: w.NotIn, Not: true})
		}
	}
	if s := c.endpoint.Span; s != nil {
		c.window(&q, s)
		if len(s.Beside) > 0 {
			c.windowsBeside(&q, s)
		}
	}
	for _, s := range rows.Sums {
		if s.Of != "" {
			q.Sums = append(q.Sums, s.Of)
		}
	}
	return q
}

// passed returns the names that do not count in a scope: all but the first that was given,
// of each list of first_of. If none of a list was given, all of them count.
func (e *Endpoint) passed(s *scope) []string {
	var passed []string
	for _, names := range e.FirstOf {
		first := slices.IndexFunc(names, s.has)
		if first < 0 {
			continue
		}
		passed = append(passed, names[:first]...)
		passed = append(passed, names[first+1:]...)
	}
	return passed
}

// filters returns the filters of an argument. A list of objects gives one filter for each
// member, with the values of all rows.
func (x arg) filters() []catalog.Filter {
	p := x.param
	if !p.filters {
		return nil
	}
	if !x.Given {
		return p.filter
	}
	if p.Type != catalog.TypeList {
		if in := x.texts(); in != nil {
			return []catalog.Filter{{Column: p.Key(), In: in}}
		}
		return nil
	}
	var filters []catalog.Filter
	index := map[string]int{} // of filters by column
	for i := range x.rows {
		for j := range x.rows[i].args {
			for _, f := range x.rows[i].at(j).filters() {
				at, seen := index[f.Column]
				if !seen {
					at = len(filters)
					index[f.Column] = at
					filters = append(filters, catalog.Filter{Column: f.Column})
				}
				filters[at].In = append(filters[at].In, f.In...)
			}
		}
	}
	return filters
}

// texts returns the values of an argument as filters compare them, nil for none.
func (x arg) texts() []string {
	switch {
	case x.param.form == listForm:
		var list []string
		for i := range x.rows {
			if e := &x.rows[i].args[0]; e.Given {
				list = append(list, e.Value.Text())
			}
		}
		return list
	case x.param.Comma:
		return strings.Split(x.Value.Text(), ",")
	}
	return []string{x.Value.Text()}
}
