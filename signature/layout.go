package signature

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
)

// layout is how parameters and secret become the one text that is hashed.
type layout struct {
	order     func([]Pair) // in place; nil keeps the order of the wire
	write     func(dst []byte, p Pair) []byte
	separator string // between two parameters
	glue      string // between the last parameter and the secret; the vendors put nothing there
	before    bool   // the secret stands in front
	after     bool   // the secret stands at the end
}

// appendTo lays out pairs, and leaves them in its order.
func (l layout) appendTo(b []byte, secret string, pairs []Pair) []byte {
	if l.order != nil {
		l.order(pairs)
	}
	b = slices.Grow(b, l.size(secret, pairs))
	if l.before {
		b = append(b, secret...)
	}
	for i, p := range pairs {
		if i > 0 {
			b = append(b, l.separator...)
		}
		b = l.write(b, p)
	}
	b = append(b, l.glue...)
	if l.after {
		b = append(b, secret...)
	}
	return b
}

// size is a guess from above that spares the text its growing.
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
func joined(between string) func([]byte, Pair) []byte {
	return func(dst []byte, p Pair) []byte {
		return append(append(append(dst, p.Name...), between...), p.Value...)
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
	return q.appendPairs(make([]Pair, 0, len(r.Pairs)+1), r)
}

func (q recipe) appendPairs(pairs []Pair, r Request) []Pair {
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

func (q recipe) canonical(secret string, r Request) (text string) {
	q.lay(secret, r, func(b []byte) { text = string(b) })
	return text
}

func (q recipe) sign(secret string, r Request) (sign string) {
	q.lay(secret, r, func(b []byte) {
		if r.Pause != nil && len(b) > breathBytes {
			sign = q.spell((&breath{pause: r.Pause}).sum(md5.New(), b))
			return
		}
		sum := md5.Sum(b)
		sign = q.spell(sum[:])
	})
	return sign
}

// lay lays a request out for somebody who does not keep the text.
func (q recipe) lay(secret string, r Request, read func(text []byte)) {
	s := sheets.Get().(*sheet)
	s.pairs = q.appendPairs(s.pairs[:0], r)
	s.text = q.layout.appendTo(s.text[:0], secret, s.pairs)
	read(s.text)
	if clear(s.pairs); cap(s.text) <= mostSheet {
		sheets.Put(s)
	}
}

// sheet is what a text is laid out on; the next one uses it again, unless it is very
// large.
type sheet struct {
	pairs []Pair
	text  []byte
}

const mostSheet = 4 << 20

var sheets = sync.Pool{New: func() any { return &sheet{} }}

// accept returns nil if sign is the signature under one of the readings, and
// else a *Mismatch. It compares with every reading
// to the end, so that time tells nothing.
func accept(secret string, r Request, sign string, readings ...recipe) error {
	fits := 0
	for _, q := range readings {
		fits |= subtle.ConstantTimeCompare([]byte(q.sign(secret, r)), []byte(sign))
	}
	if fits == 1 {
		return nil
	}
	return &Mismatch{Got: sign}
}

func lowerHex(sum []byte) string { return hex.EncodeToString(sum) }

func upperHex(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }
