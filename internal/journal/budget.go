package journal

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Budget bounds the memory of many journals together. When the budget is used up, the
// largest journals drop their oldest calls, and the journals of tenants with few calls stay
// complete. It is safe for use by many goroutines.
type Budget struct {
	limit int64
	used  atomic.Int64
	bound atomic.Int64 // beyond which calls are dropped: the limit, or more while no call can be dropped

	mu       sync.Mutex
	journals map[*Journal]bool
}

// DefaultBudget is the memory of all journals of a server, in bytes.
const DefaultBudget = 64 << 20

// NewBudget returns a budget with a limit in bytes.
func NewBudget(bytes int) *Budget {
	b := &Budget{limit: int64(bytes), journals: map[*Journal]bool{}}
	b.bound.Store(b.limit)
	return b
}

// Bytes returns the approximate memory of the journals.
func (b *Budget) Bytes() int { return int(b.used.Load()) }

// Take lets a journal share the budget.
func (b *Budget) Take(j *Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.journals[j] = true
	j.move(b)
}

// Leave removes a journal that is no longer needed.
func (b *Budget) Leave(j *Journal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.journals[j] {
		delete(b.journals, j)
		j.move(nil)
		b.bound.Store(b.limit)
	}
}

// move moves the journal to another budget, nil for none.
func (j *Journal) move(to *Budget) {
	j.mu.Lock()
	defer j.mu.Unlock()
	bytes := j.Bytes()
	j.grow(-bytes)
	j.budget = to
	j.grow(bytes)
}

// settle makes the largest journals drop calls when the budget is used up. It frees a
// sixteenth of the budget more, so that not every call has to compare the journals. The
// caller holds no journal's lock.
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

// level is the size to which the larger journals must shrink to free a number of bytes.
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

// giveUp drops the oldest calls until the journal is no larger than level. The newest call
// stays.
func (j *Journal) giveUp(level int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.entries) > 1 && j.Bytes() > level {
		j.dropOldest()
	}
}
