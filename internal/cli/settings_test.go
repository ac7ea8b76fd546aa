package cli

import (
	"os"
	"reflect"
	"regexp"
	"shaxiang/internal/server"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSettings checks the table of settings against the fields that hold the values, and
// against the rows of the documents in both languages.
func TestSettings(t *testing.T) {
	t.Parallel()
	var keys, flags []string
	for _, s := range settings() {
		flags = append(flags, s.flag)
		if s.keyless {
			continue
		}
		keys = append(keys, key(s.flag))
		if !field(reflect.ValueOf(&fileConfig{}).Elem(), key(s.flag)).IsValid() {
			t.Errorf("shaxiang.yaml has no key %s", key(s.flag))
		}
		for _, name := range []string{"docs/settings.md", "docs/settings.zh-CN.md"} {
			row := documentRow(t, name, key(s.flag))
			if s.standard != "" && !slices.Contains(row, strings.Trim(s.standard, "`")) {
				t.Errorf("%s: the row of %s is %q, the default %s", name, key(s.flag), row, s.standard)
			}
		}
	}
	for _, key := range fileKeys(reflect.TypeFor[fileConfig]()) {
		if !slices.Contains(keys, key) && key != "tenants" {
			t.Errorf("the key %s of shaxiang.yaml is no setting", key)
		}
	}
	a := &app{grammar: new(grammar)}
	p := mustParser(a.grammar, Streams{}, &values{file: &fileConfig{}}, func(int) {})
	for _, node := range p.Model.Children {
		for _, f := range node.Flags {
			if node.Name == "serve" && !slices.Contains(flags, f.Name) && f.Name != "help" && f.Name != "version" {
				t.Errorf("--%s of serve is no setting", f.Name)
			}
		}
	}
}

// fileKeys returns the keys of a struct, those of inline structs included.
func fileKeys(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		f := t.Field(i)
		if tag := f.Tag.Get("yaml"); tag == ",inline" {
			keys = append(keys, fileKeys(f.Type)...)
		} else {
			keys = append(keys, tag)
		}
	}
	return keys
}

// documentRow returns the cells of the row of a key, without quotes.
func documentRow(t *testing.T, name, key string) []string {
	data, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `" + key + "` \\|.*$").FindString(string(data))
	if row == "" {
		t.Errorf("%s has no row for %s", name, key)
	}
	cells := strings.Split(strings.ReplaceAll(row, "`", ""), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// TestFileValues checks that a value of the file reaches its flag as the flag is written.
func TestFileValues(t *testing.T) {
	t.Parallel()
	seed := uint64(0)
	f := &fileConfig{Addr: "a:1", Seed: &seed, OrdersPerDay: 7, NotifyAnywhere: true, Limits: server.Limits{HeaderTimeout: 90 * time.Second, MaxBodyBytes: 5}}
	for flag, want := range map[string]string{"addr": "a:1", "seed": "0", "orders-per-day": "7", "notify-anywhere": "true", "header-timeout": "1m30s",
		"max-body-bytes": "5", "log": "", "max-connections": "", "tenants": "", "nobody": ""} {
		if got, ok := f.flag(flag); got != want || ok != (want != "") {
			t.Errorf("--%s is %q, %v, want %q", flag, got, ok, want)
		}
	}
}
