package catalog

import (
	"sort"
	"strconv"

	"shaxiang/internal/wire"
)

// ParamType is the type of an argument's value.
type ParamType string

// The types of arguments. A number may come as JSON number or as text.
const (
	TypeString   ParamType = "string"
	TypeInt      ParamType = "int"
	TypeDecimal  ParamType = "decimal"  // 19 digits, 4 of them decimals
	TypeDatetime ParamType = "datetime" // as Layout says, Beijing time
	TypeBool     ParamType = "bool"
	TypeObject   ParamType = "object"  // Fields name its members
	TypeList     ParamType = "list"    // a list of objects; Fields name the members of each
	TypeStrings  ParamType = "strings" // a list of texts
	TypeInts     ParamType = "ints"    // a list of whole numbers
)

// IsList reports whether an argument of the type is a list, of objects or of scalars.
func (t ParamType) IsList() bool { return t == TypeList || t == TypeStrings || t == TypeInts }

// IsScalar reports whether an argument of the type is a single value.
func (t ParamType) IsScalar() bool { return t != TypeObject && !t.IsList() }

// Zero returns what a column of the type has when a client gives it no value.
func (t ParamType) Zero() wire.Value {
	switch t {
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

// Param is one argument.
type Param struct {
	Name     string            `yaml:"name"`
	Type     ParamType         `yaml:"type"`
	Label    string            `yaml:"label"`
	Layout   wire.Layout       `yaml:"layout"` // of a datetime
	Length   int               `yaml:"length"` // in characters; 0 for no limit
	Required bool              `yaml:"required"`
	With     string            `yaml:"required_with"` // a public parameter: required in calls that have it
	Enum     map[string]string `yaml:"enum"`
	Default  *string           `yaml:"default"`
	Min      *string           `yaml:"min"`   // smallest value
	Max      *string           `yaml:"max"`   // largest value
	Above    *string           `yaml:"above"` // the value must be larger
	Least    int               `yaml:"least"` // fewest elements of a list that was sent
	Most     int               `yaml:"most"`  // most elements; 0 for no limit
	Fields   []*Param          `yaml:"fields"`

	Column  string            `yaml:"column"`  // the column that it filters or fills; of its own name when empty, none for "-"
	Comma   bool              `yaml:"comma"`   // a comma list: a row matches any of its values
	Known   *Lookup           `yaml:"known"`   // refused when none of its values is known there
	Selects map[string]string `yaml:"selects"` // value → the time column that the span filters
	Lifts   *Lift             `yaml:"lifts"`
}

// Lookup is a column of a collection in which a value must be found.
type Lookup struct {
	Collection string `yaml:"collection"`
	Column     string `yaml:"column"`
}

// Lift removes a condition of Rows.Where when the argument has the value.
type Lift struct {
	Value  string `yaml:"value"`
	Column string `yaml:"column"`
}

// NowDefault is the default, and the set value, that means the tenant's now.
const NowDefault = "$now"

// Key returns the name by which a write refers to the argument: that of the column that it
// fills, or its own.
func (p *Param) Key() string {
	if p.Column == "" || p.Column == "-" {
		return p.Name
	}
	return p.Column
}

// Element returns an element of a list of scalars, as an argument of the list's own name.
func (p *Param) Element() *Param {
	e := &Param{Name: p.Name, Type: TypeString, Label: p.Label, Length: p.Length, Enum: p.Enum,
		Min: p.Min, Max: p.Max, Above: p.Above, Column: p.Column}
	if p.Type == TypeInts {
		e.Type = TypeInt
	}
	return e
}

// Parse converts a text into a value of the parameter's type, which must be a scalar type.
// ok is false when the text has another form.
func (p *Param) Parse(text string) (v wire.Value, ok bool) {
	switch p.Type {
	case TypeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		return wire.Int(n), err == nil
	case TypeDecimal:
		return wire.ParseNumber(text)
	case TypeDatetime:
		return p.Layout.Parse(text)
	case TypeBool:
		switch text {
		case "true", "1":
			return wire.Bool(true), true
		case "false", "0":
			return wire.Bool(false), true
		}
		return wire.Value{}, false
	}
	return wire.String(text), true
}

// EnumKeys returns the values of the enum, numbers by size.
func (p *Param) EnumKeys() []string {
	keys := make([]string, 0, len(p.Enum))
	for k := range p.Enum {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, errA := strconv.Atoi(keys[i])
		b, errB := strconv.Atoi(keys[j])
		if errA == nil && errB == nil {
			return a < b
		}
		return keys[i] < keys[j]
	})
	return keys
}
