package journal

import (
	"fmt"
	"strings"
	"testing"
)

func n(i int) *int { return &i }

// TestDroppedCallsCount: one push and 2,500 queries later the push is still known, and only what
// its arguments would have to decide is open.
func TestDroppedCallsCount(t *testing.T) {
	t.Parallel()
	j := New("a-", 2000, 1<<30)
	j.Add(Entry{Vendor: "v", Method: "push", Outcome: OK, Args: map[string]string{"no": "1"}})
	j.Add(Entry{Vendor: "v", Method: "push", Outcome: Refused, Kind: "too_long", Rule: "r"})
	for i := range 2500 {
		j.Add(Entry{Vendor: "v", Method: "query", Outcome: OK, Args: map[string]string{"page": fmt.Sprint(i)}})
	}
	j.Add(Entry{Vendor: "v", Method: "nothing", Unknown: true, Outcome: Refused})
	for _, c := range []struct {
		name  string
		match Match
		count Count
		want  string // ok, no or open
		calls int
	}{
		{"the push", Match{Method: "push"}, Count{}, "ok", 2},
		{"exactly", Match{Method: "push"}, Count{Exactly: n(2)}, "ok", 2},
		{"too many", Match{Method: "push"}, Count{AtMost: n(1)}, "no", 2},
		{"by its kind", Match{Kind: "too_long"}, Count{Exactly: n(1)}, "ok", 1},
		{"by its rule", Match{Rule: "r"}, Count{Exactly: n(1)}, "ok", 1},
		{"all queries", Match{Method: "que*"}, Count{Exactly: n(2500)}, "ok", 2500},
		{"none", Match{Outcome: "broken"}, Count{Exactly: n(0)}, "ok", 0},
		{"an argument of a kept call", Match{Args: map[string]string{"page": "2400"}}, Count{}, "ok", 1},
		{"an argument of a dropped call", Match{Method: "push", Args: map[string]string{"no": "1"}}, Count{}, "open", 0},
		{"at most as many as can fit", Match{Method: "push", Args: map[string]string{"no": "1"}}, Count{AtMost: n(2)}, "ok", 0},
		{"more than can fit", Match{Method: "push", Args: map[string]string{"no": "1"}}, Count{AtLeast: n(3)}, "no", 0},
		{"exactly one may be", Match{Method: "query", Args: map[string]string{"page": "3"}}, Count{Exactly: n(1)}, "open", 0},
		{"an unknown method", Match{Method: "nothing"}, Count{}, "ok", 1},
	} {
		v := j.Verify(c.match, c.count)
		got := map[bool]string{true: "ok", false: "no"}[v.OK]
		if v.Unknown != "" {
			got = "open"
		}
		if got != c.want || v.Count != c.calls || c.want == "open" && !strings.Contains(v.Unknown, "journal_calls") {
			t.Errorf("%s: %s, %d calls, want %s, %d: %+v", c.name, got, v.Count, c.want, c.calls, v.Unknown)
		}
	}
	counts, _ := j.Counts()
	other := New("b-", 10, 1<<20)
	other.Resume(j.Position(), counts)
	if v := other.Verify(Match{Method: "push"}, Count{Exactly: n(2)}); !v.OK {
		t.Errorf("a journal that resumes: %+v", v)
	}
	old := New("c-", 10, 1<<20)
	old.Resume(j.Position(), nil)
	if v := old.Verify(Match{Method: "push"}, Count{}); v.OK || v.Unknown == "" {
		t.Errorf("a journal that resumes without counts: %+v", v)
	}
	j.Clear()
	if v := j.Verify(Match{}, Count{Exactly: n(0)}); !v.OK {
		t.Errorf("a journal that was cleared: %+v", v)
	}
}

// TestCountsAreBounded: one-off rules that come and go count as one in the end.
func TestCountsAreBounded(t *testing.T) {
	t.Parallel()
	j := New("a-", 10, 1<<20)
	for i := range 2 * mostCounted {
		j.Add(Entry{Vendor: "v", Method: "m", Outcome: Refused, Rule: fmt.Sprintf("one-off-%d", i)})
	}
	if counts, uncounted := j.Counts(); len(counts) > mostCounted+1 || uncounted != 0 {
		t.Errorf("%d sorts, %d uncounted", len(counts), uncounted)
	}
	if v := j.Verify(Match{Method: "m"}, Count{Exactly: n(2 * mostCounted)}); !v.OK {
		t.Errorf("all: %+v", v)
	}
	if v := j.Verify(Match{Rule: "one-off-1"}, Count{Exactly: n(1)}); v.Unknown == "" {
		t.Errorf("a rule: %+v", v)
	}
}
