package catalog

import "slices"

// Inputs returns the documents that a checked writing call brings: the rows of the
// list that write.each names, or one that all arguments make.
func (c *Checker) Inputs() []Input {
	if c.rows == nil {
		list := make([]Input, 1)
		c.fill(&list[0], &c.root, nil)
		return list
	}
	root := &Input{}
	c.fill(root, &c.root, nil)
	var list []Input
	for i := range c.root.cells {
		if x := &c.root.cells[i]; x.param == c.rows {
			list = c.fillAll(x.rows, root)
		}
	}
	for i := range c.root.cells {
		if x := &c.root.cells[i]; x.given && x.param.list() && x.param != c.rows {
			c.share(list, x)
		}
	}
	return list
}

// share gives each document its rows of a list that stands beside the documents:
// those that Lines.By names its own, or all of them, whose Outer is then the call.
// Documents that are equal in By have the same rows, which stand in the first of
// them, so that a call costs no more than what it sends.
func (c *Checker) share(list []Input, x *cell) {
	name := x.param.Key()
	by := c.endpoint.Write.cut(name)
	whose := map[string][]scope{}
	if by != "" {
		for _, row := range x.rows {
			var in Input
			c.fill(&in, &row, nil)
			text := in.Value(by).Text()
			whose[text] = append(whose[text], row)
		}
	}
	shared := map[string][]Input{}
	for i := range list {
		in := &list[i]
		if _, own := in.Lists[name]; own {
			continue
		}
		if by == "" {
			in.keep(name, in.Outer.Lists[name])
			continue
		}
		text := in.Value(by).Text()
		rows, seen := shared[text]
		if !seen {
			rows = c.fillAll(whose[text], in)
			shared[text] = rows
		}
		in.keep(name, rows)
	}
}

// cut returns the argument by which the rows of a list belong to a document.
func (w *Write) cut(list string) string {
	for _, l := range w.Lines {
		if l.List == list && l.By != "" {
			return l.By
		}
	}
	return ""
}

func (in *Input) keep(list string, rows []Input) {
	if in.Lists == nil {
		in.Lists = map[string][]Input{}
	}
	in.Lists[list] = rows
}

func (c *Checker) fillAll(rows []scope, outer *Input) []Input {
	list := make([]Input, len(rows))
	n := 0
	for i := range rows {
		n += len(rows[i].cells)
	}
	args := c.given.Take(n) // of all rows
	for i := range rows {
		n := len(rows[i].cells)
		list[i].Args, args = args[:0:n], args[n:]
		c.fill(&list[i], &rows[i], outer)
	}
	return list
}

// fill makes an input of a scope, in its place, because its rows point to it.
func (c *Checker) fill(in *Input, s *scope, outer *Input) {
	in.Refused, in.Outer = s.refused, outer
	passed := c.endpoint.passed(s)
	for i := range s.cells {
		x := &s.cells[i]
		switch {
		case slices.Contains(passed, x.param.Name):
			in.pass(x.param)
		case x.param.scalar():
			c.fillValue(in, x)
		case x.given && x.param.list() && x.param != c.rows:
			in.keep(x.param.Key(), c.fillAll(x.rows, in))
		}
	}
}

func (c *Checker) fillValue(in *Input, x *cell) {
	a := Arg{Name: x.param.Key(), Given: x.given}
	a.Sent = x.sent()
	switch {
	case x.given:
		a.Value = x.value
	case x.param.Default != nil:
		a.Value = c.defaultValue(x.param)
	default:
		a.Value = x.param.zero()
	}
	args := &in.Args
	if x.param.Column == "-" {
		args = &in.Aside
	}
	if x.param.twin {
		*args = with(*args, a)
	} else {
		*args = append(*args, a)
	}
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
		return Fixed(0, 0)
	case TypeBool:
		return Bool(false)
	case TypeDatetime:
		return Time(0)
	}
	return String("")
}
