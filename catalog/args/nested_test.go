package args_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/catalog/load"
)

const (
	oneDay = `"start":"2022-12-01 00:00:00","end":"2022-12-01 01:00:00"`
	months = `"start":"2022-12-01 00:00:00","end":"2022-12-31 00:00:00"`
)

// TestFiltersAtDepth: a list of scalars filters any of its values. A member of an object
// filters as if it were outside the object. A member of a list filters any of its rows'
// values.
func TestFiltersAtDepth(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "get", spanning(t, `ignored: false`))
	origin := catalog.Filter{Column: "origin", In: []string{"api"}}
	for text, want := range map[string][]catalog.Filter{
		`["",{` + oneDay + `}]`: {origin},
		`["1",{}]`:              {{Column: "no", In: []string{"1"}}, origin},
		`["1"]`:                 {{Column: "no", In: []string{"1"}}, origin},
		`["1",null]`:            {{Column: "no", In: []string{"1"}}, origin},
		`["",{` + oneDay + `,"spec_nos":["a",7,"b",null],"ids":[]}]`:     {{Column: "spec_no", In: []string{"a", "7", "b"}}, origin},
		`["",{"ids":["007",8]}]`:                                         {{Column: "ids", In: []string{"7", "8"}}, origin},
		`["",{` + oneDay + `,"spec_nos":[null],"deep":null,"pairs":[]}]`: {origin},
		`["",{` + oneDay + `,"deep":{"shop":"POS","all":true}}]`:         {{Column: "shop_no", In: []string{"POS"}}},
		`["",{` + oneDay + `,"pairs":[{"store":"a","kind":1,"note":"n"},{"kind":2},{"store":"b"}],"ignored":[{"x":1}]}]`: {
			{Column: "store", In: []string{"a", "b"}}, {Column: "kind", In: []string{"1", "2"}}, origin},
	} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			t.Errorf("%s: refused: %v", text, refused)
			continue
		}
		if diff := cmp.Diff(want, c.Query().Filters); diff != "" {
			t.Errorf("%s: filters differ (-want +got):\n%s", text, diff)
		}
	}
	c, _ := check(v, e, args.Sent{List: list(t, `["1",{"spec_nos":["a","b"]}]`), Now: now})
	if got := c.References(); len(got) != 1 || !slices.Equal(got[0].Values, []string{"a", "b"}) {
		t.Errorf("lookups are %+v; want spec_nos a and b", got)
	}
}

func TestRefusalsAtDepth(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "get", spanning(t, `ignored: false`))
	for text, want := range map[string]string{
		`["1",{"deep":{}}]`:                       "missing_param: shop is missing",
		`["1",{"deep":{"shop":"x","al":1}}]`:      `unknown_param: get has no argument "al"`,
		`["1",{"deep":{"shop":"x"},"pear":1}]`:    `unknown_param: get has no argument "pear"`,
		`["1",{"deep":7}]`:                        "bad_type: deep must be an object",
		`["1",{"pairs":[{"kind":"x"}]}]`:          `bad_type: kind must be int, not "x"`,
		`["1",{"pairs":[{"kin":1}]}]`:             `unknown_param: get has no argument "kin"`,
		`["1",{"spec_nos":["abcd","abcde"]}]`:     "too_long: spec_nos is longer than 4 characters",
		`["1",{"ids":[1,"x"]}]`:                   `bad_type: ids must be int, not "x"`,
		`["1",{"ids":[1,{}]}]`:                    "bad_type: ids must be one int, not a list or an object",
		`["1",{"ids":"1,2"}]`:                     "bad_type: ids must be a list",
		`["1",{"ids":"[1]"}]`:                     "bad_type: ids must be a list",
		`["1",[]]`:                                "bad_type: params must be an object",
		`[["1"],{` + oneDay + `}]`:                "bad_type: no must be one string, not a list or an object",
		`["1",{"deep":{"shop":{"deep":"er"}}}]`:   "bad_type: shop must be one string, not a list or an object",
		`["1",{"spec_nos":[["a"],[]],"deep":{}}]`: "missing_param: shop is missing",
	} {
		_, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused == nil || inWords(refused) != want {
			t.Errorf("%s: refused with %v, want %q", text, refused, want)
		}
	}
}

