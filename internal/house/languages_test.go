package house

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// comment matches the part of a block of code that may differ between languages.
var comment = regexp.MustCompile(`(?m)(^|[ \t]+)# .*$`)

// literal matches a cell that must be equal in all languages: a number, or code.
var literal = regexp.MustCompile("^(\\d+|`[^`]+`)$")

// TestDocsLanguages checks that each Chinese document says the same as the English one,
// as far as a program can tell.
func TestDocsLanguages(t *testing.T) {
	inRoot(t)
	pairs := 0
	for _, name := range documentNames(t) {
		if english, ok := strings.CutSuffix(name, ".zh-CN.md"); ok {
			sameInBoth(t, readDocument(t, english+".md"), readDocument(t, name))
			pairs++
		}
	}
	if pairs < 2 {
		t.Errorf("%d documents were compared", pairs)
	}
}

// sameInBoth compares headings, blocks of code and tables of a document in two languages.
func sameInBoth(t *testing.T, en, zh *document) {
	t.Helper()
	levels := func(d *document) (list []int) {
		for _, h := range d.headings {
			list = append(list, h.level)
		}
		return list
	}
	if a, b := levels(en), levels(zh); !slices.Equal(a, b) {
		t.Errorf("headings of %s: %v, of %s: %v", en.name, a, zh.name, b)
	}
	if len(en.blocks) != len(zh.blocks) || len(en.tables) != len(zh.tables) {
		t.Fatalf("%s and %s: %d and %d blocks, %d and %d tables", en.name, zh.name, len(en.blocks), len(zh.blocks), len(en.tables), len(zh.tables))
	}
	for i, a := range en.blocks {
		b := zh.blocks[i]
		if a.lang != b.lang || a.info != b.info || comment.ReplaceAllString(a.text, "") != comment.ReplaceAllString(b.text, "") {
			t.Errorf("block %d differs, %s:%d and %s:%d", i+1, en.name, a.from, zh.name, b.from)
		}
	}
	for i, a := range en.tables {
		b := zh.tables[i]
		if len(a.head) != len(b.head) || len(a.rows) != len(b.rows) {
			t.Errorf("table %d differs, %s:%d and %s:%d", i+1, en.name, a.line+1, zh.name, b.line+1)
			continue
		}
		for j, row := range a.rows {
			if row[0] != b.rows[j][0] {
				t.Errorf("%s:%d: %s, in English %s", zh.name, b.line+3+j, b.rows[j][0], row[0])
			}
			for k, cell := range row {
				if other := b.rows[j][k]; literal.MatchString(cell) && other != cell {
					t.Errorf("%s:%d: %s, in English %s", zh.name, b.line+3+j, other, cell)
				}
			}
		}
	}
}
