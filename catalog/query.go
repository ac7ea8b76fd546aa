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

// Filter selects the rows whose column has one of the texts, or none of them.
type Filter struct {
	Column string
	In     []string
	Not    bool
}

// Range selects the rows whose time column lies in it: unix seconds, both ends inside.
type Range struct {
	Column   string
	From, To int64
}

// Page is a part of the rows: Size rows from number No×Size on. A Size of 0 means all
// rows, for methods without pages.
type Page struct {
	No, Size int  // No from 0
	Count    bool // whether the total is wanted
	Send     bool // whether the total is sent
}
