package handlers_test

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/wire"
)

// TestCatalogue walks every endpoint that is shipped: what a good call gets, what
// each single mistake gets, and that pages put together are the whole.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	start := time.Now()
	s, read := newSandbox(t), newSandbox(t) // where one is written while another is read, pages are of different moments
	var all sync.WaitGroup
	for _, e := range s.catalog.Endpoints() {
		all.Add(1)
		t.Run(e.Vendor+"/"+e.Method, func(t *testing.T) {
			t.Parallel()
			defer all.Done()
			w := &walk{sandbox: s, e: e}
			if e.Kind == catalog.KindQuery {
				w.sandbox = read
			}
			w.mistakes(t)
			w.factsRequest(t)
			if e.Kind == catalog.KindQuery {
				w.answers(t)
				w.pages(t)
				w.emptyWindow(t)
			}
		})
	}
	t.Cleanup(func() { t.Logf("%d endpoints in %s", len(s.catalog.Endpoints()), time.Since(start)) })
}

// walk is the table test of one endpoint.
type walk struct {
	*sandbox
	e *catalog.Endpoint
}

// answers holds what a good call gets against the facts.
func (w *walk) answers(t *testing.T) {
	args, found := w.good()
	if !found && !mayBeEmpty[w.e.Rows.Collection] {
		t.Errorf("%s has no row in the last 50 days that the method would show", w.e.Rows.Collection)
	}
	a := w.call(t, w.request(args, 10, 0))
	if a.entry.Outcome != "ok" || found && a.entry.Rows == 0 {
		t.Fatalf("%v got %s with %d rows: %s %s", args, a.entry.Outcome, a.entry.Rows, clip(a.body), a.entry.Hint)
	}
	known, ok := facts(t, w.e.Vendor)[w.e.Method]
	if !ok {
		return // one of the six that began the catalogue, or a user's
	}
	known.check(t, a.body, found, conditional(w.e.Rows.Fields))
}

// conditional are the names of the fields that some rows leave out.
func conditional(fields []catalog.Field) []string {
	var names []string
	for _, f := range fields {
		if f.Only != nil {
			names = append(names, f.Name)
		}
		names = append(names, conditional(f.Fields)...)
	}
	return names
}

// mayBeEmpty are the collections of which a world that nobody wrote to has no rows.
var mayBeEmpty = map[string]bool{"trade_merged": true, "jit_refund": true, "stockout_jit": true, "virtual_order": true, "stockin_jit_refund": true}

// pages holds small pages put together against one large page.
func (w *walk) pages(t *testing.T) {
	args, found := w.good()
	if w.e.Paging == nil || !found {
		return
	}
	most := w.e.Paging.Max
	whole := w.call(t, w.request(args, most, 0))
	n := whole.entry.Rows
	size := max(n/3, 1)
	var keys []int64
	for no := 0; no <= n/size && n < most; no++ {
		a := w.call(t, w.request(args, size, no))
		keys = append(keys, a.entry.Keys...)
		if want := min(size, n-no*size); a.entry.Rows != want {
			t.Errorf("page %d of %d rows to a page has %d rows, want %d", no, size, a.entry.Rows, want)
		}
	}
	if n < most && !slices.Equal(keys, whole.entry.Keys) {
		t.Errorf("%d rows in pages of %d are not those of one page: %v, want %v", n, size, keys, whole.entry.Keys)
	}
}

// emptyWindow asks for a time before the business opened.
func (w *walk) emptyWindow(t *testing.T) {
	sp := w.e.Span
	if sp == nil || sp.Calendar != nil {
		return
	}
	args, _ := w.good()
	early := time.Date(2001, 1, 1, 0, 0, 0, 0, wire.Beijing).Unix()
	w.window(args, early, early+600)
	a := w.call(t, w.request(args, 10, 0))
	if a.entry.Outcome != "ok" && a.entry.Kind != string(catalog.NotFound) || a.entry.Rows != 0 {
		t.Errorf("a time before the opening got %s %s with %d rows: %s", a.entry.Outcome, a.entry.Kind, a.entry.Rows, clip(a.body))
	}
}

