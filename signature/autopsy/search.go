package autopsy

import (
	"iter"
	"slices"

	"shaxiang/signature"
)

// Bounds of one autopsy. The hashes of mistakes and pairs, and those of the
// sweep through the milliseconds of a second, add up to 5,000.
const (
	maxHashes      = 3000
	maxSweepHashes = 2000
	maxHashedBytes = 8 << 20
	maxBriefBytes  = 1 << 20  // of a brief one
	maxPairText    = 16 << 10 // bytes of canonical text up to which pairs and the sweep are tried
	maxLeftOut     = 100      // parameters that are left out one by one
	maxOthers      = 500      // credentials of others that are tried
)

// search looks for the simplest set of mistakes that gives the client's sign.
type search struct {
	sign      string
	base      Attempt
	others    []Attempt // flawless under the vendor's other readings
	stages    iter.Seq2[int, Stage]
	sweep     func() []Mistake // nil for none
	spellings []Mistake
	hashes    int // left
	bytes     int // left
	brief     bool
	yielder   signature.Yielder
	text      []byte           // hashed last
	order     []signature.Pair // of that text
	spelt     Attempt          // compared last
}

// suspect is a mistake that may be one of a pair, and the attempt that has it.
type suspect struct {
	Mistake
	stage   int
	spoiled Attempt
}

// stages yields the mistakes in the order in which a client makes them. A pair of mistakes is
// applied in the same order. Credentials of others come last, because there can be any number
// of them. A stage is built when it is needed, because long texts take long.
func stages(c *Case, q *signature.Recipe) iter.Seq2[int, Stage] {
	return func(yield func(int, Stage) bool) {
		for i, made := range []func() Stage{
			func() Stage { return bodyMistakes(q) },
			func() Stage { return parameterMistakes(c, q) },
			func() Stage { return timestampMistakes(c) },
			func() Stage { return jsonMistakes(c, q) },
			func() Stage { return valueMistakes(c, q) },
			func() Stage { return layoutMistakes(c, q) },
			func() Stage { return secretMistakes(c, q) },
			func() Stage { return digestMistakes(q) },
			func() Stage { return borrowedSecrets(c) },
		} {
			if !yield(i, made()) {
				return
			}
		}
	}
}

// newSearch returns the search for a case, which has at least one reading.
func newSearch(c Case) *search {
	q := &c.Readings[0]
	c.Others = c.Others[:min(len(c.Others), maxOthers)]
	if c.Brief {
		c.Others = nil
	}
	s := &search{
		brief:     c.Brief,
		yielder:   signature.Yielder{Yield: c.Request.Yield},
		sign:      c.Sign,
		base:      flawless(&c, q),
		stages:    stages(&c, q),
		spellings: spellings(q),
		bytes:     maxHashedBytes,
	}
	for i := range c.Readings[1:] {
		s.others = append(s.others, flawless(&c, &c.Readings[1+i]))
	}
	if c.Brief {
		s.bytes = maxBriefBytes
	} else if Has(c.Request.Pairs, "timestamp") {
		s.sweep = c.Habits.Sweep
	}
	return s
}

// run returns the first explanation, or nil.
func (s *search) run() []Mistake {
	s.hashes = maxHashes
	plain, found, ok := s.try(s.base)
	tooLong := len(s.text) > maxPairText
	if ok {
		return found
	}
	for _, other := range s.others {
		if result, _, _ := s.try(other); result == s.sign {
			return nil
		}
	}
	suspects, found := s.singles(plain)
	if s.brief {
		return found
	}
	if found != nil || tooLong {
		return found
	}
	if found := s.pairs(suspects); found != nil {
		return found
	}
	s.hashes = maxSweepHashes
	if s.sweep == nil {
		return nil
	}
	for _, m := range s.sweep() {
		if s.spent() {
			return nil
		}
		if _, spelling, ok := s.try(s.base.with(m)); ok {
			return append([]Mistake{m}, spelling...)
		}
	}
	return nil
}

// singles tries every mistake alone, the likely ones first. The likely ones become suspects
// for pairs, if they change the text and no earlier one changes it in the same way. plain is
// the right signature.
func (s *search) singles(plain string) ([]suspect, []Mistake) {
	seen := map[string]bool{plain: true}
	var suspects []suspect
	var rare [][]Mistake
	for i, Stage := range s.stages {
		rare = append(rare, Stage.Rare)
		for _, m := range Stage.Likely {
			if s.spent() {
				return nil, nil
			}
			spoiled := s.base.with(m)
			result, spelling, ok := s.try(spoiled)
			if ok {
				return nil, append([]Mistake{m}, spelling...)
			}
			if !seen[result] {
				seen[result] = true
				suspects = append(suspects, suspect{m, i, spoiled})
			}
		}
		if s.spent() { // before the next stage is made
			return nil, nil
		}
	}
	if s.brief {
		return suspects, nil
	}
	for _, m := range slices.Concat(rare...) {
		if s.spent() {
			return nil, nil
		}
		if _, spelling, ok := s.try(s.base.with(m)); ok {
			return nil, append([]Mistake{m}, spelling...)
		}
	}
	return suspects, nil
}

// pairs tries any two suspects of different stages.
func (s *search) pairs(suspects []suspect) []Mistake {
	for j, second := range suspects {
		for _, first := range suspects[:j] {
			if first.stage == second.stage {
				continue
			}
			if s.spent() {
				return nil
			}
			if _, spelling, ok := s.try(first.spoiled.with(second.Mistake)); ok {
				return append([]Mistake{first.Mistake, second.Mistake}, spelling...)
			}
		}
	}
	return nil
}

// spent reports whether the budget is used up. It is called before an attempt is built,
// because building one costs as much as hashing it.
func (s *search) spent() bool { return s.hashes <= 0 || s.bytes <= 0 }

// try computes the attempt's signature once and compares it in upper and lower case, which
// costs no hash. It returns the signature, and on success the spelling mistake, if there is
// one.
func (s *search) try(a Attempt) (result string, spelling []Mistake, ok bool) {
	s.order = append(s.order[:0], a.Pairs...)
	s.text = a.appendCanonical(s.text[:0], s.order)
	s.hashes--
	s.bytes -= len(s.text)
	sum := s.yielder.Sum(a.digest(a.Secret), s.text)
	result = a.spell(sum)
	if result == s.sign {
		return result, nil, true
	}
	for _, m := range s.spellings {
		s.spelt = a
		m.Apply(&s.spelt)
		if s.spelt.spell(sum) == s.sign {
			return result, []Mistake{m}, true
		}
	}
	return result, nil, false
}
