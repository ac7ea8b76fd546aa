package wire

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MarshalText writes a value so that UnmarshalText gives exactly the same value: its kind, and
// of a decimal the digits after the point too. It writes nothing as the empty text, a text in
// quotes, a moment as @ with its unix seconds, a whole number as 5, a decimal as 5. or 1.50, a
// decimal that is kept as text behind =, and a boolean as true or false.
func (v Value) MarshalText() ([]byte, error) {
	switch {
	case v.kind == stringValue:
		return strconv.AppendQuoteToASCII(nil, v.s), nil
	case v.kind == timeValue:
		return strconv.AppendInt([]byte{'@'}, v.n, 10), nil
	case v.kind == intValue:
		return strconv.AppendInt(nil, v.n, 10), nil
	case v.kind == boolValue:
		return strconv.AppendBool(nil, v.n != 0), nil
	case v.kind == decimalValue && v.s != "":
		return []byte("=" + v.s), nil
	case v.kind == decimalValue && v.places == 0:
		return append(strconv.AppendInt(nil, v.n, 10), '.'), nil
	case v.kind == decimalValue:
		return []byte(decimal.New(v.n, -int32(v.places)).StringFixed(int32(v.places))), nil
	}
	return nil, nil
}

// UnmarshalText is the inverse of MarshalText.
func (v *Value) UnmarshalText(data []byte) error {
	s := string(data)
	whole, places, fixed := strings.Cut(s, ".")
	n, err := strconv.ParseInt(strings.TrimPrefix(whole, "@")+places, 10, 64)
	number := err == nil
	switch {
	case s == "":
		*v = Value{}
	case s[0] == '"':
		text, err := strconv.Unquote(s)
		if err != nil {
			return inexact(s)
		}
		*v = String(text)
	case s == "true" || s == "false":
		*v = Bool(s == "true")
	case s[0] == '=':
		if _, err := decimal.NewFromString(s[1:]); err != nil || strings.ContainsAny(s, "eE") {
			return inexact(s)
		}
		*v = Value{kind: decimalValue, s: s[1:]}
	case !number || len(places) > maxPlaces || s[0] == '@' && fixed:
		return inexact(s)
	case s[0] == '@':
		*v = Time(n)
	case fixed:
		*v = Fixed(n, len(places))
	default:
		*v = Int(n)
	}
	return nil
}

func inexact(s string) error {
	return fmt.Errorf(`%q is not a value; write "text" in quotes, @1672218058, 5, 1.50, =1.50 or true`, s)
}
