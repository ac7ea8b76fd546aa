package control

import (
	"encoding/json"
	"path"
	"reflect"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/yamlfile"
)

// field is a field of a struct as a document has it.
type field struct {
	name     string
	index    int
	required bool
	doc      string
	enum     string
	ref      string // the component that describes it, when its type does not
	typ      reflect.Type
}

// fieldsOf returns the fields of a struct by the names of a tag. A field with omitempty or
// omitzero is optional.
func fieldsOf(t reflect.Type, tag string) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get(tag), ",")
		if f.Anonymous && name == "" {
			fields = append(fields, fieldsOf(f.Type, tag)...)
			continue
		}
		if name == "-" || name == "" || !f.IsExported() {
			continue
		}
		fields = append(fields, field{name: name, index: i, typ: f.Type, doc: f.Tag.Get("doc"), enum: f.Tag.Get("enum"), ref: f.Tag.Get("schema"),
			required: !strings.Contains(options, "omit") && tag == "json"})
	}
	return fields
}

// shaped is a type whose JSON differs from its Go type.
type shaped interface{ schema() map[string]any }

// schemas writes the JSON Schema (2020-12) of Go types, each struct once.
type schemas struct {
	tag     string // json, or yaml for types that files declare
	vendors *vendorapi.Shipped
	taken   bool // the schema is of a request's body, where texts may be given as numbers
	defs    map[string]any
}

func (s *schemas) of(t reflect.Type) map[string]any { return yamlfile.Schema(t, s.special) }

func (s *schemas) special(t reflect.Type) map[string]any {
	if custom, ok := reflect.Zero(t).Interface().(shaped); ok {
		return custom.schema()
	}
	switch {
	case t == reflect.TypeFor[Credentials]():
		s.defs[t.Name()] = credentialSchema(s.vendors)
		return component(t.Name())
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[json.RawMessage](), t == reflect.TypeFor[catalog.Scalar]():
		return map[string]any{}
	case t == reflect.TypeFor[time.Duration]() && s.tag == "yaml":
		return map[string]any{"type": "string"}
	case t.Kind() == reflect.Struct:
		return s.structure(t)
	case t.Kind() == reflect.Map && s.taken && t.Elem().Kind() == reflect.String:
		return map[string]any{"type": "object", "additionalProperties": yamlfile.OneScalar()}
	}
	return nil
}

func (s *schemas) structure(t reflect.Type) map[string]any {
	name := t.Name()
	if pkg := path.Base(t.PkgPath()); pkg != "control" {
		name = strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	ref := component(name)
	if s.defs[name] != nil {
		return ref
	}
	properties := map[string]any{}
	required := []string{}
	def := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	s.defs[name] = def // before its members, one of which may be of this type
	for _, f := range fieldsOf(t, s.tag) {
		p := s.of(f.typ)
		if f.ref != "" {
			p = component(f.ref)
		}
		if f.doc != "" {
			p["description"] = f.doc
		}
		if f.enum != "" {
			p["enum"] = s.values(f.enum)
		}
		if f.required && f.typ.Kind() == reflect.Pointer {
			p = map[string]any{"anyOf": []any{p, map[string]any{"type": "null"}}}
		}
		properties[f.name] = p
		if f.required {
			required = append(required, f.name)
		}
	}
	if len(required) > 0 {
		def["required"] = required
	}
	return ref
}

// values returns the values of an enum. The word vendors stands for the vendors' names.
func (s *schemas) values(enum string) []string {
	if enum == "vendors" {
		return s.vendors.Names()
	}
	return strings.Split(enum, ",")
}

func component(name string) map[string]any {
	return map[string]any{"$ref": "#/components/schemas/" + name}
}
