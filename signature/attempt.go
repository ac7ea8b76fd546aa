package signature

import (
	"crypto/md5"
	"hash"
	"slices"
)

// attempt is what a client may have done on its way to a signature. It starts
// out right, and mistakes spoil it.
type attempt struct {
	pairs  []Pair // what is signed, in the order of the wire; for openapi the body stands last
	secret string
	layout layout
	recode func(text string) string // how the text becomes bytes; nil for UTF-8
	digest func(secret string) hash.Hash
	spell  func(sum []byte) string
}

// mistake is one thing that clients do wrong.
type mistake struct {
	id, text string
	apply    func(*attempt)
}

// stage is the mistakes that can be made at one point of a client's work. No
// client makes two of one stage.
type stage struct {
	likely []mistake // tried alone and together with a likely one of another stage
	rare   []mistake // tried alone only: pairs with them are not worth their hashes
}

// and joins two groups of mistakes into one stage.
func (s stage) and(others ...stage) stage {
	for _, o := range others {
		s.likely = append(s.likely, o.likely...)
		s.rare = append(s.rare, o.rare...)
	}
	return s
}

// flawless is the attempt of a client that does everything right.
func flawless(c Case, q recipe) attempt {
	return attempt{
		pairs:  q.pairs(c.Request),
		secret: c.Secret,
		layout: q.layout,
		digest: plainMD5,
		spell:  q.spell,
	}
}

// with returns a spoilt copy.
func (a attempt) with(m mistake) attempt {
	a.pairs = slices.Clone(a.pairs)
	m.apply(&a)
	return a
}

// appendCanonical appends the text that this client hashes, given a copy of its pairs,
// which is left in the order of the text.
func (a *attempt) appendCanonical(dst []byte, pairs []Pair) []byte {
	begin := len(dst)
	dst = a.layout.appendTo(dst, a.secret, pairs)
	if a.recode != nil {
		dst = append(dst[:begin], a.recode(string(dst[begin:]))...)
	}
	return dst
}

// drop removes the pairs for which gone is true.
func (a *attempt) drop(gone func(Pair) bool) { a.pairs = slices.DeleteFunc(a.pairs, gone) }

// add appends a parameter that was signed but not sent.
func (a *attempt) add(name, value string) { a.pairs = append(a.pairs, Pair{name, value}) }

// each changes every value by f.
func (a *attempt) each(f func(p Pair) string) {
	for i, p := range a.pairs {
		a.pairs[i].Value = f(p)
	}
}

// has says whether a parameter of that name is signed.
func has(pairs []Pair, name string) bool {
	return slices.ContainsFunc(pairs, named(name))
}

// named is the condition of bearing one of the names.
func named(names ...string) func(Pair) bool {
	return func(p Pair) bool { return slices.Contains(names, p.Name) }
}

func plainMD5(string) hash.Hash { return md5.New() }

func sumOf(h hash.Hash, text []byte) []byte {
	h.Write(text)
	return h.Sum(nil)
}
