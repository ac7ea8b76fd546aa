package webtest

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// sample is the answer that the checks of this file are made on.
func sample() *answer {
	return &answer{
		status: 200,
		header: http.Header{"Content-Type": {"text/html"}, "Vary": {"a", "b"}},
		body: []byte(`{"code":0,"name":"\u6d4b<","big":12345678901234567890,"amount":199.0000,"none":null,"ok":true,
"rows":[{"no":"A1","at":"2022-12-01 00:00:00","n":2},{"no":"A2","at":"2022-12-02 00:00:00","n":10}],"empty":[],"one":[{"no":"A1"}]}`),
		err: errors.New("unexpected EOF"),
	}
}

// checkTests hold for each check the text of its failure, or nothing.
var checkTests = []struct{ check, want string }{
	{`http 200`, ``},
	{`http 404`, `came 200`},
	{`error ~ EOF$`, ``},
	{`error ~ reset`, `came unexpected EOF`},

	{`header content-type == text/html`, ``},
	{`header Content-Type == text`, `came text/html`},
	{`header Vary == a, b`, ``},
	{`header Content-Type == "text/html"`, ``},
	{`header Content-Type != text`, ``},
	{`header Content-Type != text/html`, `came text/html`},
	{`header Content-Type ~ ^text`, ``},
	{`header Content-Type ~ json`, `came text/html`},
	{`header Content-Type present`, ``},
	{`header X-No present`, `there is no such header`},
	{`header X-No == `, `there is no such header`},
	{`header X-No absent`, ``},
	{`header Vary absent`, `came a, b`},

	{`body ~ "code":0`, ``},
	{`body ~ ^code`, `came {"code":0,`},
	{`body != {}`, ``},
	{`body == {}`, `came {"code":0,`},

	{`json code == 0`, ``},
	{`json code == 0.0`, `came 0`},
	{`json code == "0"`, `came 0`},
	{`json amount == 199.0000`, ``},
	{`json amount == 199`, `came 199.0000`},
	{`json big == 12345678901234567890`, ``},
	{`json big == 12345678901234567891`, `came 12345678901234567890`},
	{`json name == "测<"`, ``},
	{`json name == "测"`, `came "\u6d4b<"`},
	{`json none == null`, ``},
	{`json gone == null`, `there is no such value`},
	{`json gone != 1`, `there is no such value`},
	{`json ok == true`, ``},
	{`json rows.# == 2`, ``},
	{`json rows.# == 3`, `came 2`},
	{`json rows.#.n == [2, 10]`, ``},
	{`json rows.#.n == [10,2]`, `came [2,10]`},
	{`json one == [ {"no": "A1"} ]`, ``},
	{`json rows.0 == {"at":"2022-12-01 00:00:00","no":"A1","n":2}`, `came {"no":"A1",`},
	{`json code != 1`, ``},
	{`json code != 0`, `came 0`},
	{`json amount ~ ^\d+\.\d{4}$`, ``},
	{`json code ~ ^\d+\.`, `came 0`},
	{`json name ~ ^测`, ``},
	{`json none ~ ^null$`, ``},
	{`json gone ~ .`, `there is no such value`},
	{`json amount < 199.5`, ``},
	{`json amount < 199`, `came 199.0000`},
	{`json amount <= 199`, ``},
	{`json amount <= 198.9999`, `came 199.0000`},
	{`json big > 12345678901234567889`, ``},
	{`json big > 12345678901234567890`, `came 12345678901234567890`},
	{`json rows.0.at >= "2022-12-01 00:00:00"`, ``},
	{`json rows.0.at >= "2022-12-01 00:00:01"`, `came "2022-12-01 00:00:00"`},
	{`json rows.0.no > 1`, `string and number values have no order`},
	{`json ok > true`, `bool and bool values have no order`},
	{`json rows type array`, ``},
	{`json rows.0 type object`, ``},
	{`json ok type bool`, ``},
	{`json none type string|null`, ``},
	{`json code type string|null`, `came number 0`},
	{`json name type number`, `came string "\u6d4b<"`},
	{`json gone type null`, `there is no such value`},
	{`json none present`, ``},
	{`json gone present`, `there is no such value`},
	{`json gone absent`, ``},
	{`json none absent`, `came null`},

	{`each rows n == 2`, `row 1: came 10`},
	{`each one no == "A1"`, ``},
	{`each rows no != "A3"`, ``},
	{`each rows no != "A2"`, `row 1: came "A2"`},
	{`each rows n < 11`, ``},
	{`each rows n < 10`, `row 1: came 10`},
	{`each rows n <= 10`, ``},
	{`each rows n <= 9`, `row 1: came 10`},
	{`each rows n > 1`, ``},
	{`each rows n > 2`, `row 0: came 2`},
	{`each rows n >= 2`, ``},
	{`each rows n >= 3`, `row 0: came 2`},
	{`each rows no ~ ^A\d$`, ``},
	{`each rows no ~ 1`, `row 1: came A2`},
	{`each rows no type string`, ``},
	{`each rows no type number|bool`, `row 0: came string "A1"`},
	{`each rows no present`, ``},
	{`each rows x present`, `row 0: there is no such value`},
	{`each rows x absent`, ``},
	{`each rows n absent`, `row 0: came 2`},
	{`each empty no present`, `there are no rows`},
	{`each gone no absent`, `there is no such array`},

	{`rows rows sorted at`, ``},
	{`rows rows sorted n`, ``},
	{`rows @this.rows.@reverse sorted n`, `row 1: 2 comes after 10`},
	{`rows rows sorted x`, `row 0: absent and absent values have no order`},
	{`rows one sorted no`, ``},
	{`rows one sorted x`, `row 0: absent and absent values have no order`},
	{`rows empty sorted no`, `there are no rows`},

	{`keys rows.0 == no at n`, ``},
	{`keys rows.0 == at no n`, `came no at n`},
	{`keys rows.0 == no at`, `came no at n`},
	{`keys rows == no`, `there is no such object`},

	{`shape one == [{"no":"x"}]`, ``},
	{`shape one == [{"no":1}]`, "of another type:\n\tone.#.no: string, in the example number"},
}

