package signature

import (
	"iter"
	"slices"
)

// Bounds of one autopsy. The hashes of mistakes and pairs, and those of the
// sweep through the milliseconds of a second, add up to 5,000.
const (
	mostHashes      = 3000
	mostSweepHashes = 2000
	mostHashedBytes = 8 << 20
	mostBriefBytes  = 1 << 20  // of a brief one
	mostPairText    = 16 << 10 // bytes of canonical text up to which pairs and the sweep are tried
	mostNamed       = 100      // parameters that are left out one by one
	mostOthers      = 500      // credentials of others that are tried
)

// search looks for the simplest set of mistakes that gives the client's sign.
type search struct {
	sign      string
	base      attempt
	others    []attempt // that are as right
	stages    iter.Seq2[int, stage]
	sweep     []mistake
	spellings []mistake
	hashes    int // left
	bytes     int // left
	brief     bool
	breath    breath
	text      []byte  // that was hashed last
	order     []Pair  // of its pairs
	spelt     attempt // that was compared last
}

// suspect is a mistake that may be one of two, with the attempt it spoils.
type suspect struct {
	mistake
	stage   int
	spoiled attempt
}

// stages yields the mistakes in the order in which a client makes them, which is
// also the order in which a pair of them is applied. Credentials of others
// come last because there can be any number of them. A stage is made when it is asked
// for: that takes long for long texts.
func stages(c Case, q recipe) iter.Seq2[int, stage] {
	return func(yield func(int, stage) bool) {
		for i, made := range []func() stage{
			func() stage { return bodyMistakes(q) },
			func() stage { return parameterMistakes(c, q) },
			func() stage { return timestampMistakes(q) },
			func() stage { return jsonMistakes(c, q) },
			func() stage { return valueMistakes(c, q) },
			func() stage { return layoutMistakes(q) },
			func() stage { return secretMistakes(c, q) },
			digestMistakes,
			func() stage { return borrowedSecrets(c) },
		} {
			if !yield(i, made()) {
				return
			}
		}
	}
}

// newSearch is one for a case, given how its vendor may read a call: the first reading
// is the one that mistakes are told from.
func newSearch(c Case, readings []recipe) *search {
	q := readings[0]
	c.Others = c.Others[:min(len(c.Others), mostOthers)]
	if c.Brief {
		c.Others = nil
	}
	s := &search{
		brief:     c.Brief,
		breath:    breath{pause: c.Request.Pause},
		sign:      c.Sign,
		base:      flawless(c, q),
		stages:    stages(c, q),
		spellings: spellings(),
		bytes:     mostHashedBytes,
	}
	for _, other := range readings[1:] {
		s.others = append(s.others, flawless(c, other))
	}
	if c.Brief {
		s.bytes = mostBriefBytes
	} else {
		s.sweep = millisecondSweep(c, q)
	}
	return s
}

// run returns the first explanation, or nil.
func (s *search) run() []mistake {
	s.hashes = mostHashes
	plain, found, ok := s.try(s.base)
	long := len(s.text) > mostPairText
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
	if found != nil || long {
		return found
	}
	if found := s.pairs(suspects); found != nil {
		return found
	}
	s.hashes = mostSweepHashes
	for _, m := range s.sweep {
		if s.spent() {
			return nil
		}
		if _, spelling, ok := s.try(s.base.with(m)); ok {
			return append([]mistake{m}, spelling...)
		}
	}
	return nil
}

// singles tries every mistake alone, the likely ones first. Suspects for pairs
// are the likely ones that change something here, and not the same as an
// earlier one. plain is the right signature.
func (s *search) singles(plain string) ([]suspect, []mistake) {
	seen := map[string]bool{plain: true}
	var suspects []suspect
	var rare [][]mistake
	for i, stage := range s.stages {
		rare = append(rare, stage.rare)
		for _, m := range stage.likely {
			if s.spent() {
				return nil, nil
			}
			spoiled := s.base.with(m)
			result, spelling, ok := s.try(spoiled)
			if ok {
				return nil, append([]mistake{m}, spelling...)
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
			return nil, append([]mistake{m}, spelling...)
		}
	}
	return suspects, nil
}

// pairs tries any two suspects of different stages.
func (s *search) pairs(suspects []suspect) []mistake {
	for j, second := range suspects {
		for _, first := range suspects[:j] {
			if first.stage == second.stage {
				continue
			}
			if s.spent() {
				return nil
			}
			if _, spelling, ok := s.try(first.spoiled.with(second.mistake)); ok {
				return append([]mistake{first.mistake, second.mistake}, spelling...)
			}
		}
	}
	return nil
}

// spent says that the budget is used up. It is asked before an attempt is made,
// for making one costs as much as hashing it.
func (s *search) spent() bool { return s.hashes <= 0 || s.bytes <= 0 }

// try computes the attempt's signature once and compares every spelling of it,
// for the letter case costs no hash. It returns the signature, and on success
// the spelling mistake, if there is one.
func (s *search) try(a attempt) (result string, spelling []mistake, ok bool) {
	s.order = append(s.order[:0], a.pairs...)
	s.text = a.appendCanonical(s.text[:0], s.order)
	s.hashes--
	s.bytes -= len(s.text)
	sum := s.breath.sum(a.digest(a.secret), s.text)
	result = a.spell(sum)
	if result == s.sign {
		return result, nil, true
	}
	for _, m := range s.spellings {
		s.spelt = a
		m.apply(&s.spelt)
		if s.spelt.spell(sum) == s.sign {
			return result, []mistake{m}, true
		}
	}
	return result, nil, false
}
