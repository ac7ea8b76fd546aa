package catalog

// Query is a checked reading call: which rows of which collection.
type Query struct {
	Collection string
	Column     string // the time column of the window; the collection's first when empty
	From, To   int64  // unix seconds, both ends inside; 0 and 0 for all time
	Filters    []Filter
	Page       Page
}

// Filter keeps the rows whose column has one of the texts, or none of them.
type Filter struct {
	Column string
	In     []string
	Not    bool
}

// Page is a part of the rows: Size rows from number No×Size on, or all of them
// when Size is 0, which it is for methods without pages.
type Page struct {
	No, Size int  // No from 0
	Count    bool // whether the total is wanted
	Send     bool // whether the total is sent
}

// Input is one row that a client writes.
type Input struct {
	Values   map[string]Value // what was given
	Defaults map[string]Value // what holds for a new row where nothing was given
	Raw      map[string]string
	Refused  *Refusal
	Lists    map[string][]Input // the rows of list arguments, by the list's name
	Outer    *Input             // of a list's row: the document that it belongs to
}

// Value returns what an argument of the input becomes in a new row: its own, or
// the document's that it is a line of.
func (in *Input) Value(name string) Value {
	if v, ok := in.Values[name]; ok {
		return v
	}
	if v, ok := in.Defaults[name]; ok || in.Outer == nil {
		return v
	}
	return in.Outer.Value(name)
}

// Given reports whether the call gave the argument a value that is not empty.
func (in *Input) Given(name string) bool {
	if v, ok := in.Values[name]; ok {
		return v.Text() != ""
	}
	_, own := in.Defaults[name]
	return !own && in.Outer != nil && in.Outer.Given(name)
}
