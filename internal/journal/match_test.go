package journal_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/internal/journal"
	"shaxiang/internal/text"
)

// differs returns the differences in words.
func differs(t *testing.T, m journal.Match, e *journal.Entry) (words []string) {
	t.Helper()
	for _, d := range m.Matcher().Differs(e) {
		words = append(words, text.In(text.English).Text(d))
	}
	return words
}

func TestDiffers(t *testing.T) {
	t.Parallel()
	e := journal.Entry{Vendor: "openapi", Method: "sales.Payment.queryWithDetail", Outcome: journal.Refused, Kind: "too_frequent",
		Rule: "third", Args: map[string]string{"page_no": "0", "remark": "a[b", "empty": ""}}
	for _, c := range []struct {
		match journal.Match
		want  []string
	}{
		{journal.Match{}, nil},
		{journal.Match{Vendor: "openapi", Method: "sales.Payment.queryWithDetail", Outcome: "refused", Kind: "too_frequent", Rule: "third"}, nil},
		{journal.Match{Method: "sales.*"}, nil},
		{journal.Match{Method: "*.queryWithDetail", Kind: "too_*", Rule: "t?ird"}, nil},
		{journal.Match{Vendor: "openapi?"}, []string{`vendor is "openapi", not "openapi?"`}},
		{journal.Match{Vendor: "fubei", Outcome: "ok"}, []string{`vendor is "openapi", not "fubei"`, `outcome is "refused", not "ok"`}},
		{journal.Match{Method: "finance.*", Rule: "x"}, []string{`method is "sales.Payment.queryWithDetail", not "finance.*"`, `rule is "third", not "x"`}},
		{journal.Match{Kind: "internal"}, []string{`kind is "too_frequent", not "internal"`}},
		{journal.Match{Args: map[string]string{"page_no": "0"}}, nil},
		{journal.Match{Args: map[string]string{"page_no": "*", "empty": ""}}, nil},
		{journal.Match{Args: map[string]string{"page_no": "1", "page_size": "*"}},
			[]string{`argument page_no is "0", not "1"`, "argument page_size was not sent"}},
		{journal.Match{Args: map[string]string{"remark": "a[b"}}, nil}, // no pattern, but the very text
		{journal.Match{Args: map[string]string{"remark": "[b"}}, []string{`argument remark is "a[b", not "[b"`}},
	} {
		if diff := cmp.Diff(c.want, differs(t, c.match, &e)); diff != "" {
			t.Errorf("%+v:\n%s", c.match, diff)
		}
	}
}

// TestPatternsCrossSlashes: the texts are no paths.
func TestPatternsCrossSlashes(t *testing.T) {
	t.Parallel()
	e := journal.Entry{Method: "a/b/c", Args: map[string]string{"url": "http://x/y"}}
	m := journal.Match{Method: "a*c", Args: map[string]string{"url": "http*y"}}
	if differs := m.Matcher().Differs(&e); differs != nil {
		t.Errorf("%v", differs)
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"*", "", true}, {"*", "x", true}, {"?", "", false}, {"?", "文", true}, {"??", "文", false},
		{"a*b*c", "a-b-b-c", true}, {"a*b*c", "a-b-b-d", false}, {"*a", "ba", true}, {"a*", "ba", false},
		{"**", "x", true}, {"*?", "", false}, {"a?c", "abc", true}, {"a?c", "ac", false}, {"*.query*", "sales.Payment.queryWithDetail", true},
	} {
		m, e := journal.Match{Args: map[string]string{"x": c.pattern}}, journal.Entry{Args: map[string]string{"x": c.text}}
		if got := m.Matcher().Differs(&e) == nil; got != c.want {
			t.Errorf("%q of %q: %v", c.text, c.pattern, got)
		}
	}
}

func TestVerifyCounts(t *testing.T) {
	t.Parallel()
	j := journal.New("v-", 100, 1<<20)
	for i := range 5 {
		j.Add(journal.Entry{Vendor: "openapi", Args: map[string]string{"page_no": fmt.Sprint(i % 2)}})
	}
	n := func(i int) *int { return &i }
	for _, c := range []struct {
		page  string
		count journal.Count
		want  bool
	}{
		{"0", journal.Count{}, true}, // three of them: at least one
		{"7", journal.Count{}, false},
		{"7", journal.Count{Exactly: n(0)}, true},
		{"7", journal.Count{AtMost: n(0)}, true},
		{"0", journal.Count{Exactly: n(3)}, true},
		{"0", journal.Count{Exactly: n(2)}, false},
		{"0", journal.Count{AtLeast: n(3)}, true},
		{"0", journal.Count{AtLeast: n(4)}, false},
		{"0", journal.Count{AtMost: n(3)}, true},
		{"0", journal.Count{AtMost: n(2)}, false},
		{"0", journal.Count{AtLeast: n(1), AtMost: n(3)}, true},
		{"0", journal.Count{AtLeast: n(4), AtMost: n(5)}, false},
		{"7", journal.Count{AtLeast: n(0)}, true},
	} {
		v := j.Verify(journal.Match{Args: map[string]string{"page_no": c.page}}, c.count)
		if v.OK != c.want {
			t.Errorf("page %s, %+v: %+v", c.page, c.count, v)
		}
	}
	v := j.Verify(journal.Match{Args: map[string]string{"page_no": "0"}}, journal.Count{})
	if diff := cmp.Diff(journal.Verdict{OK: true, Count: 3, IDs: []string{"v-1", "v-3", "v-5"}, Nearest: []journal.Near{}}, v); diff != "" {
		t.Error(diff)
	}
}

// TestNearMisses: the three calls that differ least, the earlier one first of
// those that differ as much.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	j := journal.New("n-", 6, 1<<20)
	add := func(vendor, method, kind string) { j.Add(journal.Entry{Vendor: vendor, Method: method, Kind: kind}) }
	add("fubei", "pushed out", "")
	add("fubei", "b", "x") // three ways
	add("openapi", "b", "x")
	add("openapi", "a", "x") // one way
	add("openapi", "b", "x")
	add("openapi", "b", "y")
	add("fubei", "a", "y")
	v := j.Verify(journal.Match{Vendor: "openapi", Method: "a", Kind: "y"}, journal.Count{})
	var ids []string
	for _, near := range v.Nearest {
		ids = append(ids, near.ID)
	}
	if want := []string{"n-4", "n-6", "n-7"}; v.OK || !slices.Equal(ids, want) || v.Dropped != 1 || v.IDs == nil {
		t.Errorf("%+v, want the nearest %v", v, want)
	}
	if want := []text.ID{"journal.column"}; !slices.Equal(v.Nearest[0].DifferIDs, want) {
		t.Errorf("%v, want %v", v.Nearest[0].DifferIDs, want)
	}
	if want := []string{`kind is "x", not "y"`}; !slices.Equal(v.Nearest[0].Differs, want) {
		t.Errorf("%v, want %v", v.Nearest[0].Differs, want)
	}
	if v := journal.New("", 1, 1).Verify(journal.Match{}, journal.Count{}); v.OK || v.Nearest == nil || v.IDs == nil {
		t.Errorf("of no calls: %+v; JSON wants lists", v)
	}
}
