package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"shaxiang/internal/jsontext"
)

// convert turns a scalar into the parameter's type.
func (p *Param) convert(raw *jsontext.Value) (Value, *Refusal) {
	s, ok := raw.Scalar()
	if !ok {
		return Value{}, Refuse(BadType, "name", p.Name, "label", p.Label, "value", "").
			Because(p.Name + " must be one " + string(p.Type) + ", not a list or an object")
	}
	if p.Comma {
		return p.convertList(s)
	}
	return p.convertText(s)
}

// convertList checks each part of a comma list; the value stays the whole text.
func (p *Param) convertList(s string) (Value, *Refusal) {
	for part := range strings.SplitSeq(s, ",") {
		if _, refused := p.convertText(part); refused != nil {
			return Value{}, Refuse(BadList, "name", p.Name, "label", p.Label, "value", s).
				Because(p.Name + " must be a comma list of " + string(p.Type))
		}
	}
	return String(s), nil
}

func (p *Param) convertText(s string) (Value, *Refusal) {
	switch p.Type {
	case TypeInt:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return Int(n), nil
		}
	case TypeDecimal:
		if n, places, ok := parseFixed(s); ok {
			return Fixed(n, places), nil
		}
		if d, ok := parseDecimal(s); ok {
			return Decimal(d), nil
		}
	case TypeDatetime:
		if v, ok := p.Layout.parse(s); ok {
			return v, nil
		}
		return Value{}, Refuse(BadDate, "name", p.Name, "label", p.Label, "value", s).
			Because(p.Name + " must look like " + p.Layout.example())
	case TypeBool:
		switch s {
		case "true", "1":
			return Bool(true), nil
		case "false", "0":
			return Bool(false), nil
		}
	default:
		return String(s), nil
	}
	return Value{}, Refuse(BadType, "name", p.Name, "label", p.Label, "value", s).
		Because(p.Name + " must be " + string(p.Type) + ", not " + strconv.Quote(clip(s)))
}

// parseFixed reads a plain number that an int64 holds, as most are: -12.50.
func parseFixed(s string) (n int64, places int, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	if len(digits) == 0 || len(digits) > mostPlaces {
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

// longestNumber is more digits than any vendor's column holds; what is longer is
// refused before it is computed with.
const longestNumber = 40

// parseDecimal reads a plain or exponent number. The exponent is small, so that
// "1e999999999" costs nothing.
func parseDecimal(s string) (decimal.Decimal, bool) {
	if s == "" || len(s) > longestNumber {
		return decimal.Decimal{}, false
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		if e, err := strconv.Atoi(s[i+1:]); err != nil || e > longestNumber || e < -longestNumber {
			return decimal.Decimal{}, false
		}
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}

// checkLength refuses what does not fit the column: texts over their length,
// decimals over 15 digits before the point or 4 after it.
func (p *Param) checkLength(v Value) *Refusal {
	tooLong := func(length, hint string) *Refusal {
		return Refuse(TooLong, "name", p.Name, "label", p.Label, "length", length).Because(p.Name + " " + hint)
	}
	switch {
	case p.Type == TypeDecimal:
		if _, places, ok := v.small(); ok && places <= 4 && v.n < 1e15 && v.n > -1e15 {
			return nil // as nearly all do
		}
		if d := v.Amount(); d.Abs().GreaterThanOrEqual(decimal.New(1, 15)) || !d.Truncate(4).Equal(d) {
			return tooLong("19,4", "must have at most 15 digits before the point and 4 after it")
		}
	case p.Type == TypeString && p.Length > 0:
		if len(v.s) <= p.Length {
			return nil
		}
		parts := []string{v.s}
		if p.Comma {
			parts = strings.Split(v.s, ",")
		}
		for _, part := range parts {
			if utf8.RuneCountInString(part) > p.Length {
				return tooLong(strconv.Itoa(p.Length), "is longer than "+strconv.Itoa(p.Length)+" characters")
			}
		}
	}
	return nil
}

// checkCount refuses a list of more or fewer elements than the vendor takes.
func (p *Param) checkCount(n int) *Refusal {
	vars := []string{"name", p.Name, "label", p.Label, "value", strconv.Itoa(n)}
	switch {
	case p.Most > 0 && n > p.Most:
		return Refuse(TooLarge, append(vars, "max", strconv.Itoa(p.Most))...).Because(fmt.Sprintf("%s has %d elements, at most %d", p.Name, n, p.Most))
	case n < p.Least:
		return Refuse(TooSmall, append(vars, "min", strconv.Itoa(p.Least))...).Because(fmt.Sprintf("%s has %d elements, at least %d", p.Name, n, p.Least))
	}
	return nil
}

// checkEnum refuses a value that is none of the allowed ones or out of range.
func (p *Param) checkEnum(v Value) *Refusal {
	if refused := p.checkRange(v); refused != nil {
		return refused
	}
	if len(p.Enum) == 0 {
		return nil
	}
	if _, ok := p.Enum[v.Text()]; ok {
		return nil // as most are
	}
	for part := range strings.SplitSeq(v.Text(), ",") {
		if _, ok := p.Enum[part]; !ok {
			return p.outsideEnum(part)
		}
	}
	return nil
}

// outsideEnum tells numbers beyond the ends of an enum from other strangers,
// because the vendors do.
func (p *Param) outsideEnum(got string) *Refusal {
	vars := []string{"name", p.Name, "label", p.Label, "value", got}
	hint := p.Name + " must be one of " + strings.Join(p.EnumKeys(), ", ")
	if n, err := strconv.ParseInt(got, 10, 64); err == nil && p.Type == TypeInt {
		keys := p.EnumKeys()
		least, most := keys[0], keys[len(keys)-1]
		if limit, _ := strconv.ParseInt(most, 10, 64); n > limit {
			return Refuse(TooLarge, append(vars, "max", most)...).Because(hint)
		}
		if limit, _ := strconv.ParseInt(least, 10, 64); n < limit {
			return Refuse(TooSmall, append(vars, "min", least)...).Because(hint)
		}
	}
	return Refuse(BadEnum, vars...).Because(hint)
}

func (p *Param) checkRange(v Value) *Refusal {
	if p.Max == nil && p.Min == nil && p.Above == nil {
		return nil
	}
	limit := func(s *string) decimal.Decimal {
		d, _ := parseDecimal(*s) // the linter has seen to it that it parses
		return d
	}
	vars := []string{"name", p.Name, "label", p.Label, "value", v.Text()}
	switch n := v.Amount(); {
	case p.Max != nil && n.GreaterThan(limit(p.Max)):
		return Refuse(TooLarge, append(vars, "max", *p.Max)...).Because(p.Name + " must be at most " + *p.Max)
	case p.Min != nil && n.LessThan(limit(p.Min)):
		return Refuse(TooSmall, append(vars, "min", *p.Min)...).Because(p.Name + " must be at least " + *p.Min)
	case p.Above != nil && n.LessThanOrEqual(limit(p.Above)):
		return Refuse(TooSmall, append(vars, "min", *p.Above)...).Because(p.Name + " must be above " + *p.Above)
	}
	return nil
}

// clip shortens what a client sent, for a hint.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
