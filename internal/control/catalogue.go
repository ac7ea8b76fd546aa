package control

import (
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"shaxiang/catalog"
)

// Endpoints is what the catalogue declares.
type Endpoints struct {
	Endpoints []EndpointSummary `json:"endpoints"`
}

// EndpointSummary is one method of a vendor.
type EndpointSummary struct {
	Vendor   string `json:"vendor"`
	Method   string `json:"method"`
	Title    string `json:"title"`
	Kind     string `json:"kind" enum:"query,write"`
	Evidence string `json:"evidence" enum:"documented,observed,inferred"`
}

// Declaration is an endpoint as its file declares it, with the settings that it takes over from
// its vendor. The shapes of its answers are left out.
type Declaration struct {
	Vendor      string          `json:"vendor"`
	File        string          `json:"file"`
	Paths       []string        `json:"paths" doc:"at which it answers"`
	Declaration json.RawMessage `json:"declaration" schema:"CatalogEndpoint"`
}

func (a *API) listEndpoints(*call) (Endpoints, error) {
	list := Endpoints{Endpoints: []EndpointSummary{}}
	for _, e := range a.Catalog.Endpoints() {
		list.Endpoints = append(list.Endpoints, EndpointSummary{e.Vendor, e.Method, e.Title, string(e.Kind), string(e.Evidence)})
	}
	return list, nil
}

func (a *API) showEndpoint(c *call) (Declaration, error) {
	vendor, method := c.path["vendor"], c.path["method"]
	v := a.Catalog.Vendor(vendor)
	if v == nil {
		return Declaration{}, refuse(http.StatusNotFound, "control.no_vendor", "name", vendor, "known", a.Catalog.Vendors())
	}
	e := a.Catalog.Endpoint(vendor, method)
	if e == nil {
		return Declaration{}, refuse(http.StatusNotFound, "control.no_method", "vendor", vendor, "method", method, "known", a.Catalog.Methods(vendor))
	}
	paths := e.Gateways
	if len(paths) == 0 {
		paths = v.Paths
	}
	text, err := json.Marshal(declared(reflect.ValueOf(e)))
	return Declaration{Vendor: vendor, File: e.File, Paths: paths, Declaration: text}, err
}

// declared returns a value as a file declares it: with the keys of the file, and without zero
// values.
func declared(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case catalog.Scalar:
		return json.RawMessage(x.JSON())
	case time.Duration:
		return x.String()
	}
	switch v.Kind() {
	case reflect.Pointer:
		return declared(v.Elem())
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = declared(v.Index(i))
		}
		return list
	case reflect.Map:
		members := make(map[string]any, v.Len())
		for name, member := range v.Seq2() {
			members[name.String()] = declared(member)
		}
		return members
	case reflect.Struct:
		members := map[string]any{}
		for _, f := range fieldsOf(v.Type(), "yaml") {
			if m := v.Field(f.index); !m.IsZero() && m.Type() != reflect.TypeFor[catalog.Template]() {
				members[f.name] = declared(m)
			}
		}
		return members
	}
	return v.Interface()
}
