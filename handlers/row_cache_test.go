package handlers

import (
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// TestRowCache checks that the cache keeps an entry that is read again and again, drops the
// others, and stays within its size.
func TestRowCache(t *testing.T) {
	t.Parallel()
	const entry = 10 + rowOverhead // bytes
	c := newRowCache(100 * entry)
	plans := make([]plan, 4001)
	key := func(i int) rowKey { return rowKey{plan: &plans[i]} }
	read, value := strings.Repeat("r", 10), strings.Repeat("v", 10)
	c.put(key(4000), read)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 1000 {
				c.put(key(g*1000+i), value)
				if json, ok := c.get(key(4000)); !ok || json != read {
					t.Errorf("the entry that is read again and again is %q", json)
				}
			}
		})
	}
	all.Wait()
	if n := len(c.young) + len(c.old); n > 100+4 {
		t.Errorf("the cache has room for 100 entries and keeps %d", n)
	}
	if _, ok := c.get(key(0)); ok {
		t.Error("the first entry is still there")
	}
}

// BenchmarkRowCache reads a page of 40 payments and writes its rows, with and without the
// cache. The window moves by an hour each time.
func BenchmarkRowCache(b *testing.B) {
	now := time.Date(2022, 12, 28, 12, 0, 0, 0, time.UTC)
	s := newServer(Config{Now: func() time.Time { return now }, Vendors: vendors.Shipped()})
	e := s.Catalog.Endpoint("openapi", "sales.Payment.queryWithDetail")
	p := s.plans.of(s.Catalog.Vendor("openapi"), e)
	x := &exchange{server: s, state: s.Tenants.Tenant(tenant.DefaultName).State()}
	pages := func(b *testing.B, write func(dst []byte, rows []fixtures.Row) []byte) {
		var buffer []byte
		for i := 0; b.Loop(); i++ {
			from := now.AddDate(0, 0, -90).Add(time.Duration(i%480) * time.Hour)
			q := catalog.Query{Collection: e.Rows.Collection, Column: "modified", From: from.Unix(), To: from.AddDate(0, 0, 1).Unix(), Page: catalog.Page{Size: 40}}
			result, err := x.state.World.Read(q, now)
			if err != nil || len(result.Rows) != 40 {
				b.Fatal(len(result.Rows), err)
			}
			buffer = write(buffer[:0], result.Rows)
		}
	}
	b.Run("with", func(b *testing.B) {
		pages(b, func(dst []byte, rows []fixtures.Row) []byte { return x.appendRows(dst, p, rows) })
	})
	b.Run("without", func(b *testing.B) {
		pages(b, func(dst []byte, rows []fixtures.Row) []byte { return appendRows(dst, p.fields, rows) })
	})
}
