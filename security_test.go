package main_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestSecurityDependencies wants SECURITY.md to name each module of go.mod once with
// what it is there for, those of the program apart from those of the tests.
func TestSecurityDependencies(t *testing.T) {
	t.Parallel()
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var direct, indirect []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+( // indirect)?$`).FindAllStringSubmatch(string(mod), -1) {
		if m[2] == "" {
			direct = append(direct, m[1])
		} else {
			indirect = append(indirect, m[1])
		}
	}
	d := readDocument(t, "SECURITY.md")
	program, tests := d.section(t, "In the program").first(), d.section(t, "In the tests").first()
	same(t, "direct dependencies", slices.Concat(program, tests), direct)
	same(t, "indirect dependencies", d.section(t, "Of these").first(), indirect)
	for _, tab := range d.tables {
		for _, row := range tab.rows {
			if len(row) != 2 || row[1] == "" {
				t.Errorf("SECURITY.md: %v says not why", row)
			}
		}
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(out))
	for _, name := range program {
		if !slices.Contains(linked, name) {
			t.Errorf("SECURITY.md: %s is not in the program", name)
		}
	}
	for _, name := range tests {
		if slices.Contains(linked, name) {
			t.Errorf("SECURITY.md: %s is in the program, not in the tests alone", name)
		}
	}
	d.checkLinks(t)
}
