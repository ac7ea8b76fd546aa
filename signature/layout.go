package signature

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
)

// layout is how parameters and secret become the one text that is hashed.
type layout struct {
	order     func([]Pair) // in place; nil keeps the order of the wire
	write     func(*strings.Builder, Pair)
	separator string // between two parameters
	glue      string // between the last parameter and the secret; the vendors put nothing there
	before    bool   // the secret stands in front
	after     bool   // the secret stands at the end
}

// text lays out a copy of pairs, so the caller's order survives.
func (l layout) text(secret string, pairs []Pair) string {
	if l.order != nil {
		pairs = slices.Clone(pairs)
		l.order(pairs)
	}
	var b strings.Builder
	b.Grow(l.size(secret, pairs))
	if l.before {
		b.WriteString(secret)
	}
	for i, p := range pairs {
		if i > 0 {
			b.WriteString(l.separator)
		}
		l.write(&b, p)
	}
	b.WriteString(l.glue)
	if l.after {
		b.WriteString(secret)
	}
	return b.String()
}

// size is a guess from above that spares the builder its growing.
func (l layout) size(secret string, pairs []Pair) int {
	n := 2*len(secret) + len(l.glue)
	for _, p := range pairs {
		n += len(p.Name) + len(p.Value) + len(l.separator) + len("00-:0000-")
	}
	return n
}

// byName orders by the bytes of the name. It is stable, so equal names stay in
// the order of the wire.
func byName(pairs []Pair) {
	slices.SortStableFunc(pairs, func(a, b Pair) int { return strings.Compare(a.Name, b.Name) })
}

// joined writes a name and its value with something between them.
func joined(between string) func(*strings.Builder, Pair) {
	return func(b *strings.Builder, p Pair) {
		b.WriteString(p.Name)
		b.WriteString(between)
		b.WriteString(p.Value)
	}
}

// recipe is everything in which the vendors differ.
type recipe struct {
	vendor    string // as in Known.Scheme
	signsBody bool   // the raw body is signed as if it were a parameter named body
	layout    layout
	spell     func(sum []byte) string
}

// pairs are the parameters that are signed, in the order of the wire.
func (q recipe) pairs(r Request) []Pair {
	pairs := make([]Pair, 0, len(r.Pairs)+1)
	for _, p := range r.Pairs {
		if p.Name != "sign" {
			pairs = append(pairs, p)
		}
	}
	if q.signsBody {
		pairs = append(pairs, Pair{"body", r.Body})
	}
	return pairs
}

func (q recipe) canonical(secret string, r Request) string {
	return q.layout.text(secret, q.pairs(r))
}

func (q recipe) sign(secret string, r Request) string {
	sum := md5.Sum([]byte(q.canonical(secret, r)))
	return q.spell(sum[:])
}

// accept returns nil if sign is the signature under one of the readings, and
// else a *Mismatch with the text of the first. It compares with every reading
// to the end, so that time tells nothing.
func accept(secret string, r Request, sign string, readings ...recipe) error {
	fits := 0
	for _, q := range readings {
		fits |= subtle.ConstantTimeCompare([]byte(q.sign(secret, r)), []byte(sign))
	}
	if fits == 1 {
		return nil
	}
	return &Mismatch{Canonical: readings[0].canonical(secret, r), Got: sign}
}

func lowerHex(sum []byte) string { return hex.EncodeToString(sum) }

func upperHex(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }
