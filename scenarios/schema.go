package scenarios

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"shaxiang/internal/yamlfile"
)

// shaped is a type whose form in a file differs from its Go type.
type shaped interface{ schema() map[string]any }

const durationPattern = `^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$`

// Schema returns the JSON Schema (2020-12) of a scenario file, written from the Go
// types, for editors. It says what may be written; Lint says what makes sense.
func Schema() []byte { return document(reflect.TypeFor[Scenario](), "Shaxiang scenario") }

// RuleSchema returns the JSON Schema of a rule that stands alone.
func RuleSchema() []byte { return document(reflect.TypeFor[Rule](), "Shaxiang rule") }

// document writes keys in byte order, so that the text is always the same.
func document(t reflect.Type, title string) []byte {
	s := typeSchema(t)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = title
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // of maps and texts it cannot fail
	}
	return append(text, '\n')
}

func typeSchema(t reflect.Type) map[string]any { return yamlfile.Schema(t, special) }

func special(t reflect.Type) map[string]any {
	if s, ok := reflect.Zero(t).Interface().(shaped); ok {
		return s.schema()
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return durationSchema()
	case t.Kind() == reflect.Struct:
		return structSchema(t)
	}
	return nil
}

func durationSchema() map[string]any {
	return map[string]any{"type": "string", "pattern": durationPattern}
}

func structSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		p := typeSchema(f.Type)
		p["description"] = f.Tag.Get("doc")
		if values := f.Tag.Get("enum"); values != "" {
			p["enum"] = strings.Split(values, ",")
		}
		if options == "" {
			required = append(required, name)
		}
		properties[name] = p
	}
	s := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if required != nil {
		s["required"] = required
	}
	return s
}

func (Numbers) schema() map[string]any {
	number := map[string]any{"type": "integer", "minimum": 1}
	return map[string]any{"anyOf": []any{number, map[string]any{"type": "array", "items": number}}}
}

func (Params) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": yamlfile.OneScalar()}
}

func (Row) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": yamlfile.OneScalar()}
}

func (Body) schema() map[string]any { return map[string]any{} }

func (Patches) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": true}
}

func (Refusal) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "string"},
		map[string]any{"type": "object", "additionalProperties": false, "required": []string{"code", "message"},
			"properties": map[string]any{"code": yamlfile.OneScalar(), "message": yamlfile.OneScalar()}},
	}}
}

func (Delay) schema() map[string]any {
	duration := durationSchema()
	pair := func(a, b string, required ...string) map[string]any {
		return map[string]any{"type": "object", "additionalProperties": false, "required": required,
			"properties": map[string]any{a: duration, b: duration}}
	}
	return map[string]any{"anyOf": []any{duration, pair("min", "max", "max"), pair("p50", "p99", "p50", "p99")}}
}
