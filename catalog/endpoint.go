// Package catalog says what the vendors' platforms offer: their endpoints, error
// tables and conventions, each with its evidence, read from YAML files. It
// checks arguments and turns them into queries and writes. It leaves out HTTP,
// signatures and the data that endpoints read.
package catalog

import (
	"time"

	"shaxiang/internal/wire"
)

// EndpointKind is what a call does to the world.
type EndpointKind string

// The kinds of endpoint.
const (
	KindQuery EndpointKind = "query"
	KindWrite EndpointKind = "write"
)

// Endpoint is one method of a vendor's: all that the program knows about it.
type Endpoint struct {
	Vendor   string       `yaml:"-"`
	File     string       `yaml:"-"` // the file that declares it
	Method   string       `yaml:"method"`
	Title    string       `yaml:"title"`
	Kind     EndpointKind `yaml:"kind"`
	Evidence Evidence     `yaml:"evidence"`
	Source   string       `yaml:"source"`
	Gateways []string     `yaml:"gateways"` // the paths that answer it; all of the vendor's when empty
	Args     []*Param     `yaml:"args"`     // positional arguments; one object for vendors that send names
	OneOf    [][]string   `yaml:"one_of"`   // of each list at least one argument must be given
	FirstOf  [][]string   `yaml:"first_of"` // of each list only the first argument that was given counts
	Span     *Span        `yaml:"span"`
	Paged    *bool        `yaml:"paged"` // queries are paged unless this says false
	Paging   *Paging      `yaml:"paging"`
	Rows     *Rows        `yaml:"rows"`
	Write    *Write       `yaml:"write"`
	Answer   Template     `yaml:"answer"`
	Partial  Template     `yaml:"partial"` // the answer when some rows of a write were refused
	Refusal  Template     `yaml:"refusal"` // the vendor's own when not given
	Refusals []ErrorRow   `yaml:"refusals"`
	Notes    []string     `yaml:"notes"` // what was decided where the facts are silent
}

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
	Comma   bool              `yaml:"comma"`   // a comma list: any of its values fits
	Known   *Lookup           `yaml:"known"`   // refused when none of its values is known there
	Selects map[string]string `yaml:"selects"` // value → the time column that the span filters
	Lifts   *Lift             `yaml:"lifts"`

	form    form           // of the type
	places  map[string]int // of Fields, by their names
	column  string         // of a single value, Key
	nothing wire.Value     // what a column holds that nobody gave a value
	apart   bool           // it fills no column, or another argument of the same input has the same key
}

// Key returns the name by which a write speaks of the argument: that of the
// column that it fills, or its own.
func (p *Param) Key() string {
	if p.Column == "" || p.Column == "-" {
		return p.Name
	}
	return p.Column
}

// Lookup is a column of a collection in which a value must be found.
type Lookup struct {
	Collection string `yaml:"collection"`
	Column     string `yaml:"column"`
}

// Lift takes a condition of Rows.Where away when the argument has the value.
type Lift struct {
	Value  string `yaml:"value"`
	Column string `yaml:"column"`
}

// Span is the time window of a query: two arguments, or the parts of a calendar date.
type Span struct {
	From     string        `yaml:"from"`
	To       string        `yaml:"to"`
	Limit    time.Duration `yaml:"limit"`    // largest to − from; 0 for none
	Words    string        `yaml:"words"`    // the limit in the vendor's words
	HalfOpen bool          `yaml:"halfopen"` // to itself is outside
	Column   string        `yaml:"column"`   // the time column, unless an argument selects it
	Calendar *Calendar     `yaml:"calendar"`
	Required bool          `yaml:"required"` // the window must be given, unless one of Unless is
	Unless   []string      `yaml:"unless"`   // arguments that stand for the window: with one of them it may be left out
	Ignored  bool          `yaml:"ignored"`  // and with one of them a window that was given counts for nothing
	With     []SpanWith    `yaml:"with"`     // other limits for calls that give an argument; the first that fits holds
	Beside   []SpanBeside  `yaml:"beside"`   // further windows, each of which may be left out
}

// SpanBeside is a window on another time column; a row lies in all windows that were
// given. One end alone bounds one side. Where the span itself was not given, the first
// that was, with both ends, is the window of the query.
type SpanBeside struct {
	From   string `yaml:"from"`
	To     string `yaml:"to"` // inside
	Column string `yaml:"column"`
}

// SpanWith is the limit of a window in calls that give an argument.
type SpanWith struct {
	Arg   string        `yaml:"arg"`
	Limit time.Duration `yaml:"limit"`
	Words string        `yaml:"words"`
}

// Calendar is a window given by year, month and day, each of which may be missing:
// a missing year is this year, a missing month the whole year (this month when a
// day is given), a missing day the whole month; nothing at all is no window.
type Calendar struct {
	Year  string `yaml:"year"`
	Month string `yaml:"month"`
	Day   string `yaml:"day"`
}

// Paging is how a query is cut into pages.
type Paging struct {
	No       string   `yaml:"no"`       // the parameter of the page number
	Size     string   `yaml:"size"`     // the parameter of the page size
	Total    string   `yaml:"total"`    // the parameter that asks for the total, if there is one
	Totals   string   `yaml:"totals"`   // when the total is sent: asked, first, always, never
	First    int      `yaml:"first"`    // the number of the first page
	Default  int      `yaml:"default"`  // the size when none is given; 0: it must be given
	Max      int      `yaml:"max"`      // the largest size
	Lenient  bool     `yaml:"lenient"`  // impossible numbers become the default or the limit instead of a refusal
	Evidence Evidence `yaml:"evidence"` // of the values above
}

// Rows is what a query reads, and how each row is written; for a write, how the
// row that it wrote is shown by $row.
type Rows struct {
	Collection string      `yaml:"collection"`
	Where      []Condition `yaml:"where"`
	One        bool        `yaml:"one"` // the answer is about one row: none is refused as not_found
	Fields     []Field     `yaml:"fields"`
	Sums       []RowSum    `yaml:"sums"` // over all pages
}

// Condition is a column that must have, or must not have, one of some values.
type Condition struct {
	Column string   `yaml:"column"`
	In     []string `yaml:"in"`
	NotIn  []string `yaml:"not_in"`
}

// Field is one member of a row on the wire. The only field of rows that are bare
// values, instead of objects, has no name.
type Field struct {
	Name  string     `yaml:"name"`
	Type  wire.Type  `yaml:"type"`
	From  string     `yaml:"from"`  // the column, when it has another name
	Const *Scalar    `yaml:"const"` // always this
	Only  *Condition `yaml:"only"`  // left out of rows that do not meet the condition

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
