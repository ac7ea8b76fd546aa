package catalog

import (
	"slices"
	"strings"
	"time"
)

// Query returns what a checked reading call asks for.
func (c *Checker) Query() Query {
	q := Query{Collection: c.endpoint.Rows.Collection, Page: c.page}
	lifted := map[string]bool{}
	for i := range c.cells {
		x := &c.cells[i]
		if l := x.param.Lifts; l != nil && x.given && x.value.Text() == l.Value {
			lifted[l.Column] = true
		}
		if x.given && c.endpoint.filters(x.param) {
			q.Filters = append(q.Filters, filter(x))
		}
	}
	for _, w := range c.endpoint.Rows.Where {
		switch {
		case lifted[w.Column]:
		case w.In != nil:
			q.Filters = append(q.Filters, Filter{Column: w.Column, In: w.In})
		default:
			q.Filters = append(q.Filters, Filter{Column: w.Column, In: w.NotIn, Not: true})
		}
	}
	c.window(&q)
	return q
}

// filters reports whether a parameter filters a column: all do that have no
// other work in the query.
func (e *Endpoint) filters(p *Param) bool {
	if p.Column != "" {
		return p.Column != "-"
	}
	if p.Lifts != nil || p.Selects != nil {
		return false
	}
	return !slices.Contains(e.windowParams(), p.Name) && !slices.Contains(e.pageParams(), p.Name)
}

func filter(x *cell) Filter {
	f := Filter{Column: x.param.Name, In: []string{x.value.Text()}}
	if x.param.Column != "" {
		f.Column = x.param.Column
	}
	if x.param.Comma {
		f.In = strings.Split(x.value.Text(), ",")
	}
	return f
}

func (e *Endpoint) windowParams() []string {
	s := e.Span
	switch {
	case s == nil:
		return nil
	case s.Calendar != nil:
		return []string{s.Calendar.Year, s.Calendar.Month, s.Calendar.Day}
	}
	return []string{s.From, s.To}
}

func (e *Endpoint) pageParams() []string {
	if e.Paging == nil {
		return nil
	}
	return []string{e.Paging.No, e.Paging.Size, e.Paging.Total}
}

func (c *Checker) window(q *Query) {
	s := c.endpoint.Span
	if s == nil {
		return
	}
	q.Column = s.Column
	for i := range c.cells {
		if column := c.cells[i].param.Selects[c.chosen(&c.cells[i])]; column != "" {
			q.Column = column
		}
	}
	if s.Calendar != nil {
		q.From, q.To = c.calendar(s.Calendar)
		return
	}
	from, to := c.cell(s.From), c.cell(s.To)
	if from == nil || to == nil {
		return
	}
	q.From, q.To = from.value.Unix(), to.value.Unix()
	if s.HalfOpen {
		q.To--
	}
	if q.From == 0 && q.To == 0 { // the second 0 itself, not all time
		q.From, q.To = nothingFrom, nothingTo
	}
}

// chosen returns the text of a cell, or its parameter's default.
func (c *Checker) chosen(x *cell) string {
	if !x.given && x.param.Default != nil {
		return *x.param.Default
	}
	return x.value.Text()
}

// calendar turns year, month and day into a window; an impossible date into one
// that holds nothing.
func (c *Checker) calendar(parts *Calendar) (from, to int64) {
	read := func(name string) int {
		if x := c.cell(name); x != nil {
			return int(max(min(x.value.Unix(), 1e6), -1e6))
		}
		return absent
	}
	year, month, day := read(parts.Year), read(parts.Month), read(parts.Day)
	if year == absent && month == absent && day == absent {
		return 0, 0
	}
	now := c.args.Now.In(Beijing)
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
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, Beijing)
}

// Inputs returns the rows that a checked writing call brings.
func (c *Checker) Inputs() []Input {
	if c.endpoint.Write.Each == "" {
		return []Input{c.input(input{cells: c.cells})}
	}
	list := make([]Input, len(c.rows))
	for i, r := range c.rows {
		list[i] = c.input(r)
	}
	return list
}

func (c *Checker) input(r input) Input {
	in := Input{Values: map[string]Value{}, Defaults: map[string]Value{}, Raw: map[string]string{}, Refused: r.refused}
	for _, x := range r.cells {
		in.Raw[x.param.Name], _ = text(x.raw)
		switch {
		case x.given:
			in.Values[x.param.Name] = x.value
		case x.param.Default != nil:
			in.Defaults[x.param.Name] = c.defaultValue(x.param)
		default:
			in.Defaults[x.param.Name] = x.param.zero()
		}
	}
	return in
}

// NowDefault is the default, and the set value, that stands for the tenant's now.
const NowDefault = "$now"

func (c *Checker) defaultValue(p *Param) Value {
	if *p.Default == NowDefault {
		return Time(c.args.Now.Unix())
	}
	v, _ := p.convertText(*p.Default) // the linter has seen to it that it converts
	return v
}

// zero is what a column holds that nobody gave a value.
func (p *Param) zero() Value {
	switch p.Type {
	case TypeInt:
		return Int(0)
	case TypeDecimal:
		return Decimal(Value{}.Amount())
	case TypeBool:
		return Bool(false)
	case TypeDatetime:
		return Time(0)
	}
	return String("")
}
