package handlers

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors/openapi"
)

func TestAutopsyLimiter(t *testing.T) {
	t.Parallel()
	var r autopsyLimiter
	at := time.Unix(1_700_000_000, 0)
	many := func(now time.Time) (n int) {
		for n < 10_000 && r.take(now) {
			n++
		}
		return n
	}
	for _, c := range []struct {
		now  time.Time
		want int
	}{
		{at, autopsyBurst},
		{at, 0},
		{at.Add(time.Second), autopsiesASec},
		{at.Add(time.Hour), autopsyBurst},
		{at, autopsyBurst}, // the clock was put back
	} {
		if got := many(c.now); got != c.want {
			t.Errorf("at %s: %d, want %d", c.now, got, c.want)
		}
	}
}

// TestOneAutopsyAtATime holds that full autopsies wait for each other, and that brief
// ones wait for none.
func TestOneAutopsyAtATime(t *testing.T) {
	t.Parallel()
	var r autopsyLimiter
	var mu sync.Mutex
	var order []int // of their yields
	perform := func(id int, brief bool) {
		r.perform(autopsy.Case{Readings: []signature.Recipe{openapi.Scheme()}, Secret: "s", Sign: "wrong", Brief: brief,
			Request: signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "x"}}, Body: strings.Repeat(" ", 1<<20), Yield: func() {
				mu.Lock()
				order = append(order, id)
				mu.Unlock()
				time.Sleep(time.Millisecond)
			}}})
	}
	var group sync.WaitGroup
	for id := range 4 {
		group.Go(func() { perform(id, false) })
	}
	group.Wait()
	if turns := slices.Compact(slices.Clone(order)); len(turns) != 4 || len(order) < 40 {
		t.Errorf("in %d yields they took turns: %v", len(order), turns)
	}
	r.one.Lock()
	defer r.one.Unlock()
	perform(4, true)
}
