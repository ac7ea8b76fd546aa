package catalog

import (
	"slices"

	"shaxiang/internal/wire"
)

// Inputs returns the documents that a checked writing call brings: the rows of the
// list that write.each names, or one that all arguments make.
func (c *Checker) Inputs() []Input {
	if c.rows == nil {
		list := c.inputs.Take(1)
		c.fill(&list[0], &c.root, nil)
		return list
	}
	root := &Input{}
	c.fill(root, &c.root, nil)
	var list []Input
	for i := range c.root.args {
		if x := &c.root.args[i]; x.param == c.rows {
			list = c.fillAll(x.rows, root)
		}
	}
	for i := range c.root.args {
		if x := &c.root.args[i]; x.Given && x.param.list() && x.param != c.rows {
			c.share(list, x)
		}
	}
	return list
}

// share gives each document its rows of a list that stands beside the documents:
// those that Lines.By names its own, or all of them, whose Outer is then the call.
// Documents that are equal in By have the same rows, which stand in the first of
// them, so that a call costs no more than what it sends.
func (c *Checker) share(list []Input, x *Arg) {
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
	list := c.inputs.Take(len(rows))
	for i := range rows {
		c.fill(&list[i], &rows[i], outer)
	}
	return list
}

// fill makes an input of a scope, in its place, because its rows point to it. The input
// has the scope's own arguments: a scope may be filled again and is then what it was.
func (c *Checker) fill(in *Input, s *scope, outer *Input) {
	in.Refused, in.Outer, in.Args = s.refused, outer, s.args
	passed := c.endpoint.passed(s)
	for i := range s.args {
		x := &s.args[i]
		switch {
		case slices.Contains(passed, x.param.Name):
			in.pass(x)
		case x.param.scalar():
			if !x.Given {
				x.Value = x.param.nothing
				if x.param.Default != nil {
					x.Value = c.defaultValue(x.param)
				}
			}
			if x.param.apart {
				in.settle(x, i)
			}
		case x.Given && x.param.list() && x.param != c.rows:
			in.keep(x.param.Key(), c.fillAll(x.rows, in))
		}
	}
}

// settle finds an argument its place: aside if it fills no column, and together with one
// before it that goes by the same name.
func (in *Input) settle(x *Arg, i int) {
	x.Name = x.param.Key()
	if x.param.Column == "-" {
		in.Aside = with(in.Aside, *x)
		x.Name = ""
	} else if old := named(in.Args[:i], x.Name); old != nil {
		old.merge(x)
		x.Name = ""
	}
}

// NowDefault is the default, and the set value, that stands for the tenant's now.
const NowDefault = "$now"

func (c *Checker) defaultValue(p *Param) wire.Value {
	if *p.Default == NowDefault {
		return wire.Time(c.args.Now.Unix())
	}
	v, _ := p.convertText(*p.Default) // the linter has seen to it that it converts
	return v
}

// zero is what a column holds that nobody gave a value.
func (p *Param) zero() wire.Value {
	switch p.Type {
	case TypeInt:
		return wire.Int(0)
	case TypeDecimal:
		return wire.Fixed(0, 0)
	case TypeBool:
		return wire.Bool(false)
	case TypeDatetime:
		return wire.Time(0)
	}
	return wire.String("")
}
