package scenarios_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/scenarios"
)

// FuzzLint: whatever a file says, the linter reports and does not fall; what it
// accepts parses, can be shown as JSON, and is the same when that is read again.
func FuzzLint(f *testing.F) {
	for _, name := range scenarios.Names() {
		f.Add(library(f, name))
	}
	archives, _ := filepath.Glob("testdata/lint/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	k := known(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if problems := scenarios.Lint("fuzz.yaml", data, k); problems != nil {
			for _, p := range problems {
				if !strings.HasPrefix(p.Error(), "fuzz.yaml:") || p.Text() == "" {
					t.Errorf("a problem is %q", p.Error())
				}
			}
		}
		scenarios.LintRule("fuzz.yaml", data, k)
		s, problems := scenarios.Parse("fuzz.yaml", data)
		if problems != nil {
			return
		}
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		back := &scenarios.Scenario{}
		if err := json.Unmarshal(text, back); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		again, err := json.Marshal(back)
		if err != nil || !bytes.Equal(text, again) {
			t.Errorf("%v: shown as %s, read and shown again as %s", err, text, again)
		}
		e := scenarios.NewEngine(s, 1)
		for range 3 {
			e.Consult(scenarios.Call{Vendor: "openapi", Method: "a", Params: map[string]string{"page_no": "0"}})
		}
	})
}

// FuzzApply: of a valid body a patch makes a valid body or an error, and a body that
// nothing leads into stays as it is.
func FuzzApply(f *testing.F) {
	f.Add([]byte(answer), "data.list.*.amount", []byte("199.0000"), false)
	f.Add([]byte(answer), "data.list.-1", []byte(""), true)
	f.Add([]byte(answer), "*", []byte(""), true)
	f.Add([]byte(answer), "*.*", []byte("[]"), true)
	f.Add([]byte(answer), "e.+", []byte(`{"a":"\u0000"}`), false)
	f.Add([]byte(`[[],[ ],[1 , 2, {"a" : 3 , "a":4}]]`), "*.*", []byte(""), true)
	f.Add([]byte(`{"\\\"":{"\u4e2d":[1]}}`), `\\".中.+`, []byte(" 1 "), false)
	f.Fuzz(func(t *testing.T, body []byte, path string, value []byte, remove bool) {
		got, err := scenarios.Apply(body, []scenarios.Patch{{Path: path, Value: value, Delete: remove}})
		switch {
		case err != nil && got != nil:
			t.Errorf("an error and a body: %v, %s", err, got)
		case err == nil && !json.Valid(body):
			t.Errorf("a body that is no JSON was patched: %q", body)
		case err == nil && !json.Valid(got):
			t.Errorf("%q of %s with %s is no JSON: %s", path, body, value, got)
		}
	})
}
