package catalog

// Query is a checked reading call: which rows of which collection.
type Query struct {
	Collection string
	Column     string // the time column of the window; the collection's first when empty
	From, To   int64  // unix seconds, both ends inside; 0 and 0 for all time
	Filters    []Filter
	Ranges     []Range // further windows, in which the rows must lie too
	Page       Page
	Sums       []string // columns that are added up over all pages
}

// Filter keeps the rows whose column has one of the texts, or none of them.
type Filter struct {
	Column string
	In     []string
	Not    bool
}

// Range keeps the rows whose time column lies in it: unix seconds, both ends inside.
type Range struct {
	Column   string
	From, To int64
}

// Page is a part of the rows: Size rows from number No×Size on, or all of them
// when Size is 0, which it is for methods without pages.
type Page struct {
	No, Size int  // No from 0
	Count    bool // whether the total is wanted
	Send     bool // whether the total is sent
}

// Input is one row that a client writes: a document, or a line of one. Its
// arguments go by the names of their columns (Param.Key), members of objects
// beside the others.
type Input struct {
	Values   map[string]Value  // what was given
	Defaults map[string]Value  // what holds for a new row where nothing was given
	Raw      map[string]string // what was sent, as text; empty for what was not
	Refused  *Refusal
	Lists    map[string][]Input // the rows of list arguments, by the list's name; only of lists that were sent
	Outer    *Input             // of a list's row: the document that it belongs to
	Passed   map[string]bool    // arguments that identify nothing, because another of their first_of does
	Aside    *Input             // the arguments that fill no column: its Values and Defaults; nil for none
}

// Value returns what an argument of the input becomes in a new row: its own, or
// the document's that it is a line of.
func (in *Input) Value(name string) Value {
	v, _, _ := in.find(name)
	return v
}

// Given reports whether the call gave the argument a value that is not empty, or
// a list that is not.
func (in *Input) Given(name string) bool {
	v, given, rows := in.find(name)
	return rows > 0 || given && v.Text() != ""
}

// find looks an argument up from the inside out. An inner one hides those of its
// name further out, also when nothing was given for it.
func (in *Input) find(name string) (v Value, given bool, rows int) {
	for ; in != nil; in = in.Outer {
		for _, own := range []*Input{in, in.Aside} {
			if own == nil {
				continue
			}
			if v, ok := own.Values[name]; ok {
				return v, true, 0
			}
			if v, ok := own.Defaults[name]; ok {
				return v, false, 0
			}
			if list, ok := own.Lists[name]; ok {
				return Value{}, true, len(list)
			}
		}
	}
	return Value{}, false, 0
}
