package wire

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// ParseNumber reads a plain or exponent number as a decimal Value.
func ParseNumber(s string) (Value, bool) {
	if n, places, ok := parseFixed(s); ok {
		return Fixed(n, places), true
	}
	d, ok := ParseDecimal(s)
	if !ok {
		return Value{}, false
	}
	return Decimal(d), true
}

// parseFixed reads a plain number that an int64 holds, such as -12.50. Most numbers do.
func parseFixed(s string) (n int64, places int, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	if len(digits) == 0 || len(digits) > maxPlaces {
		return 0, 0, false
	}
	point := -1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			n = 10*n + int64(c-'0')
		case c == '.' && point < 0 && i > 0 && i < len(digits)-1:
			point = i
		default:
			return 0, 0, false
		}
	}
	if point >= 0 {
		places = len(digits) - 1 - point
	}
	if negative {
		n = -n
	}
	return n, places, true
}

// maxNumber is the longest number accepted, in bytes, and the largest exponent. No column of
// a vendor holds that many digits.
const maxNumber = 40

// ParseDecimal reads a plain or exponent number of at most 40 bytes. The exponent is
// limited to ±40, because "1e999999999" would take much memory.
func ParseDecimal(s string) (decimal.Decimal, bool) {
	if s == "" || len(s) > maxNumber {
		return decimal.Decimal{}, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if e, err := strconv.Atoi(s[i+1:]); err != nil || e > maxNumber || e < -maxNumber {
			return decimal.Decimal{}, false
		}
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}
