package scenarios_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"

	"shaxiang/scenarios"
)

// misfit says where a value does not fit a schema, of the words that ours uses;
// "" when it fits.
func misfit(at string, schema map[string]any, v any) string {
	if options, ok := schema["anyOf"].([]any); ok {
		for _, o := range options {
			if misfit(at, o.(map[string]any), v) == "" {
				return ""
			}
		}
		return at + " fits none of its forms"
	}
	if !typed(schema["type"], v) {
		return fmt.Sprintf("%s is a %T, want %v", at, v, schema["type"])
	}
	if e, ok := schema["enum"].([]any); ok && !slices.Contains(e, v) {
		return fmt.Sprintf("%s is %v, want one of %v", at, v, e)
	}
	if p, ok := schema["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v.(string)) {
		return fmt.Sprintf("%s is %v, want %s", at, v, p)
	}
	switch v := v.(type) {
	case map[string]any:
		return misfitObject(at, schema, v)
	case []any:
		for i, item := range v {
			if s, ok := schema["items"].(map[string]any); ok {
				if m := misfit(fmt.Sprintf("%s[%d]", at, i), s, item); m != "" {
					return m
				}
			}
		}
	}
	return ""
}

func misfitObject(at string, schema map[string]any, v map[string]any) string {
	for _, name := range strs(schema["required"]) {
		if _, ok := v[name]; !ok {
			return at + "." + name + " is missing"
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, member := range v {
		s, ok := properties[name].(map[string]any)
		if !ok {
			if schema["additionalProperties"] == false {
				return at + "." + name + " is not known"
			}
			if s, ok = schema["additionalProperties"].(map[string]any); !ok {
				continue
			}
		}
		if m := misfit(at+"."+name, s, member); m != "" {
			return m
		}
	}
	return ""
}

func strs(v any) []string {
	var list []string
	if items, ok := v.([]any); ok {
		for _, i := range items {
			list = append(list, i.(string))
		}
	}
	return list
}

func typed(want, v any) bool {
	names := strs(want)
	if s, ok := want.(string); ok {
		names = []string{s}
	}
	is := map[reflect.Kind]string{reflect.String: "string", reflect.Float64: "number", reflect.Bool: "boolean",
		reflect.Map: "object", reflect.Slice: "array"}[reflect.ValueOf(v).Kind()]
	f, _ := v.(float64)
	whole := is == "number" && f == float64(int64(f))
	return want == nil || slices.Contains(names, is) || whole && slices.Contains(names, "integer")
}

func readSchema(t testing.TB) map[string]any {
	t.Helper()
	var schema map[string]any
	if err := json.Unmarshal(scenarios.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestLibraryFitsTheSchema(t *testing.T) {
	t.Parallel()
	schema := readSchema(t)
	for _, name := range scenarios.Names() {
		if m := misfit(name, schema, asJSON(t, library(t, name))); m != "" {
			t.Error(m)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := readSchema(t)
	for text, want := range map[string]string{
		"nam: x":                               "f.nam is not known",
		"rules: [{when: {}}]":                  "f.rules[0].then is missing",
		"rules: [{then: {http: '5'}}]":         "f.rules[0].then.http is a string, want integer",
		"rules: [{then: {drop: rest}}]":        "f.rules[0].then.drop is rest, want one of [reset empty truncate garbage dribble]",
		"rules: [{then: {delay: '1.5'}}]":      "f.rules[0].then.delay fits none of its forms",
		"rules: [{then: {delay: {p50: 1s}}}]":  "f.rules[0].then.delay fits none of its forms",
		"rules: [{then: {refuse: {code: 1}}}]": "f.rules[0].then.refuse fits none of its forms",
		"world: {rows: {bill: [{a: [1]}]}}":    "f.world.rows.bill[0].a is a []interface {}, want [string number boolean]",
		"clock: {mode: slow}":                  "f.clock.mode is slow, want one of [real frozen offset]",
		"world: {tick: 3}":                     "f.world.tick is a float64, want string",
	} {
		if got := misfit("f", schema, asJSON(t, []byte(text))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestSchemaDescribesEveryKey: an editor shows these texts.
func TestSchemaDescribesEveryKey(t *testing.T) {
	t.Parallel()
	n := 0
	var walk func(at string, v any)
	walk = func(at string, v any) {
		m, _ := v.(map[string]any)
		for name, p := range m {
			if properties, ok := p.(map[string]any); ok && name == "properties" && m["additionalProperties"] == false {
				for key, s := range properties {
					n++
					if s.(map[string]any)["description"] == "" {
						t.Errorf("%s.%s has no description", at, key)
					}
				}
			}
			walk(at+"."+name, p)
		}
	}
	walk("", readSchema(t))
	if n < 40 {
		t.Errorf("only %d keys were looked at", n)
	}
}

// asJSON reads YAML as the values that JSON has.
func asJSON(t testing.TB, data []byte) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	return plain(n.Content[0])
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, plain(c))
		}
		return list
	}
	var f float64
	if tag := n.ShortTag(); (tag == "!!int" || tag == "!!float") && n.Decode(&f) == nil {
		return f
	}
	return n.Value
}
