package lint_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/catalog/load"
	"shaxiang/internal/yamlfile"
)

var update = flag.Bool("update", false, "write what the linter says into the golden archives")

// problems returns the problems of a load, one a line.
func problems(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var ps yamlfile.Problems
	if !errors.As(err, &ps) {
		t.Fatalf("the error is a %T, want yamlfile.Problems: %v", err, err)
	}
	return ps.Error() + "\n"
}

// TestLintRules checks the linter against testdata: one archive for each rule, whose comment says
// what it proves. A section "edit" changes the vendor of ../testdata/acme, line by line:
// old => new.
func TestLintRules(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 || len(archive.Comment) == 0 {
				t.Fatal("an archive has a comment, an input and the problems")
			}
			got := lintArchive(t, archive.Files[0])
			if *update {
				archive.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(archive.Files[1].Data), got); diff != "" {
				t.Errorf("problems differ (-want +got):\n%s", diff)
			}
		})
	}
}

func lintArchive(t *testing.T, input txtar.File) string {
	vendor := acmeVendor(t)
	if input.Name != "edit" {
		_, err := load.Catalog(layer("acme/vendor.yaml", vendor, input.Name, string(input.Data)))
		return problems(t, err)
	}
	for line := range strings.Lines(string(input.Data)) {
		before, after, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		if !ok || strings.Count(vendor, before) != 1 {
			t.Fatalf("edit %q must be old => new, and old must stand once in the vendor's file", line)
		}
		vendor = strings.Replace(vendor, before, after, 1)
	}
	_, err := load.Catalog(layer("acme/vendor.yaml", vendor))
	return problems(t, err)
}

// TestLintNamesEachRule proves that no archive is empty by mistake.
func TestLintNamesEachRule(t *testing.T) {
	t.Parallel()
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		valid := strings.HasPrefix(filepath.Base(name), "valid_")
		if empty := len(archive.Files[1].Data) == 0; empty != valid {
			t.Errorf("%s: problems are empty: %v, want %v", name, empty, valid)
		}
	}
}

// acmeVendor is the conventions of an invented vendor.
func acmeVendor(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../testdata/acme/vendor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func layer(files ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}