// mistakes makes each mistake of an argument alone.
func (w *walk) mistakes(t *testing.T) {
	good, _ := w.good()
	for _, p := range leaves(w.e) {
		for _, m := range mistakes(w.e, p) {
			args := maps.Clone(good)
			if m.value == nil {
				delete(args, p.Name)
			} else {
				args[p.Name] = m.value
			}
			a := w.call(t, w.request(args, 10, 0))
			if a.entry.Kind != string(m.want) && !w.earlier(a.entry.Kind, p) {
				t.Errorf("%s = %v got %s %q, want %s: %s", p.Name, m.value, a.entry.Outcome, a.entry.Kind, m.want, clip(a.body))
			}
		}
	}
	if w.e.Vendor == "openapi" && len(w.e.Args) > 0 && w.e.Args[0].Type == catalog.TypeObject {
		args := maps.Clone(good)
		args["no_such_name"] = "x"
		if a := w.call(t, w.request(args, 10, 0)); a.entry.Kind != string(catalog.UnknownParam) {
			t.Errorf("an unknown name got %q: %s", a.entry.Kind, clip(a.body))
		}
	}
	if w.e.Vendor == "openapi" && w.e.Paging != nil {
		c := w.request(good, 10, 0).unset("page_no")
		if a := w.call(t, c); a.entry.Kind != string(catalog.NotPaged) {
			t.Errorf("no page got %q: %s", a.entry.Kind, clip(a.body))
		}
	}
}

// earlier reports whether another refusal may come first: of a window that one of
// its ends is wrong in, of a page.
func (w *walk) earlier(kind string, p *catalog.Param) bool {
	s, page := w.e.Span, w.e.Paging
	return s != nil && (p.Name == s.From || p.Name == s.To) && kind == string(catalog.MissingWindow) ||
		page != nil && (p.Name == page.No || p.Name == page.Size) && kind == string(catalog.BadPage)
}

type mistake struct {
	value any
	want  catalog.Kind
}

func mistakes(e *catalog.Endpoint, p *catalog.Param) []mistake {
	var list []mistake
	if page := e.Paging; page != nil && page.Lenient && (p.Name == page.No || p.Name == page.Size) {
		return nil
	}
	if p.Required {
		list = append(list, mistake{nil, catalog.MissingParam})
	}
	switch {
	case p.Comma:
	case p.Type == catalog.TypeInt || p.Type == catalog.TypeDecimal:
		list = append(list, mistake{"x1", catalog.BadType})
	case p.Type == catalog.TypeDatetime:
		list = append(list, mistake{"2022/12/28 16:40:58", catalog.BadDate})
	case p.Type == catalog.TypeString && p.Length > 0 && len(p.Enum) == 0:
		list = append(list, mistake{strings.Repeat("长", p.Length+1), catalog.TooLong})
	case p.Type == catalog.TypeString && len(p.Enum) > 0:
		list = append(list, mistake{"nothing of it", catalog.BadEnum})
	}
	if s := e.Span; s != nil && s.Limit > 0 && p.Name == s.From && len(s.Unless) == 0 {
		list = append(list, mistake{"2012-01-02 00:00:00", catalog.SpanTooWide})
	}
	return list
}

// leaves are the arguments with one value that a call of the walk gives or leaves
// out: those of the objects, not of the rows of lists.
func leaves(e *catalog.Endpoint) []*catalog.Param {
	var list []*catalog.Param
	for _, a := range e.Args {
		if a.Type == catalog.TypeObject {
			for _, f := range a.Fields {
				if f.Fields == nil && f.Type != catalog.TypeStrings && f.Type != catalog.TypeInts {
					list = append(list, f)
				}
			}
		}
	}
	return list
}

