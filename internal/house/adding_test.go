package house

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Documents that walk through a change of this repository.
const (
	vendorDocument     = "docs/adding-a-vendor.md"
	collectionDocument = "docs/adding-a-collection.md"
)

// goPath is the first line of a block that is a Go file of the repository.
var goPath = regexp.MustCompile(`^// (\S+\.go)\n`)

// TestAddingAVendor follows docs/adding-a-vendor.md in a copy of the repository: it writes
// the files, changes the list, builds the program, and reads the document with it.
func TestAddingAVendor(t *testing.T) { testAdding(t, vendorDocument, "vendors") }

// TestAddingACollection follows docs/adding-a-collection.md in the same way.
func TestAddingACollection(t *testing.T) { testAdding(t, collectionDocument, "fixtures/erp/purchase") }

// testAdding follows a document whose Go files are in a folder.
func testAdding(t *testing.T, name, folder string) {
	inRoot(t)
	if os.Getenv("CI") == "" && !*update {
		t.Skipf("%s is not tested: the test builds a copy of the repository, and runs with CI=true", name)
	}
	d := readDocument(t, name)
	before := strings.Join(d.lines, "\n")
	dir := copyRepository(t)
	follow(t, d, dir)
	vet(t, dir, folder)
	r := &reader{t: t, d: d, s: toolsOf(t, dir).session(t)}
	r.read()
	d.checkLinks(t)
	if after := strings.Join(d.lines, "\n"); *update && after != before {
		d.save(t)
	}
}

// copyRepository copies what a build needs.
func copyRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	err := filepath.WalkDir(".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if e.IsDir() {
			if e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") {
				return filepath.SkipDir
			}
			return os.Mkdir(filepath.Join(dir, name), 0o755)
		}
		if strings.HasSuffix(name, "_test.go") || !e.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// follow writes the files of a document into a copy of the repository and applies its
// changes.
func follow(t *testing.T, d *document, dir string) {
	t.Helper()
	for _, b := range d.blocks {
		first, _, _ := strings.Cut(b.text, "\n")
		switch {
		case b.lang == "go" && goPath.MatchString(b.text):
			write(t, filepath.Join(dir, goPath.FindStringSubmatch(b.text)[1]), b.text)
		case b.lang == "yaml" && strings.HasPrefix(first, "# vendors/"):
			write(t, filepath.Join(dir, strings.TrimPrefix(first, "# ")), b.text)
		case b.lang == "diff":
			patch(t, filepath.Join(dir, strings.TrimPrefix(first, " // ")), b.text)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// patch inserts the lines with a plus, each before the line that follows it.
func patch(t *testing.T, name, diff string) {
	t.Helper()
	text := read(t, name)
	lines := strings.Split(diff, "\n")
	for i, line := range lines {
		added, ok := strings.CutPrefix(line, "+")
		if !ok {
			continue
		}
		next := strings.TrimPrefix(lines[i+1], " ")
		if strings.Count(text, "\n"+next+"\n") != 1 {
			t.Fatalf("%s does not have the line %q once", name, next)
		}
		text = strings.Replace(text, "\n"+next+"\n", "\n"+added+"\n"+next+"\n", 1)
	}
	write(t, name, strings.TrimSuffix(text, "\n"))
}

// vet checks that the new files are formatted and pass go vet.
func vet(t *testing.T, dir, folder string) {
	t.Helper()
	for _, args := range [][]string{{"gofmt", "-l", folder}, {"go", "vet", "-buildvcs=false", "./" + folder + "/..."}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}
