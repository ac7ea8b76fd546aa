package handlers_test

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"
)

// TestSameBytes: the same request at the same clock has the same bytes for an
// answer, again, from another server, and whatever was asked before.
func TestSameBytes(t *testing.T) {
	t.Parallel()
	calls := func() []*call {
		return []*call{
			openapi(queryPayments, `[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59"}]`, "page_no", "2", "page_size", "100", "calc_total", "1"),
			openapi(queryPayments, `[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59","time_type":1}]`, "page_no", "0", "page_size", "1000"),
			openapi(searchBills, `[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59"}]`, "page_no", "1", "page_size", "500", "calc_total", "1"),
			openapi2(accountChecks, "start_time", "2022-12-28 12:00:00", "end_time", "2022-12-29 12:00:00", "page_size", "100"),
			openapi2(accountChecks, "start_time", "2022-06-27 00:00:00", "end_time", "2022-06-27 23:59:59", "time_type", "3"),
			fubei(reconcile, `{"year":2022,"month":12,"limit":100,"type":"1"}`),
			fubei(reconcile, `{"year":2016,"month":11,"day":7}`),
			openapi(queryPayments, `[{"zz":1,"start_time":"x","yy":2}]`, "page_no", "0", "page_size", "1"),
		}
	}
	first, second := newSandbox(t), newSandbox(t)
	var want []string
	for _, c := range calls() {
		want = append(want, first.call(t, c).body)
	}
	again := calls()
	for i, c := range again {
		if got := first.call(t, c).body; got != want[i] {
			t.Errorf("call %d, asked again: %.300s\nat first %.300s", i, got, want[i])
		}
	}
	last := calls()
	for i := len(last) - 1; i >= 0; i-- { // in another order
		if got := second.call(t, last[i]).body; got != want[i] {
			t.Errorf("call %d, of another server: %.300s\nthe first one's %.300s", i, got, want[i])
		}
	}
}

// TestPagesAreOneList: pages of any size, put together, are the rows of one large page.
func TestPagesAreOneList(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	window := `[{"start_time":"2022-12-20 00:00:00","end_time":"2022-12-29 12:00:00"}]`
	ids := func(size, pages int) string {
		all := ""
		for page := range pages {
			a := s.call(t, openapi(queryPayments, window, "page_no", fmt.Sprint(page), "page_size", fmt.Sprint(size)))
			for _, id := range gjson.Get(a.body, "data.payment_list.#.payment_id").Array() {
				all += id.Raw + " "
			}
		}
		return all
	}
	want := ids(900, 1)
	for _, size := range []int{30, 45, 100, 450} {
		if got := ids(size, 900/size); got != want {
			t.Errorf("pages of %d are another list than one of 900", size)
		}
	}
}
