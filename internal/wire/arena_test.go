package wire_test

import (
	"slices"
	"testing"

	"shaxiang/internal/wire"
)

// TestTake: slices are zero, do not overlap, and are not changed by later ones.
func TestTake(t *testing.T) {
	t.Parallel()
	var a wire.Arena[int]
	for round := range 3 {
		var taken [][]int
		for n := range 60 {
			room := a.Take(n)
			if len(room) != n || cap(room) != n || slices.ContainsFunc(room, func(i int) bool { return i != 0 }) {
				t.Fatalf("round %d: room for %d is %v of %d", round, n, room, cap(room))
			}
			for i := range room {
				room[i] = n
			}
			taken = append(taken, room)
		}
		for n, room := range taken {
			if slices.ContainsFunc(room, func(i int) bool { return i != n }) {
				t.Fatalf("round %d: room for %d became %v", round, n, room)
			}
		}
		a.Empty()
	}
}

// TestEmpty: the memory is used again unless it is larger than arenaKept.
func TestEmpty(t *testing.T) {
	t.Parallel()
	var a wire.Arena[int]
	first := &a.Take(100)[0]
	a.Empty()
	if again := a.Take(100); &again[0] != first {
		t.Error("the memory was not used again")
	}
	a.Take(1 << 20)
	a.Empty()
	if len(a) != 0 || cap(a) != 0 {
		t.Errorf("room for %d is kept", cap(a))
	}
}

// TestSteady: after the first call, the same slices allocate nothing.
func TestSteady(t *testing.T) {
	var a wire.Arena[int]
	take := func() {
		for range 10 {
			a.Take(33)
		}
		a.Empty()
	}
	if n := testing.AllocsPerRun(10, take); n > 0 {
		t.Errorf("each round takes new memory %v times", n)
	}
}

func TestNil(t *testing.T) {
	t.Parallel()
	var none *wire.Arena[int]
	if room := none.Take(3); len(room) != 3 {
		t.Errorf("room is %v", room)
	}
}
