package signature

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/hex"
	"hash"
	"strings"
	"sync"
)

// Recipe is a scheme with one secret: a layout, a hash and a spelling of the sum. It
// implements Scheme.
type Recipe struct {
	SignsBody bool // the raw body is signed as the last parameter, named body
	Layout    Layout
	Digest    func(secret string) hash.Hash // nil for MD5
	Algorithm string                        // the name of Digest, such as HMAC-SHA256; "" for MD5
	Spell     func(sum []byte) string
}

// Pairs returns the parameters that are signed, in the order of the wire.
func (q *Recipe) Pairs(r Request) []Pair {
	return q.appendPairs(make([]Pair, 0, len(r.Pairs)+1), r)
}

func (q *Recipe) appendPairs(pairs []Pair, r Request) []Pair {
	for _, p := range r.Pairs {
		if p.Name != "sign" {
			pairs = append(pairs, p)
		}
	}
	if q.SignsBody {
		pairs = append(pairs, Pair{"body", r.Body})
	}
	return pairs
}

// Canonical returns the exact text that is hashed, secret included.
func (q Recipe) Canonical(secret string, r Request) (text string) {
	q.write(secret, r, func(b []byte) { text = string(b) })
	return text
}

// Sign returns the signature of a request.
func (q Recipe) Sign(secret string, r Request) (sign string) {
	q.write(secret, r, func(b []byte) {
		if q.Digest == nil && (r.Yield == nil || len(b) <= YieldBytes) {
			sum := md5.Sum(b)
			sign = q.Spell(sum[:])
			return
		}
		sign = q.Spell((&Yielder{Yield: r.Yield}).Sum(q.Hash(secret), b))
	})
	return sign
}

// Hash returns a new hash, which is MD5 unless the recipe says otherwise.
func (q *Recipe) Hash(secret string) hash.Hash {
	if q.Digest == nil {
		return md5.New()
	}
	return q.Digest(secret)
}

// Verify returns nil or a *Mismatch.
func (q Recipe) Verify(secret string, r Request, sign string) error {
	return Accept(secret, r, sign, q)
}

// Readings returns the recipe alone: a request is read in one way.
func (q Recipe) Readings(Request) []Recipe { return []Recipe{q} }

// write calls read with the canonical text of a request, which read must not keep.
func (q *Recipe) write(secret string, r Request, read func(text []byte)) {
	s := buffers.Get().(*buffer)
	s.pairs = q.appendPairs(s.pairs[:0], r)
	s.text = q.Layout.AppendTo(s.text[:0], secret, s.pairs)
	read(s.text)
	if clear(s.pairs); cap(s.text) <= maxPooledText {
		buffers.Put(s)
	}
}

// buffer holds a canonical text while it is hashed. The next request uses the buffer
// again.
type buffer struct {
	pairs []Pair
	text  []byte
}

// maxPooledText is the size in bytes above which a buffer is dropped.
const maxPooledText = 4 << 20

var buffers = sync.Pool{New: func() any { return &buffer{} }}

// Accept returns nil if sign is the signature under one of the readings, and else a
// *Mismatch. It compares with every reading to the end, so that its time depends neither
// on which reading fits nor on how much of sign is right.
func Accept(secret string, r Request, sign string, readings ...Recipe) error {
	fits := 0
	for _, q := range readings {
		fits |= subtle.ConstantTimeCompare([]byte(q.Sign(secret, r)), []byte(sign))
	}
	if fits == 1 {
		return nil
	}
	return &Mismatch{Got: sign}
}

// LowerHex spells a sum in lower-case hex.
func LowerHex(sum []byte) string { return hex.EncodeToString(sum) }

// UpperHex spells a sum in upper-case hex.
func UpperHex(sum []byte) string { return strings.ToUpper(hex.EncodeToString(sum)) }
