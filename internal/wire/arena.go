package wire

// Arena is memory for values of one type. A call takes it in slices and gives it back all
// at once, for the next call to use again. The zero Arena is empty. An Arena is for one
// goroutine at a time.
type Arena[T any] []T

// The first capacity of an arena, and the largest that it keeps for the next call; both
// in values.
const (
	arenaStart = 256
	arenaKept  = 4096
)

// Take returns n zero values, which are valid until the arena is emptied. A nil arena
// allocates them.
func (a *Arena[T]) Take(n int) []T {
	if a == nil {
		return make([]T, n)
	}
	from := len(*a)
	if cap(*a)-from < n {
		*a, from = make([]T, 0, max(n, arenaStart, 2*cap(*a))), 0 // slices taken before keep the old memory
	}
	*a = (*a)[:from+n]
	return (*a)[from : from+n : from+n]
}

// Empty takes back all slices.
func (a *Arena[T]) Empty() {
	if cap(*a) > arenaKept {
		*a = nil
		return
	}
	clear(*a)
	*a = (*a)[:0]
}
