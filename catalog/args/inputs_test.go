package args_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
)

// orders is a write of documents with lists of their own, a list beside them, and shared
// arguments.
const orders = `endpoints:
  - method: push
    title: push orders
    kind: write
    evidence: documented
    source: a page
    args:
      - {name: shop_no, type: string, label: S, required: true}
      - name: orders
        type: list
        label: O
        required: true
        fields:
          - {name: no, type: string, label: N, length: 5, required: true}
          - {name: mode, type: int, label: M, enum: {"0": plain, "1": fast}, default: "1", column: "-"}
          - {name: to, type: object, label: T, fields: [{name: name, type: string, label: N, column: receiver, required: true}, {name: at, type: object, label: A, fields: [{name: street, type: string, label: R}]}]}
          - {name: gifts, type: list, label: G, fields: [{name: spec_no, type: string, label: P, required: true}, {name: marks, type: ints, label: K, max: "9", column: "-"}]}
          - {name: serials, type: strings, label: L, length: 3}
      - name: details
        type: list
        label: D
        fields:
          - {name: no, type: string, label: N, required: true}
          - {name: spec_no, type: string, label: P, required: true}
          - {name: num, type: decimal, label: U}
      - {name: dry, type: bool, label: Y, column: "-"}
    write:
      each: orders
      collection: order
      key: [no]
      lines:
        - {list: details, into: details, by: no}
        - {list: gifts, into: gifts}
      also:
        - {each: serials, collection: serial, key: [serials]}
      error: {no: $no, error: $message}
    answer: {code: 0}
    partial: {code: 0, errors: $errors}
`

func sent(in *catalog.Input, name string) string {
	text, _ := in.Sent(name)
	return text
}

func given(in *catalog.Input, name string) bool {
	_, given := in.Lookup(name)
	return given
}

// show prints an input with the results of its methods.
func show(in *catalog.Input) string {
	var b strings.Builder
	values := func(from []catalog.Arg, given bool) {
		for _, a := range slices.SortedFunc(slices.Values(from), func(x, y catalog.Arg) int { return strings.Compare(x.Name, y.Name) }) {
			if a.Given == given && a.Name != "" {
				fmt.Fprintf(&b, " %s=%s", a.Name, a.Value.Text())
			}
		}
	}
	values(in.Args, true)
	if in.Aside != nil {
		b.WriteString(" aside")
		values(in.Aside, true)
		values(in.Aside, false)
	}
	for _, name := range sortedKeys(in.Lists) {
		fmt.Fprintf(&b, " %s[", name)
		for i := range in.Lists[name] {
			fmt.Fprintf(&b, "(%s)", show(&in.Lists[name][i]))
		}
		b.WriteString("]")
	}
	return strings.TrimSpace(b.String())
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "push", orders)
	c, refused := check(v, e, args.Sent{Now: now, List: list(t, `["POS",
		[{"no":"1","mode":0,"to":{"name":"Li","at":{"street":"x"}},"gifts":[{"spec_no":"g1","marks":[1,"2"]},{"spec_no":"g2"}]},
		 {"no":"2","serials":["a","b"]},
		 {"no":"1","gifts":[]}],
		[{"no":"1","spec_no":"s1","num":"1.50"},{"no":"2","spec_no":"s2"},{"no":"1","spec_no":"s3"},{"no":"9","spec_no":"nobody's"}], true]`)})
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	docs := c.Inputs()
	var got []string
	for i := range docs {
		got = append(got, show(&docs[i]))
	}
	want := []string{
		"no=1 receiver=Li street=x aside mode=0 details[(no=1 num=1.5 spec_no=s1)(no=1 spec_no=s3)] gifts[(spec_no=g1 aside marks[(aside marks=1)(aside marks=2)])(spec_no=g2)]",
		"no=2 aside mode=1 details[(no=2 spec_no=s2)] serials[(serials=a)(serials=b)]",
		"no=1 aside mode=1 details[(no=1 num=1.5 spec_no=s1)(no=1 spec_no=s3)] gifts[]",
	}
	for i := range want {
		want[i] = strings.ReplaceAll(want[i], "aside marks[", "marks[")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("documents differ (-want +got):\n%s", diff)
	}
	reach(t, docs)
}

