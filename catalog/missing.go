package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Missing returns what is wrong with the columns that the endpoint names, each error once.
// missing says what is wrong with a column of a collection, or with the collection itself
// when the column is empty.
func (e *Endpoint) Missing(missing func(Lookup) error) []error {
	var errs []error
	told := map[string]bool{}
	tell := func(err error) {
		if err != nil && !told[err.Error()] {
			told[err.Error()] = true
			errs = append(errs, err)
		}
	}
	for _, use := range e.Uses() {
		tell(missing(use))
	}
	for _, p := range e.renamed() {
		tell(p.missing(missing))
	}
	return errs
}

// renamed is an argument of a write that names its column, with the collections that its
// input is written to.
type renamed struct {
	param *Param
	into  []string
}

// missing checks that one of the collections has the column.
func (r *renamed) missing(missing func(Lookup) error) error {
	if len(r.into) == 0 {
		return fmt.Errorf("argument %s: column %q is filled nowhere, and nothing else names it", r.param.Name, r.param.Column)
	}
	var texts []string
	for _, collection := range r.into {
		err := missing(Lookup{collection, r.param.Column})
		if err == nil {
			return nil
		}
		texts = append(texts, err.Error())
	}
	return fmt.Errorf("argument %s: %s", r.param.Name, strings.Join(texts, "; "))
}

// renamed returns the arguments of a write that name their column only to fill it.
func (e *Endpoint) renamed() []renamed {
	if e.Write == nil {
		return nil
	}
	f := &destinations{into: map[*Param][]string{}, named: map[string]bool{}}
	root := &inputParams{params: e.Args}
	if rows := e.Documents(); rows != nil {
		root = root.rows(rows)
	}
	f.write(e.Write, root)
	f.visit(nil, e.Args)
	return f.found
}

// inputParams is the parameters of one input: of the call, or of a list's rows.
type inputParams struct {
	of     *Param // the list
	params []*Param
	outer  *inputParams
}

func (in *inputParams) rows(list *Param) *inputParams {
	params := list.Fields
	if list.Type != TypeList {
		params = []*Param{list.Element()}
	}
	return &inputParams{list, params, in}
}

// list returns a list of the input, or of an input around it.
func (in *inputParams) list(key string) *Param {
	for ; in != nil; in = in.outer {
		for _, p := range Flat(in.params) {
			if p.Type.IsList() && p.Key() == key {
				return p
			}
		}
	}
	return nil
}

// destinations finds out which collections inputs are written to.
type destinations struct {
	into  map[*Param][]string // by the list whose rows they are; nil is the call
	named map[string]bool     // the arguments that the write names
	found []renamed
}

func (f *destinations) write(w *Write, in *inputParams) {
	f.into[in.of] = append(f.into[in.of], w.Collection)
	f.name(w.Error.Placeholders()...)
	f.when(w.When)
	f.sets(w.Set)
	f.checks(w.Checks)
	for _, x := range w.Effects {
		f.name(x.Add, x.Subtract)
		f.match(x.Match)
	}
	for _, x := range w.Lines {
		f.name(x.By)
		f.when(x.When)
		f.sets(x.Set)
		f.checks(x.Checks)
		if list := in.list(x.List); list != nil {
			f.into[list] = append(f.into[list], LinesOf(w.Collection, x.Into))
		}
	}
	for i := range w.Also {
		also, next := &w.Also[i], in
		if list := in.list(also.Each); also.Each != "" && list != nil {
			next = in.rows(list)
		}
		f.write(also, next)
	}
}

func (f *destinations) name(args ...string) {
	for _, a := range args {
		f.named[a] = true
	}
}

func (f *destinations) when(c *Condition) {
	if c != nil {
		f.name(c.Column)
	}
}

func (f *destinations) match(columns map[string]string) {
	for _, arg := range columns {
		f.name(arg)
	}
}

func (f *destinations) sets(sets []Set) {
	for _, s := range sets {
		f.name(s.Arg)
		f.name(s.Product...)
		if s.From != nil {
			f.match(s.From.Match)
		}
		if s.Sum != nil && s.Sum.Lines == "" {
			f.name(s.Sum.Of, s.Sum.Times)
		}
	}
}

func (f *destinations) checks(checks []RowCheck) {
	for _, c := range checks {
		f.when(c.When)
		f.match(c.Match)
		f.match(c.AtLeast)
		f.match(c.AtMost)
		for arg := range c.AtMost {
			f.name(arg)
		}
		for _, s := range c.Say {
			f.match(s.Match)
		}
		f.name(Braces(c.Message)...)
	}
}

// visit collects the renamed arguments of an input. Arguments of a list that is not stored
// fill nothing, even if they name a column.
func (f *destinations) visit(of *Param, params []*Param) {
	for _, p := range Flat(params) {
		switch {
		case p.Column == "-" || p.Type == TypeObject:
		case p.Type == TypeList:
			f.visit(p, p.Fields)
		case p.Column == "" || f.named[p.Column]:
		case p.Type.IsList():
			f.found = append(f.found, renamed{p, f.into[p]})
		default:
			f.found = append(f.found, renamed{p, slices.Clone(f.into[of])})
		}
	}
}
