package catalog

import "shaxiang/internal/wire"

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

// Input is one row that a client writes: a document, or a line of one.
type Input struct {
	Args    []Arg // that fill columns, members of objects beside the others; one of each name
	Aside   []Arg // that fill none
	Refused *Refusal
	Lists   map[string][]Input // the rows of list arguments, by the list's name; only of lists that were sent
	Outer   *Input             // of a list's row: the document that it belongs to
	Passed  map[string]bool    // arguments that identify nothing, because another of their first_of does
}

// Arg is an argument of a call, or of an input.
type Arg struct {
	Name  string     // of its column (Param.Key); empty for an object and a list
	Value wire.Value // what was given; of an input, what holds for a new row where nothing was
	Given bool

	spared bool // its object was not sent, so nothing is asked of it
	param  *Param
	raw    *wire.Node // nil for nothing, as null is
	rows   []scope    // of a list; of a list of scalars each has one argument
}

// SentArg returns an argument that was given, with what was sent for it.
func SentArg(name string, v wire.Value, sent string) Arg {
	return Arg{Name: name, Value: v, Given: true, raw: &wire.Node{Kind: wire.TextNode, Text: sent}}
}

// sent is what was sent as text, empty for what was not and for what has none.
func (x *Arg) sent() string {
	if x.raw == nil {
		return ""
	}
	text, _ := x.raw.Scalar()
	return text
}

// named returns the argument of a name, nil for none.
func named(args []Arg, name string) *Arg {
	for i := range args {
		if args[i].Name == name {
			return &args[i]
		}
	}
	return nil
}

// Set adds an argument that fills a column. What was given counts for more than what
// was not, where two go by one name.
func (in *Input) Set(a Arg) { in.Args = with(in.Args, a) }

func with(args []Arg, a Arg) []Arg {
	old := named(args, a.Name)
	if old == nil {
		return append(args, a)
	}
	old.merge(&a)
	return args
}

// merge takes the value of another argument that goes by the same name.
func (x *Arg) merge(other *Arg) {
	if other.Given || !x.Given {
		x.Value, x.Given = other.Value, other.Given
	}
	x.raw = other.raw
}

// Arg returns the input's own argument that fills a column, nil for none.
func (in *Input) Arg(name string) *Arg { return named(in.Args, name) }

// Own returns what the input itself gave for a column, nothing if it gave nothing.
func (in *Input) Own(name string) wire.Value {
	if a := in.Arg(name); a != nil && a.Given {
		return a.Value
	}
	return wire.Value{}
}

// Sent returns what was sent as an argument of the input itself, as text. ok is false
// for what is no argument of it.
func (in *Input) Sent(name string) (text string, ok bool) {
	for _, args := range [][]Arg{in.Args, in.Aside} {
		if a := named(args, name); a != nil {
			return a.sent(), true
		}
	}
	return "", false
}

// Value returns what an argument of the input becomes in a new row: its own, or
// the document's that it is a line of.
func (in *Input) Value(name string) wire.Value {
	v, _, _ := in.find(name)
	return v
}

// Given reports whether the call gave the argument a value that is not empty, or
// a list that is not.
func (in *Input) Given(name string) bool {
	_, given := in.Lookup(name)
	return given
}

// Lookup is Value, and whether it was Given.
func (in *Input) Lookup(name string) (v wire.Value, given bool) {
	v, given, rows := in.find(name)
	return v, rows > 0 || given && !v.IsEmpty() && !v.IsNull()
}

// find looks an argument up from the inside out. An inner one hides those of its
// name further out, also when nothing was given for it.
func (in *Input) find(name string) (v wire.Value, given bool, rows int) {
	for ; in != nil; in = in.Outer {
		if a := named(in.Args, name); a != nil {
			return a.Value, a.Given, 0
		}
		if list, ok := in.Lists[name]; ok {
			return wire.Value{}, true, len(list)
		}
		if a := named(in.Aside, name); a != nil {
			return a.Value, a.Given, 0
		}
	}
	return wire.Value{}, false, 0
}
