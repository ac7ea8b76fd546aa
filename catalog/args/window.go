package args

import (
	"math"
	"slices"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// replacesWindow reports whether the call gave an argument that stands for its window.
func (c *Checker) replacesWindow() bool {
	return slices.ContainsFunc(c.endpoint.Span.Unless, c.root.has)
}

// checkSpan refuses a window that is wider than the method allows.
func (c *Checker) checkSpan(s *catalog.Span) *catalog.Refusal {
	if s.Ignored && c.replacesWindow() {
		return nil
	}
	limit, words := s.Limit, s.Words
	if i := slices.IndexFunc(s.With, func(w catalog.SpanWith) bool { return c.root.has(w.Arg) }); i >= 0 {
		limit, words = s.With[i].Limit, s.With[i].Words
	}
	from, hasFrom := c.root.find(s.From)
	to, hasTo := c.root.find(s.To)
	if limit == 0 || !hasFrom || !hasTo {
		return nil
	}
	end := to.Value.Unix() // of a date that is outside, its first second
	if !s.HalfOpen {
		end = to.lastSecond()
	}
	// In seconds, because a Duration of nanoseconds ends after 292 years.
	if wide, limit := end-from.Value.Unix(), int64(limit/time.Second); wide > limit {
		return catalog.Refuse(catalog.SpanTooWide, "limit", words, "from", s.From, "to", s.To).
			Say("args.span", "from", s.From, "to", s.To, "seconds", wide, "limit", limit)
	}
	return nil
}

// lastSecond is the last second of what was sent as a moment: of a date the last second
// of its day. The argument must have been given.
func (x arg) lastSecond() int64 {
	return x.Value.Unix() + x.param.Layout.SecondsToEnd(x.Sent.Text)
}

// window sets the window of a query.
func (c *Checker) window(q *catalog.Query, s *catalog.Span) {
	q.Column = s.Column
	for i := range c.root.args {
		x := c.root.at(i)
		if x.param.Selects == nil {
			continue
		}
		selected := x.Value.Text()
		if d := x.param.Default; !x.Given && d != nil {
			selected = *d
		}
		if column := x.param.Selects[selected]; column != "" {
			q.Column = column
		}
	}
	if s.Ignored && c.replacesWindow() {
		return
	}
	if s.Calendar != nil {
		q.From, q.To = c.calendar(s.Calendar)
		return
	}
	from, hasFrom := c.root.find(s.From)
	to, hasTo := c.root.find(s.To)
	if !hasFrom || !hasTo {
		return
	}
	q.From, q.To = from.Value.Unix(), to.Value.Unix()-1
	if !s.HalfOpen {
		q.To = to.lastSecond()
	}
	if q.From == 0 && q.To == 0 { // the second 0 alone; 0 and 0 would mean all time
		q.From, q.To = emptyFrom, emptyTo
	}
}

// windowsBeside adds the windows beside the span.
func (c *Checker) windowsBeside(q *catalog.Query, s *catalog.Span) {
	for _, b := range s.Beside {
		from, hasFrom := c.root.find(b.From)
		to, hasTo := c.root.find(b.To)
		r := catalog.Range{Column: b.Column, To: math.MaxInt64}
		if hasFrom {
			r.From = from.Value.Unix()
		}
		if hasTo {
			r.To = to.lastSecond()
		}
		switch {
		case !hasFrom && !hasTo:
		case hasFrom && hasTo && q.From == 0 && q.To == 0:
			q.Column, q.From, q.To = b.Column, max(r.From, 1), r.To
		default:
			q.Ranges = append(q.Ranges, r)
		}
	}
}

// calendar converts year, month and day into a window. An impossible date gives an empty
// window.
func (c *Checker) calendar(names *catalog.Calendar) (from, to int64) {
	read := func(name string) int {
		if x, ok := c.root.find(name); ok {
			return int(max(min(x.Value.Unix(), 1e6), -1e6))
		}
		return absent
	}
	year, month, day := read(names.Year), read(names.Month), read(names.Day)
	if year == absent && month == absent && day == absent {
		return 0, 0
	}
	now := c.sent.Now.In(wire.Beijing)
	if year == absent {
		year = now.Year()
	}
	if day != absent && month == absent {
		month = int(now.Month())
	}
	return calendarWindow(year, month, day)
}

// absent is the number of a part of a date that was not sent.
const absent = -1 << 30

// A window that ends before it begins is empty.
const emptyFrom, emptyTo = 1, 0

func calendarWindow(year, month, day int) (from, to int64) {
	first, next := date(year, 1, 1), date(year+1, 1, 1)
	switch {
	case year < 1 || year > 9999:
		return emptyFrom, emptyTo
	case month == absent:
	case month < 1 || month > 12:
		return emptyFrom, emptyTo
	case day == absent:
		first, next = date(year, month, 1), date(year, month+1, 1)
	default:
		first, next = date(year, month, day), date(year, month, day+1)
		if first.Day() != day {
			return emptyFrom, emptyTo
		}
	}
	return first.Unix(), next.Unix() - 1
}

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, wire.Beijing)
}
