package autopsy

// Search runs a whole search. It returns what was found and what is left of the budget.
func Search(c Case) (found []Mistake, hashes, bytes int) {
	s := newSearch(c)
	found = s.run()
	return found, s.hashes, s.bytes
}

// Pairs tries single mistakes and pairs. It returns the number of suspects and the hashes left.
func Pairs(c Case) (suspects, hashes int) {
	s := newSearch(c)
	s.hashes = maxHashes
	plain, _, _ := s.try(s.base)
	list, _ := s.singles(plain)
	s.pairs(list)
	return len(list), s.hashes
}

// All returns every mistake that is tried for a case.
func All(c Case) []Mistake {
	q := &c.Readings[0]
	list := spellings(q)
	if c.Habits.Sweep != nil {
		list = append(list, c.Habits.Sweep()...)
	}
	for _, s := range stages(&c, q) {
		list = append(append(list, s.Likely...), s.Rare...)
	}
	return list
}

const (
	MaxHashes      = maxHashes
	MaxHashedBytes = maxHashedBytes
)
