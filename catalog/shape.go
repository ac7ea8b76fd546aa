package catalog

import (
	"fmt"
	"slices"
	"strconv"

	"shaxiang/internal/jsontext"
)

// scope is the arguments of one input: of the call, of a document or of one of its
// lines. The members of an object stand beside the scope's own.
type scope struct {
	cells   []cell
	refused *Refusal // of a row of a write, which is refused alone
}

// cell is one parameter with what was sent for it.
type cell struct {
	param  *Param
	raw    any
	given  bool
	spared bool // its object was not sent, so nothing is asked of it
	value  Value
	rows   []scope // of a list; of a list of scalars each has one cell
}

// scalar reports whether the argument is one value.
func (p *Param) scalar() bool { return p.Type != TypeObject && !p.list() }

// list reports whether the argument is a list, of objects or of scalars.
func (p *Param) list() bool {
	return p.Type == TypeList || p.Type == TypeStrings || p.Type == TypeInts
}

// element is a list of scalars' element, as an argument of the list's own name.
func (p *Param) element() *Param {
	e := &Param{Name: p.Name, Type: TypeString, Label: p.Label, Length: p.Length, Enum: p.Enum,
		Min: p.Min, Max: p.Max, Above: p.Above, Column: p.Column}
	if p.Type == TypeInts {
		e.Type = TypeInt
	}
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
	c.root.cells = slices.Grow(c.root.cells, c.endpoint.width())
	if len(c.args.List) > len(want) {
		return Refuse(ArgCount).Because(fmt.Sprintf("%d arguments sent, %s takes %d", len(c.args.List), c.endpoint.Method, len(want)))
	}
	for i, p := range want {
		var raw any
		switch {
		case i < len(c.args.List):
			raw = c.args.List[i]
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
func (c *Checker) take(s *scope, p *Param, raw any, level int) *Refusal {
	if text, ok := raw.(string); ok && !p.scalar() {
		raw = c.unfold(text, level)
	}
	if raw == nil && level == 0 && p.Type == TypeObject && !p.Required {
		raw = map[string]any{} // so that its members are asked for
	}
	x := cell{param: p, raw: raw, given: raw != nil}
	if p.list() && x.given {
		refused := c.takeRows(&x, level+1)
		s.cells = append(s.cells, x)
		return refused
	}
	s.cells = append(s.cells, x)
	switch members, ok := raw.(map[string]any); {
	case p.Type != TypeObject:
		return nil
	case !x.given:
		s.spare(p.Fields)
		return nil
	case !ok:
		return c.wrong(p, "an object")
	default:
		return c.takeMembers(s, p, members, level+1)
	}
}

// takeMembers goes on after a refusal, because a refused row still names itself.
func (c *Checker) takeMembers(s *scope, p *Param, members map[string]any, level int) *Refusal {
	var first *Refusal
	known, before := 0, c.stranger
	for _, f := range p.Fields {
		raw, there := members[f.Name]
		if there {
			known++
		}
		if refused := c.take(s, f, raw, level); first == nil {
			first = refused
		}
	}
	if known < len(members) && before == nil {
		c.stranger = nil // one of those inside
		c.meet(p, members)
	}
	return first
}

// mostCells is how many arguments the rows of a call's lists may have together, sent
// or not. A body of {},{},… would take a thousand times its own size.
const mostCells = 1 << 20

func (c *Checker) takeRows(x *cell, level int) *Refusal {
	items, ok := x.raw.([]any)
	if !ok {
		return c.wrong(x.param, "a list")
	}
	width := max(len(x.param.Fields), 1) // of a list of scalars each has one cell
	if c.cells += len(items) * width; c.cells > mostCells {
		return Refuse(TooLarge, "name", x.param.Name, "label", x.param.Label, "value", strconv.Itoa(len(items)), "max", strconv.Itoa(mostCells/width)).
			Because(fmt.Sprintf("the lists of the call have more than %d arguments together, and the sandbox takes no more", mostCells))
	}
	x.rows = make([]scope, len(items))
	cells := make([]cell, len(items)*width)
	var element *Param
	if x.param.Type != TypeList {
		element = x.param.element()
	}
	for i, item := range items {
		row := &x.rows[i]
		row.cells = cells[i*width : i*width : (i+1)*width]
		if element != nil {
			row.cells = append(row.cells, cell{param: element, raw: item, given: item != nil})
			continue
		}
		members, ok := item.(map[string]any)
		if !ok {
			return c.wrong(x.param, fmt.Sprintf("a list of objects; element %d is none", i+1))
		}
		refused := c.takeMembers(row, x.param, members, level)
		if !c.alone(x.param) && refused != nil {
			return refused
		}
		row.refused = refused
	}
	return nil
}

// spare stands in for the members of an object that was not sent.
func (s *scope) spare(fields []*Param) {
	for _, p := range flat(fields) {
		s.cells = append(s.cells, cell{param: p, spared: true})
	}
}

func (c *Checker) wrong(p *Param, want string) *Refusal {
	return Refuse(BadType, "name", p.Name, "label", p.Label, "value", "").Because(p.Name + " must be " + want)
}

// unfold reads an object or a list that came as a text: an empty one is none, and
// a form sends its members as JSON texts. Any other text stays what it is, and
// fits neither.
func (c *Checker) unfold(text string, level int) any {
	if text == "" && c.vendor.Emptiness.Value {
		return nil
	}
	if c.vendor.Nested.Value != NestedText || level != 1 {
		return text
	}
	value, err := jsontext.Parse(text)
	if err != nil {
		return text
	}
	return value
}

// meet remembers the first name, in byte order, that an object does not have: of
// the call's objects the first, an outer one before those inside.
func (c *Checker) meet(p *Param, members map[string]any) {
	if c.vendor.Unknown.Value != "refused" {
		return
	}
	for name := range members {
		if c.stranger == nil || name < *c.stranger {
			c.meetOne(p, name)
		}
	}
}

func (c *Checker) meetOne(p *Param, name string) {
	for _, f := range p.Fields {
		if f.Name == name {
			return
		}
	}
	stranger := name // the loop's own would be made for each name
	c.stranger = &stranger
}

// unknown refuses the first name that the method does not have.
func (c *Checker) unknown() *Refusal {
	if c.stranger == nil {
		return nil
	}
	return Refuse(UnknownParam, "name", *c.stranger).Because(fmt.Sprintf("%s has no argument %q", c.endpoint.Method, clip(*c.stranger)))
}