// reach checks that documents and lines have the arguments of the inputs around them.
func reach(t *testing.T, docs []catalog.Input) {
	t.Helper()
	line, gift, serial := &docs[0].Lists["details"][0], &docs[0].Lists["gifts"][0], &docs[1].Lists["serials"][0]
	if line.Outer != &docs[0] || gift.Outer != &docs[0] || serial.Outer != &docs[1] {
		t.Error("a line's outer input is not its document")
	}
	for _, tt := range []struct {
		in    *catalog.Input
		name  string
		text  string
		given bool
	}{
		{&docs[0], "shop_no", "POS", true},
		{&docs[0], "dry", "1", true},
		{&docs[0], "mode", "0", true},
		{&docs[1], "mode", "1", false},
		{&docs[1], "receiver", "", false},
		{&docs[0], "name", "", false},
		{&docs[0], "gifts", "", true},
		{&docs[2], "gifts", "", false},
		{&docs[1], "gifts", "", false},
		{&docs[1], "serials", "", true},
		{line, "receiver", "Li", true},
		{line, "mode", "0", true},
		{line, "shop_no", "POS", true},
		{&docs[0].Lists["details"][1], "num", "0", false},
		{gift, "no", "1", true},
		{&gift.Lists["marks"][1], "marks", "2", true},
		{&gift.Lists["marks"][1], "spec_no", "g1", true},
		{serial, "no", "2", true},
		{serial, "nothing", "", false},
	} {
		if text, given := tt.in.Value(tt.name).Text(), given(tt.in, tt.name); text != tt.text || given != tt.given {
			t.Errorf("%s of %s is %q, given %v; want %q, %v", tt.name, show(tt.in), text, given, tt.text, tt.given)
		}
	}
	if catalog.ArgNamed(docs[0].Args, "mode") != nil || sent(&docs[0], "mode") != "0" || sent(&docs[0], "receiver") != "Li" {
		t.Errorf("%+v: mode fills no column, and what was sent has the name of the column", docs[0])
	}
}

// TestRefusedRows: a mistake in a document, at any depth, refuses that document. Any other
// mistake refuses the call.
func TestRefusedRows(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "push", orders)
	const details = `[{"no":"1","spec_no":"s"}]`
	for _, tt := range []struct {
		args string
		own  bool // the first document's refusal
		kind catalog.Kind
		name string
	}{
		{`["POS",[{"mode":1}],` + details + `]`, true, catalog.MissingParam, "no"},
		{`["POS",[{"no":"123456"}],` + details + `]`, true, catalog.TooLong, "no"},
		{`["POS",[{"no":"1","to":{}}]]`, true, catalog.MissingParam, "name"},
		{`["POS",[{"no":"1","to":[]}]]`, true, catalog.BadType, "to"},
		{`["POS",[{"no":"1","to":{"name":"x","at":"y"}}]]`, true, catalog.BadType, "at"},
		{`["POS",[{"no":"1","gifts":{}}]]`, true, catalog.BadType, "gifts"},
		{`["POS",[{"no":"1","gifts":"[]"}]]`, true, catalog.BadType, "gifts"},
		{`["POS",[{"no":"1","gifts":[1]}]]`, true, catalog.BadType, "gifts"},
		{`["POS",[{"no":"1","gifts":[{"spec_no":"g"},{"marks":[]}]}]]`, true, catalog.MissingParam, "spec_no"},
		{`["POS",[{"no":"1","gifts":[{"spec_no":"g","marks":[3,"x"]}]}]]`, true, catalog.BadType, "marks"},
		{`["POS",[{"no":"1","gifts":[{"spec_no":"g","marks":[10]}]}]]`, true, catalog.TooLarge, "marks"},
		{`["POS",[{"no":"1","serials":["abc","abcd"]}]]`, true, catalog.TooLong, "serials"},
		{`["POS",[{"no":"1","serials":[["a"]]}]]`, true, catalog.BadType, "serials"},
		{`["POS",[{"no":"1","mode":2}]]`, true, catalog.TooLarge, "mode"},
		{`["POS",[{"no":"1"}],[{"no":"1"}]]`, false, catalog.MissingParam, "spec_no"},
		{`["POS",[{"no":"1"}],[{"no":"1","spec_no":"s","num":"x"}]]`, false, catalog.BadType, "num"},
		{`["POS",[{"no":"1"}],{}]`, false, catalog.BadType, "details"},
		{`["POS",[7]]`, false, catalog.BadType, "orders"},
		{`["",[{"no":"1"}]]`, false, catalog.MissingParam, "shop_no"},
		{`[null,[{"no":"1"}]]`, false, catalog.MissingParam, "shop_no"},
		{`[{},[{"no":"1"}]]`, false, catalog.BadType, "shop_no"},
		{`["POS",null]`, false, catalog.MissingParam, "orders"},
		{`["POS"]`, false, catalog.ArgCount, ""},
		{`["POS",[{"no":"1"}],` + details + `,"perhaps"]`, false, catalog.BadType, "dry"},
		{`["POS",[{"no":"1","to":{"name":"x","at":{"zip":1}},"wrong":1}]]`, false, catalog.UnknownParam, "wrong"},
		{`["POS",[{"no":"1","to":{"name":"x","at":{"zip":1}}}]]`, false, catalog.UnknownParam, "zip"},
		{`["POS",[{"no":"1","gifts":[{"spec_no":"x","z":1,"y":2}]}]]`, false, catalog.UnknownParam, "y"},
	} {
		c, refused := check(v, e, args.Sent{List: list(t, tt.args), Now: now})
		if tt.own {
			if refused != nil {
				t.Errorf("%s: the call was refused: %v", tt.args, refused)
				continue
			}
			refused = c.Inputs()[0].Refused
		}
		if refused == nil || refused.Kind != tt.kind || refused.Vars["name"] != tt.name {
			t.Errorf("%s: refused with %v %v; want %s of %q", tt.args, refused, refused, tt.kind, tt.name)
		}
	}
	c, _ := check(v, e, args.Sent{List: list(t, `["POS",[{"gifts":7,"no":"1"},{"no":"2"}]]`), Now: now})
	if docs := c.Inputs(); sent(&docs[0], "no") != "1" || docs[0].Refused == nil || docs[1].Refused != nil {
		t.Errorf("documents %+v: the first is refused and still names itself, the second is not", docs)
	}
}

