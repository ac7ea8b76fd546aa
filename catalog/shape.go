package catalog

import (
	"fmt"
	"slices"
	"strconv"

	"shaxiang/internal/wire"
)

// scope is the arguments of one input: of the call, of a document or of one of its
// lines. The members of an object stand beside the scope's own.
type scope struct {
	args    []Arg
	refused *Refusal // of a row of a write, which is refused alone
}

// form is what an argument of a type looks like.
type form uint8

const (
	unread form = iota // nobody has asked for the endpoint yet
	scalarForm
	objectForm
	listForm
)

func (t ParamType) form() form {
	switch t {
	case TypeObject:
		return objectForm
	case TypeList, TypeStrings, TypeInts:
		return listForm
	}
	return scalarForm
}

// scalar reports whether the argument is one value.
func (p *Param) scalar() bool { return p.is(scalarForm) }

// list reports whether the argument is a list, of objects or of scalars.
func (p *Param) list() bool { return p.is(listForm) }

func (p *Param) is(f form) bool { return p.form == f || p.form == unread && p.Type.form() == f }

// element is a list of scalars' element, as an argument of the list's own name.
func (p *Param) element() *Param {
	e := &Param{Name: p.Name, Type: TypeString, form: scalarForm, column: p.Key(), Label: p.Label, Length: p.Length, Enum: p.Enum,
		Min: p.Min, Max: p.Max, Above: p.Above, Column: p.Column}
	if p.Type == TypeInts {
		e.Type = TypeInt
	}
	e.nothing, e.apart = e.zero(), p.Column == "-"
	return e
}

// flat returns the parameters of one scope: those of objects in their places,
// behind the object itself.
func flat(params []*Param) []*Param {
	var list []*Param
	for _, p := range params {
		list = append(list, p)
		if p.Type == TypeObject {
			list = append(list, flat(p.Fields)...)
		}
	}
	return list
}

// width is how many arguments a call has, those inside its objects included but not
// those of lists.
func (e *Endpoint) width() int {
	n := len(e.Args)
	for _, p := range e.Args {
		n += len(p.Fields)
	}
	return n
}

// documents returns the list of the call's arguments whose rows are written one
// by one, nil when there is none.
func (e *Endpoint) documents() *Param {
	if e.Write == nil || e.Write.Each == "" {
		return nil
	}
	for _, p := range flat(e.Args) {
		if p.list() && p.Key() == e.Write.Each {
			return p
		}
	}
	return nil
}

// shape pairs what was sent with the parameters.
func (c *Checker) shape() *Refusal {
	want := c.endpoint.Args
	c.root.args = slices.Grow(c.root.args, c.endpoint.width())
	if len(c.args.List) > len(want) {
		return Refuse(ArgCount).Because(fmt.Sprintf("%d arguments sent, %s takes %d", len(c.args.List), c.endpoint.Method, len(want)))
	}
	for i, p := range want {
		var raw *wire.Node
		switch {
		case i < len(c.args.List):
			raw = said(&c.args.List[i])
		case p.Required:
			return Refuse(ArgCount).Because(fmt.Sprintf("argument %d (%s) is missing", i+1, p.Name))
		}
		if raw == nil && p.Required && p.Type == TypeObject {
			return c.wrong(p, "an object")
		}
		if refused := c.take(&c.root, p, raw, 0); refused != nil {
			return refused
		}
	}
	return nil
}

// take pairs one parameter with what was sent, and takes objects and lists apart.
// The level of a positional argument is 0.
func (c *Checker) take(s *scope, p *Param, raw *wire.Node, level int) *Refusal {
	if raw != nil && raw.Kind == wire.TextNode && !p.scalar() {
		raw = c.unfold(raw, level)
	}
	if raw == nil && level == 0 && p.Type == TypeObject && !p.Required {
		raw = &wire.Node{Kind: wire.ObjectNode} // so that its members are asked for
	}
	x := c.add(s, p, raw)
	if p.list() && x.Given {
		return c.takeRows(x, level+1)
	}
	switch {
	case !p.is(objectForm):
		return nil
	case !x.Given:
		c.spare(s, p.Fields)
		return nil
	case raw.Kind != wire.ObjectNode:
		return c.wrong(p, "an object")
	}
	return c.takeMembers(s, p, raw.Items, level+1)
}

// add adds a parameter to a scope. The memory that it gets is clear: to write it whole
// would take longer.
func (c *Checker) add(s *scope, p *Param, raw *wire.Node) *Arg {
	if n := len(s.args); n < cap(s.args) {
		s.args = s.args[:n+1]
	} else {
		s.args = append(s.args, Arg{})
	}
	x := &s.args[len(s.args)-1]
	x.Name, x.param, x.raw, x.Given = p.column, p, raw, raw != nil
	switch {
	case raw == nil:
		c.lacking = c.lacking || c.endpoint.asks(p)
	case raw.Kind == wire.TextNode && raw.Text == "" || raw.Kind == wire.ListNode && len(raw.Items) == 0:
		c.lacking = true
	}
	return x
}

