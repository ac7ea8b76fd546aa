package wire

import (
	"sort"
	"strconv"
	"strings"
)

// Type is how a value is written into a vendor's JSON: a name of types,
// with the prefix "quoted" where the vendor sends the scalar as a JSON string, and the
// prefix "nullable" where an empty text or a moment that has not come is null.
//
//	string    JSON string              int       bare whole number
//	decimal2  9.90                     decimal4  199.0000
//	decimal8  10.99850000              decimal12 0.000000000000
//	number    9.9, no trailing zeros   bool      true, false
//	bool01    1, 0                     datetime  "2006-01-02 15:04:05", "" for none
//	zerodate  as datetime, "0000-00-00 00:00:00" for none
//	seconds   unix seconds, 0 for none millis    unix milliseconds, 0 for none
//	date      "2006-01-02", "" for none
//	compact   "20060102150405", "" for none
type Type string

type appendFunc func(dst []byte, v Value) []byte

var types = map[string]struct {
	text   bool // always written between quotes
	append appendFunc
}{
	"string":    {true, func(dst []byte, v Value) []byte { return append(dst, v.Text()...) }},
	"int":       {false, fixed(0)},
	"decimal2":  {false, fixed(2)},
	"decimal4":  {false, fixed(4)},
	"decimal8":  {false, fixed(8)},
	"decimal12": {false, fixed(12)},
	"number":    {false, func(dst []byte, v Value) []byte { return v.appendNumber(dst) }},
	"bool":      {false, func(dst []byte, v Value) []byte { return strconv.AppendBool(dst, v.sign() != 0) }},
	"bool01":    {false, appendBool01},
	"datetime":  {true, moment(appendDatetime, "")},
	"zerodate":  {true, moment(appendDatetime, "0000-00-00 00:00:00")},
	"date":      {true, moment(appendDate, "")},
	"compact":   {true, moment(appendCompact, "")},
	"seconds":   {false, func(dst []byte, v Value) []byte { return strconv.AppendInt(dst, v.Unix(), 10) }},
	"millis":    {false, func(dst []byte, v Value) []byte { return strconv.AppendInt(dst, v.Unix()*1000, 10) }},
}

func appendBool01(dst []byte, v Value) []byte {
	if v.sign() != 0 {
		return append(dst, '1')
	}
	return append(dst, '0')
}

// fixed writes numbers with this many digits after the point.
func fixed(places int) appendFunc {
	return func(dst []byte, v Value) []byte { return v.appendFixed(dst, places) }
}

// moment writes moments in a layout, and the text none for a moment that has not come.
func moment(layout func(dst []byte, unix int64) []byte, none string) appendFunc {
	return func(dst []byte, v Value) []byte {
		if v.Unix() == 0 {
			return append(dst, none...)
		}
		return layout(dst, v.Unix())
	}
}

// Types returns the names of the wire types, sorted.
func Types() []string {
	names := make([]string, 0, len(types))
	for n := range types {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Known reports whether the type without its prefixes is one of Types.
func (w Type) Known() bool {
	name, _, _ := w.split()
	_, ok := types[name]
	return ok
}

// split removes the prefixes, each of which may occur once.
func (w Type) split() (name string, quoted, nullable bool) {
	name = string(w)
	for {
		rest, q := strings.CutPrefix(name, "quoted ")
		if q && !quoted {
			name, quoted = rest, true
			continue
		}
		rest, n := strings.CutPrefix(name, "nullable ")
		if !n || nullable {
			return name, quoted, nullable
		}
		name, nullable = rest, true
	}
}