// factsRequest makes the call of the facts' example: nothing about its arguments
// may be wrong, whatever becomes of it.
func (w *walk) factsRequest(t *testing.T) {
	body, ok := requests(t, w.e.Vendor)[w.e.Method]
	if !ok {
		return
	}
	c := openapi(w.e.Method, body)
	if w.e.Vendor == "openapi2" {
		c = openapi2(w.e.Method)
		for name, value := range gjson.Parse(body).Map() {
			c.set(name, value.String())
		}
	} else if w.e.Paging != nil {
		c.set("page_size", "10", "page_no", "0")
	}
	a := w.call(t, c)
	wrong := []catalog.Kind{catalog.ArgCount, catalog.UnknownParam, catalog.MissingParam, catalog.BadType, catalog.BadDate,
		catalog.BadList, catalog.TooLong, catalog.BadEnum, catalog.TooLarge, catalog.TooSmall, catalog.Internal, catalog.Malformed}
	if slices.Contains(wrong, catalog.Kind(a.entry.Kind)) && !slices.Contains(brokenExamples, w.e.Method) {
		t.Errorf("the facts' own example %s got %s: %s %s", clip(body), a.entry.Kind, clip(a.body), a.entry.Hint)
	}
}

// brokenExamples are requests of the vendors' pages that break the rules of the
// same page: a name that its table does not have, the 31st of June, a blank or the
// end of a line within a date, true for a number.
var brokenExamples = []string{"wms.StockShelve.queryWithDetail", "wms.stockout.Base.searchSN", "wms.stockin.Base.searchSN",
	"wms.stockother.In.push", "wms.stockother.Out.push", "wms.stockin.Process.queryWithDetail",
	"wms.stockout.Process.queryWithDetail", "wms.stockout.Other.createOther"}

// good makes a minimal call that finds something; found tells whether it will.
func (w *walk) good() (args map[string]any, found bool) {
	args = map[string]any{}
	row, at := w.sample()
	for _, p := range leaves(w.e) {
		if p.Required {
			args[p.Name] = w.value(p, row)
		}
	}
	for _, a := range w.e.Args {
		for _, p := range append([]*catalog.Param{a}, a.Fields...) {
			if p.Required && (p.Type == catalog.TypeStrings || p.Type == catalog.TypeInts) {
				args[p.Name] = []any{w.value(p, row)}
			} else if p.Required && p.Type == catalog.TypeList {
				args[p.Name] = []any{w.object(p, row)}
			}
		}
		if a.Type != catalog.TypeObject && a.Type != catalog.TypeList && a.Required && args[a.Name] == nil {
			args[a.Name] = w.value(a, row)
		}
	}
	if s := w.e.Span; s != nil && s.Calendar == nil {
		to := min(at+int64(cmp.Or(s.Limit, 24*time.Hour)/time.Second)/2, noon().Unix())
		w.window(args, at, to)
	}
	for _, names := range w.e.OneOf {
		for _, p := range leaves(w.e) {
			if p.Name == names[0] {
				args[p.Name] = w.value(p, row)
			}
		}
	}
	return args, row != nil
}

// window gives the ends of the call's window.
func (w *walk) window(args map[string]any, from, to int64) {
	for _, p := range leaves(w.e) {
		if p.Name == w.e.Span.From {
			args[p.Name] = written(p, from)
		}
		if p.Name == w.e.Span.To {
			args[p.Name] = written(p, to)
		}
	}
}

// written is a time in the form that the argument has.
func written(p *catalog.Param, unix int64) string {
	return time.Unix(unix, 0).In(wire.Beijing).Format(p.Layout.Go())
}

func (w *walk) object(p *catalog.Param, row *fixtures.Row) map[string]any {
	o := map[string]any{}
	for _, f := range p.Fields {
		switch {
		case !f.Required:
		case f.Type == catalog.TypeList:
			o[f.Name] = []any{w.object(f, row)}
		case f.Type == catalog.TypeObject:
			o[f.Name] = w.object(f, row)
		case f.Type == catalog.TypeStrings || f.Type == catalog.TypeInts:
			o[f.Name] = []any{w.value(f, row)}
		default:
			o[f.Name] = w.value(f, row)
		}
	}
	return o
}

