package handlers

import (
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// TestPagesAllocateLittle reads fresh pages of 40 rows and writes them without the row
// cache. The window moves each time, so that no page is read twice.
func TestPagesAllocateLittle(t *testing.T) {
	const rows, most = 40, 800
	now := time.Date(2022, 12, 28, 12, 0, 0, 0, time.UTC)
	s := newServer(Config{Now: func() time.Time { return now }, Vendors: vendors.Shipped()})
	world := s.Tenants.Tenant(tenant.DefaultName).State().World
	for _, test := range []struct {
		method, column string
		filters        []catalog.Filter
	}{
		{"sales.Payment.queryWithDetail", "created", nil},
		{"sales.Payment.queryWithDetail", "pay_time", nil},
		{"wms.stockout.Sales.queryWithDetail", "consign_time", []catalog.Filter{{Column: "status_type", In: []string{"0"}}}},
		{"wms.stockout.Sales.queryWithDetail", "modified", []catalog.Filter{{Column: "status_type", In: []string{"3"}}}},
	} {
		t.Run(test.method+" by "+test.column, func(t *testing.T) {
			e := s.Catalog.Endpoint("openapi", test.method)
			p := compile(s.Catalog.Vendor("openapi"), e)
			q := catalog.Query{Collection: e.Rows.Collection, Column: test.column, Page: catalog.Page{Size: rows},
				Filters: append(test.filters, catalog.Filter{Column: "channel", In: []string{"taobao", "pdd", "supply"}, Not: true})}
			window := 0
			var buffer []byte
			page := func() {
				from := now.AddDate(0, 0, -60).Add(time.Duration(window) * time.Hour)
				window++
				q.From, q.To = from.Unix(), from.AddDate(0, 0, 5).Unix()
				result, err := world.Read(t.Context(), q, now)
				if err != nil || len(result.Rows) != rows {
					t.Fatal(len(result.Rows), err)
				}
				buffer = p.rows.appendLines(buffer[:0], result.Rows)
			}
			for range 101 {
				page() // builds the days, which later pages share
			}
			window = 0
			n := testing.AllocsPerRun(100, page)
			t.Logf("%v allocations, %d bytes", n, len(buffer))
			if n > most {
				t.Errorf("a page of %d rows costs %v allocations, more than %d", rows, n, most)
			}
		})
	}
}
