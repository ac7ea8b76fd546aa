package wire

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Layout is how a datetime argument is written: a name of layouts, or TimeLayout
// when it is empty. All are in Beijing time.
//
//	compact      "20221228164058"
//	date         "2022-12-28", its first second; as the end of a window its last one
//	compactdate  "20221228", likewise
//	loose        "2022-12-28 16:40:58" or a date, likewise; months and days may have one
//	             digit, and a day past the end of its month counts on into the next
type Layout string

var layouts = map[Layout]string{
	"":            TimeLayout,
	"compact":     "20060102150405",
	"date":        time.DateOnly,
	"compactdate": "20060102",
	"loose":       TimeLayout,
}

// Known reports whether the layout is one of those listed above.
func (l Layout) Known() bool {
	_, ok := layouts[l]
	return ok
}

// Go returns the layout as package time writes it.
func (l Layout) Go() string { return layouts[l] }

// Parse reads a moment. ok is false when the text has another layout or names no moment.
func (l Layout) Parse(s string) (v Value, ok bool) {
	if l == "loose" {
		return parseLoose(s)
	}
	if at, ok := parsePlain(s); ok && l == "" {
		return at, true
	}
	// The length is checked, because time.Parse accepts "6:40:58" and fractions of a second.
	t, err := time.ParseInLocation(l.Go(), s, Beijing)
	return Time(t.Unix()), err == nil && len(s) == len(l.Go())
}

// parsePlain reads a moment in TimeLayout whose day is at most 28. Package time reads the
// others.
func parsePlain(s string) (Value, bool) {
	const like = "0000-00-00 00:00:00"
	if len(s) != len(like) {
		return Value{}, false
	}
	var n [6]int
	part := 0
	for i := range len(like) {
		switch c := s[i]; {
		case like[i] == '0' && c >= '0' && c <= '9':
			n[part] = 10*n[part] + int(c-'0')
		case like[i] != '0' && c == like[i]:
			part++
		default:
			return Value{}, false
		}
	}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 28 || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return Value{}, false
	}
	return Time(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, Beijing).Unix()), true
}

// loosely matches a date, with or without a time.
var loosely = regexp.MustCompile(`^(\d{4})-(\d\d?)-(\d\d?)(?: (\d\d):(\d\d):(\d\d))?$`)

func parseLoose(s string) (Value, bool) {
	parts := loosely.FindStringSubmatch(s)
	if parts == nil {
		return Value{}, false
	}
	var n [6]int
	for i, part := range parts[1:] {
		n[i], _ = strconv.Atoi(part) // digits, or nothing
	}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return Value{}, false
	}
	return Time(time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, Beijing).Unix()), true
}

// Example is a moment in the layout, for a hint.
func (l Layout) Example() string {
	return time.Date(2022, 12, 28, 16, 40, 58, 0, Beijing).Format(l.Go())
}

// SecondsToEnd returns the distance from a moment, as it was sent, to the last second that
// the text stands for: a day less one second for a date, else 0.
func (l Layout) SecondsToEnd(sent string) int64 {
	if l == "date" || l == "compactdate" || l == "loose" && !strings.Contains(sent, " ") {
		return 24*60*60 - 1 // Beijing has had no summer time since 1991
	}
	return 0
}
