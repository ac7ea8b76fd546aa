package control

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"

	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
)

// document writes the OpenAPI 3.1 description of the routes.
func document(version string, vendors *vendorapi.Shipped) []byte {
	s := &schemas{tag: "json", defs: map[string]any{}, vendors: vendors}
	paths := map[string]map[string]any{}
	for _, r := range routes() {
		if paths[r.path] == nil {
			paths[r.path] = map[string]any{}
		}
		paths[r.path][lower(r.method)] = r.operation(s)
	}
	s.of(reflect.TypeFor[Gap]())
	s.of(reflect.TypeFor[ErrorBody]())
	s.defs["ScenarioFile"], s.defs["RuleFile"] = fileSchema(scenarios.Schema()), fileSchema(scenarios.RuleSchema())
	declarations := &schemas{tag: "yaml", defs: s.defs, vendors: vendors}
	declarations.of(reflect.TypeFor[catalog.Endpoint]())
	text, err := json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "Shaxiang control API", "version": version,
			"description": "Steers the sandbox: tenants, clocks, scenarios, rules, rows and the journal."},
		"servers":  []any{map[string]any{"url": "/"}},
		"security": []any{map[string]any{}, map[string]any{"token": []any{}}},
		"paths":    paths,
		"components": map[string]any{"schemas": s.defs,
			"securitySchemes": map[string]any{"token": map[string]any{"type": "http", "scheme": "bearer", "description": "only when the server was given one"}}},
	})
	if err != nil {
		panic(err) // never: maps and texts can be encoded
	}
	return text
}

func lower(method string) string {
	return map[string]string{get: "get", post: "post", put: "put", patch: "patch", del: "delete"}[method]
}

// fileSchema makes a stand-alone schema a part of the document.
func fileSchema(text []byte) map[string]any {
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		panic(err) // never: the schema was made from Go types
	}
	delete(schema, "$schema")
	return schema
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

func (r *route) operation(s *schemas) map[string]any {
	op := map[string]any{"operationId": r.id, "summary": r.summary, "responses": r.responses(s)}
	parameters := []any{}
	for _, m := range inBraces.FindAllStringSubmatch(r.path, -1) {
		parameters = append(parameters, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, p := range r.query {
		parameters = append(parameters, map[string]any{"name": p.name, "in": "query", "description": p.doc, "schema": map[string]any{"type": p.typ}})
	}
	if r.columns {
		parameters = append(parameters, map[string]any{"name": "columns", "in": "query", "style": "form", "explode": true,
			"description": "any column with the value that it must have; several mean any of them",
			"schema":      map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}})
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if r.in != nil {
		s.taken = true
		op["requestBody"] = map[string]any{"required": true, "content": r.contents(s.of(r.in))}
		s.taken = false
	}
	return op
}

// contents returns the content types that the route reads.
func (r *route) contents(schema map[string]any) map[string]any {
	types := jsonTypes
	if r.file {
		types = fileTypes
	}
	content := map[string]any{}
	for _, t := range types {
		content[t] = map[string]any{"schema": schema}
	}
	return content
}

func (r *route) responses(s *schemas) map[string]any {
	answer := map[string]any{"description": http.StatusText(r.status)}
	switch {
	case r.events:
		s.of(r.out)
		answer["content"] = map[string]any{"text/event-stream": map[string]any{"schema": map[string]any{"type": "string"}}}
	case r.status != http.StatusNoContent:
		answer["content"] = jsonContent(s.of(r.out))
	}
	responses := map[string]any{strconv.Itoa(r.status): answer,
		"default": map[string]any{"description": "what was wrong, where, and what would be right", "content": jsonContent(component("ErrorBody"))}}
	if r.out == reflect.TypeFor[Verdict]() {
		responses[strconv.Itoa(http.StatusExpectationFailed)] = map[string]any{"description": "not as expected; the nearest misses", "content": answer["content"]}
		responses[strconv.Itoa(http.StatusConflict)] = map[string]any{"description": "open, because calls were dropped", "content": answer["content"]}
	}
	return responses
}

func jsonContent(schema map[string]any) map[string]any {
	return map[string]any{"application/json": map[string]any{"schema": schema}}
}
