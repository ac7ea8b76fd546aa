package args

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// checkSize refuses texts and numbers that do not fit their column, and lists of too
// many or too few elements.
func checkSize(x arg) *catalog.Refusal {
	switch {
	case !x.Given:
		return nil
	case x.param.isScalar():
		return x.param.checkLength(x.Value)
	case x.param.isList():
		return x.param.checkCount(len(x.rows))
	}
	return nil
}

// checkEnum refuses values that are none of those allowed.
func checkEnum(x arg) *catalog.Refusal {
	if !x.Given || !x.param.isScalar() {
		return nil
	}
	return x.param.checkEnum(x.Value)
}

// checkLength refuses what does not fit the column: texts over their length,
// decimals over 15 digits before the point or 4 after it.
func (p *param) checkLength(v wire.Value) *catalog.Refusal {
	tooLong := func(length, hint string) *catalog.Refusal {
		return catalog.Refuse(catalog.TooLong, "name", p.Name, "label", p.Label, "length", length).Because(p.Name + " " + hint)
	}
	switch {
	case p.Type == catalog.TypeDecimal:
		if n, places, ok := v.Fixed(); ok && places <= 4 && n < 1e15 && n > -1e15 {
			return nil // nearly all decimals
		}
		if d := v.Amount(); d.Abs().GreaterThanOrEqual(decimal.New(1, 15)) || !d.Truncate(4).Equal(d) {
			return tooLong("19,4", "must have at most 15 digits before the point and 4 after it")
		}
	case p.Type == catalog.TypeString && p.Length > 0:
		text := v.Text()
		if len(text) <= p.Length {
			return nil
		}
		parts := []string{text}
		if p.Comma {
			parts = strings.Split(text, ",")
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
func (p *param) checkCount(n int) *catalog.Refusal {
	switch {
	case p.Most > 0 && n > p.Most:
		return p.refuse(catalog.TooLarge, strconv.Itoa(n), "max", strconv.Itoa(p.Most)).Because(fmt.Sprintf("%s has %d elements, at most %d", p.Name, n, p.Most))
	case n < p.Least:
		return p.refuse(catalog.TooSmall, strconv.Itoa(n), "min", strconv.Itoa(p.Least)).Because(fmt.Sprintf("%s has %d elements, at least %d", p.Name, n, p.Least))
	}
	return nil
}

// checkEnum refuses a value that is none of the allowed ones or out of range.
func (p *param) checkEnum(v wire.Value) *catalog.Refusal {
	if refused := p.checkRange(v); refused != nil {
		return refused
	}
	if len(p.Enum) == 0 {
		return nil
	}
	if _, ok := p.Enum[v.Text()]; ok {
		return nil // most values
	}
	for part := range strings.SplitSeq(v.Text(), ",") {
		if _, ok := p.Enum[part]; !ok {
			return p.outsideEnum(part)
		}
	}
	return nil
}

// outsideEnum tells numbers beyond the ends of an enum from other values, because the
// vendors do.
func (p *param) outsideEnum(got string) *catalog.Refusal {
	keys := p.EnumKeys()
	hint := p.Name + " must be one of " + strings.Join(keys, ", ")
	if n, err := strconv.ParseInt(got, 10, 64); err == nil && p.Type == catalog.TypeInt {
		smallest, largest := keys[0], keys[len(keys)-1]
		if limit, _ := strconv.ParseInt(largest, 10, 64); n > limit {
			return p.refuse(catalog.TooLarge, got, "max", largest).Because(hint)
		}
		if limit, _ := strconv.ParseInt(smallest, 10, 64); n < limit {
			return p.refuse(catalog.TooSmall, got, "min", smallest).Because(hint)
		}
	}
	return p.refuse(catalog.BadEnum, got).Because(hint)
}

func (p *param) checkRange(v wire.Value) *catalog.Refusal {
	if p.Max == nil && p.Min == nil && p.Above == nil {
		return nil
	}
	limit := func(s *string) decimal.Decimal {
		d, _ := wire.ParseDecimal(*s) // the linter ensures that it parses
		return d
	}
	switch n := v.Amount(); {
	case p.Max != nil && n.GreaterThan(limit(p.Max)):
		return p.refuse(catalog.TooLarge, v.Text(), "max", *p.Max).Because(p.Name + " must be at most " + *p.Max)
	case p.Min != nil && n.LessThan(limit(p.Min)):
		return p.refuse(catalog.TooSmall, v.Text(), "min", *p.Min).Because(p.Name + " must be at least " + *p.Min)
	case p.Above != nil && n.LessThanOrEqual(limit(p.Above)):
		return p.refuse(catalog.TooSmall, v.Text(), "min", *p.Above).Because(p.Name + " must be above " + *p.Above)
	}
	return nil
}
