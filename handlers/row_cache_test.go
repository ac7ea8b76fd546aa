package handlers

import (
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// BenchmarkRowCache reads a page of 40 payments and writes its rows, with and without the
// cache. The window moves by an hour each time.
func BenchmarkRowCache(b *testing.B) {
	now := time.Date(2022, 12, 28, 12, 0, 0, 0, time.UTC)
	s := newServer(Config{Now: func() time.Time { return now }, Vendors: vendors.Shipped()})
	e := s.Catalog.Endpoint("openapi", "sales.Payment.queryWithDetail")
	x := &exchange{server: s, compiled: compile(s.Catalog.Vendor("openapi"), e), state: s.Tenants.Tenant(tenant.DefaultName).State()}
	pages := func(b *testing.B, write func(dst []byte, rows []fixtures.Row) []byte) {
		var buffer []byte
		for i := 0; b.Loop(); i++ {
			from := now.AddDate(0, 0, -90).Add(time.Duration(i%480) * time.Hour)
			q := catalog.Query{Collection: e.Rows.Collection, Column: "modified", From: from.Unix(), To: from.AddDate(0, 0, 1).Unix(), Page: catalog.Page{Size: 40}}
			result, err := x.state.World.Read(b.Context(), q, now)
			if err != nil || len(result.Rows) != 40 {
				b.Fatal(len(result.Rows), err)
			}
			buffer = write(buffer[:0], result.Rows)
		}
	}
	b.Run("with", func(b *testing.B) {
		pages(b, x.appendRows)
	})
	b.Run("without", func(b *testing.B) {
		pages(b, x.compiled.rows.appendLines)
	})
}
