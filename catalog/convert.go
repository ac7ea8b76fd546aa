package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"shaxiang/internal/wire"
)

// convert turns a scalar into the parameter's type.
func (p *Param) convert(raw *wire.Node) (wire.Value, *Refusal) {
	s, ok := raw.Scalar()
	if !ok {
		return wire.Value{}, Refuse(BadType, "name", p.Name, "label", p.Label, "value", "").
			Because(p.Name + " must be one " + string(p.Type) + ", not a list or an object")
	}
	if p.Comma {
		return p.convertList(s)
	}
	return p.convertText(s)
}

// convertList checks each part of a comma list; the value stays the whole text.
func (p *Param) convertList(s string) (wire.Value, *Refusal) {
	for part := range strings.SplitSeq(s, ",") {
		if _, refused := p.convertText(part); refused != nil {
			return wire.Value{}, Refuse(BadList, "name", p.Name, "label", p.Label, "value", s).
				Because(p.Name + " must be a comma list of " + string(p.Type))
		}
	}
	return wire.String(s), nil
}

func (p *Param) convertText(s string) (wire.Value, *Refusal) {
	switch p.Type {
	case TypeInt:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return wire.Int(n), nil
		}
	case TypeDecimal:
		if v, ok := wire.ParseNumber(s); ok {
			return v, nil
		}
	case TypeDatetime:
		if v, ok := p.Layout.Parse(s); ok {
			return v, nil
		}
		return wire.Value{}, Refuse(BadDate, "name", p.Name, "label", p.Label, "value", s).
			Because(p.Name + " must look like " + p.Layout.Example())
	case TypeBool:
		switch s {
		case "true", "1":
			return wire.Bool(true), nil
		case "false", "0":
			return wire.Bool(false), nil
		}
	default:
		return wire.String(s), nil
	}
	return wire.Value{}, Refuse(BadType, "name", p.Name, "label", p.Label, "value", s).
		Because(p.Name + " must be " + string(p.Type) + ", not " + strconv.Quote(clip(s)))
}

// checkLength refuses what does not fit the column: texts over their length,
// decimals over 15 digits before the point or 4 after it.
func (p *Param) checkLength(v wire.Value) *Refusal {
	tooLong := func(length, hint string) *Refusal {
		return Refuse(TooLong, "name", p.Name, "label", p.Label, "length", length).Because(p.Name + " " + hint)
	}
	switch {
	case p.Type == TypeDecimal:
		if n, places, ok := v.Fixed(); ok && places <= 4 && n < 1e15 && n > -1e15 {
			return nil // as nearly all do
		}
		if d := v.Amount(); d.Abs().GreaterThanOrEqual(decimal.New(1, 15)) || !d.Truncate(4).Equal(d) {
			return tooLong("19,4", "must have at most 15 digits before the point and 4 after it")
		}
	case p.Type == TypeString && p.Length > 0:
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
func (p *Param) checkEnum(v wire.Value) *Refusal {
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

func (p *Param) checkRange(v wire.Value) *Refusal {
	if p.Max == nil && p.Min == nil && p.Above == nil {
		return nil
	}
	limit := func(s *string) decimal.Decimal {
		d, _ := wire.ParseDecimal(*s) // the linter has seen to it that it parses
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
