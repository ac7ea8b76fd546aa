package autopsy

import (
	"hash"
	"slices"

	"shaxiang/signature"
)

// Attempt is what a client may have done to make a signature. It starts without a
// mistake; mistakes change it.
type Attempt struct {
	Pairs  []signature.Pair // what is signed, in the order of the wire; a signed body is the last
	Secret string
	Layout signature.Layout
	recode func(text string) string // how the text becomes bytes; nil for UTF-8
	digest func(secret string) hash.Hash
	spell  func(sum []byte) string
}

// Mistake is one thing that clients do wrong.
type Mistake struct {
	ID    string // stable, such as body_not_signed
	Text  string // one English sentence that names the mistake and says what would be right
	Apply func(*Attempt)
}

// Stage is the mistakes that clients make at one point of their work. No client makes two
// mistakes of one stage.
type Stage struct {
	Likely []Mistake // tried alone and in pairs with likely mistakes of other stages
	Rare   []Mistake // tried alone only: pairs with them are not worth their hashes
}

// And joins groups of mistakes into one stage.
func (s Stage) And(others ...Stage) Stage {
	for _, o := range others {
		s.Likely = append(s.Likely, o.Likely...)
		s.Rare = append(s.Rare, o.Rare...)
	}
	return s
}

// flawless returns the attempt of a client that makes no mistake.
func flawless(c *Case, q *signature.Recipe) Attempt {
	return Attempt{
		Pairs:  q.Pairs(c.Request),
		Secret: c.Secret,
		Layout: q.Layout,
		digest: q.Hash,
		spell:  q.Spell,
	}
}

// with returns a copy with a mistake.
func (a Attempt) with(m Mistake) Attempt {
	a.Pairs = slices.Clone(a.Pairs)
	m.Apply(&a)
	return a
}

// appendCanonical appends the text that this client hashes. pairs is a copy of its pairs;
// it is left in the order of the text.
func (a *Attempt) appendCanonical(dst []byte, pairs []signature.Pair) []byte {
	begin := len(dst)
	dst = a.Layout.AppendTo(dst, a.Secret, pairs)
	if a.recode != nil {
		dst = append(dst[:begin], a.recode(string(dst[begin:]))...)
	}
	return dst
}

// Drop removes the pairs for which gone is true.
func (a *Attempt) Drop(gone func(signature.Pair) bool) { a.Pairs = slices.DeleteFunc(a.Pairs, gone) }

// Add appends a parameter that was signed but not sent.
func (a *Attempt) Add(name, value string) {
	a.Pairs = append(a.Pairs, signature.Pair{Name: name, Value: value})
}

// Each replaces every value by f of its pair.
func (a *Attempt) Each(f func(p signature.Pair) string) {
	for i, p := range a.Pairs {
		a.Pairs[i].Value = f(p)
	}
}

// Has reports whether a parameter of that name is among the pairs.
func Has(pairs []signature.Pair, name string) bool {
	return slices.ContainsFunc(pairs, Named(name))
}

// Named returns a condition: the pair has one of the names.
func Named(names ...string) func(signature.Pair) bool {
	return func(p signature.Pair) bool { return slices.Contains(names, p.Name) }
}

func sumOf(h hash.Hash, text []byte) []byte {
	h.Write(text)
	return h.Sum(nil)
}
