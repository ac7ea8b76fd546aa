package journal_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shaxiang/internal/journal"
)

// query is an answered call of one window.
func query(from, to int64, keys ...int64) journal.Entry {
	return journal.Entry{Vendor: "openapi", Method: "q", Outcome: journal.OK, Keys: keys,
		Window: &journal.Window{Collection: "payment", Column: "created", From: from, To: to}}
}

func with(e journal.Entry, args ...string) journal.Entry {
	e.Args = map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		e.Args[args[i]] = args[i+1]
	}
	return e
}

func pageAndWindow(string, string) []string { return []string{"page_no", "start_time", "end_time"} }

func TestSweeps(t *testing.T) {
	t.Parallel()
	type stretches = []journal.Stretch
	for _, c := range []struct {
		name           string
		entries        []journal.Entry
		windows        int
		from, to       int64
		gaps, overlaps stretches
	}{
		{"one", []journal.Entry{query(10, 19)}, 1, 10, 19, stretches{}, stretches{}},
		{"side by side", []journal.Entry{query(10, 19), query(20, 29)}, 2, 10, 29, stretches{}, stretches{}},
		{"any order", []journal.Entry{query(20, 29), query(10, 19)}, 2, 10, 29, stretches{}, stretches{}},
		{"a shared end", []journal.Entry{query(10, 20), query(20, 30)}, 2, 10, 30, stretches{}, stretches{{20, 20}}},
		{"a second left out", []journal.Entry{query(10, 19), query(21, 29)}, 2, 10, 29, stretches{{20, 20}}, stretches{}},
		{"a gap", []journal.Entry{query(10, 19), query(50, 59)}, 2, 10, 59, stretches{{20, 49}}, stretches{}},
		{"one within another", []journal.Entry{query(10, 90), query(20, 30), query(91, 99)}, 3, 10, 99, stretches{}, stretches{{20, 30}}},
		{"same begin", []journal.Entry{query(10, 20), query(10, 30)}, 2, 10, 30, stretches{}, stretches{{10, 20}}},
		{"pages are one window", []journal.Entry{with(query(10, 19), "page_no", "0"), with(query(10, 19), "page_no", "1")}, 1, 10, 19, stretches{}, stretches{}},
		{"a single second", []journal.Entry{query(10, 10), query(11, 11), query(13, 13)}, 3, 10, 13, stretches{{12, 12}}, stretches{}},
		{"all time is no window", []journal.Entry{query(0, 0), query(100, 200), query(0, 0)}, 1, 100, 200, stretches{}, stretches{}},
		{"an end before its beginning", []journal.Entry{query(100, 200), query(90, 10)}, 1, 100, 200, stretches{}, stretches{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := journal.Sweep{Vendor: "openapi", Method: "q", Collection: "payment", Column: "created", Windows: c.windows,
				From: c.from, To: c.to, Gaps: c.gaps, Overlaps: c.overlaps, Keys: map[int64]int{}}
			if diff := cmp.Diff([]journal.Sweep{want}, journal.Sweeps(c.entries, pageAndWindow)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSweepsKeys: how often each row was served, over windows and pages.
func TestSweepsKeys(t *testing.T) {
	t.Parallel()
	sweeps := journal.Sweeps([]journal.Entry{query(10, 20, 1, 2), with(query(10, 20, 3), "page_no", "1"), query(20, 30, 3, 4)}, pageAndWindow)
	if want := map[int64]int{1: 1, 2: 1, 3: 2, 4: 1}; len(sweeps) != 1 || !maps.Equal(sweeps[0].Keys, want) {
		t.Errorf("%+v, want the keys %v", sweeps, want)
	}
}

// TestSweepsGroups: other filters, columns, methods and vendors are other sweeps,
// in order, and what was not answered or has no window is in none.
func TestSweepsGroups(t *testing.T) {
	t.Parallel()
	late := query(30, 39)
	late.Window.Column = "pay_time"
	fubei := query(10, 19)
	fubei.Vendor = "fubei"
	refused, write := query(1, 2), journal.Entry{Outcome: journal.OK, Method: "push"}
	refused.Outcome = journal.Refused
	all := query(0, 0)
	all.Method = "everything"
	sweeps := journal.Sweeps([]journal.Entry{
		with(query(10, 19), "status", "40", "shop", "POS", "start_time", "a", "page_no", "0"),
		with(query(30, 39), "shop", "POS", "status", "40", "start_time", "b"),
		with(query(20, 29), "status", "10"), late, fubei, refused, write, all,
	}, pageAndWindow)
	var got []string
	for _, s := range sweeps {
		got = append(got, s.Vendor+" "+s.Column+" "+s.Filters)
	}
	want := []string{"fubei created ", "openapi created shop=POS&status=40", "openapi created status=10", "openapi pay_time "}
	if !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	if diff := cmp.Diff([]journal.Stretch{{From: 20, To: 29}}, sweeps[1].Gaps); diff != "" {
		t.Errorf("the window of another filter fills a gap:\n%s", diff)
	}
	if journal.Sweeps(nil, pageAndWindow) != nil {
		t.Error("sweeps of nothing")
	}
}

// TestSweepsCount holds gaps and overlaps against a count of every second.
func TestSweepsCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		times := map[int64]int{}
		seen := map[[2]int64]bool{}
		var entries []journal.Entry
		for range rapid.IntRange(1, 6).Draw(t, "windows") {
			from := rapid.Int64Range(1, 40).Draw(t, "from")
			to := from + rapid.Int64Range(0, 15).Draw(t, "length")
			entries = append(entries, query(from, to))
			if !seen[[2]int64{from, to}] {
				for s := from; s <= to; s++ {
					times[s]++
				}
			}
			seen[[2]int64{from, to}] = true
		}
		s := journal.Sweeps(entries, pageAndWindow)[0]
		in := func(list []journal.Stretch, at int64) bool {
			return slices.ContainsFunc(list, func(x journal.Stretch) bool { return x.From <= at && at <= x.To })
		}
		for at := s.From; at <= s.To; at++ {
			if in(s.Gaps, at) != (times[at] == 0) || in(s.Overlaps, at) != (times[at] > 1) {
				t.Fatalf("second %d is in %d windows: %+v", at, times[at], s)
			}
		}
	})
}
