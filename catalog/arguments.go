package catalog

import "iter"

// Argument is an argument of a call and the path under which rules and the journal have
// its value. Members of a nested object follow the object's name and a point
// (receiver.name). Members of a list's rows follow the list's name and the number of the
// first row (details.0.num). The name of a positional object is left out.
type Argument struct {
	Path  string
	Param *Param
}

// Arguments returns all arguments of a call in their order, at every depth; an
// object or a list precedes its members.
func (e *Endpoint) Arguments() []Argument {
	var list []Argument
	for _, p := range e.Args {
		list = append(list, Argument{p.Name, p})
		prefix := ""
		if p.Type.IsList() {
			prefix = p.Name + ".0."
		}
		list = append(list, argumentsIn(prefix, p.Fields)...)
	}
	return list
}

func argumentsIn(prefix string, params []*Param) []Argument {
	var list []Argument
	for _, p := range params {
		path := prefix + p.Name
		list = append(list, Argument{path, p})
		if p.Type.IsList() {
			path += ".0"
		}
		list = append(list, argumentsIn(path+".", p.Fields)...)
	}
	return list
}

// Flat returns the parameters of one input: each object, followed by its members at every
// depth, and everything else. Members of lists are inputs of their own and are left out.
func Flat(params []*Param) []*Param {
	var list []*Param
	for _, p := range params {
		list = append(list, p)
		if p.Type == TypeObject {
			list = append(list, Flat(p.Fields)...)
		}
	}
	return list
}

// ParamNamed returns the parameter of a name that is no object, nil for none. Members of
// objects are searched, members of lists' rows are not.
func ParamNamed(params []*Param, name string) *Param {
	for _, p := range params {
		if p.Name == name && p.Type != TypeObject {
			return p
		}
		if p.Type == TypeObject {
			if found := ParamNamed(p.Fields, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// Param returns an argument of the call by its name, as ParamNamed does.
func (e *Endpoint) Param(name string) *Param { return ParamNamed(e.Args, name) }

// Documents returns the list argument whose rows are written one by one, nil when there
// is none.
func (e *Endpoint) Documents() *Param {
	if e.Write == nil || e.Write.Each == "" {
		return nil
	}
	for _, p := range Flat(e.Args) {
		if p.Type.IsList() && p.Key() == e.Write.Each {
			return p
		}
	}
	return nil
}

// Filters reports whether a parameter filters a column. All parameters do that have no
// other use in the query.
func (e *Endpoint) Filters(p *Param) bool {
	if p.Column != "" || p.Type == TypeObject {
		return p.Column != "-" && p.Type != TypeObject
	}
	if p.Lifts != nil || p.Selects != nil {
		return false
	}
	return !yields(e.WindowParams(), p.Name) && !yields(e.PageParams(), p.Name)
}

func yields(names iter.Seq[string], name string) bool {
	for n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// WindowParams yields the names of the arguments that give a window.
func (e *Endpoint) WindowParams() iter.Seq[string] {
	return func(yield func(string) bool) {
		s := e.Span
		switch {
		case s == nil:
			return
		case s.Calendar != nil:
			_ = yield(s.Calendar.Year) && yield(s.Calendar.Month) && yield(s.Calendar.Day)
			return
		case !yield(s.From) || !yield(s.To):
			return
		}
		for i := range s.Beside {
			if b := &s.Beside[i]; !yield(b.From) || !yield(b.To) {
				return
			}
		}
	}
}

// PageParams yields the names of the parameters that give a page. A name is empty when
// the endpoint has no such parameter.
func (e *Endpoint) PageParams() iter.Seq[string] {
	return func(yield func(string) bool) {
		if p := e.Paging; p != nil {
			_ = yield(p.No) && yield(p.Size) && yield(p.Total)
		}
	}
}
