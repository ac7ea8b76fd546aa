package args_test

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/catalog/load"
	"shaxiang/internal/wire"
	"shaxiang/internal/yamlfile"
	"shaxiang/vendors"
)

// FuzzLint: for any file the linter returns problems, each at a line of the file, or the
// endpoints can be called.
func FuzzLint(f *testing.F) {
	names, _ := load.Files(vendors.Files())
	for _, name := range names {
		data, _ := fs.ReadFile(vendors.Files(), name)
		if filepath.Base(name) == "vendor.yaml" {
			f.Add(true, string(data))
			continue
		}
		f.Add(false, "endpoints:\n  - "+strings.ReplaceAll(strings.TrimSpace(string(data)), "\n", "\n    ")+"\n")
	}
	archives, _ := filepath.Glob("../lint/testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(false, string(archive.Files[0].Data))
	}
	for _, text := range []string{"endpoints: [~]", "endpoints: [{args: [~]}]", "endpoints: [{args: [{fields: [~]}]}]", "a: &a [*a]", "? {a: b}\n: c", "<<: [*x]", "!!binary x", "endpoints: &e [*e]", "--- |\n\x00"} {
		f.Add(false, text)
		f.Add(true, text)
	}
	vendor := acmeVendor(f)
	f.Fuzz(func(t *testing.T, isVendor bool, text string) {
		files := []string{"acme/vendor.yaml", vendor, "acme/x.yaml", text}
		if isVendor {
			files = []string{"acme/vendor.yaml", text}
		}
		c, err := load.Catalog(layer(files...))
		if err != nil {
			for _, p := range err.(yamlfile.Problems) {
				if p.Text() == "" || p.Line < 0 || p.Line > strings.Count(text, "\n")+2+strings.Count(text, "\r")+strings.Count(text, "\u2028")+strings.Count(text, "\u2029")+strings.Count(text, "\u0085") {
					t.Errorf("problem %+v of a file of %d lines", p, strings.Count(text, "\n")+1)
				}
			}
			return
		}
		for _, e := range c.Endpoints() {
			exercise(t, c.Vendor(e.Vendor), e, args.Sent{List: list(t, `[{}]`), Now: now, Public: sentAs(paged)})
			exercise(t, c.Vendor(e.Vendor), e, args.Sent{List: list(t, `[[{}]]`), Now: now})
			if out := e.Answer.Append(nil, wire.JSON{}, null); !json.Valid(out) {
				t.Errorf("the answer is no JSON: %s", out)
			}
			if out := e.Refusal.Append(nil, wire.JSON{ASCII: true}, null); !json.Valid(out) {
				t.Errorf("the refusal is no JSON: %s", out)
			}
		}
	})
}

func null(dst []byte, _ string) ([]byte, bool) { return append(dst, "null"...), true }

// exercise checks one call and uses all methods of the checker.
func exercise(t *testing.T, v *catalog.Vendor, e *catalog.Endpoint, a args.Sent) {
	c, refused := check(v, e, a)
	if refused != nil {
		answerable(t, v, e, refused)
		return
	}
	c.References()
	switch e.Kind {
	case catalog.KindQuery:
		q := c.Query()
		if q.Collection == "" || q.Page.Size < 0 || q.Page.No < 0 {
			t.Errorf("%s: query %+v", e.Method, q)
		}
		if e.Paging != nil && (q.Page.Size < 1 || q.Page.Size > e.Paging.Max) {
			t.Errorf("%s: page %+v is outside %+v", e.Method, q.Page, *e.Paging)
		}
		if s := e.Span; s != nil && s.Limit > 0 && q.To-q.From > int64(s.Limit.Seconds()) {
			t.Errorf("%s: window %d to %d is wider than %s", e.Method, q.From, q.To, s.Limit)
		}
	case catalog.KindWrite:
		for _, in := range c.Inputs() {
			if in.Refused != nil {
				answerable(t, v, e, in.Refused)
				continue
			}
			inputs(t, e, &in)
		}
	}
}

