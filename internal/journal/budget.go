package journal

import (
	"cmp"
	"sync"
	"sync/atomic"
)

// Budget bounds the memory of many journals together: when it is used up, the
// largest gives up its oldest calls, so that the journals of tenants who make few
// calls stay whole. It is safe for use by many goroutines.
type Budget struct {
	limit int64
	used  atomic.Int64

	mu       sync.Mutex
	journals map[*Journal]bool
}

// DefaultBudget is the memory of all journals of a server, in bytes.
const DefaultBudget = 64 << 20

// NewBudget returns a budget of so many bytes.
func NewBudget(bytes int) *Budget {
	return &Budget{limit: int64(bytes), journals: map[*Journal]bool{}}
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

// settle makes the largest journals give up calls until the budget holds. It is
// called without a journal's lock.
func (b *Budget) settle() {
	if b == nil || b.used.Load() <= b.limit {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.used.Load() > b.limit {
		largest := b.largest()
		if largest == nil || !largest.giveUp(b.limit/256) {
			return
		}
	}
}

func (b *Budget) largest() *Journal {
	var largest *Journal
	for j := range b.journals {
		if largest == nil || cmp.Or(cmp.Compare(j.Bytes(), largest.Bytes()), cmp.Compare(largest.prefix, j.prefix)) > 0 {
			largest = j
		}
	}
	return largest
}

// giveUp drops the oldest calls, of so many bytes, so that not every call has to
// look for the largest journal; but never the last one. It reports whether it
// dropped any.
func (j *Journal) giveUp(bytes int64) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	before := j.bytes.Load()
	for len(j.entries) > 1 && before-j.bytes.Load() < bytes {
		j.dropOldest()
	}
	return j.bytes.Load() < before
}
