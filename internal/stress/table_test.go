package stress

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// What `make bench` asks for.
var (
	table    = flag.Bool("table", false, "measure the tables of docs/performance.md and print them")
	write    = flag.Bool("write", false, "write the tables into docs/performance.md as well; so does -neighbours")
	program  = flag.String("program", "", "program that is measured, relative to the top folder; built from it when not given")
	versus   = flag.String("versus", "", "another program, measured in turns with the first one, and compared with it")
	report   = flag.String("report", "", "file that the tables are written to as well, relative to the top folder")
	rowsLike = flag.String("rows", "", "regular expression of the rows that are measured; all when not given")
	roundsOf = flag.Int("rounds", 5, "rounds in which programs and reference take turns")
	during   = flag.Duration("during", time.Second, "length of a round")
	budget   = flag.Duration("budget", 8*time.Minute, "how long the queries of the catalogue may take in all, for each program")
	requests = flag.Int("requests", 1_000_000, "requests of the rows about memory")
)

// top is the top folder of the repository.
const top = "../.."

// fromTop is a path that a flag gives.
func fromTop(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(top, path)
}

// sidesOf are the programs that the flags name.
func sidesOf(t *testing.T) []side {
	t.Helper()
	first := fromTop(*program)
	if first == "" {
		first = build(t)
	}
	list := []side{{"this program", first}}
	if *versus != "" {
		list = append(list, side{"the other one", fromTop(*versus)})
	}
	for i := range list {
		path, err := filepath.Abs(list[i].program)
		if err != nil {
			t.Fatal(err)
		}
		list[i].program = path
	}
	return list
}

// TestTable prints the tables. It asserts no time: the bars stand beside the figures.
func TestTable(t *testing.T) {
	if !*table {
		checkDocument(t)
		return
	}
	like, err := regexp.Compile(*rowsLike)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, sides: sidesOf(t), reference: startReference(t), effort: effort{rounds: *roundsOf, during: *during,
		distinct: 20_000, calls: 1000, firsts: 3, memory: *requests, wrk: hasWrk()}}
	begin := time.Now()
	tables := b.tables(like.MatchString)
	text := fmt.Sprintf("%s/%s, %d cores, %s, %s; %d rounds of %s; driven by %s; measured in %s.\n\n%s", runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), runtime.Version(), today(), b.effort.rounds, b.effort.during, b.effort.driver(), time.Since(begin).Round(time.Second), tables.text())
	fmt.Println("\n" + text)
	if *write && *rowsLike == "" {
		save(t, figuresPlace, text)
	}
	if *report != "" {
		if err := os.WriteFile(fromTop(*report), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// results are the tables of a run, as lines of Markdown.
type results struct{ rows, growths, queries, compared []string }

// tableHead is the head of the table of rows.
var tableHead = []string{"| work | first call | against | this program | ratio | bar | met | rows a call | rows came from |",
	"| --- | --- | --- | --- | --- | --- | --- | --- | --- |"}

// tables measures all rows that a name matches.
func (b *bench) tables(match func(string) bool) (r results) {
	r.rows = append(r.rows, tableHead...)
	for _, w := range tableRows() {
		if !match(w.name) {
			continue
		}
		samples := b.measure(w)
		r.rows = append(r.rows, w.line(&samples[0]))
		fmt.Println(r.rows[len(r.rows)-1])
		if len(b.sides) == 2 {
			r.compared = append(r.compared, compare(w.name, w.unit, samples))
			fmt.Println(r.compared[len(r.compared)-1])
		}
	}
	var compared []string
	r.growths, compared = b.growthTable(match)
	r.compared = append(r.compared, compared...)
	if match(catalogueName) {
		r.queries, compared = b.catalogueTable()
		r.compared = append(r.compared, compared...)
	}
	return r
}

// catalogueName is what -rows matches for the queries of the catalogue.
const catalogueName = "queries of the catalogue"

// text is the tables with their headings.
func (r results) text() string {
	parts := []string{strings.Join(r.rows, "\n"), "What a call costs when something grows, by one connection; each size in a fresh process:",
		strings.Join(r.growths, "\n"), "All queries of the catalogue, each once, in a world of 30,000 orders a day; the slowest:", strings.Join(r.queries, "\n")}
	if len(r.compared) > 0 {
		parts = append(parts, "This program against the other one; 2.00 is twice as good. Processor time is that of a call, and is disturbed less by what else runs on the machine:",
			strings.Join(append(slices.Clone(compareHead), r.compared...), "\n"))
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// measure measures a row as a subtest. A row that fails has no figures.
func (b *bench) measure(w row) []sample {
	samples := make([]sample, len(b.sides))
	b.alone(w.name, func(b *bench) {
		samples = w.measure(b)
		for i := range samples {
			samples[i].honest(b.t)
		}
	})
	return samples
}

// honest fails a row whose calls were not what the row says: some were refused, or the
// program counted fewer than were driven.
func (m *sample) honest(t *testing.T) {
	t.Helper()
	if !m.counts.known {
		return
	}
	if m.counts.ok > 0 && m.counts.refused > 0 {
		t.Errorf("%.0f calls were answered well and %.0f were refused", m.counts.ok, m.counts.refused)
	}
	if counted := m.counts.ok + m.counts.refused; counted < float64(m.calls) {
		t.Errorf("%d calls were made, the program counted %.0f", m.calls, counted)
	}
}

// line writes a row of the first program.
func (w row) line(m *sample) string {
	against, ratio, first := "–", "–", "–"
	if len(m.bases) > 0 {
		against, ratio = w.unit.write(middle(m.bases)), fmt.Sprintf("%.0f %%", 100*m.ratio())
	}
	if m.note != "" {
		against = m.note
	}
	if m.first > 0 {
		first = milliseconds(m.first)
	}
	return "| " + strings.Join([]string{w.name, first, against, w.unit.write(m.figure()), ratio, w.bar.text, verdict(w.bar, m), m.counts.each(), m.counts.from()}, " | ") + " |"
}

// each is the rows that an answer had on average.
func (c *counts) each() string {
	if !c.known || c.ok == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", c.rows/c.ok)
}

// from is where rows came from, in percent.
func (c *counts) from() string {
	all := 0.0
	for _, n := range c.sources {
		all += n
	}
	if all == 0 {
		return "not counted"
	}
	var parts []string
	for _, name := range sortedKeys(c.sources) {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", name, 100*c.sources[name]/all))
	}
	return strings.Join(parts, ", ")
}
