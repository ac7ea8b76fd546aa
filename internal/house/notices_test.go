package house

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// noticesName is the document with the licences of what the binary contains.
const noticesName = "THIRD_PARTY_NOTICES.md"

// TestNotices compares the document with the modules that the program is built of. With -update it
// writes the document.
func TestNotices(t *testing.T) {
	inRoot(t)
	want := notices(t)
	if *update {
		if err := os.WriteFile(noticesName, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(noticesName)
	if err != nil {
		t.Fatal(err)
	}
	if modules(string(data)) != modules(want) {
		t.Errorf("%s does not have the licences of the modules in the program; run go test ./internal/house -run Notices -update", noticesName)
	}
}

// modules is the part of the document about modules. The text of Go's own licence depends on the
// version of Go that runs the test.
func modules(document string) string {
	_, rest, _ := strings.Cut(document, "\n## github.com/")
	return rest
}

// notices lists Go and the modules in the program, with their versions and licences.
func notices(t *testing.T) string {
	t.Helper()
	list, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	parts := slices.Compact(slices.Sorted(slices.Values(strings.Split(strings.TrimSpace(string(list)), "\n"))))
	parts = append([]string{"The Go standard library and runtime\t" + strings.TrimSpace(string(root))}, slices.DeleteFunc(parts, func(m string) bool { return m == "" })...)
	var b strings.Builder
	b.WriteString("# Third-party notices\n\nThe program contains these modules. A test writes and checks this file.\n")
	for _, m := range parts {
		name, dir, _ := strings.Cut(m, "\t")
		fmt.Fprintf(&b, "\n## %s\n", name)
		for _, text := range licences(t, dir) {
			fmt.Fprintf(&b, "\n```text\n%s\n```\n", text)
		}
	}
	return b.String()
}

// licences returns the texts of the licences and notices in a folder.
func licences(t *testing.T, dir string) (texts []string) {
	t.Helper()
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)(\.(md|txt))?$`)
	for _, n := range names {
		if !named.MatchString(n.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, n.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(data), "\r", "")))
	}
	if len(texts) == 0 {
		t.Errorf("%s has no licence", dir)
	}
	return texts
}
