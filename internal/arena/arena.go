// Package arena has memory that a call takes piece by piece and gives back all at once,
// for the next call to use again.
package arena

// Of is an arena of values of one type. The zero Of is empty. It is for one goroutine at
// a time.
type Of[T any] []T

// What an arena begins with, and the most that it keeps for the next call.
const (
	least = 256
	most  = 4096
)

// Take returns room for n zero values, good until the arena is emptied. From a nil arena
// it is memory of its own.
func (a *Of[T]) Take(n int) []T {
	if a == nil {
		return make([]T, n)
	}
	from := len(*a)
	if cap(*a)-from < n {
		*a, from = make([]T, 0, max(n, least, 2*cap(*a))), 0 // what was taken keeps the old one
	}
	*a = (*a)[:from+n]
	return (*a)[from : from+n : from+n]
}

// Empty takes back all that was taken.
func (a *Of[T]) Empty() {
	if cap(*a) > most {
		*a = nil
		return
	}
	clear(*a)
	*a = (*a)[:0]
}
