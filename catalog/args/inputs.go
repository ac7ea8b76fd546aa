package args

import (
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// Inputs returns the documents that a checked writing call brings: the rows of the
// list that write.each names, or one that all arguments make. They are valid until the
// call ends.
func (c *Checker) Inputs() []catalog.Input {
	documents := c.endpoint.documents
	if documents == nil {
		list := c.memory.inputs.Take(1)
		c.fill(&list[0], &c.root, nil)
		return list
	}
	root := &catalog.Input{}
	c.fill(root, &c.root, nil)
	var list []catalog.Input
	for i := range c.root.args {
		if x := c.root.at(i); x.param == documents {
			list = c.fillAll(x.rows, root)
		}
	}
	for i := range c.root.args {
		if x := c.root.at(i); x.Given && x.param.form == listForm && x.param != documents {
			c.share(list, x)
		}
	}
	return list
}

// share gives each document its rows of a list that is beside the documents: those that
// Lines.By assigns to it. Without Lines.By each document has all rows, whose Outer is the
// call. Documents of the same By have the same rows, whose Outer is the first of these
// documents. So the memory of a call is bounded by what it sends.
func (c *Checker) share(list []catalog.Input, x arg) {
	name := x.param.Key()
	by := linesBy(c.endpoint.Write, name)
	assigned := map[string][]scope{}
	if by != "" {
		for _, row := range x.rows {
			var in catalog.Input
			c.fill(&in, &row, nil)
			text := in.Value(by).Text()
			assigned[text] = append(assigned[text], row)
		}
	}
	shared := map[string][]catalog.Input{}
	for i := range list {
		in := &list[i]
		if _, own := in.Lists[name]; own {
			continue
		}
		if by == "" {
			in.SetList(name, in.Outer.Lists[name])
			continue
		}
		text := in.Value(by).Text()
		rows, seen := shared[text]
		if !seen {
			rows = c.fillAll(assigned[text], in)
			shared[text] = rows
		}
		in.SetList(name, rows)
	}
}

// linesBy returns the argument by which the rows of a list belong to a document, empty
// for none.
func linesBy(w *catalog.Write, list string) string {
	for _, l := range w.Lines {
		if l.List == list && l.By != "" {
			return l.By
		}
	}
	return ""
}

func (c *Checker) fillAll(rows []scope, outer *catalog.Input) []catalog.Input {
	list := c.memory.inputs.Take(len(rows))
	for i := range rows {
		c.fill(&list[i], &rows[i], outer)
	}
	return list
}

// fill makes an input of a scope. The input must not move afterwards, because its rows
// point to it. It shares the scope's arguments. Filling a scope twice gives the same.
func (c *Checker) fill(in *catalog.Input, s *scope, outer *catalog.Input) {
	in.Refused, in.Outer, in.Args = s.refused, outer, s.args
	var passed []string
	if len(c.endpoint.FirstOf) > 0 {
		passed = c.endpoint.passed(s)
	}
	for i := range s.args {
		x := s.at(i)
		p := x.param
		switch {
		case slices.Contains(passed, p.Name):
			in.Pass(p.Key())
			x.Value, x.Given, x.Sent = p.Type.Zero(), false, nil
		case p.form == scalarForm:
			if !x.Given {
				x.Value = p.zero
				if p.now {
					x.Value = wire.Time(c.sent.Now.Unix())
				}
			}
			if p.separate {
				separate(in, x, i)
			}
		case x.Given && p.form == listForm && p != c.endpoint.documents:
			in.SetList(p.Key(), c.fillAll(x.rows, in))
		}
	}
}

// separate moves an argument that fills no column aside, and merges an argument with the
// one before it that has its name.
func separate(in *catalog.Input, x arg, i int) {
	x.Name = x.param.Key()
	if x.param.Column == "-" {
		in.SetAside(*x.Arg)
		x.Name = ""
	} else if old := catalog.ArgNamed(in.Args[:i], x.Name); old != nil {
		old.Merge(x.Arg)
		x.Name = ""
	}
}
