package handlers

import (
	"testing"
	"time"
)

func TestRation(t *testing.T) {
	t.Parallel()
	var r ration
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
		{at, autopsiesAtOnce},
		{at, 0},
		{at.Add(time.Second), autopsiesASecond},
		{at.Add(time.Hour), autopsiesAtOnce},
		{at, autopsiesAtOnce}, // the clock was put back
	} {
		if got := many(c.now); got != c.want {
			t.Errorf("at %s: %d, want %d", c.now, got, c.want)
		}
	}
}
