package journal

import (
	"strings"
	"sync"
	"testing"
)

// TestBudget holds that journals together stay within their budget, that the
// largest gives up its oldest calls for it, and that a small one stays whole.
func TestBudget(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	b := NewBudget(limit)
	small, large, gone := New("s-", 100, limit), New("l-", 10_000, limit), New("g-", 100, limit)
	small.Add(Entry{Request: "before"}) // a journal brings what it has
	for _, j := range []*Journal{small, large, gone} {
		b.Take(j)
	}
	for range 20 {
		gone.Add(Entry{Answer: strings.Repeat("x", 9_000)})
	}
	b.Leave(gone)
	b.Leave(gone)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				large.Add(Entry{Answer: strings.Repeat("x", 10_000)})
				small.Add(Entry{Request: "few"})
				small.Clear()
				small.Add(Entry{Request: "few"})
			}
		})
	}
	all.Wait()
	if b.Bytes() > limit || b.Bytes() != small.Bytes()+large.Bytes() {
		t.Errorf("%d bytes, of which %d and %d; the limit is %d", b.Bytes(), small.Bytes(), large.Bytes(), limit)
	}
	if n := len(large.Entries()); n < 90 || large.Dropped() != int64(400-n) {
		t.Errorf("the large journal keeps %d calls and dropped %d of 400", n, large.Dropped())
	}
	if last := large.Entries()[len(large.Entries())-1]; last.ID != "l-400" {
		t.Errorf("the last call is %s", last.ID)
	}
	if small.Dropped() != 0 || len(small.Entries()) == 0 || len(gone.Entries()) != 20 {
		t.Errorf("the small journal dropped %d calls and keeps %d; the one that left keeps %d", small.Dropped(), len(small.Entries()), len(gone.Entries()))
	}
}