// said is what was sent, nil for null.
func said(raw *wire.Node) *wire.Node {
	if raw.Kind == wire.NullNode {
		return nil
	}
	return raw
}

// takeMembers goes on after a refusal, because a refused row still names itself.
func (c *Checker) takeMembers(s *scope, p *Param, members []wire.Node, level int) *Refusal {
	var first *Refusal
	var room [32]*wire.Node
	given, before := append(room[:0], make([]*wire.Node, len(p.Fields))...), c.stranger
	known := p.pair(members, given)
	for i, f := range p.Fields {
		if f.form == scalarForm {
			c.add(s, f, given[i])
			continue
		}
		if refused := c.take(s, f, given[i], level); first == nil {
			first = refused
		}
	}
	if known < len(members) && before == nil {
		c.stranger = nil // one of those inside
		c.meet(p, members)
	}
	return first
}

// pair puts members where their fields stand, and counts them. Clients mostly send them
// in the order of the vendor's page.
func (p *Param) pair(members []wire.Node, given []*wire.Node) (known int) {
	next := 0
	const few = 4 // that a client leaves out
	for i := range members {
		m := &members[i]
		at, end := next, min(next+few, len(p.Fields))
		for at < end && p.Fields[at].Name != m.Name {
			at++
		}
		ok := at < end
		if !ok {
			at, ok = p.places[m.Name]
		}
		if ok {
			given[at], next = said(m), at+1
			known++
		}
	}
	return known
}

// mostCells is how many arguments the rows of a call's lists may have together, sent
// or not. A body of {},{},… would take a thousand times its own size.
const mostCells = 1 << 20

func (c *Checker) takeRows(x *Arg, level int) *Refusal {
	if x.raw.Kind != wire.ListNode {
		return c.wrong(x.param, "a list")
	}
	items := x.raw.Items
	width := max(len(x.param.Fields), 1) // of a list of scalars each has one argument
	if c.taken += len(items) * width; c.taken > mostCells {
		return Refuse(TooLarge, "name", x.param.Name, "label", x.param.Label, "value", strconv.Itoa(len(items)), "max", strconv.Itoa(mostCells/width)).
			Because(fmt.Sprintf("the lists of the call have more than %d arguments together, and the sandbox takes no more", mostCells))
	}
	x.rows = c.scopes.Take(len(items))
	args := c.room.Take(len(items) * width)
	var element *Param
	if x.param.Type != TypeList {
		element = x.param.element()
	}
	for i := range items {
		item, row := &items[i], &x.rows[i]
		row.args = args[i*width : i*width : (i+1)*width]
		if element != nil {
			c.add(row, element, said(item))
			continue
		}
		if item.Kind != wire.ObjectNode {
			return c.wrong(x.param, fmt.Sprintf("a list of objects; element %d is none", i+1))
		}
		refused := c.takeMembers(row, x.param, item.Items, level)
		if !c.alone(x.param) && refused != nil {
			return refused
		}
		row.refused = refused
	}
	return nil
}

// spare stands in for the members of an object that was not sent.
func (c *Checker) spare(s *scope, fields []*Param) {
	for _, p := range flat(fields) {
		c.add(s, p, nil).spared = true
	}
}

func (c *Checker) wrong(p *Param, want string) *Refusal {
	return Refuse(BadType, "name", p.Name, "label", p.Label, "value", "").Because(p.Name + " must be " + want)
}

// unfold reads an object or a list that came as a text: an empty one is none, and
// a form sends its members as JSON texts. Any other text stays what it is, and
// fits neither.
func (c *Checker) unfold(raw *wire.Node, level int) *wire.Node {
	if raw.Text == "" && c.vendor.Emptiness.Value {
		return nil
	}
	if c.vendor.Nested.Value != NestedText || level != 1 {
		return raw
	}
	value, err := wire.ParseJSON(raw.Text, nil)
	if err != nil {
		return raw
	}
	return said(&value)
}

// meet remembers the first name, in byte order, that an object does not have: of
// the call's objects the first, an outer one before those inside.
func (c *Checker) meet(p *Param, members []wire.Node) {
	if c.vendor.Unknown.Value != "refused" {
		return
	}
	for i := range members {
		name := &members[i].Name
		if _, known := p.places[*name]; !known && (c.stranger == nil || *name < *c.stranger) {
			c.stranger = name
		}
	}
}

// unknown refuses the first name that the method does not have.
func (c *Checker) unknown() *Refusal {
	if c.stranger == nil {
		return nil
	}
	return Refuse(UnknownParam, "name", *c.stranger).Because(fmt.Sprintf("%s has no argument %q", c.endpoint.Method, clip(*c.stranger)))
}
