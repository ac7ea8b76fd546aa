package control

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestDocumentIsTheRoutes: every operation of the document is served, every route
// stands in the document, and the client has a method for each.
func TestDocumentIsTheRoutes(t *testing.T) {
	t.Parallel()
	s := start(t)
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
		}
	}
	if err := json.Unmarshal(mustDo[json.RawMessage](t)(s.client.OpenAPI(bg())), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q", doc.OpenAPI)
	}
	client := reflect.TypeFor[*Client]()
	ids := map[string]bool{}
	documented := 0
	for _, r := range routes() {
		op, ok := doc.Paths[r.path][lower(r.method)]
		if !ok || op.OperationID != r.id || op.Summary == "" {
			t.Errorf("%s %s stands in the document as %+v", r.method, r.path, op)
		}
		if ids[r.id] {
			t.Errorf("two routes are called %s", r.id)
		}
		ids[r.id] = true
		name := strings.ToUpper(r.id[:1]) + r.id[1:]
		if _, ok := client.MethodByName(name); !ok {
			t.Errorf("the client has no method %s", name)
		}
	}
	for path, ops := range doc.Paths {
		for method := range ops {
			documented++
			concrete := strings.NewReplacer("{tenant}", "nobody", "{vendor}", "v", "{method}", "m", "{collection}", "c", "{key}", "1", "{id}", "x").Replace(path)
			got := s.raw(strings.ToUpper(method), concrete, JSON, "{}")
			if got.status == http.StatusMethodNotAllowed || strings.Contains(got.body, "openapi.json lists") {
				t.Errorf("%s %s is documented and not served: %s", method, path, got.body)
			}
		}
	}
	if documented != len(routes()) {
		t.Errorf("%d operations are documented, %d served", documented, len(routes()))
	}
}

// TestSchemasCompile: every schema of the document is one, and no reference leads nowhere.
func TestSchemasCompile(t *testing.T) {
	t.Parallel()
	names, _ := lookup([]string{"components", "schemas"}).(map[string]any)
	if len(names) < 30 {
		t.Fatalf("the document has %d schemas", len(names))
	}
	for name := range names {
		if _, err := schemaAt([]string{"components", "schemas", name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range routes() {
		if r.in != nil {
			if _, err := schemaAt(pointer(&r, "requestBody", "content", JSON, "schema")); err != nil {
				t.Errorf("%s: %v", r.id, err)
			}
		}
	}
}

func TestEveryPathTellsItsMethods(t *testing.T) {
	t.Parallel()
	s := start(t)
	allowed := map[string][]string{}
	for _, r := range routes() {
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for path, methods := range allowed {
		slices.Sort(methods)
		got := s.raw("OPTIONS", strings.NewReplacer("{", "", "}", "").Replace(path), "", "")
		if got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != strings.Join(methods, ", ") {
			t.Errorf("%s: %d, Allow %q, want %v", path, got.status, got.header.Get("Allow"), methods)
		}
	}
}