func TestChecks(t *testing.T) {
	t.Parallel()
	for _, test := range checkTests {
		t.Run(test.check, func(t *testing.T) {
			t.Parallel()
			s, err := match(checks, 1, strings.TrimSpace(test.check))
			if err != nil {
				t.Fatal(err)
			}
			err = sample().judge(s, ".")
			switch {
			case test.want == "" && err != nil:
				t.Errorf("fails: %v", err)
			case test.want != "" && (err == nil || !strings.HasPrefix(err.Error(), test.want)):
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	s, err := match(checks, 1, "body == "+string(sample().body))
	if err != nil || sample().judge(s, ".") != nil {
		t.Errorf("the exact body: %v", err)
	}
	s.op = "!="
	if sample().judge(s, ".") == nil {
		t.Error("the exact body is not itself")
	}
	notJSON := &answer{body: []byte("<html>")}
	if err := notJSON.judge(statement{word: "json", path: "code", op: "absent"}, "."); err == nil {
		t.Error("a value is absent from what is not JSON")
	}
	if err := notJSON.judge(statement{word: "error", op: "~", value: "."}, "."); err == nil {
		t.Error("a whole answer is taken for an error")
	}
}

// TestEveryCheckTested keeps the table complete: each operator of each form
// passes once and fails once.
func TestEveryCheckTested(t *testing.T) {
	t.Parallel()
	type outcome struct {
		word, op string
		passes   bool
	}
	tested := map[outcome]bool{{"body", "==", true}: true, {"body", "!=", false}: true} // by hand, above
	for _, test := range checkTests {
		s, err := match(checks, 1, strings.TrimSpace(test.check))
		if err != nil {
			t.Fatal(err)
		}
		tested[outcome{s.word, s.op, test.want == ""}] = true
	}
	for _, f := range checks {
		if f.word == "save" { // TestFailures
			continue
		}
		ops := ""
		for _, word := range strings.Fields(f.usage)[1:] {
			if !isHole(word) {
				ops = word
			}
		}
		for op := range strings.SplitSeq(ops, "|") {
			for _, passes := range []bool{true, false} {
				if !tested[outcome{f.word, op, passes}] {
					t.Errorf("%s, %q: no test where passes is %v", f.usage, op, passes)
				}
			}
		}
	}
}

func TestShape(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, example, served, want string }{
		{"the same", `{"a":1,"b":[{"c":""}]}`, `{"a":2.50,"b":[{"c":"x"},{"c":"y"}]}`, ``},
		{"lacking", `{"a":1,"b":{"c":1}}`, `{"b":{}}`,
			"in the example, but not served:\n\ta (number)\n\tb.c (number)"},
		{"added", `{"b":{}}`, `{"a":null,"b":{"c":[]}}`,
			"served, but not in the example:\n\tb.c (array)\n\ta (null)"},
		{"all kinds at once", `{"a":1,"b":"","c":1,"d":1}`, `{"b":1,"d":1,"c":1,"e":true}`,
			"in the example, but not served:\n\ta (number)\n" +
				"served, but not in the example:\n\te (bool)\n" +
				"of another type:\n\tb: number, in the example string\n" +
				"in another order:\n\t@this: b d c, in the example b c d"},
		{"rows make up their shape together", `[{"a":1,"b":""},{"b":null,"c":1}]`, `[{"c":2},{"a":1},{"b":null}]`, ``},
		{"a row of another type", `[{"a":1}]`, `[{"a":1},{"a":"1"}]`,
			"of another type:\n\t#.a: string, in the example number"},
		{"no rows", `{"list":[{"a":1}]}`, `{"list":[]}`, "in the example, but not served:\n\tlist.# (there are no rows)"},
		{"an example without rows", `{"list":[]}`, `{"list":[{"a":1}]}`, ``},
		{"an example's null", `{"a":null}`, `{"a":{"b":1}}`, ``},
		{"a null against a value", `{"a":""}`, `{"a":null}`, "of another type:\n\ta: null, in the example string"},
		{"no object", `{"a":{"b":1}}`, `{"a":"b"}`, "of another type:\n\ta: string, in the example object"},
		{"a dot in a key", `{"a.b":1}`, `{"a.b":""}`, "of another type:\n\ta.b: string, in the example number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := match(checks, 1, "shape @this == "+test.example)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := (&answer{body: []byte(test.served)}).judge(s, "."); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	got := shown(strings.Repeat("沙", 1000))
	if want := strings.Repeat("沙", 682) + "…(3000 bytes)"; got != want {
		t.Errorf("got %s", got)
	}
	if got := shown(strings.Repeat("a", 2048)); len(got) != 2048 {
		t.Errorf("2 KB are shortened to %d", len(got))
	}
}
