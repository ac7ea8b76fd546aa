package scenarios_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shaxiang/scenarios"
)

func TestMeterPerMinute(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(parse(t, "quota: {per_minute: 2, methods: [{method: 'sales.*', per_minute: 1}, {method: '*.search', concurrent: 9}]}").Quota)
	at := func(clock string) time.Time {
		moment, err := time.Parse(time.DateTime, "2022-12-28 "+clock)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for i, step := range []struct {
		method, clock, want string
	}{
		{"a", "12:00:00", ""},
		{"a", "12:00:59", ""},
		{"a", "12:00:59", scenarios.TooFrequent},
		{"b", "12:00:59", ""}, // each method is counted alone
		{"sales.x", "12:00:59", ""},
		{"sales.x", "12:00:59", scenarios.TooFrequent},
		{"x.search", "12:00:59", ""}, // what a pattern leaves out is as for all
		{"x.search", "12:00:59", ""},
		{"x.search", "12:00:59", scenarios.TooFrequent},
		{"a", "12:01:00", ""}, // the calendar minute is what counts
		{"a", "12:01:00", ""},
		{"a", "12:01:30", scenarios.TooFrequent},
		{"a", "12:00:10", ""}, // a clock that is moved back starts anew
	} {
		kind, ok := m.Take(step.method, at(step.clock))
		if kind != step.want || ok != (step.want == "") {
			t.Errorf("step %d: %s at %s: %q %v, want %q", i, step.method, step.clock, kind, ok, step.want)
		}
	}
}

func TestMeterBefore1970(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{PerMinute: 1})
	if _, ok := m.Take("a", time.Unix(-30, 0)); !ok {
		t.Error("the first call of a minute is refused")
	}
	if _, ok := m.Take("a", time.Unix(-60, 0)); ok {
		t.Error("the second call of the minute before 1970 is let in")
	}
	if _, ok := m.Take("a", time.Unix(0, 0)); !ok {
		t.Error("the minute from 1970 on is another one")
	}
}

func TestMeterConcurrent(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{Concurrent: 1, PerMinute: 3})
	now := time.Unix(0, 0)
	take := func(want string) {
		t.Helper()
		if kind, ok := m.Take("a", now); kind != want || ok != (want == "") {
			t.Errorf("took %q %v, want %q", kind, ok, want)
		}
	}
	take("")
	take(scenarios.TooConcurrent)
	m.Release("a")
	take("")
	m.Release("a")
	m.Release("a") // one too many changes nothing
	take("")       // what was refused did not count for the minute
	take(scenarios.TooConcurrent)
	m.Release("a")
	take(scenarios.TooFrequent)
}

func TestMeterWithoutLimits(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{})
	for range 1000 {
		if kind, ok := m.Take("a", time.Unix(0, 0)); !ok {
			t.Fatalf("refused with %s", kind)
		}
	}
	m.Release("a")
}

func TestMeterManyAtOnce(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{PerMinute: 30})
	var in atomic.Int64
	var done sync.WaitGroup
	for range 100 {
		done.Go(func() {
			if _, ok := m.Take("a", time.Unix(0, 0)); ok {
				in.Add(1)
				m.Release("a")
			}
		})
	}
	done.Wait()
	if in.Load() != 30 {
		t.Errorf("%d calls were let in, want 30", in.Load())
	}
}
