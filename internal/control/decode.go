package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// maxProblems is how many problems of one body an answer lists, so that an answer is never
// much larger than the body.
const maxProblems = 50

// mostJSONValues is how many values a body may have, keys included: 20,000 rows of 20 columns
// have fewer.
const mostJSONValues = 1_000_000

// decode reads a JSON body strictly. Unknown keys, wrong types and missing keys are problems;
// all of them are reported with their paths. encoding/json reports the first problem only, and
// an unknown key without its path.
func decode(data []byte, into any) error {
	if n := yamlfile.Values(data); n > mostJSONValues {
		return refuse(http.StatusRequestEntityTooLarge, "control.too_many_values", "count", n, "limit", mostJSONValues)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return syntax(data, dec.InputOffset(), err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badInput("control.body_goes_on")
	}
	d := &decoder{}
	d.value(tree, reflect.ValueOf(into).Elem(), "")
	if d.Problems == nil {
		return nil
	}
	e := badInput("control.body", "count", len(d.Problems))
	e.Problems = d.Problems
	return e
}

func syntax(data []byte, offset int64, err error) error {
	var s *json.SyntaxError
	if errors.As(err, &s) {
		offset = s.Offset
	}
	if errors.Is(err, io.EOF) {
		return badInput("control.body_empty")
	}
	line := 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
	e := badInput("control.no_json")
	e.Problems = []Problem{{Line: line, Text: strings.TrimPrefix(err.Error(), "json: ")}}
	return e
}

// fromJSON is a type that can be written in more than one way.
type fromJSON interface {
	fromJSON(d *decoder, tree any, path string)
}

// decoder collects the problems of a body.
type decoder struct{ Error }

func (d *decoder) wrong(path string, id text.ID, args ...any) {
	if path != "" {
		path += ": "
	}
	d.report(0, path, text.Say(id, args...))
}

func (d *decoder) wants(path string, tree any, want text.ID, args ...any) {
	d.wrong(path, "control.not_right", "got", shown(tree), "want", text.Say(want, args...))
}

// shown returns a value as messages show it.
func shown(tree any) string {
	switch v := tree.(type) {
	case nil:
		return "null"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	case string:
		return strconv.Quote(clip(v))
	}
	return clip(fmt.Sprint(tree))
}

// clip shortens what a client sent, for a message.
func clip(s string) string { return text.Clip(s, text.HintClip) }

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (d *decoder) value(tree any, into reflect.Value, path string) {
	if custom, ok := into.Addr().Interface().(fromJSON); ok {
		custom.fromJSON(d, tree, path)
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if tree != nil {
			into.Set(reflect.New(into.Type().Elem()))
			d.value(tree, into.Elem(), path)
		}
	case reflect.Struct:
		d.object(tree, into, path)
	case reflect.Map:
		into.Set(reflect.ValueOf(d.texts(tree, path, "control.a_map")))
	case reflect.String:
		if s, ok := tree.(string); ok {
			into.SetString(s)
			return
		}
		d.wants(path, tree, "control.a_text")
	default:
		d.number(tree, into, path)
	}
}

func (d *decoder) number(tree any, into reflect.Value, path string) {
	n, _ := tree.(json.Number)
	if into.CanUint() {
		if u, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
			into.SetUint(u)
			return
		}
		d.wants(path, tree, "control.a_natural_number")
		return
	}
	if i, err := strconv.ParseInt(n.String(), 10, into.Type().Bits()); err == nil {
		into.SetInt(i)
		return
	}
	d.wants(path, tree, "control.a_number")
}

func (d *decoder) object(tree any, into reflect.Value, path string) {
	members, ok := tree.(map[string]any)
	fields := fieldsOf(into.Type(), "json")
	var known []string
	for _, f := range fields {
		known = append(known, f.name)
	}
	if !ok {
		d.wants(path, tree, "control.an_object", "names", known)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains(known, name) {
			d.wrong(path, "control.unknown_key", "name", name, "known", known)
		}
	}
	for _, f := range fields {
		member, given := members[f.name]
		switch {
		case given:
			d.value(member, into.Field(f.index), below(path, f.name))
		case f.required:
			d.wrong(below(path, f.name), "control.missing")
		}
	}
}

// texts reads a map of texts, nil for anything else; want names what the map is. Numbers and
// booleans are read as the text that was sent, because they are compared with texts.
func (d *decoder) texts(tree any, path string, want text.ID) map[string]string {
	members, ok := tree.(map[string]any)
	if !ok {
		d.wants(path, tree, want)
		return nil
	}
	texts := make(map[string]string, len(members))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		text, ok := scalarText(members[name])
		if !ok {
			d.wants(below(path, clip(name)), members[name], "control.one_value")
		}
		texts[name] = text
	}
	return texts
}

func scalarText(tree any) (string, bool) {
	switch v := tree.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
