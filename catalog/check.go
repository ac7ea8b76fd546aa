package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Arguments is what a call says beside its public parameters.
type Arguments struct {
	List   []any             // JSON values, by position; one object for vendors that send names
	Public map[string]string // where a vendor's paging may stand
	Now    time.Time         // the tenant's
}

// Checker checks the arguments of one call, check by check in the vendor's order,
// and then says what the call asks for.
type Checker struct {
	vendor   *Vendor
	endpoint *Endpoint
	args     Arguments
	cells    []cell  // of all arguments but the rows of a write
	rows     []input // of the write's list
	page     Page
}

// cell is one parameter with what was sent for it.
type cell struct {
	param *Param
	raw   any
	given bool
	value Value
}

type input struct {
	cells   []cell
	refused *Refusal
}

// NewChecker returns a checker for one call.
func NewChecker(v *Vendor, e *Endpoint, a Arguments) *Checker {
	return &Checker{vendor: v, endpoint: e, args: a}
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
		return c.each(c.required)
	case "type":
		return c.each(convertCell)
	case "length":
		return c.each(given((*Param).checkLength))
	case "enum":
		return c.each(given((*Param).checkEnum))
	case "span":
		return c.span()
	case "paging":
		return c.paging()
	}
	panic("catalog: no check of arguments is called " + check)
}

// shape pairs what was sent with the parameters.
func (c *Checker) shape() *Refusal {
	want := c.endpoint.Args
	if len(c.args.List) > len(want) {
		return Refuse(ArgCount).Because(fmt.Sprintf("%d arguments sent, %s takes %d", len(c.args.List), c.endpoint.Method, len(want)))
	}
	for i, p := range want {
		if i >= len(c.args.List) {
			if p.Required {
				return Refuse(ArgCount).Because(fmt.Sprintf("argument %d (%s) is missing", i+1, p.Name))
			}
			c.missing(p)
			continue
		}
		if refused := c.argument(p, c.args.List[i]); refused != nil {
			return refused
		}
	}
	return nil
}

// missing stands in for an argument that was not sent. A list that was not sent
// has no rows; its fields are no arguments of the call itself.
func (c *Checker) missing(p *Param) {
	switch p.Type {
	case TypeObject:
		c.cells = append(c.cells, cells(p, nil)...)
	case TypeList:
	default:
		c.cells = append(c.cells, cell{param: p})
	}
}

// argument takes one positional argument apart.
func (c *Checker) argument(p *Param, raw any) *Refusal {
	wrong := func(want string) *Refusal {
		return Refuse(BadType, "name", p.Name, "label", p.Label, "value", "").Because(p.Name + " must be " + want)
	}
	switch p.Type {
	case TypeObject:
		members, ok := raw.(map[string]any)
		if !ok {
			return wrong("an object")
		}
		c.cells = append(c.cells, cells(p, members)...)
	case TypeList:
		items, ok := raw.([]any)
		if !ok {
			return wrong("a list")
		}
		for i, item := range items {
			members, ok := item.(map[string]any)
			if !ok {
				return wrong(fmt.Sprintf("a list of objects; element %d is none", i+1))
			}
			c.rows = append(c.rows, input{cells: cells(p, members)})
		}
	default:
		c.cells = append(c.cells, cell{param: p, raw: raw, given: raw != nil})
	}
	return nil
}

// cells pairs the fields of an object with what was sent for each.
func cells(p *Param, members map[string]any) []cell {
	list := make([]cell, len(p.Fields))
	for i, f := range p.Fields {
		raw, given := members[f.Name]
		list[i] = cell{param: f, raw: raw, given: given && raw != nil}
	}
	return list
}

// unknown refuses the first name, in byte order, that the method does not have.
func (c *Checker) unknown() *Refusal {
	if c.vendor.Unknown.Value != "refused" {
		return nil
	}
	for i, raw := range c.args.List {
		objects := []any{raw}
		if items, ok := raw.([]any); ok {
			objects = items
		}
		for _, o := range objects {
			members, _ := o.(map[string]any)
			if name, found := stranger(c.endpoint.Args[i], members); found {
				return Refuse(UnknownParam, "name", name).Because(fmt.Sprintf("%s has no argument %q", c.endpoint.Method, clip(name)))
			}
		}
	}
	return nil
}

func stranger(p *Param, members map[string]any) (name string, found bool) {
	for n := range members {
		known := slices.ContainsFunc(p.Fields, func(f *Param) bool { return f.Name == n })
		if !known && (!found || n < name) {
			name, found = n, true
		}
	}
	return name, found
}

// each checks every given cell. What is wrong in a row of a write is that row's
// own refusal; what is wrong elsewhere is the call's.
func (c *Checker) each(check func(*cell) *Refusal) *Refusal {
	for i := range c.cells {
		if refused := check(&c.cells[i]); refused != nil {
			return refused
		}
	}
	for i := range c.rows {
		for j := range c.rows[i].cells {
			if c.rows[i].refused == nil {
				c.rows[i].refused = check(&c.rows[i].cells[j])
			}
		}
	}
	return nil
}

