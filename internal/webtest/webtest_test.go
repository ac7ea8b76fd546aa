package webtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shaxiang/internal/vendorapi"
)

func TestRun(t *testing.T) {
	Run(t, Config{
		BaseURL: newServer(t).URL,
		Now:     noon,
		Vars:    map[string]string{"prefix": `"no":`},
	}, "testdata/scripts/*.txt")
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	if _, err := scripts("testdata/none/*.txt"); err == nil || !strings.Contains(err.Error(), "testdata/none/*.txt: no such file") {
		t.Errorf("a glob that matches nothing: %v", err)
	}
	if _, err := scripts("[a"); err == nil {
		t.Error("a glob that is none was taken")
	}
	if _, err := (Config{}).complete(); err == nil || !strings.Contains(err.Error(), "Config.Now") {
		t.Errorf("a config without a clock: %v", err)
	}
}

// TestPackageComment holds the documentation to the grammar.
func TestPackageComment(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("webtest.go")
	if err != nil {
		t.Fatal(err)
	}
	comment, _, _ := strings.Cut(string(source), "\npackage webtest")
	for _, forms := range [][]form{opening, directives, checks} {
		for _, f := range forms {
			if !strings.Contains(comment, "\n//\t"+f.usage) {
				t.Errorf("the package comment does not list %q", f.usage)
			}
		}
	}
	_, example, _ := strings.Cut(comment, "A case is\n//\n")
	example, _, _ = strings.Cut(example, "// # Layout")
	example = strings.ReplaceAll(strings.ReplaceAll(example, "//\t", ""), "//", "")
	s, err := parse("webtest.go", example)
	if err != nil || len(s.cases) != 4 {
		t.Errorf("the example of the package comment: %d cases, %v", len(s.cases), err)
	}
}

// play runs one case and returns its problems as one text.
func play(t *testing.T, config Config, source string) string {
	t.Helper()
	config.Now = noon
	config, err := config.complete()
	if err != nil {
		t.Fatal(err)
	}
	s, err := parse(filepath.Join("testdata", "scripts", "play.txt"), source)
	if err != nil {
		t.Fatal(err)
	}
	p := &player{config: config, script: s, vars: vars{}}
	var out []string
	for _, c := range s.cases {
		problems, transcript := p.play(c)
		for _, problem := range problems {
			out = append(out, problem.Error())
		}
		if transcript == "" {
			t.Error("there is no transcript")
		}
	}
	return strings.Join(out, "\n")
}

func TestFailures(t *testing.T) {
	t.Parallel()
	server := newServer(t)
	tests := []struct{ name, source, want string }{
		{"all checks are made",
			"GET /rows\nexpect\n\thttp 500\n\tjson status == 0\n\tjson status == 1\n\tjson list.5 present",
			"3: http 500: came 200\n5: json status == 1: came 0\n6: json list.5 present: there is no such value"},
		{"no answer",
			"GET /reset\nexpect\n\thttp 200",
			"1: no whole answer came: Get \"" + server.URL + "/reset\": EOF"},
		{"unknown variable in a check",
			"GET /rows\nexpect\n\tsave no = list.0.no\n\tjson list.0.no == \"${mo}\"",
			`4: json list.0.no == "${mo}": unknown variable "mo"; known are: no`},
		{"unknown variable in the target",
			"GET /${x}\nexpect\n\thttp 200",
			`1: unknown variable "x"; known are: `},
		{"unknown variable in a directive",
			"call openapi m\nset a = ${x}\nexpect\n\thttp 200",
			`2: set a = ${x}: unknown variable "x"; known are: `},
		{"a variable that makes a value invalid",
			"GET /rows\nexpect\n\tsave no = list.0.no\n\tjson list.0.no == ${no}",
			`4: json list.0.no == ${no}: "A1" is not JSON; a string needs its quotes`},
		{"nothing to save",
			"GET /rows\nexpect\n\thttp 200\n\tsave x = y",
			"4: save x = y: there is no such value"},
		{"nothing to save from",
			"GET /half\nexpect\n\terror ~ EOF\n\tsave x = y",
			"4: save x = y: the body is not JSON"},
		{"nothing to unset",
			"call openapi m\nunset slat\nexpect\n\thttp 200",
			`2: unset slat: the request has no "slat"`},
		{"nothing to tamper with",
			"call openapi m\ntamper x = y\nexpect\n\thttp 200",
			`2: tamper x = y: the request has no "x"`},
		{"nothing to tamper away",
			"call openapi m\ntamper unset x\nexpect\n\thttp 200",
			`2: tamper unset x: the request has no "x"`},
		{"no HTTP",
			"GET /%zz\nexpect\n\thttp 200",
			`1: parse "` + server.URL + `/%zz": invalid URL escape "%zz"`},
		{"an example that is not there",
			"GET /rows\nexpect\n\tshape @this == none.json",
			"3: shape @this == none.json: open testdata/scripts/none.json: no such file or directory"},
		{"an example that is no JSON",
			"GET /rows\nexpect\n\tshape @this == plain.txt",
			"3: shape @this == plain.txt: plain.txt is not JSON"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := play(t, Config{BaseURL: server.URL}, test.source); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	none := Config{BaseURL: server.URL, Credentials: map[string][]*vendorapi.Credential{}}
	if got := play(t, none, "call fubei m\nexpect\n\thttp 200"); got != "1: there is no credential for fubei" {
		t.Errorf("without a credential: %s", got)
	}
}
