package control

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/fixtures"
	"shaxiang/internal/tenant"
)

// TestUnseenRows: a row that no query shows now is accepted, and the answer says so.
func TestUnseenRows(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.make("u")
	mustDo[Clock](t)(s.client.SetClock(bg(), "u", ClockSetting{Mode: "frozen", Now: "2022-12-28 12:00:00"}))
	added := mustDo[Rows](t)(s.client.AddRows(bg(), "u", "trade", []map[string]string{
		{"created": "2022-12-28 11:00:00"}, {"created": "2022-12-28 13:00:00"}, {"tid": "x"}}))
	for i, want := range []string{"", "created is 2022-12-28 13:00:00, and the tenant is at 2022-12-28 12:00:00", "the row has no created"} {
		warnings := added.Rows[i].Warnings
		if want == "" && warnings != nil || want != "" && (len(warnings) != 1 || !strings.HasPrefix(warnings[0].Text, want) || warnings[0].ID == "") {
			t.Errorf("row %d: %s, want %q", i, asText(warnings), want)
		}
	}
	patched := mustDo[Row](t)(s.client.PatchRow(bg(), RowRef{"u", "trade", added.Rows[0].Key}, map[string]string{"created": "2023-01-01 00:00:00"}))
	if len(patched.Warnings) != 1 {
		t.Errorf("patched: %s", asText(patched))
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.make("w")
	do := mustDo[Rows](t)
	page := do(s.client.Rows(bg(), "w", "trade", url.Values{"from": {"2024-06-01"}, "to": {"2024-06-02"}, "time": {"created"}, "size": {"5"}, "total": {"true"}}))
	if len(page.Rows) != 5 || page.Total == nil || *page.Total < 100 || !strings.HasPrefix(page.Rows[0].Row["created"], "2024-06-01 ") {
		t.Fatalf("%s", asText(page))
	}
	tid := page.Rows[0].Row["tid"]
	if found := do(s.client.Rows(bg(), "w", "trade", url.Values{"tid": {tid, "nobody's"}, "from": {"2024-06-01"}})); len(found.Rows) == 0 || found.Rows[0].Key != page.Rows[0].Key {
		t.Errorf("by tid: %s", asText(found))
	}
	ref := RowRef{"w", "trade", page.Rows[0].Key}
	changed := mustDo[Row](t)(s.client.PatchRow(bg(), ref, map[string]string{"paid": "12.5", "buyer_nick": "测试"}))
	if changed.Key != ref.Key || changed.Row["paid"] != "12.5" || changed.Row["buyer_nick"] != "测试" || changed.Row["tid"] != tid {
		t.Errorf("%s", asText(changed))
	}
	if diff := cmp.Diff(page.Rows[0].Lines["details"], changed.Lines["details"]); diff != "" || len(changed.Lines["details"]) == 0 || changed.Lines["details"][0]["spec_no"] == "" {
		t.Errorf("%d lines after the patch (-before +after):\n%s", len(changed.Lines["details"]), diff)
	}
	if err := s.client.DeleteRow(bg(), ref); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.client.DeleteRow(bg(), ref), http.StatusNotFound, "no row with the key")
	after := do(s.client.Rows(bg(), "w", "trade", url.Values{"from": {"2024-06-01"}, "to": {"2024-06-02"}, "total": {"1"}}))
	if *after.Total != *page.Total-1 {
		t.Errorf("%d rows after deleting one of %d", *after.Total, *page.Total)
	}
	added := do(s.client.AddRows(bg(), "w", "payment", []map[string]string{
		{"payment_no": "P-1", "created": "2024-06-01 10:00:00", "receive_amount": "9.90"}, {"payment_no": "P-2", "created": "2024-06-01 10:00:01"}}))
	found := do(s.client.Rows(bg(), "w", "payment", url.Values{"payment_no": {"P-1"}, "from": {"2024-06-01"}}))
	if len(added.Rows) != 2 || len(found.Rows) != 1 || found.Rows[0].Key != added.Rows[0].Key || found.Rows[0].Row["receive_amount"] != "9.9" {
		t.Errorf("added %s, found %s", asText(added), asText(found))
	}
	one := s.raw("POST", "/_sandbox/tenants/w/rows/payment", JSON, `{"payment_no": "P-3", "receive_amount": 9.9}`)
	wantBad(t, one, http.StatusCreated, `"payment_no":"P-3"`, `"receive_amount":"9.9"`)
}

// Rows are not added where clients have written as much as they may.
func TestRowsFull(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.tenants.KeptBytes = 1
	if _, err := s.tenants.Add(tenant.Config{Name: "full"}, s.tenants.Now()); err != nil {
		t.Fatal(err)
	}
	got := s.raw("POST", "/_sandbox/tenants/full/rows/payment", JSON, `{"payment_no": "P-1"}`)
	wantBad(t, got, http.StatusUnprocessableEntity, "raise max_kept_bytes")
}

func TestRowsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	got := s.raw("POST", "/_sandbox/tenants/default/rows/payment", JSON,
		`[{"payment_no": "N-1"}, {"created": "yesterday"}, {"payment_no": "N-2"}, {"colour": "red"}, {"receive_amount": "1e9"}]`)
	wantBad(t, got, 400, "nothing was added", "rows.1: payment.created", "rows.3: payment has no column", "rows.4: payment.receive_amount")
	if n := len(mustDo[Rows](t)(s.client.Rows(bg(), "default", "payment", url.Values{"payment_no": {"N-1", "N-2"}, "from": {"2024-06-01"}})).Rows); n != 0 {
		t.Errorf("%d rows were added all the same", n)
	}
}

