package stress

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The figures stand between two comments of the document, <!-- figures --> and
// <!-- end of figures -->. Another table's comments have its own name.
const (
	documentName = top + "/docs/performance.md"
	figuresPlace = "figures"
)

// unmeasured stands in the document until `make bench` has written the tables.
const unmeasured = "To be written by `make bench`."

func beginOf(place string) string { return "<!-- " + place + " -->\n" }
func endOf(place string) string   { return "<!-- end of " + place + " -->\n" }

func readDocument(t *testing.T, place string) (before, figures, after string) {
	t.Helper()
	data, err := os.ReadFile(documentName)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begun := strings.Cut(string(data), beginOf(place))
	figures, after, ended := strings.Cut(rest, endOf(place))
	if !begun || !ended {
		t.Fatalf("%s has no place for %s", documentName, place)
	}
	return before, figures, after
}

func save(t *testing.T, place, text string) {
	t.Helper()
	before, _, after := readDocument(t, place)
	if err := os.WriteFile(documentName, []byte(before+beginOf(place)+"\n"+strings.TrimSpace(text)+"\n\n"+endOf(place)+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkDocument checks that the document has each row and each growth with its bar,
// a figure, and whether the bar is met.
func checkDocument(t *testing.T) {
	t.Helper()
	_, figures, _ := readDocument(t, figuresPlace)
	if strings.TrimSpace(figures) == unmeasured {
		t.Logf("%s has no figures yet; run make bench", documentName)
		return
	}
	for _, r := range tableRows() {
		if !r.pattern().MatchString(figures) {
			t.Errorf("%s has no figures of %q with the bar %q; run make bench", documentName, r.name, r.bar.text)
		}
	}
	for _, g := range growths() {
		if !g.pattern().MatchString(figures) {
			t.Errorf("%s has no figures of %q with the bar %q; run make bench", documentName, g.name, g.bar.text)
		}
	}
	if !regexp.MustCompile(`\d+ cores, go1\.\d+[^,]*, \d{4}-\d\d-\d\d`).MatchString(figures) {
		t.Errorf("%s does not name machine and date", documentName)
	}
}

// pattern matches the line of a row that has a figure.
func (w row) pattern() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(w.name) + ` \| [^|]* \| [^|]* \| [^|]*\d[^|]* \| [^|]* \| ` + regexp.QuoteMeta(w.bar.text) + ` \| (yes|\*\*no\*\*) \|`)
}

// pattern matches the line of a growth that has a figure at each size.
func (g growth) pattern() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(g.name) + `( \| [^|]*: \d[^|]*){4} \| [^|]* \| ` + regexp.QuoteMeta(g.bar.text) + ` \| (yes|\*\*no\*\*) \|$`)
}

func sortedKeys(m map[string]float64) []string { return slices.Sorted(maps.Keys(m)) }
