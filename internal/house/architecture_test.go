package house

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var folderName = regexp.MustCompile(`^[a-z0-9]+/$`)

// TestDocsArchitecture checks that the tree of docs/architecture.md has every package of
// the program.
func TestDocsArchitecture(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/architecture.md")
	documented := treeOf(d.blocks[0].text)
	if len(documented) < 20 {
		t.Fatalf("only %d folders are in the tree", len(documented))
	}
	for name := range sources(t) {
		pkg := path.Dir(name)
		for _, parts := range []string{"fixtures/erp", "internal/house", "examples"} { // one line for all below
			if strings.HasPrefix(pkg, parts+"/") {
				pkg = parts
			}
		}
		if pkg != "." && !slices.Contains(documented, pkg) {
			t.Errorf("docs/architecture.md: the tree does not have %s", pkg)
		}
	}
}

// treeOf returns the folders of an indented tree, in which two blanks are one level. A line
// has one folder or several, and then a description.
func treeOf(text string) []string {
	var folders []string
	var parents []string
	for line := range strings.SplitSeq(text, "\n") {
		level := (len(line) - len(strings.TrimLeft(line, " "))) / 2
		if level > len(parents) {
			continue // the rest of a description
		}
		parents = parents[:level]
		for _, name := range strings.Fields(line) {
			if !folderName.MatchString(name) {
				break
			}
			folders = append(folders, path.Join(append(slices.Clone(parents), name)...))
		}
		if fields := strings.Fields(line); len(fields) > 0 && folderName.MatchString(fields[0]) {
			parents = append(parents, fields[0])
		}
	}
	return folders
}