// TestOneDocument: without each all arguments make one document.
func TestOneDocument(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "create", `endpoints:
  - method: create
    title: create
    kind: write
    evidence: documented
    source: a page
    args:
      - {name: head, type: object, label: H, required: true, fields: [{name: no, type: string, label: N, required: true}, {name: tags, type: strings, label: T}]}
      - {name: lines, type: list, label: L, required: true, fields: [{name: spec_no, type: string, label: S}]}
      - {name: now, type: bool, label: W, required: true, column: "-"}
    write: {collection: order, key: ["no"], lines: [{list: lines, into: details}, {list: tags, into: tags}]}
    answer: {code: 0, no: $no}
`)
	for text, want := range map[string]string{
		`[{"no":"1","tags":["a"]},[{"spec_no":"x"},{"spec_no":"y"}],false]`: "no=1 aside now=0 lines[(spec_no=x)(spec_no=y)] tags[(tags=a)]",
		`[{"no":"1","tags":[]},[{}],1]`:                                     "no=1 aside now=1 lines[()] tags[]",
		`[{"no":"1","tags":null},[{}],1]`:                                   "no=1 aside now=1 lines[()]",
		`[{"no":"1"},[],true]`:                                              "missing_param: lines is missing",
		`[{"no":"1"},[{}],null]`:                                            "missing_param: now is missing",
		`[{"no":"1"},[{}]]`:                                                 "arg_count: argument 3 (now) is missing",
		`[null,[{}],true]`:                                                  "bad_type: head must be an object",
		`[{"no":"1","tags":"a"},[{}],true]`:                                 "bad_type: tags must be a list",
	} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			if inWords(refused) != want {
				t.Errorf("%s: refused with %q, want %q", text, refused, want)
			}
			continue
		}
		docs := c.Inputs()
		if got := show(&docs[0]); len(docs) != 1 || got != want {
			t.Errorf("%s: %d documents, %q; want one, %q", text, len(docs), got, want)
		}
		for _, line := range docs[0].Lists["lines"] {
			if line.Outer != &docs[0] || line.Value("no").Text() != "1" {
				t.Errorf("%s: a line is not in its document", text)
			}
		}
	}
}

// TestDocumentsOfScalars: each element of a list of texts is a document.
func TestDocumentsOfScalars(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "cancel", `endpoints:
  - method: cancel
    title: cancel
    kind: write
    evidence: documented
    source: a page
    args:
      - {name: nos, type: strings, label: N, required: true, length: 3, column: "no"}
      - {name: why, type: string, label: W}
    write: {each: "no", collection: order, update: true, key: ["no"], set: [{column: status, value: "5"}],
      checks: [{collection: order, match: {"no": "no"}, refuse: not_found, message: "no {no}", evidence: documented}], error: {no: $no, error: $message}}
    answer: {code: 0}
    partial: {errors: $errors}
`)
	c, refused := check(v, e, args.Sent{List: list(t, `[["a","long",7,null],"so"]`), Now: now})
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	docs := c.Inputs()
	if len(docs) != 4 || docs[0].Value("no").Text() != "a" || sent(&docs[2], "no") != "7" || docs[0].Value("why").Text() != "so" || given(&docs[3], "no") {
		t.Errorf("documents are %+v; want a, one refused, 7 and nothing", docs)
	}
	if r := docs[1].Refused; r == nil || r.Kind != catalog.TooLong || r.Vars["name"] != "nos" || docs[0].Refused != nil {
		t.Errorf("refused with %v and %v; want none and too_long", docs[0].Refused, r)
	}
}

// TestManyDocumentsOfOneNumber: the memory of a call is bounded by what it sends.
func TestManyDocumentsOfOneNumber(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "push", orders)
	const many = 3000
	sent := list(t, `["POS",[`+strings.Repeat(`{"no":"1"},`, many-1)+`{"no":"1"}],[`+strings.Repeat(`{"no":"1","spec_no":"s"},`, many-1)+`{"no":"1","spec_no":"s"}]]`)
	c, refused := check(v, e, args.Sent{List: sent, Now: now})
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	docs := c.Inputs()
	if a, b := docs[0].Lists["details"], docs[many-1].Lists["details"]; len(a) != many || &a[0] != &b[0] {
		t.Errorf("%d and %d lines; want the same %d in both documents", len(a), len(b), many)
	}
}
