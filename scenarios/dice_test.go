package scenarios

import (
	"math"
	"slices"
	"testing"
	"time"
)

// draws returns n delays, sorted.
func draws(d Delay, n int) []time.Duration {
	list := make([]time.Duration, n)
	for i := range list {
		list[i] = d.draw(dice{seed: 42, rule: 3, match: uint64(i)})
	}
	slices.Sort(list)
	return list
}

// TestDelayMeetsBothQuantiles measures in standard deviations of the logarithm, in
// which every log-normal distribution is the same: of 10,000 draws the median is
// known to 0.013 and the 99th percentile to 0.037.
func TestDelayMeetsBothQuantiles(t *testing.T) {
	t.Parallel()
	for _, d := range []Delay{
		{P50: 80 * time.Millisecond, P99: 3 * time.Second},
		{P50: time.Second, P99: 1100 * time.Millisecond},
		{P50: time.Millisecond, P99: time.Minute},
	} {
		list := draws(d, 10000)
		sigma := math.Log(float64(d.P99)/float64(d.P50)) / z99
		off := func(got, want time.Duration) float64 {
			return math.Abs(math.Log(float64(got)/float64(want))) / sigma
		}
		if off(list[5000], d.P50) > 0.04 || off(list[9900], d.P99) > 0.11 {
			t.Errorf("%+v: p50 is %v, p99 is %v", d, list[5000], list[9900])
		}
	}
}

// TestDelayEnds: no draw is further out than twice the way from p50 to p99.
func TestDelayEnds(t *testing.T) {
	t.Parallel()
	d := Delay{P50: 80 * time.Millisecond, P99: 800 * time.Millisecond}
	for share, want := range map[float64]time.Duration{
		0:                  800 * time.Microsecond,
		0.5:                80 * time.Millisecond,
		0.99:               800 * time.Millisecond,
		1 - 1.0/(1<<53):    8 * time.Second,
		0.99999999999:      8 * time.Second,
		0.0000000000000001: 800 * time.Microsecond,
	} {
		if got := d.logNormal(share); got != want {
			t.Errorf("share %v is %v, want %v", share, got, want)
		}
	}
	if got := (&Delay{P50: 1, P99: math.MaxInt64}).logNormal(0.999999999); got < math.MaxInt64/4 {
		t.Errorf("a draw beyond what a duration holds is %v", got)
	}
}

func near(t *testing.T, what string, got, want time.Duration, part float64) {
	t.Helper()
	if off := float64(got-want) / float64(want); off > part || off < -part {
		t.Errorf("%s is %v, want %v within %.0f %%", what, got, want, part*100)
	}
}

func TestDelayBetween(t *testing.T) {
	t.Parallel()
	list := draws(Delay{Min: time.Second, Max: 3 * time.Second}, 10000)
	if list[0] < time.Second || list[9999] > 3*time.Second {
		t.Errorf("from %v to %v, want 1s to 3s", list[0], list[9999])
	}
	near(t, "median", list[5000], 2*time.Second, 0.03)
	if got := draws(Delay{Max: 1}, 100); got[0] != 0 || got[99] != 1 {
		t.Errorf("both ends are included: got %v to %v", got[0], got[99])
	}
}

// TestDelayIsAlwaysTheSame pins draws, so that no change of the dice goes unseen:
// recorded runs would no longer repeat.
func TestDelayIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	got := []time.Duration{
		(&Delay{P50: 80 * time.Millisecond, P99: 3 * time.Second}).draw(dice{1, 2, 3}),
		(&Delay{Min: time.Second, Max: 2 * time.Second}).draw(dice{1, 2, 3}),
	}
	want := []time.Duration{338254000, 1822628003}
	if !slices.Equal(got, want) {
		t.Errorf("drew %d, want %d", got, want)
	}
}
