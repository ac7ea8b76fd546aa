package yamlfile

import "reflect"

// Schema returns the JSON Schema (2020-12) of a Go type. special returns the schema of each
// struct, and of each type whose written form differs from its Go type; nil for any other
// type. Schema panics for a type that has none, such as a function: the types are constants
// of their packages, and tests walk them.
func Schema(t reflect.Type, special func(reflect.Type) map[string]any) map[string]any {
	if s := special(t); s != nil {
		return s
	}
	switch t.Kind() {
	case reflect.Pointer:
		return Schema(t.Elem(), special)
	case reflect.Slice:
		return map[string]any{"type": "array", "items": Schema(t.Elem(), special)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": Schema(t.Elem(), special)}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Uint64:
		return map[string]any{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	}
	panic("yamlfile: no schema for " + t.String())
}

// OneScalar is the schema of a value that is read as its text.
func OneScalar() map[string]any {
	return map[string]any{"type": []string{"string", "number", "boolean"}}
}
