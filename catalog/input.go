package catalog

import "shaxiang/internal/wire"

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
	Value wire.Value // what was given; of an input, what a new row has where nothing was given
	Given bool
	Sent  *wire.Node // as it was sent; nil for nothing, as null is
}

// SentArg returns an argument that was given, and the text that was sent for it.
func SentArg(name string, v wire.Value, sent string) Arg {
	return Arg{Name: name, Value: v, Given: true, Sent: &wire.Node{Kind: wire.TextNode, Text: sent}}
}

// SentText returns what was sent, as text. It is empty for a list, for an object and for
// what was not sent.
func (x *Arg) SentText() string {
	if x.Sent == nil {
		return ""
	}
	text, _ := x.Sent.Scalar()
	return text
}

// ArgNamed returns the argument of a name, nil for none.
func ArgNamed(args []Arg, name string) *Arg {
	for i := range args {
		if args[i].Name == name {
			return &args[i]
		}
	}
	return nil
}

// Merge takes over the value of another argument of the same name, unless only this one
// was given.
func (x *Arg) Merge(other *Arg) {
	if other.Given || !x.Given {
		x.Value, x.Given = other.Value, other.Given
	}
	x.Sent = other.Sent
}

// Set adds an argument that fills a column. Where two arguments have one name, the last
// that was given counts.
func (in *Input) Set(a Arg) { in.Args = set(in.Args, a) }

// SetAside adds an argument that fills no column.
func (in *Input) SetAside(a Arg) { in.Aside = set(in.Aside, a) }

func set(args []Arg, a Arg) []Arg {
	old := ArgNamed(args, a.Name)
	if old == nil {
		return append(args, a)
	}
	old.Merge(&a)
	return args
}

// SetList sets the rows of a list argument.
func (in *Input) SetList(list string, rows []Input) {
	if in.Lists == nil {
		in.Lists = map[string][]Input{}
	}
	in.Lists[list] = rows
}

// Pass marks an argument as one that identifies nothing in this call.
func (in *Input) Pass(name string) {
	if in.Passed == nil {
		in.Passed = map[string]bool{}
	}
	in.Passed[name] = true
}

// Passes reports whether an argument identifies nothing in this call, because
// another of its first_of does.
func (in *Input) Passes(name string) bool {
	for ; in != nil; in = in.Outer {
		if in.Passed[name] {
			return true
		}
	}
	return false
}

// Own returns the value that the input itself gave for a column, and no value (null) when
// it gave none.
func (in *Input) Own(name string) wire.Value {
	if a := ArgNamed(in.Args, name); a != nil && a.Given {
		return a.Value
	}
	return wire.Value{}
}

// Sent returns what was sent as an argument of the input itself, as text. ok is false
// when the input has no such argument.
func (in *Input) Sent(name string) (text string, ok bool) {
	for _, args := range [][]Arg{in.Args, in.Aside} {
		if a := ArgNamed(args, name); a != nil {
			return a.SentText(), true
		}
	}
	return "", false
}

// Value returns the value of an argument in a new row. A line also has the arguments of
// its document.
func (in *Input) Value(name string) wire.Value {
	v, _ := in.Lookup(name)
	return v
}

// Lookup returns the value of an argument, and reports whether the call gave a value that is
// not empty, or a list that is not. An inner argument hides the outer ones of its name, even
// when nothing was given for it.
func (in *Input) Lookup(name string) (v wire.Value, given bool) {
	for ; in != nil; in = in.Outer {
		a := ArgNamed(in.Args, name)
		if a == nil {
			if list, ok := in.Lists[name]; ok {
				return wire.Value{}, len(list) > 0
			}
			a = ArgNamed(in.Aside, name)
		}
		if a != nil {
			return a.Value, a.Given && !a.Value.IsEmpty() && !a.Value.IsNull()
		}
	}
	return wire.Value{}, false
}
