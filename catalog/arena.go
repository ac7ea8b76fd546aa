package catalog

// arena is memory that is taken piece by piece, given back all at once, and used again.
type arena[T any] []T

// What an arena begins with, and the most that it keeps for the next call.
const (
	arenaLeast = 256
	arenaMost  = 16 << 10
)

// take returns room for so many zeros.
func (a *arena[T]) take(n int) []T {
	from := len(*a)
	if cap(*a)-from < n {
		*a, from = make([]T, 0, max(n, arenaLeast)), 0 // what was taken keeps the old one
	}
	*a = (*a)[:from+n]
	return (*a)[from : from+n : from+n]
}

// empty gives back all that was taken.
func (a *arena[T]) empty() {
	if cap(*a) > arenaMost {
		*a = nil
		return
	}
	clear(*a)
	*a = (*a)[:0]
}