// TestWindowConditions: some arguments replace the window, make it ignored, or give it
// another limit.
func TestWindowConditions(t *testing.T) {
	t.Parallel()
	const wider = `with: [{arg: spec_nos, limit: 720h, words: a month}, {arg: shop, limit: 2h, words: two hours}]`
	windowed := func(from, to string) [2]int64 { return [2]int64{unix(t, from), unix(t, to)} }
	hour, month := windowed("2022-12-01 00:00:00", "2022-12-01 01:00:00"), windowed("2022-12-01 00:00:00", "2022-12-31 00:00:00")
	for _, tt := range []struct {
		span, args string
		refused    string
		want       [2]int64
	}{
		{wider, `["",{}]`, "missing_window: start is missing", hour},
		{wider, `[]`, "missing_window: start is missing", hour},
		{wider, `["",{"ids":[],"start":"2022-12-01 00:00:00"}]`, "missing_window: end is missing", hour},
		{wider, `["",{"start":"","end":"2022-12-01 00:00:00"}]`, "missing_window: start is missing", hour},
		{wider, `["1",{}]`, "", [2]int64{}},
		{wider, `[7,{"start":"2022-12-01 00:00:00"}]`, "", [2]int64{}},
		{wider, `["",{"ids":[1]}]`, "", [2]int64{}},
		{wider, `["1",{` + oneDay + `}]`, "", hour},
		{wider, `["1",{` + months + `}]`, "span_too_wide: start to end is 2592000 s, at most 3600 s", hour},
		{wider, `["",{` + months + `,"spec_nos":["a"]}]`, "", month},
		{wider, `["",{` + months + `,"spec_nos":[]}]`, "span_too_wide: start to end is 2592000 s, at most 3600 s", month},
		{wider, `["",{` + months + `,"deep":{"shop":"x"}}]`, "span_too_wide: start to end is 2592000 s, at most 7200 s", month},
		{wider, `["",{` + months + `,"spec_nos":["a"],"deep":{"shop":"x"}}]`, "", month},
		{"ignored: true", `["1",{` + months + `}]`, "", [2]int64{}},
		{"ignored: true", `["",{` + months + `}]`, "span_too_wide: start to end is 2592000 s, at most 3600 s", month},
		{"ignored: true", `["",{` + oneDay + `}]`, "", hour},
		{"ignored: true", `["1",{"start":"soon"}]`, "bad_date: start must look like 2022-12-28 16:40:58", hour},
	} {
		v, e := acme(t, "get", spanning(t, tt.span))
		c, refused := check(v, e, args.Sent{List: list(t, tt.args), Now: now})
		if got := ""; refused != nil || tt.refused != "" {
			if refused != nil {
				got = inWords(refused)
			}
			if got != tt.refused {
				t.Errorf("%s with %s: refused with %q, want %q", tt.args, tt.span, got, tt.refused)
			}
			continue
		}
		if q := c.Query(); [2]int64{q.From, q.To} != tt.want || q.Column != "made" {
			t.Errorf("%s with %s: window %d to %d of %q, want %v of made", tt.args, tt.span, q.From, q.To, q.Column, tt.want)
		}
	}
	v, e := acme(t, "get", spanning(t, wider))
	_, refused := check(v, e, args.Sent{List: list(t, `["",{`+months+`,"deep":{"shop":"x"}}]`), Now: now})
	if refused.Vars["limit"] != "two hours" {
		t.Errorf("the limit is %q, want two hours", refused.Vars["limit"])
	}
}

// TestNestedText: a form sends a list or an object as its JSON text, one level deep.
func TestNestedText(t *testing.T) {
	t.Parallel()
	vendor := strings.NewReplacer("nested: {value: json", "nested: {value: text", "unknown: {value: refused", "unknown: {value: ignored").Replace(acmeVendor(t))
	all, err := load.Catalog(layer("acme/vendor.yaml", vendor, "acme/x.yaml", `endpoints:
  - method: push
    title: push
    kind: write
    evidence: documented
    source: a page
    args:
      - name: form
        type: object
        label: F
        required: true
        fields:
          - {name: head, type: object, label: H, fields: [{name: "no", type: string, label: N, required: true}]}
          - {name: lines, type: list, label: L, required: true, fields: [{name: spec_no, type: string, label: S}, {name: marks, type: ints, label: M}]}
    write: {collection: order, lines: [{list: lines, into: details, set: [{column: marks, sum: {list: marks, of: marks}}]}]}
    answer: {code: 0}
`))
	if err != nil {
		t.Fatal(err)
	}
	v, e := all.Vendor("acme"), all.Endpoint("acme", "push")
	for text, want := range map[string]string{
		`[{"head":"{\"no\":\"1\",\"x\":2}","lines":"[{\"spec_no\":\"a\",\"marks\":[1]}]"}]`: "no=1 lines[(spec_no=a marks[(marks=1)])]",
		`[{"head":"","lines":" [{}] "}]`:                "lines[()]",
		`[{"lines":"null"}]`:                            "missing_param: lines is missing",
		`[{"lines":""}]`:                                "missing_param: lines is missing",
		`[{"lines":"[]"}]`:                              "missing_param: lines is missing",
		`[{"lines":"{}"}]`:                              "bad_type: lines must be a list",
		`[{"lines":"[{}"}]`:                             "bad_type: lines must be a list",
		`[{"lines":"[{}] x"}]`:                          "bad_type: lines must be a list",
		`[{"lines":"[{\"marks\":\"[1]\"}]"}]`:           "bad_type: marks must be a list",
		`[{"head":"[]","lines":"[{}]"}]`:                "bad_type: head must be an object",
		`[{"head":"{}","lines":"[{}]"}]`:                "missing_param: no is missing",
		`["{\"lines\":[{}]}"]`:                          "bad_type: form must be an object",
		`[{"lines":"` + strings.Repeat("[", 99) + `"}]`: "bad_type: lines must be a list",
	} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		got := ""
		if refused != nil {
			got = inWords(refused)
		} else {
			docs := c.Inputs()
			got = show(&docs[0])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
