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
		if kind := m.Take(step.method, at(step.clock), 0); kind != step.want {
			t.Errorf("step %d: %s at %s: %q, want %q", i, step.method, step.clock, kind, step.want)
		}
	}
}

func TestMeterBefore1970(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{PerMinute: 1})
	if m.Take("a", time.Unix(-30, 0), 0) != "" {
		t.Error("the first call of a minute is refused")
	}
	if m.Take("a", time.Unix(-60, 0), 0) == "" {
		t.Error("the second call of the minute before 1970 is let in")
	}
	if m.Take("a", time.Unix(0, 0), 0) != "" {
		t.Error("the minute from 1970 on is another one")
	}
}

func TestMeterConcurrent(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{Concurrent: 1, PerMinute: 3})
	now := time.Unix(0, 0)
	take := func(others int, want string) {
		t.Helper()
		if running := m.Enter("a"); running != others {
			t.Errorf("%d others run, want %d", running, others)
		}
		if kind := m.Take("a", now, others); kind != want {
			t.Errorf("took %q, want %q", kind, want)
		}
	}
	take(0, "")
	take(1, scenarios.TooConcurrent)
	m.Leave("a")
	m.Leave("a")
	take(0, "")
	m.Leave("a")
	m.Leave("a") // one too many changes nothing
	take(0, "")  // what was refused did not count for the minute
	take(1, scenarios.TooConcurrent)
	m.Leave("a")
	m.Leave("a")
	take(0, scenarios.TooFrequent)
}

func TestMeterWithoutLimits(t *testing.T) {
	t.Parallel()
	none := scenarios.NewMeter(scenarios.Quota{Methods: []scenarios.MethodQuota{{Method: "*"}}})
	if none != nil || none.Meters("a") || none.Count().Calls == nil {
		t.Errorf("a quota without limits has the meter %v", none)
	}
	none.Resume(scenarios.QuotaCount{Minute: 1})
	some := scenarios.NewMeter(scenarios.Quota{Methods: []scenarios.MethodQuota{{Method: "b", PerMinute: 1}}})
	for range 1000 {
		if kind := some.Take("a", time.Unix(0, 0), some.Enter("a")); kind != "" || some.Meters("a") {
			t.Fatalf("refused with %s", kind)
		}
	}
	if len(some.Count().Calls) > 0 {
		t.Errorf("what has no limit was counted: %v", some.Count())
	}
}

func TestMeterManyAtOnce(t *testing.T) {
	t.Parallel()
	m := scenarios.NewMeter(scenarios.Quota{PerMinute: 30})
	var in atomic.Int64
	var done sync.WaitGroup
	for range 100 {
		done.Go(func() {
			if m.Take("a", time.Unix(0, 0), m.Enter("a")) == "" {
				in.Add(1)
			}
			m.Leave("a")
		})
	}
	done.Wait()
	if in.Load() != 30 {
		t.Errorf("%d calls were let in, want 30", in.Load())
	}
}
