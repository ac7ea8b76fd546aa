package journal_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"shaxiang/internal/journal"
)

// seqs lists the numbers of entries.
func seqs(entries []journal.Entry) []int64 {
	var list []int64
	for _, e := range entries {
		list = append(list, e.Seq)
	}
	return list
}

// held is what the texts of entries take, in bytes: less than what the journal reckons.
func held(entries []journal.Entry) int {
	n := 0
	for _, e := range entries {
		n += len(e.Request) + len(e.Answer) + len(e.Canonical) + len(e.Hint) + len(e.Method) + len(e.Kind) + len(e.Rule) + 8*len(e.Keys)
		for name, value := range e.Args {
			n += len(name) + len(value)
		}
	}
	return n
}

// TestBounds holds that the ring keeps to its bounds and keeps the newest calls,
// whatever is sent.
func TestBounds(t *testing.T) {
	t.Parallel()
	const largest = 1 << 20 // more than one entry takes after its texts were clipped
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.IntRange(1, 20).Draw(t, "entries")
		bytes := rapid.IntRange(1, 3<<20).Draw(t, "bytes")
		j := journal.New("x-", entries, bytes)
		text := func(name string) string {
			return strings.Repeat("文", rapid.SampledFrom([]int{0, 1, 1000, 21845, 30_000}).Draw(t, name))
		}
		calls := rapid.IntRange(0, 25).Draw(t, "calls")
		for range calls {
			j.Add(journal.Entry{Method: text("method"), Request: text("request"), Answer: text("answer"), Canonical: text("canonical"),
				Hint: text("hint"), Kind: text("kind"), Rule: text("rule"), Args: map[string]string{text("name"): text("value")},
				Keys: make([]int64, rapid.IntRange(0, 1000).Draw(t, "keys"))})
			kept := j.Entries()
			if len(kept) > entries {
				t.Fatalf("%d entries, at most %d", len(kept), entries)
			}
			if n := held(kept); n > max(bytes, largest) || n > bytes && len(kept) > 1 {
				t.Fatalf("%d entries hold %d bytes, at most %d", len(kept), n, bytes)
			}
		}
		kept := j.Entries()
		if calls > 0 && (len(kept) == 0 || kept[len(kept)-1].Seq != int64(calls)) {
			t.Fatalf("the newest call is not kept: %v of %d", seqs(kept), calls)
		}
		for i, e := range kept {
			if want := int64(calls - len(kept) + i + 1); e.Seq != want || e.ID != fmt.Sprintf("x-%d", want) {
				t.Fatalf("entry %d is %d %s, want %d", i, e.Seq, e.ID, want)
			}
		}
		if d := j.Dropped(); d != int64(calls-len(kept)) {
			t.Fatalf("dropped %d of %d, and %d are kept", d, calls, len(kept))
		}
	})
}

// TestBoundIsUsed: the bounds are not only kept to but reached.
func TestBoundIsUsed(t *testing.T) {
	t.Parallel()
	j := journal.New("", 5, 1<<20)
	for range 9 {
		j.Add(journal.Entry{})
	}
	if got := seqs(j.Entries()); !slices.Equal(got, []int64{5, 6, 7, 8, 9}) {
		t.Errorf("kept %v, want the last five", got)
	}
	j = journal.New("", 100, 40_000)
	for range 20 {
		j.Add(journal.Entry{Answer: strings.Repeat("a", 9000)})
	}
	if got := seqs(j.Entries()); !slices.Equal(got, []int64{17, 18, 19, 20}) {
		t.Errorf("kept %v; four entries of 9,500 bytes fit into 40,000", got)
	}
}

// TestClip: long texts say how long they were and end with a whole character.
func TestClip(t *testing.T) {
	t.Parallel()
	j := journal.New("", 5, 1<<30)
	j.Add(journal.Entry{Request: strings.Repeat("文", 30_000), Answer: strings.Repeat("a", 64<<10)})
	e := j.Entries()[0]
	if want := strings.Repeat("文", 64<<10/3) + "…(90000 bytes)"; e.Request != want {
		t.Errorf("the request ends in %q", e.Request[len(e.Request)-30:])
	}
	if e.Answer != strings.Repeat("a", 64<<10) {
		t.Errorf("an answer of 64 KB has %d bytes now", len(e.Answer))
	}
}

