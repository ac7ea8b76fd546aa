package signature

import "runtime"

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
	stages    []stage
	sweep     []mistake
	spellings []mistake
	hashes    int // left
	bytes     int // left
	brief     bool
}

// suspect is a mistake that may be one of two, with the attempt it spoils.
type suspect struct {
	mistake
	stage   int
	spoiled attempt
}

// stages are the mistakes in the order in which a client makes them, which is
// also the order in which a pair of them is applied. Credentials of others
// come last because there can be any number of them.
func stages(c Case, q recipe) []stage {
	return []stage{
		bodyMistakes(q),
		parameterMistakes(c, q),
		timestampMistakes(q),
		jsonMistakes(c, q),
		valueMistakes(c, q),
		layoutMistakes(q),
		secretMistakes(c, q),
		digestMistakes(),
		borrowedSecrets(c),
	}
}

func newSearch(c Case, q recipe) *search {
	c.Others = c.Others[:min(len(c.Others), mostOthers)]
	if c.Brief {
		c.Others = nil
	}
	s := &search{
		brief:     c.Brief,
		sign:      c.Sign,
		base:      flawless(c, q),
		stages:    stages(c, q),
		spellings: spellings(),
		bytes:     mostHashedBytes,
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
	if _, found, ok := s.try(s.base); ok {
		return found
	}
	suspects, found := s.singles()
	if s.brief {
		return found
	}
	if found != nil || len(s.base.canonical()) > mostPairText {
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
// earlier one.
func (s *search) singles() ([]suspect, []mistake) {
	plain, _, _ := s.try(s.base)
	seen := map[string]bool{plain: true}
	var suspects []suspect
	for i, stage := range s.stages {
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
	}
	if s.brief {
		return suspects, nil
	}
	for _, stage := range s.stages {
		for _, m := range stage.rare {
			if s.spent() {
				return nil, nil
			}
			if _, spelling, ok := s.try(s.base.with(m)); ok {
				return nil, append([]mistake{m}, spelling...)
			}
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
	runtime.Gosched() // others go first: a search is long, and who sent a wrong signature can wait
	text := a.canonical()
	s.hashes--
	s.bytes -= len(text)
	sum := a.digest(text, a.secret)
	result = a.spell(sum)
	if result == s.sign {
		return result, nil, true
	}
	for _, m := range s.spellings {
		spelt := a
		m.apply(&spelt)
		if spelt.spell(sum) == s.sign {
			return result, []mistake{m}, true
		}
	}
	return result, nil, false
}
