package wire

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// ParseNumber reads a plain or exponent number as a decimal Value.
func ParseNumber(s string) (Value, bool) {
	digits, negative := strings.CutPrefix(s, "-")
	n, point := int64(0), len(digits)-1
	plain := len(digits) > 0 && len(digits) <= maxPlaces // an int64 holds the digits, as of most numbers
	for i := 0; plain && i < len(digits); i++ {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			n = 10*n + int64(c-'0')
		case c == '.' && point == len(digits)-1 && i > 0 && i < len(digits)-1:
			point = i
		default:
			plain = false
		}
	}
	if plain {
		if negative {
			n = -n
		}
		return Fixed(n, len(digits)-1-point), true
	}
	d, ok := ParseDecimal(s)
	if !ok {
		return Value{}, false
	}
	return Decimal(d), true
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