// TestArguments: a call that is all arguments loses them, and those that are kept
// are the entry's own.
func TestArguments(t *testing.T) {
	t.Parallel()
	j := journal.New("", 5, 1<<30)
	args := map[string]string{"status": "40"}
	j.Add(journal.Entry{Args: args})
	args["status"] = "10"
	j.Add(journal.Entry{Args: map[string]string{"remark": strings.Repeat("x", 300<<10)}})
	j.Add(journal.Entry{Args: map[string]string{}})
	entries := j.Entries()
	if got := entries[0].Args["status"]; got != "40" {
		t.Errorf("status became %q with the caller's map", got)
	}
	if entries[1].Args != nil {
		t.Errorf("%d arguments of 300 KB are kept", len(entries[1].Args))
	}
	if entries[2].Args == nil {
		t.Error("no arguments and arguments that were left out look alike")
	}
}

// TestAfter: a reader goes on where it was, and sees where the ring has moved on.
func TestAfter(t *testing.T) {
	t.Parallel()
	j := journal.New("t-", 3, 1<<20)
	check := func(after int64, want ...int64) {
		t.Helper()
		entries, _ := j.After(after, math.MaxInt)
		if got := seqs(entries); !slices.Equal(got, want) {
			t.Errorf("after %d: %v, want %v", after, got, want)
		}
	}
	check(0)
	check(7)
	for range 5 {
		j.Add(journal.Entry{})
	}
	check(0, 3, 4, 5) // 1 and 2 are gone: a gap
	check(2, 3, 4, 5)
	check(3, 4, 5)
	check(5)
	check(99)
	check(-1, 3, 4, 5)
	j.Clear()
	check(0)
	check(5)
	if id := j.Add(journal.Entry{}); id != "t-6" {
		t.Errorf("the id after Clear is %s, want t-6", id)
	}
	check(5, 6)
	check(2, 6)
}

// TestAfterIsACopy: what a reader was given stays while the ring moves on.
func TestAfterIsACopy(t *testing.T) {
	t.Parallel()
	j := journal.New("", 2, 1<<20)
	j.Add(journal.Entry{Method: "a"})
	entries := j.Entries()
	for range 5 {
		j.Add(journal.Entry{Method: "b"})
	}
	if entries[0].Method != "a" || entries[0].Seq != 1 {
		t.Errorf("the entry became %+v", entries[0])
	}
}

func TestDroppedAndClear(t *testing.T) {
	t.Parallel()
	j := journal.New("", 2, 1<<20)
	check := func(when string, want int64) {
		t.Helper()
		if got := j.Dropped(); got != want {
			t.Errorf("%s: dropped %d, want %d", when, got, want)
		}
	}
	check("at first", 0)
	for range 5 {
		j.Add(journal.Entry{})
	}
	check("after five", 3)
	j.Clear()
	check("after Clear", 0) // what was cleared is missed by nobody
	j.Add(journal.Entry{})
	check("one more", 0)
	j.Add(journal.Entry{})
	j.Add(journal.Entry{})
	check("three more", 1)
}

func TestFind(t *testing.T) {
	t.Parallel()
	j := journal.New("a-", 2, 1<<20)
	for _, method := range []string{"one", "two", "three"} {
		j.Add(journal.Entry{Method: method})
	}
	if e, ok := j.Find("a-3"); !ok || e.Method != "three" {
		t.Errorf("a-3 is %+v, %v", e, ok)
	}
	for _, id := range []string{"a-1", "b-3", "", "3"} {
		if e, ok := j.Find(id); ok {
			t.Errorf("%q is %+v", id, e)
		}
	}
}

// TestNews: the channel is closed by the next call, and by nothing before it.
func TestNews(t *testing.T) {
	t.Parallel()
	j := journal.New("", 2, 1<<20)
	_, news := j.After(0, math.MaxInt)
	j.Clear()
	select {
	case <-news:
		t.Fatal("woken, and nothing came")
	default:
	}
	j.Add(journal.Entry{})
	<-news
	if _, later := j.After(1, math.MaxInt); later == news {
		t.Error("the old channel is handed out again")
	}
}

// TestManyReaders: every reader sees every call, in order, while the ring is large
// enough.
func TestManyReaders(t *testing.T) {
	t.Parallel()
	const readers, writers, each = 20, 4, 50
	j := journal.New("", writers*each, 1<<30)
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			last := int64(0)
			for last < writers*each {
				entries, news := j.After(last, math.MaxInt)
				for _, e := range entries {
					if e.Seq != last+1 {
						t.Errorf("call %d after %d", e.Seq, last)
						return
					}
					last = e.Seq
				}
				if last < writers*each {
					<-news
				}
			}
		})
	}
	for range writers {
		wg.Go(func() {
			for range each {
				id := j.Add(journal.Entry{Method: "m"})
				if _, ok := j.Find(id); !ok {
					t.Errorf("%s is not there", id)
				}
			}
		})
	}
	wg.Wait()
	if got := len(j.Entries()); got != writers*each {
		t.Errorf("%d entries", got)
	}
}
