package scenarios

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// shaped is a type whose form in a file differs from its Go type.
type shaped interface{ schema() map[string]any }

const durationPattern = `^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))*$`

// Schema returns the JSON Schema (2020-12) of a scenario file, written from the Go
// types, for editors. It says what may be written; Lint says what makes sense.
func Schema() []byte {
	s := typeSchema(reflect.TypeFor[Scenario]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Shaxiang scenario"
	return indented(s)
}

// RuleSchema returns the JSON Schema of a rule that stands alone.
func RuleSchema() []byte {
	s := typeSchema(reflect.TypeFor[Rule]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Shaxiang rule"
	return indented(s)
}

// indented writes keys in byte order, so that the text is always the same.
func indented(s map[string]any) []byte {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // of maps and texts it cannot fail
	}
	return append(text, '\n')
}

func typeSchema(t reflect.Type) map[string]any {
	if s, ok := reflect.Zero(t).Interface().(shaped); ok {
		return s.schema()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeSchema(t.Elem())
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": typeSchema(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": typeSchema(t.Elem())}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Int64:
		if t == reflect.TypeFor[time.Duration]() {
			return map[string]any{"type": "string", "pattern": durationPattern}
		}
	case reflect.String:
		return map[string]any{"type": "string"}
	}
	panic("scenarios: no schema for " + t.String())
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

func oneScalar() map[string]any {
	return map[string]any{"type": []string{"string", "number", "boolean"}}
}

func (Numbers) schema() map[string]any {
	number := map[string]any{"type": "integer", "minimum": 1}
	return map[string]any{"anyOf": []any{number, map[string]any{"type": "array", "items": number}}}
}

func (Params) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": oneScalar()}
}

func (Row) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": oneScalar()}
}

func (Body) schema() map[string]any { return map[string]any{} }

func (Patches) schema() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": true}
}

func (Refusal) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "string"},
		map[string]any{"type": "object", "additionalProperties": false, "required": []string{"code", "message"},
			"properties": map[string]any{"code": oneScalar(), "message": oneScalar()}},
	}}
}

func (Delay) schema() map[string]any {
	duration := map[string]any{"type": "string", "pattern": durationPattern}
	pair := func(a, b string, required ...string) map[string]any {
		return map[string]any{"type": "object", "additionalProperties": false, "required": required,
			"properties": map[string]any{a: duration, b: duration}}
	}
	return map[string]any{"anyOf": []any{duration, pair("min", "max", "max"), pair("p50", "p99", "p50", "p99")}}
}