func (c *Checker) required(x *cell) *Refusal {
	if s, ok := x.raw.(string); ok && s == "" && c.vendor.Emptiness.Value && !c.clears(x.param) {
		x.given = false
	}
	if x.given || !x.param.Required {
		return nil
	}
	kind := MissingParam
	if s := c.endpoint.Span; s != nil && (x.param.Name == s.From || x.param.Name == s.To) {
		kind = MissingWindow
	}
	return Refuse(kind, "name", x.param.Name, "label", x.param.Label).Because(x.param.Name + " is missing")
}

// clears reports whether an empty text is a value: writing one into a column of
// free text is how a client empties it.
func (c *Checker) clears(p *Param) bool {
	return c.endpoint.Kind == KindWrite && p.Type == TypeString && !p.Required && len(p.Enum) == 0
}

// convertCell gives every given cell its value, so that later checks need not ask.
func convertCell(x *cell) *Refusal {
	if !x.given {
		return nil
	}
	var refused *Refusal
	x.value, refused = x.param.convert(x.raw)
	return refused
}

// given makes a check of values one of cells: what was not sent has no value to check.
func given(check func(*Param, Value) *Refusal) func(*cell) *Refusal {
	return func(x *cell) *Refusal {
		if !x.given {
			return nil
		}
		return check(x.param, x.value)
	}
}

func (c *Checker) cell(name string) *cell {
	for i := range c.cells {
		if c.cells[i].param.Name == name && c.cells[i].given {
			return &c.cells[i]
		}
	}
	return nil
}

func (c *Checker) span() *Refusal {
	s := c.endpoint.Span
	if s == nil || s.Limit == 0 {
		return nil
	}
	from, to := c.cell(s.From), c.cell(s.To)
	if from == nil || to == nil {
		return nil
	}
	// In seconds, because a Duration of nanoseconds ends after 292 years.
	if wide, limit := to.value.Unix()-from.value.Unix(), int64(s.Limit/time.Second); wide > limit {
		return Refuse(SpanTooWide, "limit", s.Words, "from", s.From, "to", s.To).
			Because(fmt.Sprintf("%s to %s is %d s, at most %d s", s.From, s.To, wide, limit))
	}
	return nil
}

// paging reads the page from the arguments or, where the method has none of that
// name, from the public parameters.
func (c *Checker) paging() *Refusal {
	p := c.endpoint.Paging
	if p == nil {
		return nil
	}
	no, refused := c.pageNumber(p.No, p.First, p.First)
	if refused != nil {
		return refused
	}
	size, refused := c.pageNumber(p.Size, 1, p.Default)
	if refused != nil {
		return refused
	}
	if size > p.Max {
		if !p.Lenient {
			return c.badPage(p.Size, strconv.Itoa(size))
		}
		size = p.Max
	}
	c.page = Page{No: no - p.First, Size: size}
	asked, _ := c.lookup(p.Total)
	switch p.Totals {
	case "asked":
		c.page.Send = asked == "1" || asked == "true"
	case "first":
		c.page.Send = c.page.No == 0
	case "always":
		c.page.Send = true
	}
	c.page.Count = c.page.Send
	return nil
}

// lastPage keeps No×Size far from the end of an int.
const lastPage = 1<<31 - 1

func (c *Checker) pageNumber(name string, least, otherwise int) (int, *Refusal) {
	s, given := c.lookup(name)
	if !given || s == "" {
		if c.endpoint.Paging.Default == 0 {
			return 0, Refuse(NotPaged, "method", c.endpoint.Method).Because(name + " is missing")
		}
		return otherwise, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && n >= int64(least) && n < lastPage:
		return int(n), nil
	case c.endpoint.Paging.Lenient && n >= lastPage: // also of what is too large for an int64
		return lastPage, nil
	case c.endpoint.Paging.Lenient:
		return otherwise, nil
	}
	return 0, c.badPage(name, s)
}

func (c *Checker) badPage(name, value string) *Refusal {
	p := c.endpoint.Paging
	hint := fmt.Sprintf("%s must be a whole number from %d on", name, p.First)
	if name == p.Size {
		hint = fmt.Sprintf("%s must be a whole number from 1 to %d", name, p.Max)
	}
	return Refuse(BadPage, "name", name, "value", value, "max", strconv.Itoa(p.Max)).Because(hint)
}

func (c *Checker) lookup(name string) (string, bool) {
	if name == "" {
		return "", false
	}
	if c.endpoint.field(name) == nil {
		s, ok := c.args.Public[name]
		return s, ok
	}
	if x := c.cell(name); x != nil {
		return text(x.raw)
	}
	return "", false
}

// Sought is an argument with the values of which at least one must be known.
type Sought struct {
	Param  *Param
	Values []string
}

// Lookups returns the arguments that must be known somewhere, in their order.
func (c *Checker) Lookups() []Sought {
	var found []Sought
	for i := range c.cells {
		if x := &c.cells[i]; x.given && x.param.Known != nil {
			found = append(found, Sought{x.param, filter(x).In})
		}
	}
	return found
}
