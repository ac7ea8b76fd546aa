package webtest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestProblems holds what the parser says of each script in testdata/problems.
func TestProblems(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no scripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = parse(filepath.Base(file), string(source))
			if err == nil {
				t.Fatal("the script parses")
			}
			got, golden := err.Error()+"\n", strings.TrimSuffix(file, ".txt")+".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("run with -update if this is right (-golden +got):\n%s", diff)
			}
		})
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	source := "# Prose about the file.\n\n\n# the title\n# and a remark\ncall openapi a.B x=1 y=\"a b\"\r\n" +
		"  z=`\"`\nbody [\n\n\t  1]\nexpect\n    # remark\n\n    http 200\n    save a.b = c.#(d==\"x\").e\n"
	source += "\nDELETE /x?y=1 \nexpect\n\tjson @this ==\n\t\t{\n\t\t\t\"a\": ${b}\n\t\t}"
	s, err := parse("x.txt", source)
	if err != nil {
		t.Fatal(err)
	}
	want := []*exchange{
		{
			line: 6, title: "the title", vendor: "openapi", verb: "POST", target: "a.B",
			steps: []statement{
				{line: 6, text: "x=1", word: "set", op: "=", name: "x", value: "1", kind: "VALUE"},
				{line: 6, text: `y="a b"`, word: "set", op: "=", name: "y", value: "a b", kind: "VALUE"},
				{line: 6, text: "z=`\"`", word: "set", op: "=", name: "z", value: `"`, kind: "VALUE"},
				{line: 8, text: "body [", word: "body", value: "[\n\n1]", kind: "TEXT"},
			},
			checks: []statement{
				{line: 14, text: "http 200", word: "http", value: "200", kind: "STATUS"},
				{line: 15, text: `save a.b = c.#(d=="x").e`, word: "save", op: "=", name: "a.b", path: `c.#(d=="x").e`},
			},
		},
		{
			line: 17, title: "DELETE /x?y=1", verb: "DELETE", target: "/x?y=1",
			checks: []statement{{line: 19, text: "json @this ==", word: "json", op: "==", path: "@this", value: "{\n\t\"a\": ${b}\n}", kind: "JSON"}},
		},
	}
	if diff := cmp.Diff(want, s.cases, cmp.AllowUnexported(exchange{}, statement{})); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// FuzzParse wants of any script that it is refused with the name of the file or
// is one that can fail and can be made into requests.
func FuzzParse(f *testing.F) {
	for _, glob := range []string{"testdata/scripts/*.txt", "testdata/problems/*.txt"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(source))
		}
	}
	config := Config{BaseURL: "http://127.0.0.1", Now: noon, Credentials: DefaultCredentials()}
	f.Fuzz(func(t *testing.T, source string) {
		s, err := parse("f.txt", source)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if line != "" && !strings.HasPrefix(line, "f.txt:") {
					t.Errorf("a problem without its place: %q", line)
				}
			}
			return
		}
		for _, c := range s.cases {
			if !c.asserts() || c.line < 1 || c.title == "" {
				t.Errorf("a case that says nothing: %+v", c)
			}
			if !strings.Contains(source, "repeat") {
				c.request(config, vars{}) // must not panic
			}
		}
	})
}
