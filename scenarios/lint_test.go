package scenarios_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/scenarios"
)

var update = flag.Bool("update", false, "write what the linter says into the golden archives")

// TestLintRules holds the linter against testdata/lint: an archive a rule, whose
// comment says what it proves. The first file is linted, or each of its lines as a
// rule when it is called rule.yaml; others are there to be extended.
func TestLintRules(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil || len(archives) < 30 {
		t.Fatalf("%d archives, %v; want at least 30", len(archives), err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			last := len(archive.Files) - 1
			if last < 1 || len(archive.Comment) == 0 || archive.Files[last].Name != "problems" {
				t.Fatal("an archive has a comment, an input and the problems")
			}
			got := lintArchive(t, archive.Files[:last])
			if *update {
				archive.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[last].Data), got); diff != "" {
				t.Errorf("problems differ (-want +got):\n%s", diff)
			}
			if valid := strings.HasPrefix(filepath.Base(name), "valid_"); valid != (got == "") {
				t.Errorf("problems are %q; only archives called valid_… have none", got)
			}
		})
	}
}

func lintArchive(t *testing.T, inputs []txtar.File) string {
	k, others := known(t), map[string]string{}
	for _, f := range inputs {
		others[f.Name] = string(f.Data)
	}
	k.Read = files(others)
	if inputs[0].Name != "rule.yaml" {
		return lines(scenarios.Lint(inputs[0].Name, inputs[0].Data, k).Err())
	}
	var b strings.Builder
	for line := range strings.Lines(string(inputs[0].Data)) {
		b.WriteString(lines(scenarios.LintRule("rule", []byte(line), k).Err()))
	}
	return b.String()
}

func lines(err error) string {
	if err == nil {
		return ""
	}
	return err.Error() + "\n"
}

func TestLibraryIsClean(t *testing.T) {
	t.Parallel()
	names, k := scenarios.Names(), known(t)
	if len(names) < 26 {
		t.Errorf("the library has %d scenarios, want at least 26", len(names))
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := library(t, name)
			if ps := scenarios.Lint(name+".yaml", data, k); ps != nil {
				t.Error(ps)
			}
			s, err := scenarios.Load(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			if s.Name != name || s.Title == "" || s.Extends != "" {
				t.Errorf("loaded name %q, title %q, extends %q; want %q, a title, nothing left to extend", s.Name, s.Title, s.Extends, name)
			}
			if !strings.HasPrefix(string(data), "# ") {
				t.Error("the file does not begin with a comment that says what a client should learn")
			}
		})
	}
}

// TestInlineNeedsNoHeader: what is sent for one test is not listed anywhere.
func TestInlineNeedsNoHeader(t *testing.T) {
	t.Parallel()
	k := known(t)
	k.Inline = true
	if ps := scenarios.Lint("request", []byte(`{"rules": [{"then": {"http": 500}}]}`), k); ps != nil {
		t.Error(ps)
	}
	if got := lines(scenarios.Lint("request", []byte(`{"extends": "./secret.yaml"}`), k).Err()); !strings.Contains(got, "files are not read here") {
		t.Errorf("problems %q", got)
	}
}

// TestParseIsLenientWhereLintIsNot: an inline scenario over HTTP needs no name.
func TestParseIsLenientWhereLintIsNot(t *testing.T) {
	t.Parallel()
	s, ps := scenarios.Parse("dir/mine.yaml", []byte("rules: [{then: {refuse: what_ever}}]"))
	if ps != nil || s.Name != "mine" || s.Rules[0].Then.Refuse.Kind != "what_ever" {
		t.Errorf("parsed %+v, %v", s, ps)
	}
	if s, ps := scenarios.Parse("mine.yaml", []byte("rules: [{then: {}}]")); s != nil || len(ps) != 1 {
		t.Errorf("parsed %+v, %v; want no scenario and one problem", s, ps)
	}
	if ps := scenarios.Lint("mine.yaml", []byte("name: a\ntitle: b\nworld: {rows: {x: [{y: 1}]}}\nrules: [{when: {vendor: v, method: m}, then: {refuse: k}}]"), scenarios.Known{}); ps != nil {
		t.Errorf("an empty Known knows nothing, so nothing can be unknown: %v", ps)
	}
}

func TestTooManyRules(t *testing.T) {
	t.Parallel()
	many := func(n int) []byte {
		return []byte("rules:\n" + strings.Repeat("- {when: {call: {nth: 1}}, then: {http: 500}}\n", n))
	}
	if _, ps := scenarios.Parse("f.yaml", many(1000)); ps != nil {
		t.Errorf("a thousand rules: %v", ps)
	}
	_, ps := scenarios.Parse("f.yaml", many(scenarios.MaxRules+1))
	if got := lines(ps.Err()); got != "f.yaml:1: rules: 10001 are too many; at most 10000\n" {
		t.Errorf("problems %q", got)
	}
}

// TestSmallMistakes are those that need no archive of their own.
func TestSmallMistakes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"clock: {}":             "",
		"clock: {mode: real}":   "",
		"clock: {mode: frozen}": `clock.now: "" is no time; a frozen clock stands at one such as 2022-12-28 12:00:00`,
		"clock: {offset: 3s}":   "clock.offset: only an offset clock takes an offset; set mode to offset",
		"clock: {mode: frozen, now: 2022-12-28 12:00:00, offset: 3s}": "clock.offset: a frozen clock takes no offset; write the moment into now",
		"clock: {mode: offset, now: 2022-12-28 12:00:00, offset: 3s}": "clock.now: only a frozen clock takes now; set mode to frozen",
		"rules: [{then: {reply: {[a]: 1}}}]":                          "rules: then.reply: a name in a JSON object must be a text",
		"rules: [{then: {reply: !!binary '?'}}]":                      "rules: then.reply: !!binary is no base64: illegal base64 data at input byte 0",
		"rules: [{then: {reply: !!int x}}]":                           `rules: then.reply: "x" is no number of JSON; quote it if it is a text`,
		"rules: [{then: {reply: !!bool x}}]":                          `rules: then.reply: "x" is neither true nor false`,
		"rules: [{then: {delay: [1s]}}]":                              "rules: then.delay: a list is not right here",
		"rules: {a: 1}":                                               "a map is not right here; want a list",
	} {
		if want != "" {
			want = "f.yaml:1: " + want + "\n"
		}
		_, ps := scenarios.Parse("f.yaml", []byte(file))
		if got := lines(ps.Err()); got != want {
			t.Errorf("%s: %q, want %q", file, got, want)
		}
	}
}
