package catalog

import (
	"fmt"
	"slices"
	"time"

	"shaxiang/internal/wire"
)

// Arguments is what a call says beside its public parameters.
type Arguments struct {
	List   []wire.Node                                 // by position; one object for vendors that send names
	Public func(name string) (value string, sent bool) // where a vendor's paging may stand; nil for none
	Now    time.Time                                   // the tenant's
}

func (a *Arguments) public(name string) (value string, sent bool) {
	if a.Public == nil {
		return "", false
	}
	return a.Public(name)
}

// gives reports whether a public parameter was sent and is not empty.
func (a *Arguments) gives(name string) bool {
	value, _ := a.public(name)
	return value != ""
}

// Checker checks the arguments of one call, check by check in the vendor's order,
// and then says what the call asks for.
type Checker struct {
	vendor   *Vendor
	endpoint *Endpoint
	args     Arguments
	root     scope
	taken    int     // arguments of the rows of all lists so far
	rows     *Param  // the list whose rows are documents, nil when there is none
	stranger *string // the first name that the method does not have
	page     Page
	lacking  bool            // something was sent empty, or may have to be sent and was not
	fine     bool            // sizes and values have been looked at, and none is wrong
	room     wire.Arena[Arg] // of the rows of lists
	scopes   wire.Arena[scope]
	inputs   wire.Arena[Input]
}

// NewChecker returns a checker for one call.
func NewChecker(v *Vendor, e *Endpoint, a Arguments) *Checker {
	c := &Checker{}
	c.Begin(v, e, a)
	return c
}

// Begin makes a checker whose call has ended one for this call.
func (c *Checker) Begin(v *Vendor, e *Endpoint, a Arguments) {
	*c = Checker{vendor: v, endpoint: e, args: a, rows: e.documents(), root: c.root, room: c.room, scopes: c.scopes, inputs: c.inputs}
}

// End forgets the call. The inputs that it brought are gone with it.
func (c *Checker) End() {
	clear(c.root.args)
	c.room.Empty()
	c.scopes.Empty()
	c.inputs.Empty()
	*c = Checker{root: scope{args: c.root.args[:0]}, room: c.room, scopes: c.scopes, inputs: c.inputs}
}

// Run does the check of that name. The first refusal ends a call. A name that is
// no check of arguments is a mistake of the caller's.
func (c *Checker) Run(check string) *Refusal {
	switch check {
	case "shape":
		return c.shape()
	case "unknown":
		return c.unknown()
	case "required":
		if c.lacking { // as few do
			if refused := c.each(&c.root, c.required); refused != nil {
				return refused
			}
		}
		return c.oneOf()
	case "type":
		c.fine = true
		return c.each(&c.root, c.convertArg)
	case "length":
		if c.fine {
			return nil
		}
		return c.each(&c.root, checkSize)
	case "enum":
		if c.fine {
			return nil
		}
		return c.each(&c.root, checkEnum)
	case "span":
		return c.span()
	case "paging":
		return c.paging()
	}
	panic("catalog: no check of arguments is called " + check)
}

// each does a check of every argument, those of lists' rows included. What is wrong in
// a row that is written by itself is that row's own refusal; what is wrong elsewhere
// is the call's.
func (c *Checker) each(s *scope, check func(*Arg) *Refusal) *Refusal {
	for i := range s.args {
		x := &s.args[i]
		if refused := check(x); refused != nil {
			return refused
		}
		alone := x.rows != nil && c.alone(x.param)
		for j := range x.rows {
			row := &x.rows[j]
			if row.refused != nil {
				continue
			}
			refused := c.each(row, check)
			if !alone && refused != nil {
				return refused
			}
			row.refused = refused
		}
	}
	return nil
}

// alone reports whether a list's rows are documents each of which may be refused
// without the others.
func (c *Checker) alone(list *Param) bool {
	return list == c.rows && !c.endpoint.Write.Error.IsZero()
}

// oneOf refuses a call, or a document, that gave none of some arguments.
func (c *Checker) oneOf() *Refusal {
	for _, names := range c.endpoint.OneOf {
		if c.endpoint.field(names[0]) != nil {
			if refused := c.endpoint.lacks(&c.root, names); refused != nil {
				return refused
			}
			continue
		}
		x := c.arg(c.rows.Name) // the linter has seen to it that they are a document's
		for i := 0; x != nil && i < len(x.rows); i++ {
			row := &x.rows[i]
			if row.refused != nil {
				continue
			}
			refused := c.endpoint.lacks(row, names)
			if refused != nil && !c.alone(c.rows) {
				return refused
			}
			row.refused = refused
		}
	}
	return nil
}

// lacks refuses a scope that has none of the arguments, in the name of the first.
func (e *Endpoint) lacks(s *scope, names []string) *Refusal {
	if slices.ContainsFunc(names, s.has) {
		return nil
	}
	label := ""
	for i := range s.args {
		if p := s.args[i].param; p.Name == names[0] {
			label = p.Label
		}
	}
	return Refuse(MissingParam, "name", names[0], "label", label).Because("one of " + listed(names) + " must be given")
}

