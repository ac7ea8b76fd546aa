package catalog

import (
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"shaxiang/internal/wire"
)

// Query returns what a checked reading call asks for.
func (c *Checker) Query() Query {
	q := Query{Collection: c.endpoint.Rows.Collection, Page: c.page}
	var lifted []string
	passed := c.endpoint.passed(&c.root)
	for i := range c.root.args {
		x := &c.root.args[i]
		if slices.Contains(passed, x.param.Name) {
			continue
		}
		if l := x.param.Lifts; l != nil && x.Given && x.Value.Text() == l.Value {
			lifted = append(lifted, l.Column)
		}
		q.Filters = append(q.Filters, c.endpoint.filtersOf(x)...)
	}
	for _, w := range c.endpoint.Rows.Where {
		switch {
		case slices.Contains(lifted, w.Column):
		case w.In != nil:
			q.Filters = append(q.Filters, Filter{Column: w.Column, In: w.In})
		default:
			q.Filters = append(q.Filters, Filter{Column: w.Column, In: w.NotIn, Not: true})
		}
	}
	c.window(&q)
	for _, s := range c.endpoint.Rows.Sums {
		if s.Of != "" {
			q.Sums = append(q.Sums, s.Of)
		}
	}
	return q
}

// filters reports whether a parameter filters a column: all do that have no
// other work in the query.
func (e *Endpoint) filters(p *Param) bool {
	if p.Column != "" || p.Type == TypeObject {
		return p.Column != "-" && p.Type != TypeObject
	}
	if p.Lifts != nil || p.Selects != nil {
		return false
	}
	return !yields(e.windowParams(), p.Name) && !yields(e.pageParams(), p.Name)
}

func yields(names iter.Seq[string], name string) bool {
	for n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// byDefault is the filter of an argument that was not sent but has a default.
func (p *Param) byDefault() []Filter {
	if p.Default == nil {
		return nil
	}
	v, _ := p.convertText(*p.Default) // the linter has seen to it that it converts
	return []Filter{{Column: p.Key(), In: []string{v.Text()}}}
}

// filtersOf returns the filters of what was sent for an argument: of a list of
// objects one a member, which any of the list's values meets.
func (e *Endpoint) filtersOf(x *Arg) []Filter {
	if !e.filters(x.param) {
		return nil
	}
	if !x.Given {
		return x.param.byDefault()
	}
	if x.param.Type != TypeList {
		if in := x.texts(); in != nil {
			return []Filter{{Column: x.param.Key(), In: in}}
		}
		return nil
	}
	var filters []Filter
	place := map[string]int{}
	for i := range x.rows {
		for j := range x.rows[i].args {
			for _, f := range e.filtersOf(&x.rows[i].args[j]) {
				at, seen := place[f.Column]
				if !seen {
					at = len(filters)
					place[f.Column] = at
					filters = append(filters, Filter{Column: f.Column})
				}
				filters[at].In = append(filters[at].In, f.In...)
			}
		}
	}
	return filters
}

// texts returns the values of an argument as filters compare them, nil for none.
func (x *Arg) texts() []string {
	switch {
	case x.param.list():
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

// windowParams yields the arguments that say a window.
func (e *Endpoint) windowParams() iter.Seq[string] {
	return func(yield func(string) bool) {
		s := e.Span
		switch {
		case s == nil:
			return
		case s.Calendar != nil:
			_ = yield(s.Calendar.Year) && yield(s.Calendar.Month) && yield(s.Calendar.Day)
			return
		case !yield(s.From) || !yield(s.To):
			return
		}
		for i := range s.Beside {
			if b := &s.Beside[i]; !yield(b.From) || !yield(b.To) {
				return
			}
		}
	}
}

// pageParams yields the parameters that say a page; an empty one is not there.
func (e *Endpoint) pageParams() iter.Seq[string] {
	return func(yield func(string) bool) {
		if p := e.Paging; p != nil {
			_ = yield(p.No) && yield(p.Size) && yield(p.Total)
		}
	}
}

func (c *Checker) window(q *Query) {
	s := c.endpoint.Span
	if s == nil {
		return
	}
	defer c.beside(q, s)
	q.Column = s.Column
	for i := range c.root.args {
		x := &c.root.args[i]
		if x.param.Selects == nil {
			continue
		}
		if column := x.param.Selects[c.chosen(x)]; column != "" {
			q.Column = column
		}
	}
	if s.Ignored && c.excused() {
		return
	}
	if s.Calendar != nil {
		q.From, q.To = c.calendar(s.Calendar)
		return
	}
	from, to := c.arg(s.From), c.arg(s.To)
	if from == nil || to == nil {
		return
	}
	q.From, q.To = from.Value.Unix(), s.end(to)
	if s.HalfOpen {
		q.To--
	}
	if q.From == 0 && q.To == 0 { // the second 0 itself, not all time
		q.From, q.To = nothingFrom, nothingTo
	}
}

// beside adds the windows beside the span.
func (c *Checker) beside(q *Query, s *Span) {
	for _, b := range s.Beside {
		from, to := c.arg(b.From), c.arg(b.To)
		r := Range{Column: b.Column, To: math.MaxInt64}
		if from != nil {
			r.From = from.Value.Unix()
		}
		if to != nil {
			r.To = to.lastSecond()
		}
		switch {
		case from == nil && to == nil:
		case from != nil && to != nil && q.From == 0 && q.To == 0:
			q.Column, q.From, q.To = b.Column, max(r.From, 1), r.To
		default:
			q.Ranges = append(q.Ranges, r)
		}
	}
}

// chosen returns the text of an argument, or its parameter's default.
func (c *Checker) chosen(x *Arg) string {
	if !x.Given && x.param.Default != nil {
		return *x.param.Default
	}
	return x.Value.Text()
}

// calendar turns year, month and day into a window; an impossible date into one
// that holds nothing.
func (c *Checker) calendar(parts *Calendar) (from, to int64) {
	read := func(name string) int {
		if x := c.arg(name); x != nil {
			return int(max(min(x.Value.Unix(), 1e6), -1e6))
		}
		return absent
	}
	year, month, day := read(parts.Year), read(parts.Month), read(parts.Day)
	if year == absent && month == absent && day == absent {
		return 0, 0
	}
	now := c.args.Now.In(wire.Beijing)
	if year == absent {
		year = now.Year()
	}
	if day != absent && month == absent {
		month = int(now.Month())
	}
	return calendarWindow(year, month, day)
}

const absent = -1 << 30

// A window that ends before it begins holds nothing.
const nothingFrom, nothingTo = 1, 0

func calendarWindow(year, month, day int) (from, to int64) {
	first, next := date(year, 1, 1), date(year+1, 1, 1)
	switch {
	case year < 1 || year > 9999:
		return nothingFrom, nothingTo
	case month == absent:
	case month < 1 || month > 12:
		return nothingFrom, nothingTo
	case day == absent:
		first, next = date(year, month, 1), date(year, month+1, 1)
	default:
		first, next = date(year, month, day), date(year, month, day+1)
		if first.Day() != day {
			return nothingFrom, nothingTo
		}
	}
	return first.Unix(), next.Unix() - 1
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, wire.Beijing)
}
