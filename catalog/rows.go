package catalog

import (
	"slices"

	"shaxiang/internal/wire"
)

// Rows is what a query reads, and how each row is written; for a write, how the
// row that it wrote is shown by $row.
type Rows struct {
	Collection string      `yaml:"collection"`
	Where      []Condition `yaml:"where"`
	One        bool        `yaml:"one"` // the answer is about one row: without a row the call is refused with not_found
	Fields     []Field     `yaml:"fields"`
	Sums       []RowSum    `yaml:"sums"` // over all pages
}

// Condition is a column that must have, or must not have, one of some values.
type Condition struct {
	Column string   `yaml:"column"`
	In     []string `yaml:"in"`
	NotIn  []string `yaml:"not_in"`
}

// Holds reports whether a column's text meets the condition.
func (c *Condition) Holds(text string) bool {
	if c.In != nil {
		return slices.Contains(c.In, text)
	}
	return !slices.Contains(c.NotIn, text)
}

// Field is one member of a row on the wire. The only field of rows that are bare
// values, instead of objects, has no name.
type Field struct {
	Name  string     `yaml:"name"`
	Type  wire.Type  `yaml:"type"`
	From  string     `yaml:"from"`  // the column, when it has another name
	Const *Scalar    `yaml:"const"` // always this
	Only  *Condition `yaml:"only"`  // omitted from rows that do not meet the condition

	Lines  string  `yaml:"lines"`  // a list of the row's own lines of that name, each written by Fields
	Object bool    `yaml:"object"` // an object of the row's own columns, written by Fields
	Fields []Field `yaml:"fields"` // of each line, or of the object
}

// Column returns the column that the field shows.
func (f *Field) Column() string {
	if f.From != "" {
		return f.From
	}
	return f.Name
}

// RowSum is a number over all rows that a query matches, on all pages: the sum of a column,
// or the number of rows.
type RowSum struct {
	Name string    `yaml:"name"` // its $name in the answer
	Of   string    `yaml:"of"`   // the column; the number of rows when not given
	Type wire.Type `yaml:"type"`
}