// sample is a row that the method shows, and its moment in the window's column.
func (w *walk) sample() (*fixtures.Row, int64) {
	monthAgo := noon().AddDate(0, 0, -50)
	if w.e.Rows == nil {
		return nil, monthAgo.Unix()
	}
	q := catalog.Query{Collection: w.e.Rows.Collection, Page: catalog.Page{Size: 1}}
	for _, c := range w.e.Rows.Where {
		q.Filters = append(q.Filters, catalog.Filter{Column: c.Column, In: append(c.In, c.NotIn...), Not: c.In == nil})
	}
	if s := w.e.Span; s != nil {
		q.Column, q.From, q.To = s.Column, monthAgo.Unix(), noon().Unix()
		for _, p := range leaves(w.e) {
			if p.Selects != nil && p.Default != nil {
				q.Column = p.Selects[*p.Default]
			} else if p.Selects != nil && p.Required {
				q.Column = p.Selects[p.EnumKeys()[0]]
			}
		}
		if s.Calendar != nil {
			q.From = noon().AddDate(0, 0, -25).Unix()
		}
	}
	result, err := w.tenants.Tenant("default").State().World.Read(context.Background(), q, noon())
	if err != nil || len(result.Rows) == 0 {
		return nil, monthAgo.Unix()
	}
	row := &result.Rows[0]
	if q.Column != "" {
		return row, row.Get(q.Column).Unix()
	}
	return row, monthAgo.Unix()
}

// value is one that the argument takes, of the sample row where it filters.
func (w *walk) value(p *catalog.Param, row *fixtures.Row) any {
	text := ""
	if row != nil {
		text = row.Get(cmp.Or(p.Column, p.Name)).Text()
	}
	switch _, allowed := p.Enum[text]; {
	case allowed:
		return text
	case p.Default != nil && *p.Default != catalog.NowDefault:
		return *p.Default
	case len(p.Enum) > 0:
		return p.EnumKeys()[0]
	case text != "":
		return text
	}
	switch p.Type {
	case catalog.TypeInt, catalog.TypeInts, catalog.TypeDecimal:
		if p.Min != nil {
			return *p.Min
		}
		return "1"
	case catalog.TypeDatetime:
		return written(p, noon().Unix())
	case catalog.TypeBool:
		return "true"
	}
	return "1"
}

// request puts arguments on the vendor's wire.
func (w *walk) request(args map[string]any, size, no int) *call {
	switch w.e.Vendor {
	case "openapi":
		c := openapi(w.e.Method, w.positional(args))
		if w.e.Paging != nil {
			c.set("page_size", strconv.Itoa(size), "page_no", strconv.Itoa(no), "calc_total", "1")
		}
		return c
	case "openapi2":
		c := openapi2(w.e.Method, w.page(size, no)...)
		for name, value := range args {
			c.set(name, formValue(value))
		}
		return c
	}
	for i, page := 0, w.page(size, no); i < len(page); i += 2 {
		args = maps.Clone(args)
		args[page[i]] = page[i+1]
	}
	c := fubei(w.e.Method, mustJSON(args))
	if len(w.e.Gateways) > 0 {
		c.path = w.e.Gateways[0]
	}
	return c
}

func (w *walk) page(size, no int) []string {
	if w.e.Paging == nil {
		return nil
	}
	return []string{w.e.Paging.Size, strconv.Itoa(size), w.e.Paging.No, strconv.Itoa(no + w.e.Paging.First)}
}

func (w *walk) positional(args map[string]any) string {
	var list []any
	for i, a := range w.e.Args {
		if a.Type != catalog.TypeObject {
			if args[a.Name] == nil && !a.Required {
				break
			}
			list = append(list, args[a.Name])
			continue
		}
		o := map[string]any{}
		for _, f := range a.Fields {
			if v, ok := args[f.Name]; ok {
				o[f.Name] = v
			}
		}
		if v, ok := args["no_such_name"]; ok && i == 0 {
			o["no_such_name"] = v
		}
		list = append(list, o)
	}
	return mustJSON(list)
}

// formValue is how a form carries a value: lists and objects as JSON text.
func formValue(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return mustJSON(v)
}

func mustJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func clip(s string) string {
	if len(s) > 300 {
		return strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}
