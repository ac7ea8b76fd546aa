// Package catalog is the model of what the vendors' platforms offer: their endpoints, error
// tables and conventions, each with its evidence. It also has what a checked call asks for:
// a Query, or an Input for each row to write. It leaves out reading YAML files (package
// load), their problems (package lint), checking arguments (package args), HTTP, signatures
// and the data that endpoints read.
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

// Endpoint is one method of a vendor: all that the program knows about it.
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
	Notes    []string     `yaml:"notes"` // what was assumed where no source says anything
}

// Span is the time window of a query: two arguments, or the parts of a calendar date.
type Span struct {
	From     string        `yaml:"from"`
	To       string        `yaml:"to"`
	Limit    time.Duration `yaml:"limit"`    // largest to − from; 0 for no limit
	Words    string        `yaml:"words"`    // the limit in the vendor's words
	HalfOpen bool          `yaml:"halfopen"` // to itself is outside
	Column   string        `yaml:"column"`   // the time column, unless an argument selects it
	Calendar *Calendar     `yaml:"calendar"`
	Required bool          `yaml:"required"` // the window must be given, unless one of Unless is
	Unless   []string      `yaml:"unless"`   // arguments that replace the window: with one of them the window may be left out
	Ignored  bool          `yaml:"ignored"`  // with one of Unless, a window that was given is ignored
	With     []SpanWith    `yaml:"with"`     // other limits for calls that give an argument; the first that applies counts
	Beside   []SpanBeside  `yaml:"beside"`   // further windows, each of which may be left out
}

// SpanBeside is a window on another time column. A row must lie in all windows that were
// given. A window with one end is open on the other side. If the span itself was not given,
// the first window that has both ends is the window of the query.
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

// Calendar is a window given by year, month and day, each of which may be missing. A
// missing year is this year. A missing month means the whole year, or this month when a day
// is given. A missing day means the whole month. Without all three there is no window.
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
