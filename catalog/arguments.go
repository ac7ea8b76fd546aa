package catalog

// Argument is an argument of a call and its path, under which rules and the journal
// have its value: members of an object that is a member itself are joined to it by
// points (receiver.name), and members of a list's rows stand in the first row
// (details.0.num). A positional object is no part of a path.
type Argument struct {
	Path  string
	Param *Param
}

// Arguments returns all arguments of a call in their order, at every depth; an
// object or a list stands before its members.
func (e *Endpoint) Arguments() []Argument {
	var list []Argument
	for _, p := range e.Args {
		list = append(list, Argument{p.Name, p})
		prefix := ""
		if p.list() {
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
		if p.list() {
			path += ".0"
		}
		list = append(list, argumentsIn(path+".", p.Fields)...)
	}
	return list
}
