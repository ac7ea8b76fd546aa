package args

import (
	"slices"
	"strconv"

	"shaxiang/catalog"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
)

// checkShape pairs what was sent with the parameters.
func (c *Checker) checkShape() *catalog.Refusal {
	params, sent := c.endpoint.params, c.sent.List
	c.root.args = slices.Grow(c.root.args, c.endpoint.width)
	c.root.states = slices.Grow(c.root.states, c.endpoint.width)
	if len(sent) > len(params) {
		return catalog.Refuse(catalog.ArgCount).Say("args.argument_count", "count", len(sent), "method", c.endpoint.Method, "limit", len(params))
	}
	for i, p := range params {
		var node *wire.Node
		switch {
		case i < len(sent):
			node = &sent[i]
		case p.Required:
			return catalog.Refuse(catalog.ArgCount).Say("args.argument_missing", "number", i+1, "name", p.Name)
		}
		if p.Required && p.form == objectForm && node.Kind == wire.NullNode {
			return wrongForm(p, "args.object")
		}
		if refused := c.take(&c.root, p, node, 0); refused != nil {
			return refused
		}
	}
	return nil
}

// take pairs one parameter with what was sent, and the members of objects and lists
// with theirs. The level of a positional argument is 0.
func (c *Checker) take(s *scope, p *param, node *wire.Node, level int) *catalog.Refusal {
	if node != nil && node.Kind == wire.TextNode && p.form != scalarForm {
		node = c.unquote(node, level)
	}
	if node != nil && node.Kind == wire.NullNode {
		node = nil
	}
	if node == nil && level == 0 && p.form == objectForm && !p.Required {
		node = &wire.Node{Kind: wire.ObjectNode} // so that its required members are missed
	}
	x := c.add(s, p, node)
	if p.form == listForm && x.Given {
		return c.takeRows(x, level+1)
	}
	switch {
	case p.form != objectForm:
		return nil
	case !x.Given:
		for _, f := range p.flat {
			c.add(s, f, nil).absent = true
		}
		return nil
	case node.Kind != wire.ObjectNode:
		return wrongForm(p, "args.object")
	}
	return c.takeMembers(s, p, node.Items, level+1)
}

// add adds an argument to a scope; null counts as not sent. The memory behind the slices is
// zero, so the fields that are not set here need not be written.
func (c *Checker) add(s *scope, p *param, node *wire.Node) arg {
	if node != nil && node.Kind == wire.NullNode {
		node = nil
	}
	if n := len(s.args); n < cap(s.args) && n < cap(s.states) {
		s.args, s.states = s.args[:n+1], s.states[:n+1]
	} else {
		s.args, s.states = append(s.args, catalog.Arg{}), append(s.states, state{})
	}
	x := s.at(len(s.args) - 1)
	x.Name, x.Sent, x.Given, x.param = p.key, node, node != nil, p
	switch {
	case node == nil:
		c.lacking = c.lacking || p.needed
	case node.Kind == wire.TextNode && node.Text == "" || node.Kind == wire.ListNode && len(node.Items) == 0:
		c.lacking = true
	}
	return x
}

// omittedInARow is how many fields takeMembers skips before it searches the index.
const omittedInARow = 4

// usualMembers is the number of members for which takeMembers reserves memory on the stack.
const usualMembers = 32

// takeMembers pairs the members of an object with their fields. Most clients send members
// in the order of the vendor's page. It continues after a refusal, because the answer names
// a refused row by its members.
func (c *Checker) takeMembers(s *scope, p *param, members []wire.Node, level int) *catalog.Refusal {
	var first *catalog.Refusal
	var memory [usualMembers]*wire.Node
	given, before := append(memory[:0], make([]*wire.Node, len(p.fields))...), c.unknown
	known, next := 0, 0
	for i := range members {
		m := &members[i]
		at, end := next, min(next+omittedInARow, len(p.fields))
		for at < end && p.fields[at].Name != m.Name {
			at++
		}
		ok := at < end
		if !ok {
			at, ok = p.index[m.Name]
		}
		if ok {
			given[at], next = m, at+1
			known++
		}
	}
	for i, f := range p.fields {
		if f.form == scalarForm {
			c.add(s, f, given[i])
			continue
		}
		if refused := c.take(s, f, given[i], level); first == nil {
			first = refused
		}
	}
	if known < len(members) && before == nil {
		c.unknown = nil // a name of an outer object counts before those inside
		c.noteUnknown(p, members)
	}
	return first
}

// maxCells is how many arguments the rows of a call's lists may have together, sent
// or not. A body of {},{},… would need a thousand times its own size.
const maxCells = 50_000

func (c *Checker) takeRows(x arg, level int) *catalog.Refusal {
	p := x.param
	if x.Sent.Kind != wire.ListNode {
		return wrongForm(p, "args.list")
	}
	items := x.Sent.Items
	width := max(len(p.fields), 1) // each row of a list of scalars has one argument
	if c.cells += len(items) * width; c.cells > maxCells {
		return catalog.Refuse(catalog.TooLarge, "name", p.Name, "label", p.Label, "value", strconv.Itoa(len(items)), "max", strconv.Itoa(maxCells/width)).
			Say("args.arguments_in_lists", "limit", maxCells)
	}
	x.rows = c.memory.scopes.Take(len(items))
	args, states := c.memory.args.Take(len(items)*width), c.memory.states.Take(len(items)*width)
	for i := range items {
		item, row := &items[i], &x.rows[i]
		row.args, row.states = args[i*width:i*width:(i+1)*width], states[i*width:i*width:(i+1)*width]
		if p.element != nil {
			c.add(row, p.element, item)
			continue
		}
		if item.Kind != wire.ObjectNode {
			return wrongForm(p, "args.objects", "number", i+1)
		}
		refused := c.takeMembers(row, p, item.Items, level)
		if !p.alone && refused != nil {
			return refused
		}
		row.refused = refused
	}
	return nil
}

func wrongForm(p *param, hint text.ID, args ...any) *catalog.Refusal {
	return catalog.Refuse(catalog.BadType, "name", p.Name, "label", p.Label, "value", "").Say(hint, append(args, "name", p.Name)...)
}

// unquote reads an object or a list that came as a text. An empty text counts as nothing
// for vendors with emptiness, and a vendor that sends forms sends members as JSON texts.
// Any other text is returned as it is, and is refused later.
func (c *Checker) unquote(node *wire.Node, level int) *wire.Node {
	v := c.endpoint.vendor
	if node.Text == "" && v.Emptiness.Value {
		return nil
	}
	if v.Nested.Value != catalog.NestedText || level != 1 {
		return node
	}
	value, err := wire.ParseJSON(node.Text, nil, c.sent.Limits)
	if err != nil {
		return node
	}
	return &value
}

// noteUnknown stores the first name, in byte order, that an object does not have. Of the
// call's objects the first counts, an outer one before those inside.
func (c *Checker) noteUnknown(p *param, members []wire.Node) {
	if c.endpoint.vendor.Unknown.Value != "refused" {
		return
	}
	for i := range members {
		name := &members[i].Name
		if _, known := p.index[*name]; !known && (c.unknown == nil || *name < *c.unknown) {
			c.unknown = name
		}
	}
}
