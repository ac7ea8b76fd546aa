package house

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// document is one Markdown file, parsed as far as the tests need.
type document struct {
	name     string
	lines    []string
	blocks   []*block
	headings []heading
	tables   []*table
}

// block is a fenced block of code: lines[from:to] without its fences.
type block struct {
	lang, info string // the first word after the fence, and the rest
	from, to   int
	text       string
}

type heading struct {
	level, line int
	text        string
}

// table is a Markdown table: cells without blanks around them.
type table struct {
	line int
	head []string
	rows [][]string
}

// documentNames returns the names of all documents of the project.
func documentNames(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{"README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}, names...)
}

func readDocument(t testing.TB, name string) *document {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parseDocument(name, string(data))
}

func parseDocument(name, text string) *document {
	d := &document{name: name, lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n")}
	var open *block
	for i, line := range d.lines {
		switch {
		case strings.HasPrefix(line, "```") && open == nil:
			lang, info, _ := strings.Cut(strings.TrimPrefix(line, "```"), " ")
			open = &block{lang: lang, info: info, from: i + 1}
		case line == "```" && open != nil:
			open.to, open.text = i, strings.Join(d.lines[open.from:i], "\n")
			d.blocks = append(d.blocks, open)
			open = nil
		case open != nil:
		case strings.HasPrefix(line, "#"):
			hashes, text, _ := strings.Cut(line, " ")
			d.headings = append(d.headings, heading{len(hashes), i, text})
		case strings.HasPrefix(line, "|"):
			d.tableRow(i, cells(line))
		}
	}
	return d
}

// cells splits a row at the bars that are not escaped.
func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	parts := strings.Split(strings.ReplaceAll(line, `\|`, "\x00"), "|")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(strings.ReplaceAll(p, "\x00", "|"))
	}
	return parts
}

var rule = regexp.MustCompile(`^:?-+:?$`)

func (d *document) tableRow(line int, row []string) {
	last := len(d.tables) - 1
	switch {
	case last < 0 || !strings.HasPrefix(d.lines[line-1], "|"):
		d.tables = append(d.tables, &table{line: line, head: row})
	case rule.MatchString(row[0]):
	default:
		d.tables[last].rows = append(d.tables[last].rows, row)
	}
}

// section returns the first table below a heading and above the next one.
func (d *document) section(t testing.TB, title string) *table {
	t.Helper()
	for i, h := range d.headings {
		if h.text != title {
			continue
		}
		end := len(d.lines)
		if i+1 < len(d.headings) {
			end = d.headings[i+1].line
		}
		for _, tab := range d.tables {
			if tab.line > h.line && tab.line < end {
				return tab
			}
		}
	}
	t.Fatalf("%s: no table stands under %q", d.name, title)
	return nil
}

// title returns the heading that a table stands under.
func (d *document) title(tab *table) string {
	title := ""
	for _, h := range d.headings {
		if h.line < tab.line {
			title = h.text
		}
	}
	return title
}

// first returns the first column of a table, without back quotes.
func (t *table) first() []string {
	var names []string
	for _, row := range t.rows {
		names = append(names, strings.Trim(row[0], "`"))
	}
	return names
}

// replace replaces lines[from:to].
func (d *document) replace(from, to int, text string) {
	lines := slices.Replace(slices.Clone(d.lines), from, to, strings.Split(text, "\n")...)
	*d = *parseDocument(d.name, strings.Join(lines, "\n")+"\n")
}

func (d *document) save(t testing.TB) {
	t.Helper()
	if err := os.WriteFile(d.name, []byte(strings.Join(d.lines, "\n")+"\n"), 0o644); err != nil {
		t.Error(err)
	}
}

// anchor returns the fragment by which a link names a heading.
func anchor(text string) string {
	text = strings.ToLower(regexp.MustCompile(`[^\p{L}\p{N}_ -]`).ReplaceAllString(text, ""))
	return strings.ReplaceAll(text, " ", "-")
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// checkLinks checks that every link to a file of the project has a target.
func (d *document) checkLinks(t *testing.T) {
	for i, line := range d.lines {
		for _, m := range link.FindAllStringSubmatch(line, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			file, fragment, _ := strings.Cut(m[1], "#")
			target := d
			if file != "" {
				path := filepath.Join(filepath.Dir(d.name), file)
				if _, err := os.Stat(path); err != nil {
					t.Errorf("%s:%d: %v", d.name, i+1, err)
					continue
				}
				if fragment != "" {
					target = readDocument(t, path)
				}
			}
			named := func(h heading) bool { return anchor(h.text) == fragment }
			if fragment != "" && !slices.ContainsFunc(target.headings, named) {
				t.Errorf("%s:%d: %s has no heading %q", d.name, i+1, target.name, fragment)
			}
		}
	}
}
