package catalog

import "time"

// Write is what a writing endpoint does: to the rows of a list argument, or to
// the one document that all arguments make. Every name of an argument or a list (in Each,
// List, By, Match, Arg, Sum, When, AtLeast, Add, Subtract, Error, the braces of a message)
// is its Param.Key: the name of its column, when it has one.
type Write struct {
	When       *Condition `yaml:"when"`       // only of inputs whose argument (Column names it) meets the condition; for Also
	Each       string     `yaml:"each"`       // the list argument whose rows are written: one by one if Error shows refused rows, else all of them or none
	Collection string     `yaml:"collection"` // in which rows are stored
	Key        []string   `yaml:"key"`        // columns that identify a row; pushing the same again updates it
	Update     bool       `yaml:"update"`     // only existing rows are changed; Checks refuse the others
	Set        []Set      `yaml:"set"`        // columns that no argument gives
	Lines      []Lines    `yaml:"lines"`      // the list arguments that become lines of the row
	Checks     []RowCheck `yaml:"checks"`     // of the row, in order; all of them before anything is written
	Effects    []Effect   `yaml:"effects"`
	Also       []Write    `yaml:"also"`   // what the same input writes to other collections; its Each is a list of this input
	Notify     []string   `yaml:"notify"` // the vendor's notices (Notice.ID) about the row: sent when the row has their moment, withdrawn when it no longer has
	Error      Template   `yaml:"error"`  // one refused row, of $message, $code and the row's own $arguments
	Done       Template   `yaml:"done"`   // one accepted row, of the written row's $columns
}

// WriteParts returns the names of the parts of a write's answer. Any other name is a column
// of the row.
func WriteParts() []string { return []string{"errors", "count", "new", "changed", "done", "row"} }

// Lines is a list argument whose rows become lines of the written row.
type Lines struct {
	List   string     `yaml:"list"`   // the list argument; each of its rows becomes a line
	Into   string     `yaml:"into"`   // the collection's lines
	When   *Condition `yaml:"when"`   // only rows whose argument (Column names it) meets the condition
	By     string     `yaml:"by"`     // of a list beside the documents: a row belongs to the documents of the same value of this argument
	Set    []Set      `yaml:"set"`    // columns of the line that no argument gives
	Checks []RowCheck `yaml:"checks"` // of each line; they match the line's arguments, and the document's where the line has none
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

// Sum adds up an argument over the rows of a list, multiplied by the argument Times of each
// row if there is one. With Lines it adds up a column over the row's complete lines, and
// Times is another column.
type Sum struct {
	List  string `yaml:"list"`
	Lines string `yaml:"lines"` // instead of List
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
// row's arguments and that meets the conditions. It is skipped when the call gave
// none of the arguments that it matches. A check without a collection is about arguments
// only: it refuses an input that meets When and, if there is AtMost, exceeds it.
type RowCheck struct {
	When       *Condition               `yaml:"when"` // only of inputs whose argument (Column names it) meets the condition
	Collection string                   `yaml:"collection"`
	Match      map[string]string        `yaml:"match"` // column → argument
	Where      []Condition              `yaml:"where"`
	AtLeast    map[string]string        `yaml:"at_least"` // column → argument: the row's number must not be below it
	Within     map[string]time.Duration `yaml:"within"`   // column → the largest age of the row's moment
	Absent     bool                     `yaml:"absent"`   // reversed: refused when there is such a row
	AtMost     map[string]string        `yaml:"at_most"`  // argument → argument that it must not exceed
	Say        map[string]Source        `yaml:"say"`      // name → what replaces {name} in Message, besides the arguments
	Refuse     Kind                     `yaml:"refuse"`
	Code       Scalar                   `yaml:"code"`    // instead of the kind's own
	Message    string                   `yaml:"message"` // {name} is replaced by what was sent as that argument
	Evidence   Evidence                 `yaml:"evidence"`
}

// Effect adds to a number of a row of another collection.
type Effect struct {
	When       *Condition        `yaml:"when"` // on the written row
	Collection string            `yaml:"collection"`
	Match      map[string]string `yaml:"match"` // column → argument
	Column     string            `yaml:"column"`
	Add        string            `yaml:"add"`      // the argument that is added
	Subtract   string            `yaml:"subtract"` // the argument that is subtracted
}
