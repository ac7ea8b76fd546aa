package webtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// judgeShape compares key paths, JSON types and the order of keys of a value
// with those of an example, inline or in a file.
func judgeShape(s statement, v gjson.Result, dir string) error {
	example := s.value
	if !inline(example) {
		data, err := os.ReadFile(filepath.Join(dir, example))
		if err != nil {
			return err
		}
		if !json.Valid(data) {
			return fmt.Errorf("%s is not JSON", example)
		}
		example = string(data)
	}
	if !v.Exists() {
		return errors.New("there is no such value")
	}
	d := &shapeDiff{}
	d.compare(s.path, []gjson.Result{gjson.Parse(example)}, []gjson.Result{v})
	return d.err()
}

// inline tells an example from the name of a file.
func inline(example string) bool {
	return strings.HasPrefix(example, "{") || strings.HasPrefix(example, "[")
}

// shapeDiff collects how the served values differ from the example.
type shapeDiff struct{ lacking, added, typed, ordered []string }

// compare compares all values at one path together, because a field may be missing
// from some rows of an array.
func (d *shapeDiff) compare(path string, want, got []gjson.Result) {
	wantTypes, gotTypes := types(want), types(got)
	// A null in the example allows a value of any type.
	if slices.Equal(wantTypes, []string{"null"}) {
		return
	}
	for _, name := range gotTypes {
		if !slices.Contains(wantTypes, name) {
			d.typed = append(d.typed, fmt.Sprintf("%s: %s, in the example %s", path, name, strings.Join(wantTypes, " or ")))
		}
	}
	if slices.Contains(gotTypes, "object") && slices.Contains(wantTypes, "object") {
		d.objects(path, want, got)
	}
	wantRows, gotRows := elements(want), elements(got)
	switch {
	case len(wantRows) == 0: // an example without rows says nothing of rows
	case len(gotRows) > 0:
		d.compare(path+".#", wantRows, gotRows)
	case slices.Contains(gotTypes, "array"):
		d.lacking = append(d.lacking, path+".# (there are no rows)")
	}
}

func (d *shapeDiff) objects(path string, want, got []gjson.Result) {
	wantKeys, gotKeys := union(want), union(got)
	for _, key := range wantKeys {
		below := strings.TrimPrefix(path+"."+key, "@this.")
		if !slices.Contains(gotKeys, key) {
			d.lacking = append(d.lacking, below+" ("+strings.Join(types(fields(want, key)), " or ")+")")
			continue
		}
		d.compare(below, fields(want, key), fields(got, key))
	}
	for _, key := range gotKeys {
		if !slices.Contains(wantKeys, key) {
			below := strings.TrimPrefix(path+"."+key, "@this.")
			d.added = append(d.added, below+" ("+strings.Join(types(fields(got, key)), " or ")+")")
		}
	}
	d.order(path, want, got)
}

// order compares object with object, not their unions, because each row of an array may
// lack other keys. It reports one difference per path.
func (d *shapeDiff) order(path string, want, got []gjson.Result) {
	for _, w := range want {
		for _, g := range got {
			expected, came := common(keys(w), keys(g)), common(keys(g), keys(w))
			if !slices.Equal(expected, came) {
				d.ordered = append(d.ordered, fmt.Sprintf("%s: %s, in the example %s", path, strings.Join(came, " "), strings.Join(expected, " ")))
				return
			}
		}
	}
}

func (d *shapeDiff) err() error {
	var out []string
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			out = append(out, title+"\n\t"+strings.Join(lines, "\n\t"))
		}
	}
	add("in the example, but not served:", d.lacking)
	add("served, but not in the example:", d.added)
	add("of another type:", d.typed)
	add("in another order:", d.ordered)
	if out == nil {
		return nil
	}
	return errors.New(strings.Join(out, "\n"))
}

// types returns the sorted names of the types of values.
func types(values []gjson.Result) []string {
	var names []string
	for _, v := range values {
		names = append(names, typeOf(v))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// elements returns the elements of all arrays among values.
func elements(values []gjson.Result) []gjson.Result {
	var out []gjson.Result
	for _, v := range values {
		if v.IsArray() {
			out = append(out, v.Array()...)
		}
	}
	return out
}

// fields returns the values of a key in the objects among values. A gjson path would not
// work, because a key may contain a dot.
func fields(values []gjson.Result, key string) []gjson.Result {
	var out []gjson.Result
	for _, v := range values {
		if v.IsObject() {
			v.ForEach(func(name, value gjson.Result) bool {
				if name.Str == key {
					out = append(out, value)
				}
				return true
			})
		}
	}
	return out
}

// union returns the keys of all objects among values, each once.
func union(values []gjson.Result) []string {
	var names []string
	for _, v := range values {
		for _, name := range keys(v) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// common returns those of names that are among others.
func common(names, others []string) []string {
	var out []string
	for _, name := range names {
		if slices.Contains(others, name) {
			out = append(out, name)
		}
	}
	return out
}
