package args_test

import (
	"strings"
	"testing"

	"shaxiang/catalog/args"
)

// TestCounts: a list has neither more nor fewer elements than the vendor takes. A
// list that was not sent is not counted.
func TestCounts(t *testing.T) {
	t.Parallel()
	yaml := strings.Replace(orders, "label: O\n", "label: O\n        least: 1\n        most: 2\n", 1)
	yaml = strings.Replace(yaml, "type: strings, label: L,", "type: strings, label: L, most: 1,", 1)
	for text, want := range map[string]string{
		`["1",[{"no":"1"},{"no":"2"}]]`:            "",
		`["1",[{"no":"1"},{"no":"2"},{"no":"3"}]]`: "too_large: orders has 3 elements, at most 2",
		`["1",[]]`:                               "too_small: orders has 0 elements, at least 1",
		`["1",[{"no":"1","serials":["a"]}]]`:     "",
		`["1",[{"no":"1","serials":["a","b"]}]]`: "row 1: too_large: serials has 2 elements, at most 1",
	} {
		v, e := acme(t, "push", yaml)
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		got := ""
		if refused != nil {
			got = inWords(refused)
		} else if docs := c.Inputs(); docs[0].Refused != nil {
			got = "row 1: " + inWords(docs[0].Refused)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
