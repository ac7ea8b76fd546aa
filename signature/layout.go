package signature

import (
	"slices"
	"strings"
)

// Layout is how parameters and a secret become the one text that is hashed.
type Layout struct {
	Order     func([]Pair) // sorts in place; nil keeps the order of the wire
	Write     func(dst []byte, p Pair) []byte
	Separator string // between two parameters
	Glue      string // between the last parameter and the secret; vendors put nothing there
	Before    bool   // the secret stands in front
	After     bool   // the secret stands at the end
}

// AppendTo appends the text of pairs, and leaves pairs in the layout's order.
func (l *Layout) AppendTo(b []byte, secret string, pairs []Pair) []byte {
	if l.Order != nil {
		l.Order(pairs)
	}
	if l.Before {
		b = append(b, secret...)
	}
	for i, p := range pairs {
		if i > 0 {
			b = append(b, l.Separator...)
		}
		b = l.Write(b, p)
	}
	b = append(b, l.Glue...)
	if l.After {
		b = append(b, secret...)
	}
	return b
}

// ByName sorts by the bytes of the name. It is stable: equal names stay in the order of
// the wire.
func ByName(pairs []Pair) {
	slices.SortStableFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
}

// Joined writes a name and its value with a text between them.
func Joined(between string) func([]byte, Pair) []byte {
	return func(dst []byte, p Pair) []byte {
		return append(append(append(dst, p.Name...), between...), p.Value...)
	}
}
