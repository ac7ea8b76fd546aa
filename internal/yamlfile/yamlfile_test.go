package yamlfile_test

import (
	"testing"
	"time"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

type mode string

type item struct {
	Size   int               `yaml:"size"`
	Wait   time.Duration     `yaml:"wait"`
	On     *bool             `yaml:"on"`
	Mode   mode              `yaml:"mode"`
	Tags   []string          `yaml:"tags"`
	Labels map[string]string `yaml:"labels"`
	Inner  *item             `yaml:"inner"`
	Hidden string            `yaml:"-"`
	Plain  float64
}

type document struct {
	Common `yaml:",inline"`
	Items  []item `yaml:"items"`
}

// Common is inlined, as the exported embedded type that yaml can reach.
type Common struct {
	Title string `yaml:"title"`
}

func TestDecode(t *testing.T) {
	t.Parallel()
	var d document
	doc, ps := yamlfile.Decode("f.yaml", []byte("title: T\nitems:\n  - {size: 3, wait: 1.5s, on: true, tags: [a], labels: {k: v}, plain: 1}\n"), &d)
	if ps.Err() != nil {
		t.Fatal(ps)
	}
	if d.Title != "T" || d.Items[0].Size != 3 || d.Items[0].Wait != 1500*time.Millisecond || !*d.Items[0].On {
		t.Errorf("decoded %+v", d)
	}
	for _, tt := range []struct {
		path []any
		want string
	}{
		{nil, "f.yaml:1: wrong"},
		{[]any{"items"}, "f.yaml:2: wrong"},
		{[]any{"items", 0, "size"}, "f.yaml:3: wrong"},
		{[]any{"items", 7, "size"}, "f.yaml:2: wrong"},
		{[]any{"items", -1}, "f.yaml:2: wrong"},
		{[]any{"nothing", "below"}, "f.yaml:1: wrong"},
		{[]any{"title", "below"}, "f.yaml:1: wrong"},
		{[]any{2.5}, "f.yaml:1: wrong"},
	} {
		if got := doc.Say(text.Plain("wrong"), tt.path...).Error(); got != tt.want {
			t.Errorf("at %v: %q, want %q", tt.path, got, tt.want)
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		"":                      "f.yaml: is empty",
		"# only a comment\n":    "f.yaml: is empty",
		"title: T\n---\na: b\n": "f.yaml: holds more than one YAML document; keep one to a file",
		"titel: T":              `f.yaml:1: unknown key "titel"; known here: items, title`,
		"items:\n- {sise: 1}":   `f.yaml:2: unknown key "sise"; known here: inner, labels, mode, on, plain, size, tags, wait`,
		"items: {}":             "f.yaml:1: a map is not right here; want a list",
		"items: [a]":            `f.yaml:1: "a" is not right here; want a map of inner, labels, mode, on, plain, size, tags, wait`,
		"items: [{size: few, wait: 3, on: maybe,\n tags: x, labels: [], mode: {}, plain: y, inner: 1}]": `f.yaml:1: "few" is not right here; want a whole number
f.yaml:1: "3" is not right here; want a duration with its unit, such as 1.5s or 24h
f.yaml:1: "maybe" is not right here; want true or false
f.yaml:2: "x" is not right here; want a list
f.yaml:2: a list is not right here; want a map
f.yaml:2: a map is not right here; want one value
f.yaml:2: "y" is not right here; want a number
f.yaml:2: "1" is not right here; want a map of inner, labels, mode, on, plain, size, tags, wait`,
		"title: [1]":           "f.yaml:1: a list is not right here; want a text",
		"title: a\ntitle: b\n": `f.yaml:2: mapping key "title" already defined at line 1`,
		"title: \"open":        "f.yaml: found unexpected end of stream",
		"\tx: 1":               "f.yaml: found character that cannot start any token",
	} {
		_, ps := yamlfile.Decode("f.yaml", []byte(data), new(document))
		if got := ps.Err(); got == nil || got.Error() != want {
			t.Errorf("%q has the problems\n%v\nwant\n%s", data, got, want)
		}
	}
}
