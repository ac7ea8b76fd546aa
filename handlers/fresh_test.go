package handlers_test

import (
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"shaxiang/internal/tenant"
)

// TestAnswersAreFresh repeats one query. Its answer changes when a row is written, when the
// clock moves and when the world is replaced. The answer of another tenant with the same
// business stays.
func TestAnswersAreFresh(t *testing.T) {
	t.Parallel()
	frozen := tenant.ClockConfig{Mode: "frozen", Now: "2022-12-28 12:00:00"}
	s := newSandbox(t, tenant.Config{Name: "writer", Clock: frozen}, tenant.Config{Name: "twin", Clock: frozen})
	writer, twin := s.tenants.Tenant("writer"), s.tenants.Tenant("twin")
	const window = `[{"start_time":"2022-12-28 00:00:00","end_time":"2022-12-29 00:00:00"}]`
	bills := func(of *tenant.Tenant) answer {
		a := s.call(t, openapi("finance.RawPayment.search", window, "page_no", "0", "page_size", "100", "calc_total", "1").as(of))
		if n := len(gjson.Get(a.body, "data.details").Array()); a.entry.Outcome != "ok" || a.entry.Rows == 0 || a.entry.Answer != a.body || len(a.entry.Keys) != a.entry.Rows {
			t.Errorf("%d rows in the answer, %+v", n, a.entry)
		}
		return a
	}
	first := bills(writer).body
	holds := func(what string, of *tenant.Tenant, same bool) string {
		t.Helper()
		for range 2 {
			if got := bills(of).body == first; got != same {
				t.Errorf("%s: the answer is the first one: %v", what, got)
			}
		}
		return bills(of).body
	}
	holds("again", writer, true)
	holds("the twin", twin, true)
	push := openapi("finance.RawPayment.push", `[[{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"K-1","create_time":"2022-12-28 11:00:00","type":1,"in_amount":1.25}]]`).as(writer)
	if a := s.call(t, push); a.entry.Outcome != "ok" || a.entry.Rows != 1 {
		t.Fatalf("push: %s", a.body)
	}
	holds("after a push", writer, false)
	holds("the twin, after the other's push", twin, true)
	if err := writer.Reset(noon()); err != nil {
		t.Fatal(err)
	}
	holds("after a reset", writer, true)
	writer.State().Clock.Advance(6 * time.Hour)
	holds("six hours later", writer, false)
	writer.State().Clock.Advance(-6 * time.Hour)
	holds("six hours back", writer, true)
}
