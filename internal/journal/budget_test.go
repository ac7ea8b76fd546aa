package journal

import (
	"slices"
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

// The largest journals come down to one level, and the smaller ones stay as they are.
func TestBudgetLevel(t *testing.T) {
	t.Parallel()
	const call, limit = 10_000, 40 * (10_000 + 600)
	b := NewBudget(limit)
	var journals []*Journal
	for i, calls := range []int{2, 20, 4, 10} {
		j := New(string(rune('a'+i)), 100, limit)
		b.Take(j)
		for range calls {
			j.Add(Entry{Answer: strings.Repeat("x", call)})
		}
		journals = append(journals, j)
	}
	for range 5 { // one more than there is room for
		journals[0].Add(Entry{Answer: strings.Repeat("x", call)})
	}
	var kept []int
	for _, j := range journals {
		kept = append(kept, len(j.Entries()))
	}
	if want := []int{7, 16, 4, 10}; !slices.Equal(kept, want) || b.Bytes() > limit*15/16 {
		t.Errorf("%v are kept, of %d bytes, want %v", kept, b.Bytes(), want)
	}
}

// Where no journal can give up any call, all keep their last, and come back within the
// budget as soon as they can.
func TestBudgetLastCalls(t *testing.T) {
	t.Parallel()
	const many, limit = 50, 20_000
	b := NewBudget(limit)
	var journals []*Journal
	for i := range many {
		j := New(string(rune('a'+i)), 100, 100*limit)
		b.Take(j)
		for range 2 {
			j.Add(Entry{Answer: strings.Repeat("x", 5_000)})
		}
		journals = append(journals, j)
	}
	for _, j := range journals {
		if n := len(j.Entries()); n < 1 {
			t.Errorf("%d calls are kept", n)
		}
	}
	if got, most := b.Bytes(), (many+1)*6_000+limit/16; got > most {
		t.Errorf("%d bytes are kept, at most %d should be", got, most)
	}
	for _, j := range journals[1:] {
		j.Clear()
	}
	for range 10 {
		journals[0].Add(Entry{Answer: strings.Repeat("x", 5_000)})
	}
	if got := b.Bytes(); got > limit {
		t.Errorf("%d bytes are kept, %d allowed", got, limit)
	}
}