func (c *Checker) required(x *Arg) *Refusal {
	if x.raw != nil && x.raw.Kind == wire.TextNode && x.raw.Text == "" && c.vendor.Emptiness.Value && !c.clears(x.param) {
		x.Given = false
	}
	if x.Given && (!x.param.list() || len(x.rows) > 0 || x.param == c.rows) {
		return nil // a write of no documents is one that writes nothing
	}
	s, kind := c.endpoint.Span, MissingParam
	if s != nil && (x.param.Name == s.From || x.param.Name == s.To) {
		kind = MissingWindow
	}
	needed := x.param.Required && !x.spared || x.param.With != "" && c.args.gives(x.param.With)
	if kind == MissingWindow && s.Required {
		needed = !c.excused()
	}
	if !needed {
		return nil
	}
	return Refuse(kind, "name", x.param.Name, "label", x.param.Label).Because(x.param.Name + " is missing")
}

// asks reports whether an argument is, in some calls at least, refused when it is missing.
func (e *Endpoint) asks(p *Param) bool {
	return p.Required || p.With != "" || e.Span != nil && (p.Name == e.Span.From || p.Name == e.Span.To)
}

// clears reports whether an empty text is a value: writing one into a column of
// free text is how a client empties it.
func (c *Checker) clears(p *Param) bool {
	return c.endpoint.Kind == KindWrite && p.Type == TypeString && !p.Required && len(p.Enum) == 0
}

// convertArg gives every given argument its value, so that later checks need not ask. While
// it is at one it looks whether those will find something, which they seldom do.
func (c *Checker) convertArg(x *Arg) *Refusal {
	if !x.Given {
		return nil
	}
	if x.param.scalar() {
		var refused *Refusal
		if x.Value, refused = x.param.convert(x.raw); refused != nil {
			return refused
		}
	}
	c.fine = c.fine && checkSize(x) == nil && checkEnum(x) == nil
	return nil
}

// checkSize refuses texts and numbers that do not fit their column, and lists of too
// many or too few elements.
func checkSize(x *Arg) *Refusal {
	switch p := x.param; {
	case !x.Given:
		return nil
	case p.scalar():
		return p.checkLength(x.Value)
	case p.list():
		return p.checkCount(len(x.rows))
	}
	return nil
}

// checkEnum refuses values that are none of those allowed.
func checkEnum(x *Arg) *Refusal {
	if !x.Given || !x.param.scalar() {
		return nil
	}
	return x.param.checkEnum(x.Value)
}

// arg returns an argument of the call that was given, nil for any other name.
func (c *Checker) arg(name string) *Arg { return c.root.arg(name) }

func (s *scope) arg(name string) *Arg {
	for i := range s.args {
		if x := &s.args[i]; x.param.Name == name && x.Given {
			return x
		}
	}
	return nil
}

// has reports whether an argument is there and not empty.
func (s *scope) has(name string) bool {
	x := s.arg(name)
	if x == nil || x.param.list() {
		return x != nil && len(x.rows) > 0
	}
	return x.sent() != ""
}

// excused reports whether the call gave an argument that stands for its window.
func (c *Checker) excused() bool { return slices.ContainsFunc(c.endpoint.Span.Unless, c.root.has) }

func (c *Checker) span() *Refusal {
	s := c.endpoint.Span
	if s == nil || s.Ignored && c.excused() {
		return nil
	}
	most, words := s.Limit, s.Words
	if i := slices.IndexFunc(s.With, func(w SpanWith) bool { return c.root.has(w.Arg) }); i >= 0 {
		most, words = s.With[i].Limit, s.With[i].Words
	}
	from, to := c.arg(s.From), c.arg(s.To)
	if most == 0 || from == nil || to == nil {
		return nil
	}
	// In seconds, because a Duration of nanoseconds ends after 292 years.
	if wide, limit := s.end(to)-from.Value.Unix(), int64(most/time.Second); wide > limit {
		return Refuse(SpanTooWide, "limit", words, "from", s.From, "to", s.To).
			Because(fmt.Sprintf("%s to %s is %d s, at most %d s", s.From, s.To, wide, limit))
	}
	return nil
}

// end is the second in which a window ends: the last of a date that is inside, the
// first of one that is outside.
func (s *Span) end(to *Arg) int64 {
	if s.HalfOpen {
		return to.Value.Unix()
	}
	return to.lastSecond()
}

// lastSecond is the last second of what was sent as a moment: of a date the last one
// of its day.
func (x *Arg) lastSecond() int64 {
	return x.Value.Unix() + x.param.Layout.SecondsToEnd(x.sent())
}

// Sought is an argument with the values of which at least one must be known.
type Sought struct {
	Param  *Param
	Values []string
}

// Lookups returns the arguments that must be known somewhere, in their order.
func (c *Checker) Lookups() []Sought {
	var found []Sought
	for i := range c.root.args {
		if x := &c.root.args[i]; x.Given && x.param.Known != nil {
			found = append(found, Sought{x.param, x.texts()})
		}
	}
	return found
}
