package args

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// checkSize refuses what does not fit the column: texts over their length, and decimals
// over 15 digits before the point or 4 after it. It also refuses lists of more or fewer
// elements than the vendor takes.
func checkSize(x arg) *catalog.Refusal {
	p := x.param
	tooLong := func(length string) *catalog.Refusal {
		return catalog.Refuse(catalog.TooLong, "name", p.Name, "label", p.Label, "length", length)
	}
	switch n := len(x.rows); {
	case !x.Given || p.form == objectForm:
	case p.form == listForm && p.Most > 0 && n > p.Most:
		return p.refuse(catalog.TooLarge, strconv.Itoa(n), "max", strconv.Itoa(p.Most)).Say("args.most_elements", "name", p.Name, "count", n, "limit", p.Most)
	case p.form == listForm && n < p.Least:
		return p.refuse(catalog.TooSmall, strconv.Itoa(n), "min", strconv.Itoa(p.Least)).Say("args.least_elements", "name", p.Name, "count", n, "limit", p.Least)
	case p.Type == catalog.TypeDecimal:
		if n, places, ok := x.Value.Fixed(); ok && places <= 4 && n < 1e15 && n > -1e15 {
			return nil // nearly all decimals
		}
		if d := x.Value.Amount(); d.Abs().GreaterThanOrEqual(decimal.New(1, 15)) || !d.Truncate(4).Equal(d) {
			return tooLong("19,4").Say("args.digits", "name", p.Name)
		}
	case p.Type == catalog.TypeString && p.Length > 0:
		text := x.Value.Text()
		if len(text) <= p.Length {
			return nil
		}
		parts := []string{text}
		if p.Comma {
			parts = strings.Split(text, ",")
		}
		for _, part := range parts {
			if utf8.RuneCountInString(part) > p.Length {
				return tooLong(strconv.Itoa(p.Length)).Say("args.length", "name", p.Name, "limit", p.Length)
			}
		}
	}
	return nil
}

// checkEnum refuses a value that is out of range or none of those allowed.
func checkEnum(x arg) *catalog.Refusal {
	p := x.param
	if !x.Given || p.form != scalarForm {
		return nil
	}
	if p.Max != nil || p.Min != nil || p.Above != nil {
		if refused := p.checkRange(x.Value); refused != nil {
			return refused
		}
	}
	if len(p.Enum) == 0 {
		return nil
	}
	text := x.Value.Text()
	if _, ok := p.Enum[text]; ok {
		return nil // most values
	}
	for part := range strings.SplitSeq(text, ",") {
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
	if n, err := strconv.ParseInt(got, 10, 64); err == nil && p.Type == catalog.TypeInt {
		smallest, largest := keys[0], keys[len(keys)-1]
		if limit, _ := strconv.ParseInt(largest, 10, 64); n > limit {
			return p.refuse(catalog.TooLarge, got, "max", largest).Say("args.enum", "name", p.Name, "values", keys)
		}
		if limit, _ := strconv.ParseInt(smallest, 10, 64); n < limit {
			return p.refuse(catalog.TooSmall, got, "min", smallest).Say("args.enum", "name", p.Name, "values", keys)
		}
	}
	return p.refuse(catalog.BadEnum, got).Say("args.enum", "name", p.Name, "values", keys)
}

func (p *param) checkRange(v wire.Value) *catalog.Refusal {
	limit := func(s *string) decimal.Decimal {
		d, _ := wire.ParseDecimal(*s) // the linter ensures that it parses
		return d
	}
	switch n := v.Amount(); {
	case p.Max != nil && n.GreaterThan(limit(p.Max)):
		return p.refuse(catalog.TooLarge, v.Text(), "max", *p.Max).Say("args.at_most", "name", p.Name, "limit", *p.Max)
	case p.Min != nil && n.LessThan(limit(p.Min)):
		return p.refuse(catalog.TooSmall, v.Text(), "min", *p.Min).Say("args.at_least", "name", p.Name, "limit", *p.Min)
	case p.Above != nil && n.LessThanOrEqual(limit(p.Above)):
		return p.refuse(catalog.TooSmall, v.Text(), "min", *p.Above).Say("args.above", "name", p.Name, "limit", *p.Above)
	}
	return nil
}
