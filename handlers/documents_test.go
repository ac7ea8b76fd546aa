package handlers_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/tidwall/gjson"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/vendors"
)

// withSlips is a sandbox whose catalogue has a user's own methods besides.
func withSlips(t *testing.T) *sandbox {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/documents.txtar")
	if err != nil {
		t.Fatal(err)
	}
	layer := fstest.MapFS{}
	for _, f := range archive.Files {
		layer[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	c, err := load.Catalog(vendors.Files(), layer)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Endpoints() {
		for _, u := range e.Uses() {
			if err := handlers.Missing(u); strings.Contains(e.Method, "lip") && err != nil {
				t.Fatalf("%s: %v", e.Method, err)
			}
		}
	}
	s := newSandbox(t)
	s.catalog = c
	s.Handler = handlers.New(handlers.Config{Catalog: c, Tenants: s.tenants, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	return s
}

// specs are two numbers of goods.
func (s *sandbox) specs(t *testing.T) (a, b string) {
	t.Helper()
	numbers := s.rowsOf(t, catalog.Query{Collection: "spec", Page: catalog.Page{Size: 2}}, "spec_no")
	if len(numbers) != 2 {
		t.Fatalf("specs: %q", numbers)
	}
	return numbers[0], numbers[1]
}

func TestDocumentsArePushed(t *testing.T) {
	t.Parallel()
	s := withSlips(t)
	a, b := s.specs(t)
	first := s.call(t, openapi("test.Slip.push", fmt.Sprintf(`[[
		{"src_tid":"T-1","shop_no":"POS","note":"先","pay_time":"2022-12-29 11:00:00","goods":[{"spec_no":%q,"num":2,"price":"1.50"},{"spec_no":%q,"num":"0.5","price":3}]},
		{"src_tid":"T-2","shop_no":"POS"}]]`, a, b)))
	number := givenNumber(t, first.body, "data.done.0.trade_no")
	other := givenNumber(t, first.body, "data.done.1.trade_no")
	if number == other {
		t.Errorf("both have the number %s", number)
	}
	want := fmt.Sprintf(`{"status":0,"data":{"new":2,"changed":0,"done":[`+
		`{"trade_no":%q,"trade_id":2000000000,"receivable":4.5,"created":"2022-12-29 12:00:00","pay_time":"2022-12-29 11:00:00"},`+
		`{"trade_no":%q,"trade_id":2000000001,"receivable":0,"created":"2022-12-29 12:00:00","pay_time":""}]}}`, number, other)
	if first.body != want {
		t.Errorf("got  %s\nwant %s", first.body, want)
	}
	if e := first.entry; e.Outcome != "ok" || e.Rows != 2 || !slices.Equal(e.Keys, []int64{2_000_000_000, 2_000_000_001}) {
		t.Errorf("recorded as %s, %d rows, keys %v", e.Outcome, e.Rows, e.Keys)
	}
	if diff := cmp.Diff([]string{a + " WH-1 2", b + " WH-1 0.5"}, s.rowsOf(t, movedBy("T-1"), "spec_no", "warehouse_no", "num")); diff != "" {
		t.Errorf("movements (-want +got):\n%s", diff)
	}
	second := s.call(t, openapi("test.Slip.push", fmt.Sprintf(`[[
		{"src_tid":"T-1","shop_no":"POS"}, {"src_tid":"T-3","shop_no":"nowhere"}, {"src_tid":"T-4","shop_no":"POS","goods":[{"spec_no":%q,"num":1},{"spec_no":"none","num":1}]},
		{"src_tid":"","shop_no":"POS"}, {"src_tid":"T-5","shop_no":"POS","goods":[]}]]`, a)))
	got := gjson.Get(second.body, "data")
	wantErrors := `[{"tid":"T-3","code":1701,"error":"店铺nowhere不存在"},{"tid":"T-4","code":100,"error":"none不存在"},{"tid":"","code":100,"error":"原始单号不能为空"}]`
	if got.Get("count").Raw != "3" || got.Get("errors").Raw != wantErrors || got.Get("new").Raw != "1" || got.Get("changed").Raw != "1" ||
		got.Get("done.#").Raw != "2" || got.Get("done.0.trade_no").String() != number || got.Get("last").String() != got.Get("done.1.trade_no").String() {
		t.Errorf("got %s", second.body)
	}
	if e := second.entry; e.Outcome != "partial" || e.Rows != 2 || e.Keys[0] != 2_000_000_000 || e.Kind != "not_found" {
		t.Errorf("recorded as %s, %d rows, keys %v, %s", e.Outcome, e.Rows, e.Keys, e.Kind)
	}
	if moved := s.rowsOf(t, movedBy("T-4"), "num"); len(moved) != 0 {
		t.Errorf("a refused document moved %q", moved)
	}
}

// movedBy asks for what a document moved now.
func movedBy(order string) catalog.Query {
	return catalog.Query{Collection: "movement", Column: "moved", From: noon().Unix(), To: noon().Unix(),
		Filters: []catalog.Filter{{Column: "order_no", In: []string{order}}}}
}

// givenNumber is the number of a document that was given today.
func givenNumber(t *testing.T, body, path string) string {
	t.Helper()
	no := gjson.Get(body, path).String()
	if !strings.HasPrefix(no, "JY20221229") {
		t.Fatalf("no number at %s of %s", path, body)
	}
	return no
}

func TestDocumentIsShown(t *testing.T) {
	t.Parallel()
	s := withSlips(t)
	a, b := s.specs(t)
	created := s.call(t, openapi("test.Slip.create", fmt.Sprintf(`[{"shop_no":"POS","goods":[{"spec_no":%q,"num":2},{"spec_no":%q,"num":"0.5"}]}]`, a, b)))
	no := givenNumber(t, created.body, "data.row.trade_no")
	row := fmt.Sprintf(`{"trade_no":%q,"kind":"单","buyer":{"nick":"客人","shop":"POS"},"created":"2022-12-29 12:00:00",`+
		`"detail_list":[{"spec_no":%q,"num":2.0000},{"spec_no":%q,"num":0.5000}]}`, no, a, b)
	if want := `{"status":0,"data":{"id":2000000000,"row":` + row + `}}`; created.body != want {
		t.Errorf("got  %s\nwant %s", created.body, want)
	}
	if read := s.call(t, openapi("test.Slip.get", `[{"no":"`+no+`"}]`)); read.body != `{"status":0,"data":`+row+`}` || !slices.Equal(read.entry.Keys, []int64{2_000_000_000}) {
		t.Errorf("got %s, keys %v", read.body, read.entry.Keys)
	}
	refused := s.call(t, openapi("test.Slip.get", `[{"no":"JY202212290000"}]`))
	if refused.body != `{"status":1001,"message":"单号JY202212290000不存在"}` || refused.entry.Outcome != "refused" || refused.entry.Kind != "not_found" {
		t.Errorf("got %s, recorded as %s %s", refused.body, refused.entry.Outcome, refused.entry.Kind)
	}
	if nowhere := s.call(t, openapi("test.Slip.create", `[{"shop_no":"nowhere"}]`)); nowhere.body != `{"status":1701,"message":"店铺nowhere不存在"}` || nowhere.entry.Rows != 0 {
		t.Errorf("got %s", nowhere.body)
	}
	// A vendor whose JSON is ASCII writes the catalogue's constants so, too.
	ascii := s.call(t, openapi2("test_slip_get.php", "no", no))
	if ascii.body != `{"code":0,"message":"\u597d","list":[{"kind":"\u5355","lines":[{"\u540d":"a\/b"},{"\u540d":"a\/b"}]}]}` {
		t.Errorf("got %s", ascii.body)
	}
}

// TestMissingLines: what an endpoint asks of lines is told as what it asks of rows.
func TestMissingLines(t *testing.T) {
	t.Parallel()
	for collection, want := range map[string]string{
		"trade.details": `collection trade.details has no column "colour"; it has `,
		"trade.parts":   `the rows of collection trade have no lines "parts"`,
		"trades.parts":  `no collection is called "trades.parts"; there are `,
	} {
		if err := handlers.Missing(catalog.Lookup{Collection: collection, Column: "colour"}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if err := handlers.Missing(catalog.Lookup{Collection: "trade.details", Column: "spec_no"}); err != nil {
		t.Error(err)
	}
}
