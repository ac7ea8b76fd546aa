package journal

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Budget bounds the memory of many journals together: when it is used up, the
// largest give up their oldest calls, so that the journals of tenants who make few
// calls stay whole. It is safe for use by many goroutines.
type Budget struct {
	limit int64
	used  atomic.Int64
	bound atomic.Int64 // beyond which calls are given up: the limit, or more while there are none to give up

	mu       sync.Mutex
	journals map[*Journal]bool
}

// DefaultBudget is the memory of all journals of a server, in bytes.
const DefaultBudget = 64 << 20

// NewBudget returns a budget of so many bytes.
func NewBudget(bytes int) *Budget {
	b := &Budget{limit: int64(bytes), journals: map[*Journal]bool{}}
	b.bound.Store(b.limit)
	return b
}

// Bytes returns about how much memory the journals take.
func (b *Budget) Bytes() int { return int(b.used.Load()) }

// Take lets a journal share the budget.
func (b *Budget) Take(j *Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.journals[j] = true
	j.move(b)
}

// Leave lets a journal go that nobody needs any more.
func (b *Budget) Leave(j *Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.journals[j] {
		delete(b.journals, j)
		j.move(nil)
		b.bound.Store(b.limit)
	}
}

// move counts the journal with another budget, nil for none.
func (j *Journal) move(to *Budget) {
	j.mu.Lock()
	defer j.mu.Unlock()
	bytes := j.Bytes()
	j.grow(-bytes)
	j.budget = to
	j.grow(bytes)
}

func (j *Journal) shared() *Budget {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.budget
}

// settle makes the largest journals give up calls when the budget is used up, and a
// part of it more, so that not every call has to look for them. It is called without a
// journal's lock.
func (b *Budget) settle() {
	if b == nil || b.used.Load() <= b.bound.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	spare := b.limit / 16
	if over := b.used.Load() - b.limit; over > 0 {
		level := b.level(int(over + spare))
		for j := range b.journals {
			j.giveUp(level)
		}
	}
	bound := b.limit
	if used := b.used.Load(); used > b.limit {
		bound = used + spare
	}
	b.bound.Store(bound)
}

// level is the size to which the larger journals must come down for so many bytes to
// be free.
func (b *Budget) level(free int) int {
	sizes := make([]int, 0, len(b.journals)+1)
	for j := range b.journals {
		sizes = append(sizes, j.Bytes())
	}
	slices.SortFunc(sizes, func(a, b int) int { return cmp.Compare(b, a) })
	sizes = append(sizes, 0)
	for i := range len(sizes) - 1 {
		larger := i + 1
		if down := larger * (sizes[i] - sizes[i+1]); down < free {
			free -= down
			continue
		}
		return sizes[i] - (free+i)/larger
	}
	return 0
}

// giveUp drops the oldest calls until the journal is no larger than that, but never
// the last one.
func (j *Journal) giveUp(level int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.entries) > 1 && j.Bytes() > level {
		j.dropOldest()
	}
}
