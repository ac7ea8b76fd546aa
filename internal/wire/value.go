// Package wire has JSON values, numbers and texts in the forms in which the vendors send
// and take them: the values of rows and how they are written, and the JSON of requests.
// It knows no vendor and no endpoint; package catalog says which form a field has.
package wire

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"shaxiang/internal/text"
)

// Beijing is the zone of every vendor's clock: UTC+8, and no summer time since 2012.
var Beijing = text.Beijing()

// TimeLayout is how the vendors write a moment in text, in Beijing time.
const TimeLayout = text.MomentLayout

type valueKind uint8

const (
	nullValue valueKind = iota
	stringValue
	intValue
	decimalValue
	boolValue
	timeValue
)

// Value is one cell of a row: a text, a whole number, a decimal, a boolean, a
// moment, or nothing. The zero Value is nothing. Money is in yuan.
type Value struct {
	kind   valueKind
	places uint8 // of a decimal: the number of digits of n after the point
	n      int64
	s      string // also the text of a decimal that n cannot hold
}

// String returns a text.
func String(s string) Value { return Value{kind: stringValue, s: s} }

// Int returns a whole number.
func Int(n int64) Value { return Value{kind: intValue, n: n} }

// Decimal returns an exact decimal.
func Decimal(d decimal.Decimal) Value {
	if exp := d.Exponent(); exp > 0 || exp < -maxPlaces || d.NumDigits() > maxPlaces {
		return Value{kind: decimalValue, s: d.String()}
	}
	return Fixed(d.CoefficientInt64(), int(-d.Exponent()))
}

// Fixed returns the decimal n / 10^places; places is at most 18. Most amounts fit, and need
// no big number.
func Fixed(n int64, places int) Value {
	return Value{kind: decimalValue, n: n, places: uint8(places)}
}

// Bool returns a boolean.
func Bool(b bool) Value {
	if b {
		return Value{kind: boolValue, n: 1}
	}
	return Value{kind: boolValue}
}

// Time returns a moment, in unix seconds. 0 is a moment that has not come.
func Time(unix int64) Value { return Value{kind: timeValue, n: unix} }

// Clone returns the value with a copy of its text. A stored value that is no clone would
// keep the whole request in memory.
func (v Value) Clone() Value {
	v.s = strings.Clone(v.s)
	return v
}

// Unix returns the unix seconds of a moment, the number of an Int, 1 for true, else 0.
func (v Value) Unix() int64 {
	if v.kind == decimalValue {
		return 0
	}
	return v.n
}

// IsNull reports whether there is no value.
func (v Value) IsNull() bool { return v.kind == nullValue }

// IsEmpty reports whether the value is an empty text or a moment that has not come.
func (v Value) IsEmpty() bool {
	return v.kind == stringValue && v.s == "" || v.kind == timeValue && v.n == 0
}

// Amount returns the value as a decimal. A value that is no number gives 0.
func (v Value) Amount() decimal.Decimal {
	switch v.kind {
	case decimalValue:
		if v.s != "" {
			return decimal.RequireFromString(v.s) // s was written by a decimal
		}
		return decimal.New(v.n, -int32(v.places))
	case intValue, boolValue, timeValue:
		return decimal.NewFromInt(v.n)
	}
	return decimal.Decimal{}
}

// Text returns the one text by which values are compared and filtered: numbers
// without trailing zeros, booleans as 0 and 1, moments in TimeLayout.
func (v Value) Text() string {
	switch v.kind {
	case stringValue:
		return v.s
	case intValue, boolValue:
		return strconv.FormatInt(v.n, 10)
	case decimalValue:
		return string(v.appendNumber(nil))
	case timeValue:
		if v.n == 0 {
			return ""
		}
		return string(appendDatetime(nil, v.n))
	}
	return ""
}

// Less orders two values of one column: numbers by size, texts by bytes.
func (v Value) Less(o Value) bool {
	switch {
	case v.kind == stringValue || o.kind == stringValue:
		return v.Text() < o.Text()
	case v.kind == decimalValue || o.kind == decimalValue:
		return v.Amount().LessThan(o.Amount())
	}
	return v.n < o.n
}

// IsNumber reports whether the value is a whole number, a decimal or a boolean.
func (v Value) IsNumber() bool {
	return v.kind == intValue || v.kind == decimalValue || v.kind == boolValue
}