func TestBadRows(t *testing.T) {
	t.Parallel()
	s := start(t)
	const at = "/_sandbox/tenants/default/rows/"
	for _, c := range []struct {
		method, path, body string
		status             int
		words              string
	}{
		{"GET", "orders", "", 404, "from account_check to"},
		{"POST", "orders", "{}", 404, "from account_check to"},
		{"GET", "trade?colour=red", "", 400, "buyer_nick"},
		{"GET", "trade?from=yesterday", "", 400, "write 2022-12-28"},
		{"GET", "trade?from=2024-01-02&to=2024-01-01", "", 422, "exchange them"},
		{"GET", "trade?from=2024-01-01&to=2024-01-01&time=tid", "", 400, "time"},
		{"GET", "trade?page=-1", "", 400, "page"},
		{"GET", "trade?size=1001", "", 400, "from 1 to 1000"},
		{"GET", "trade?total=maybe", "", 400, "true or false"},
		{"PATCH", "trade/abc", "{}", 400, "whole number"},
		{"PATCH", "trade/2000000099", `{"paid": 1}`, 404, "no row with the key"},
		{"PATCH", "trade/1", `{"paid": "much"}`, 400, "no number"},
		{"PATCH", "trade/1", `[1]`, 400, "want an object of column and value"},
		{"DELETE", "trade/99999999999", "", 404, "no row"},
		{"POST", "trade", `"x"`, 400, "rows.0"},
		{"POST", "trade", `[{"tid": null}, {"tid": ["x"]}, 5]`, 400, "rows.1.tid: a list is not right here; want one value"},
		{"POST", "trade", `[` + strings.Repeat("{},", 20000) + `{}]`, 400, "at most 20000"},
		{"POST", "trade", `{"tid": "` + strings.Repeat("x", MaxBody) + `"}`, 413, "larger than 8 MB"},
	} {
		kind := ""
		if c.body != "" {
			kind = JSON
		}
		wantBad(t, s.raw(c.method, at+c.path, kind, c.body), c.status, c.words)
	}
}

func TestLargeUpload(t *testing.T) {
	t.Parallel()
	s := start(t)
	const rows = 10000
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"payment_no": "BIG-%d", "created": "2024-06-10 10:00:00", "remark": "%s"}`, i, strings.Repeat("长", 150))
	}
	if b.Len() < 5<<20 {
		t.Fatalf("only %d bytes", b.Len())
	}
	if got := s.raw("POST", "/_sandbox/tenants/default/rows/payment", JSON, "["+b.String()+"]"); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, clip(got.body))
	}
	page := mustDo[Rows](t)(s.client.Rows(bg(), "default", "payment", url.Values{"from": {"2024-06-10 10:00:00"}, "to": {"2024-06-10 10:00:00"}, "total": {"true"}}))
	if *page.Total < rows {
		t.Errorf("%d of %d rows are there", *page.Total, rows)
	}
}

func TestHugeWorldIsNotLookedThrough(t *testing.T) {
	t.Parallel()
	s := start(t)
	mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{Name: "huge", OrdersPerDay: fixtures.MaxOrdersPerDay}))
	_, err := s.client.Rows(bg(), "huge", "trade", url.Values{"tid": {"x"}})
	wantError(t, err, http.StatusUnprocessableEntity, "narrow from and to")
	mustDo[Rows](t)(s.client.Rows(bg(), "huge", "trade", url.Values{"from": {"2024-06-10"}, "to": {"2024-06-10"}}))
}

// TestWordsAreNoColumns: a word of the query that were a column too could not be filtered by.
func TestWordsAreNoColumns(t *testing.T) {
	t.Parallel()
	for _, c := range fixtures.Collections() {
		for _, column := range fixtures.Columns(c) {
			for _, p := range rowParams {
				if p.name == column {
					t.Errorf("%s has a column %s", c, column)
				}
			}
		}
	}
}

// TestRowsWhenTheClockJumps: a row that was added, changed or deleted stays so when the server's
// clock goes back.
func TestRowsWhenTheClockJumps(t *testing.T) {
	t.Parallel()
	s := start(t)
	rows := func() Rows {
		t.Helper()
		return mustDo[Rows](t)(s.client.Rows(bg(), "default", "shop", url.Values{"shop_no": {"JUMP"}}))
	}
	s.hand.move(time.Hour)
	added := mustDo[Rows](t)(s.client.AddRows(bg(), "default", "shop", []map[string]string{{"shop_no": "JUMP", "shop_name": "one"}}))
	ref := RowRef{Tenant: "default", Collection: "shop", Key: added.Rows[0].Key}
	s.hand.move(-2 * time.Hour)
	if got := rows().Rows; len(got) != 1 {
		t.Fatalf("added before the clock went back: %+v", got)
	}
	mustDo[Row](t)(s.client.PatchRow(bg(), ref, map[string]string{"shop_name": "two"}))
	if got := rows().Rows; len(got) != 1 || got[0].Row["shop_name"] != "two" {
		t.Errorf("changed after the clock went back: %+v", got)
	}
	if err := s.client.DeleteRow(bg(), ref); err != nil {
		t.Fatal(err)
	}
	for _, jump := range []time.Duration{0, time.Hour, 2 * time.Hour, -3 * time.Hour} {
		if s.hand.move(jump); len(rows().Rows) != 0 {
			t.Errorf("deleted, and visible after a jump of %s", jump)
		}
	}
}