// inputs checks that every column of an accepted row, and of its lines, has a value, and
// that required arguments are not empty.
func inputs(t *testing.T, e *catalog.Endpoint, in *catalog.Input) {
	for _, a := range append(slices.Clone(in.Args), in.Aside...) {
		if a.Name != "" && in.Value(a.Name).IsNull() {
			t.Errorf("%s: %s is null", e.Method, a.Name)
		}
	}
	for _, a := range e.Args {
		for _, p := range a.Fields {
			if _, ours := in.Sent(p.Key()); ours && p.Required && in.Value(p.Key()).Text() == "" && p.Type == catalog.TypeString {
				t.Errorf("%s: required %s is empty", e.Method, p.Name)
			}
		}
	}
	for _, rows := range in.Lists {
		for i := range rows {
			if rows[i].Outer == nil {
				t.Errorf("%s: a line has no document", e.Method)
			}
			inputs(t, e, &rows[i])
		}
	}
}

// answerable checks that a refusal has a row and fills its text.
func answerable(t *testing.T, v *catalog.Vendor, e *catalog.Endpoint, refused *catalog.Refusal) {
	row := catalog.Find(refused, v.Paths[0], e.Refusals, v.Errors)
	if row == nil || refused.Hint.IsZero() {
		t.Fatalf("%s: refusal %+v has no row or no hint", e.Method, refused)
	}
	for _, name := range refused.Kind.Vars() {
		if _, ok := refused.Vars[name]; !ok {
			t.Errorf("%s: refusal %+v has no %q", e.Method, refused, name)
		}
	}
}

// FuzzArguments: every shipped endpoint refuses any call with a text of the vendor, or makes
// a query or rows of it.
func FuzzArguments(f *testing.F) {
	for _, text := range []string{
		`[]`, `{}`, `[{` + window + `}]`, `[{` + good + `}]`, `[[{"shop_no":"POS","order_no":"x","in_amount":1e3}]]`,
		`[{"start_time":"0001-01-01 00:00:00","end_time":"9999-12-31 23:59:59"}]`,
		`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-11 13:00:00","page_size":"30","page_no":"0","status":"3","time_type":"2"}]`,
		`[{"year":"2017","month":2,"day":-1,"page":1e9,"limit":"","type":"1"}]`,
		`[{"day":99999999999999999999,"page":99999999999999999999,"limit":-99999999999999999999}]`,
		`[[[[[[]]]]]]`, `[null,null]`, `[{"shop_nos":",,,"}]`, `[[{"create_time":"2020-08-18 09:20:35","type":"","balance":"1e40"}]]`, `["\ud800"]`,
		`["POS",[{"no":"1","mode":0,"to":{"name":"x","at":{}},"gifts":[{"spec_no":"g","marks":[1,"x"]}],"serials":["a",null]},{}],[{"no":"1","spec_no":"s"}],true]`,
		`["1",{"spec_nos":["a",[]],"ids":[1,"2"],"deep":{"shop":"x","all":1},"pairs":[{"store":"a"},{"kind":{}}]}]`,
		`[{"shop":"[{}]","lines":"[1,{\"a\":[]}]","list":"{\"a\":"}]`,
	} {
		f.Add(text, "0", "10", "1")
		f.Add(text, "", "-1", "")
	}
	c := mustShipped(f)
	nested, err := load.Catalog(layer("acme/vendor.yaml", strings.Replace(acmeVendor(f), "nested: {value: json", "nested: {value: text", 1),
		"acme/x.yaml", orders, "acme/y.yaml", spanning(f, "ignored: true")))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, no, size, total string) {
		raw, err := wire.ParseJSON(text, nil, wire.Limits{})
		if err != nil {
			return
		}
		list := raw.Items
		if raw.Kind != wire.ListNode {
			list = []wire.Node{raw}
		}
		public := map[string]string{"page_no": no, "page_size": size, "calc_total": total}
		for _, e := range append(c.Endpoints(), nested.Endpoints()...) {
			v := c.Vendor(e.Vendor)
			if v == nil {
				v = nested.Vendor(e.Vendor)
			}
			exercise(t, v, e, args.Sent{List: list, Public: sentAs(public), Now: now})
			exercise(t, v, e, args.Sent{List: list, Now: now})
		}
	})
}
