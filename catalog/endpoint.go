// Package catalog says what the vendors' platforms offer: their endpoints, error
// tables and conventions, each with its evidence, read from YAML files. It
// checks arguments and turns them into queries and writes. It leaves out HTTP,
// signatures and the data that endpoints read.
package catalog

import (
	"time"
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
