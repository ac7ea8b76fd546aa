package house

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"shaxiang/fixtures"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// libraryTable lists the shipped scenarios.
func libraryTable(t testing.TB, _ bool) string {
	rows := [][]string{{"name", "title"}}
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, []string{quoted(name), s.Title})
	}
	return tableText(rows...)
}

func TestDocsScenarioKeys(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/scenarios.md")
	types := map[string][]string{}
	fileTypes(reflect.TypeFor[scenarios.Scenario](), types)
	if len(types) != 10 {
		t.Errorf("the format has %d types with keys, not 10", len(types))
	}
	sameKeys(t, d, types)
	same(t, "clocks", clockModes(d), enum(t, reflect.TypeFor[scenarios.Clock](), "Mode"))
	same(t, "drops", d.section(t, "Lost answers").first(), enum(t, reflect.TypeFor[scenarios.Then](), "Drop"))
	var keys []string
	for i := range reflect.TypeFor[fixtures.Answer]().NumField() {
		key, _, _ := strings.Cut(reflect.TypeFor[fixtures.Answer]().Field(i).Tag.Get("json"), ",")
		keys = append(keys, key)
	}
	same(t, "answers", d.section(t, "The answer key").first(), keys)
}

// enum returns the values that a field of the format may have.
func enum(t *testing.T, typ reflect.Type, field string) []string {
	t.Helper()
	f, ok := typ.FieldByName(field)
	if !ok || f.Tag.Get("enum") == "" {
		t.Fatalf("%s has no list of values", field)
	}
	return strings.Split(f.Tag.Get("enum"), ",")
}

func clockModes(d *document) []string {
	for _, tab := range d.tables {
		if tab.head[0] == "mode" {
			return tab.first()
		}
	}
	return nil
}

// wrapped has the text around the example of a key, by the type of the key.
var wrapped = map[string]string{
	"Scenario": "…", "Clock": "clock: …", "World": "world: …", "Discrepancy": "world: {discrepancies: [ … ]}",
	"Quota": "quota: …", "MethodQuota": "quota: {methods: [ … ]}", "Rule": "rules: [ … ]",
	"When": "rules: [{when: …, then: {http: 500}}, {then: {become: down}}]", "CallNumber": "rules: [{when: {call: … }, then: {http: 500}}]",
	"Then": "rules: [{then: … }]", "Delays": "rules: [{then: … }]", "Patches": "rules: [{then: … }]",
}

// TestDocsScenarioExamples lints the examples in the tables and the parts of files.
func TestDocsScenarioExamples(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/scenarios.md")
	known := tenant.Known(shipped(t))
	known.Inline = true
	lint := func(line int, text string) {
		for _, p := range scenarios.Lint("docs/scenarios.md", []byte(text), known) {
			t.Errorf("docs/scenarios.md:%d: %s\n%s", line, p.Text(), text)
		}
	}
	examples := 0
	used := map[string]bool{}
	for _, tab := range d.tables {
		column := len(tab.head) - 1
		if tab.head[0] == "form" {
			column = 0
		} else if tab.head[column] != "example" {
			continue
		}
		around := wrapped[d.title(tab)]
		used[d.title(tab)] = true
		for i, row := range tab.rows {
			text := code(row[column])
			if tab.head[0] == "key" && !strings.Contains(text, code(row[0])+": ") {
				t.Errorf("docs/scenarios.md:%d: %s is no example of %s", tab.line+3+i, text, row[0])
			}
			lint(tab.line+3+i, strings.Replace(around, "…", text, 1))
			examples++
		}
	}
	for _, b := range d.blocks {
		if first, _, _ := strings.Cut(b.text, "\n"); b.lang == "yaml" && !filePath.MatchString(first) { // whole files are linted by TestDocs
			lint(b.from, b.text)
		}
	}
	for title := range wrapped {
		if !used[title] {
			t.Errorf("wrapped has %q, under which docs/scenarios.md has no examples: remove it", title)
		}
	}
	if examples < 50 {
		t.Errorf("only %d examples were linted", examples)
	}
}

// TestDocsDiscrepancies plants each kind in each collection, to compare where it can be.
func TestDocsDiscrepancies(t *testing.T) {
	inRoot(t)
	tab := readDocument(t, "docs/scenarios.md").section(t, "Kinds of discrepancies")
	same(t, "discrepancies", tab.first(), fixtures.DiscrepancyKinds())
	for _, row := range tab.rows {
		var can []string
		for _, collection := range fixtures.Collections() {
			_, err := defaultWorld(t).Plant(fixtures.Discrepancy{Kind: code(row[0]), Collection: collection, Count: 1}, settled)
			switch {
			case err == nil:
				can = append(can, collection)
			case !strings.Contains(err.Error(), "cannot be planted in"):
				t.Error(err)
			}
		}
		same(t, code(row[0]), strings.Split(strings.ReplaceAll(row[1], "`", ""), ", "), can)
	}
}

// TestDocsScenarioNumbers compares numbers in the text with the program.
func TestDocsScenarioNumbers(t *testing.T) {
	inRoot(t)
	text := strings.Join(readDocument(t, "docs/scenarios.md").lines, "\n")
	has := func(want string) {
		t.Helper()
		if !strings.Contains(text, want) {
			t.Errorf("docs/scenarios.md should hold %q", want)
		}
	}
	has(fmt.Sprintf("at most %d |", scenarios.MaxRules))
	has(fmt.Sprintf("1 to %d; %d when not given", fixtures.MaxOrdersPerDay, fixtures.DefaultOrdersPerDay))
	has(fmt.Sprintf("; %d when neither tenant nor scenario says", tenant.DefaultSeed))
	all := shipped(t)
	has(fmt.Sprintf("`openapi` tolerates %.0f seconds and `openapi2` %.0f; `fubei` has no timestamp",
		all.Vendor("openapi").Timestamp.Tolerance.Seconds(), all.Vendor("openapi2").Timestamp.Tolerance.Seconds()))
	if all.Vendor("fubei").Timestamp != nil {
		t.Error("fubei has a timestamp")
	}
	changes := strings.Join(readDocument(t, "CHANGELOG.md").lines, "\n")
	if want := fmt.Sprintf("A library of %d scenarios", len(scenarios.Names())); !strings.Contains(changes, want) {
		t.Errorf("CHANGELOG.md should hold %q", want)
	}
}
