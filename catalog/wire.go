package catalog

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Wire is how a value is written into a vendor's JSON: a name of wireTypes,
// with "quoted" before it where the vendor sends the scalar as a JSON string, and
// "nullable" where an empty text or a moment that has not come is null.
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
type Wire string

type appendFunc func(dst []byte, v Value) []byte

var wireTypes = map[string]struct {
	text   bool // written between quotes whether or not "quoted" stands before it
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

// fixed writes numbers with so many digits behind the point.
func fixed(places int) appendFunc {
	return func(dst []byte, v Value) []byte { return v.appendFixed(dst, places) }
}

// moment writes moments in a layout, and one that has not come as none.
func moment(layout func(dst []byte, unix int64) []byte, none string) appendFunc {
	return func(dst []byte, v Value) []byte {
		if v.Unix() == 0 {
			return append(dst, none...)
		}
		return layout(dst, v.Unix())
	}
}

// WireTypes returns the names of the wire types, sorted.
func WireTypes() []string {
	names := make([]string, 0, len(wireTypes))
	for n := range wireTypes {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func (w Wire) known() bool {
	name, _, _ := w.split()
	_, ok := wireTypes[name]
	return ok
}

// split takes the prefixes off, each of which may stand once.
func (w Wire) split() (name string, quoted, nullable bool) {
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

// JSON says how a vendor's JSON library writes text.
type JSON struct {
	ASCII   bool `yaml:"ascii"`   // what is not ASCII as \uXXXX
	Slashes bool `yaml:"slashes"` // a slash as \/
}

// Encoder returns the function that appends a value of the type in this JSON.
// A value that is not there becomes null.
func (j JSON) Encoder(w Wire) func(dst []byte, v Value) []byte {
	name, quoted, nullable := w.split()
	t := wireTypes[name]
	write := t.append
	if t.text || quoted {
		plain := name != "string"
		inner := t.append
		write = func(dst []byte, v Value) []byte {
			if plain {
				return append(inner(append(dst, '"'), v), '"')
			}
			return j.AppendString(dst, v.Text())
		}
	}
	return func(dst []byte, v Value) []byte {
		if v.IsNull() || nullable && v.empty() {
			return append(dst, "null"...)
		}
		return write(dst, v)
	}
}

const hexDigits = "0123456789abcdef"

// AppendString appends a text as a JSON string. Invalid UTF-8 becomes U+FFFD.
func (j JSON) AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	copied := 0 // up to here; what needs no escape is copied in one go
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == '"' || c == '\\' || c == '/' && j.Slashes {
				dst = j.appendASCII(append(dst, s[copied:i]...), c)
				copied = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if j.ASCII || r == utf8.RuneError {
			dst = append(dst, s[copied:i]...)
			if j.ASCII {
				dst = appendEscaped(dst, r)
			} else {
				dst = utf8.AppendRune(dst, r)
			}
			copied = i + n
		}
		i += n
	}
	return append(append(dst, s[copied:]...), '"')
}

func (j JSON) appendASCII(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\' || c == '/' && j.Slashes:
		return append(dst, '\\', c)
	case c == '\b':
		return append(dst, '\\', 'b')
	case c == '\f':
		return append(dst, '\\', 'f')
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	case c < 0x20:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(dst, c)
}

// appendEscaped writes a rune as one \uXXXX, or as two when it lies beyond the
// basic plane.
func appendEscaped(dst []byte, r rune) []byte {
	units := []uint16{uint16(r)}
	if r > 0xffff {
		r -= 0x10000
		units = []uint16{0xd800 + uint16(r>>10), 0xdc00 + uint16(r&0x3ff)}
	}
	for _, u := range units {
		dst = append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
	}
	return dst
}
