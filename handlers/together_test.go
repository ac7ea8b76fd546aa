package handlers_test

import (
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/vendors"
)

// together is a method whose documents are all written or all refused.
const together = `endpoints:
  - method: test.Bill.together
    title: 账单一起推送
    kind: write
    evidence: inferred
    source: a test
    args:
      - name: list
        type: list
        label: 账单
        required: true
        fields:
          - {name: shop_no, type: string, label: 店铺编号, required: true}
          - {name: order_no, type: string, label: 单号}
          - {name: pay_no, type: string, label: 支付单号, column: pay_order_no}
          - {name: when, type: datetime, layout: compact, label: 时间, column: create_time}
          - {name: num, type: decimal, label: 数量}
    one_of: [[order_no, pay_no]]
    write:
      each: list
      collection: bill
      key: [shop_no, order_no, pay_order_no]
      set: [{column: created, value: $now, once: true}, {column: modified, value: $now}]
      checks:
        - {collection: shop, match: {shop_no: shop_no}, refuse: not_found, code: 1701, message: "店铺{shop_no}不存在", evidence: inferred}
        - {when: {column: num, in: ["0"]}, refuse: too_small, message: "数量{num}不合法", evidence: inferred}
    answer: {status: 0, new: $new, changed: $changed, at: $create_time}
`

// TestAllOrNone: the first document that is refused, by its arguments or by the world,
// refuses the call in the vendor's own words, and nothing is written.
func TestAllOrNone(t *testing.T) {
	t.Parallel()
	c, err := load.Catalog(vendors.Files(), fstest.MapFS{"openapi/together.yaml": {Data: []byte(together)}})
	if err != nil {
		t.Fatal(err)
	}
	s := newSandbox(t)
	s.catalog = c
	s.Handler = handlers.New(handlers.Config{Catalog: c, Tenants: s.tenants, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	const good = `{"shop_no":"POS","order_no":"G-1","num":1,"when":"20221228164058"}`
	pushed := catalog.Query{Collection: "bill", Filters: []catalog.Filter{{Column: "order_no", In: []string{"G-1", "G-2"}}}}
	for _, tt := range []struct{ second, kind, body string }{
		{`{"shop_no":"nowhere","order_no":"G-2","num":1}`, "not_found", `{"status":1701,"message":"店铺nowhere不存在"}`},
		{`{"shop_no":"POS","order_no":"G-2","num":"0.0"}`, "too_small", "数量0.0不合法"},
		{`{"shop_no":"POS","order_no":"G-2"}`, "too_small", "数量不合法"},
		{`{"shop_no":"POS","num":1}`, "missing_param", "单号"},
		{`{"order_no":"G-2","num":1}`, "missing_param", "店铺编号"},
		{`{"shop_no":"POS","order_no":"G-2","num":1,"when":"2022-12-28 16:40:58"}`, "bad_date", "2022-12-28 16:40:58"},
	} {
		a := s.call(t, openapi("test.Bill.together", `[[`+good+`,`+tt.second+`]]`))
		if a.entry.Outcome != "refused" || a.entry.Kind != tt.kind || a.entry.Rows != 0 || !strings.Contains(a.body, tt.body) {
			t.Errorf("%s: %s %s, %d rows, %s; want %s with %s", tt.second, a.entry.Outcome, a.entry.Kind, a.entry.Rows, a.body, tt.kind, tt.body)
		}
		if rows := s.rowsOf(t, pushed, "order_no"); len(rows) != 0 {
			t.Errorf("%s: %q were written", tt.second, rows)
		}
	}
	a := s.call(t, openapi("test.Bill.together", `[[`+good+`,{"shop_no":"POS","order_no":"G-2","num":2,"when":"20221229000000"}]]`))
	if a.body != `{"status":0,"new":2,"changed":0,"at":"2022-12-29 00:00:00"}` || a.entry.Outcome != "ok" || a.entry.Rows != 2 {
		t.Errorf("%s, recorded as %s, %d rows", a.body, a.entry.Outcome, a.entry.Rows)
	}
	want := []string{"G-1 2022-12-28 16:40:58", "G-2 2022-12-29 00:00:00"}
	if diff := cmp.Diff(want, s.rowsOf(t, pushed, "order_no", "create_time")); diff != "" {
		t.Errorf("bills (-want +got):\n%s", diff)
	}
}
