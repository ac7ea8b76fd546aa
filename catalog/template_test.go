package catalog_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

func TestTemplates(t *testing.T) {
	t.Parallel()
	fill := func(parts map[string]string) func([]byte, string) ([]byte, bool) {
		return func(dst []byte, name string) ([]byte, bool) {
			part, ok := parts[name]
			if !ok {
				return append(dst, "half a part"...), false
			}
			return append(dst, part...), true
		}
	}
	for _, tt := range []struct {
		yaml  string
		json  wire.JSON
		parts map[string]string
		want  string
	}{
		{`{code: 0, total: $total, rows: $rows, message: ok}`, wire.JSON{}, map[string]string{"total": "3", "rows": "[1]"}, `{"code":0,"total":3,"rows":[1],"message":"ok"}`},
		{`{code: 0, total: $total, rows: $rows, message: ok}`, wire.JSON{}, map[string]string{"rows": "[]"}, `{"code":0,"rows":[],"message":"ok"}`},
		{`{total: $total, rows: $rows}`, wire.JSON{}, map[string]string{"rows": "[]"}, `{"rows":[]}`},
		{`{rows: $rows, total: $total}`, wire.JSON{}, map[string]string{"rows": "[]"}, `{"rows":[]}`},
		{`{total: $total}`, wire.JSON{}, nil, `{}`},
		{`[$total, 1, $rows, $total]`, wire.JSON{}, map[string]string{"rows": "2"}, `[1,2]`},
		{`{data: {list: $rows, total: $total}, status: 0}`, wire.JSON{}, nil, `{"data":{},"status":0}`},
		{`{a: null, b: ~, c: true, d: False, e: 1.50, f: "1", g: [], h: {}, i: -3, j: 1e3}`, wire.JSON{}, nil, `{"a":null,"b":null,"c":true,"d":false,"e":1.50,"f":"1","g":[],"h":{},"i":-3,"j":1e3}`},
		{`{成功: "say \"hi\" a/b\\"}`, wire.JSON{}, nil, `{"成功":"say \"hi\" a/b\\"}`},
		{`{成功: "say \"hi\" a/b\\"}`, wire.JSON{ASCII: true, Slashes: true}, nil, `{"\u6210\u529f":"say \"hi\" a\/b\\"}`},
		{`$rows`, wire.JSON{}, map[string]string{"rows": "[7]"}, `[7]`},
		{`ok`, wire.JSON{}, nil, `"ok"`},
		{`2012-01-01`, wire.JSON{}, nil, `"2012-01-01"`},
	} {
		_, e := acme(t, "x", "endpoints:\n  - {method: x, title: x, kind: query, evidence: documented, source: x, paged: false, rows: {collection: order}, answer: "+
			strings.ReplaceAll(tt.yaml, "\n", " ")+"}\n")
		got := string(e.Answer.Append([]byte("x"), tt.json, fill(tt.parts)))
		if got != "x"+tt.want {
			t.Errorf("%s with %v is %s, want %s", tt.yaml, tt.parts, got[1:], tt.want)
		}
	}
	_, e := acme(t, "x", "endpoints: [{method: x, title: x, kind: query, evidence: documented, source: x, paged: false, rows: {collection: order}, answer: {a: $rows, b: [$total, {c: $rows}]}}]")
	if diff := cmp.Diff([]string{"rows", "total", "rows"}, e.Answer.Placeholders()); diff != "" {
		t.Errorf("placeholders differ (-want +got):\n%s", diff)
	}
}

// TestTemplateTexts: a part can be sent as its JSON text.
func TestTemplateTexts(t *testing.T) {
	t.Parallel()
	var tmpl catalog.Template
	if err := yaml.Unmarshal([]byte(`{n: $json total, list: $json rows, none: $json left, plain: $rows}`), &tmpl); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"total", "rows", "left", "rows"}, tmpl.Placeholders()); diff != "" {
		t.Errorf("placeholders differ (-want +got):\n%s", diff)
	}
	j := wire.JSON{ASCII: true}
	got := tmpl.Append(nil, j, func(dst []byte, name string) ([]byte, bool) {
		switch name {
		case "total":
			return append(dst, "12"...), true
		case "rows":
			return append(j.AppendString(append(dst, '['), "é"), ']'), true
		}
		return dst, false
	})
	if want := `{"n":"12","list":"[\"\\u00e9\"]","plain":["\u00e9"]}`; string(got) != want {
		t.Errorf("written as %s, want %s", got, want)
	}
}
