package catalog

import "time"

// Layout is how a datetime argument is written: a name of layouts, or TimeLayout
// when it is empty. All are in Beijing time.
//
//	compact      "20221228164058"
//	date         "2022-12-28", its first second; as the end of a window its last one
//	compactdate  "20221228", likewise
type Layout string

var layouts = map[Layout]string{
	"":            TimeLayout,
	"compact":     "20060102150405",
	"date":        time.DateOnly,
	"compactdate": "20060102",
}

// Go returns the layout as package time writes it.
func (l Layout) Go() string { return layouts[l] }

// parse reads a moment.
func (l Layout) parse(s string) (Value, bool) {
	// The length, because time.Parse lets through "6:40:58" and fractions of a second.
	t, err := time.ParseInLocation(l.Go(), s, Beijing)
	return Time(t.Unix()), err == nil && len(s) == len(l.Go())
}

// example is what a moment looks like, for a hint.
func (l Layout) example() string {
	return time.Date(2022, 12, 28, 16, 40, 58, 0, Beijing).Format(l.Go())
}

// last is the distance from a moment to the last second that it stands for.
func (l Layout) last() int64 {
	if l == "date" || l == "compactdate" {
		return 24*60*60 - 1 // no day in Beijing has had another length since 1991
	}
	return 0
}
