package catalog

import "time"

// Write is what a writing endpoint does: to the rows of a list argument, or to
// the one document that all arguments make. Wherever it names an argument or a
// list (Each, List, By, Match, Arg, Sum, When, AtLeast, Add, Subtract, Error, the
// braces of a message), it does so by Param.Key: an argument with a column goes by
// that column.
type Write struct {
	When       *Condition `yaml:"when"`       // only of inputs whose argument (Column names it) meets the condition; for Also
	Each       string     `yaml:"each"`       // the list argument whose rows are written: one by one where Error shows those refused, else all of them or none
	Collection string     `yaml:"collection"` // where rows are kept
	Key        []string   `yaml:"key"`        // columns that identify a row; pushing the same again updates it
	Update     bool       `yaml:"update"`     // only rows that are there are changed; Checks refuse the others
	Set        []Set      `yaml:"set"`        // columns that no argument gives
	Lines      []Lines    `yaml:"lines"`      // the list arguments that become lines of the row
	Checks     []RowCheck `yaml:"checks"`     // of the row, in order; all of them before anything is written
	Effects    []Effect   `yaml:"effects"`
	Also       []Write    `yaml:"also"`   // what the same input writes elsewhere; its Each is a list of this input
	Notify     []string   `yaml:"notify"` // the vendor's notices (Notice.ID) about the row: told when it has their moment, taken back when it has none any more
	Error      Template   `yaml:"error"`  // one refused row, of $message, $code and the row's own $arguments
	Done       Template   `yaml:"done"`   // one accepted row, of the written row's $columns
}

// WriteParts returns the names of the parts of a write's answer. Any other name is a column
// of the row.
func WriteParts() []string { return []string{"errors", "count", "new", "changed", "done", "row"} }

// Lines are a list argument that becomes lines of the written row.
type Lines struct {
	List   string     `yaml:"list"`   // the list argument; each of its rows becomes a line
	Into   string     `yaml:"into"`   // the collection's lines
	When   *Condition `yaml:"when"`   // only rows whose argument (Column names it) meets the condition
	By     string     `yaml:"by"`     // a list beside the documents: only its rows whose argument of this name equals the document's
	Set    []Set      `yaml:"set"`    // columns of the line that no argument gives
	Checks []RowCheck `yaml:"checks"` // of each line; what they match are the line's arguments, and the document's where the line has none
}

// Set gives a column a value, from one source.
type Set struct {
	Column string  `yaml:"column"`
	Value  string  `yaml:"value"`  // a constant, or "$now"
	From   *Source `yaml:"from"`   // a column of a looked-up row
	Arg    string  `yaml:"arg"`    // another argument
	Number string  `yaml:"number"` // the next document number with this prefix
	Sum    *Sum    `yaml:"sum"`    // over the rows of a list argument, or over the row's lines
	Once   bool    `yaml:"once"`   // only when the row is new
	Unset  bool    `yaml:"unset"`  // only when the call gave the column nothing

	Product []string `yaml:"product"` // of arguments, or of columns that are set before
}

// Sum adds up an argument over the rows of a list, multiplied by another
// argument of each row when Times names one; or a column over the row's lines, once
// those are filled, for which Times names another column.
type Sum struct {
	List  string `yaml:"list"`
	Lines string `yaml:"lines"` // in place of List
	Of    string `yaml:"of"`
	Times string `yaml:"times"`
}

// Source is a column of the row that a condition finds in a collection.
type Source struct {
	Collection string            `yaml:"collection"`
	Match      map[string]string `yaml:"match"` // column → argument
	Column     string            `yaml:"column"`
}

// RowCheck refuses a row unless a collection has a row whose columns equal the
// row's arguments and that meets the conditions. It is passed over when the call
// gave none of the arguments that it matches. Without a collection it is about the
// arguments alone: it refuses what meets When and, where there is AtMost, exceeds it.
type RowCheck struct {
	When       *Condition               `yaml:"when"` // only of inputs whose argument (Column names it) meets the condition
	Collection string                   `yaml:"collection"`
	Match      map[string]string        `yaml:"match"` // column → argument
	Where      []Condition              `yaml:"where"`
	AtLeast    map[string]string        `yaml:"at_least"` // column → argument: the row's number must not be below it
	Within     map[string]time.Duration `yaml:"within"`   // column → the row's moment must not lie further back
	Absent     bool                     `yaml:"absent"`   // the other way round: refused when there is such a row
	AtMost     map[string]string        `yaml:"at_most"`  // argument → argument that it must not exceed
	Say        map[string]Source        `yaml:"say"`      // name → what Message says for it, beside the arguments
	Refuse     Kind                     `yaml:"refuse"`
	Code       Scalar                   `yaml:"code"`    // in place of the kind's own
	Message    string                   `yaml:"message"` // {name} stands for what was sent as that argument
	Evidence   Evidence                 `yaml:"evidence"`
}

// Effect moves a number of a row elsewhere.
type Effect struct {
	When       *Condition        `yaml:"when"` // on the written row
	Collection string            `yaml:"collection"`
	Match      map[string]string `yaml:"match"` // column → argument
	Column     string            `yaml:"column"`
	Add        string            `yaml:"add"`      // the argument that is added
	Subtract   string            `yaml:"subtract"` // the argument that is taken away
}
