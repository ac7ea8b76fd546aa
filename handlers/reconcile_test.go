package handlers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"shaxiang/internal/wire"
)

// What a reconciliation reads of each book beyond what the chain of one order needs.
type (
	receiptBook struct {
		paymentRow
		Status int    `json:"status"`
		Paid   string `json:"pay_time"`
	}
	billBook struct {
		billRow
		At int64 `json:"create_time"` // milliseconds
	}
	checkBook struct {
		checkRow
		Status string `json:"status"`
	}
)

// ledger is what the three vendors told, by the platform's order number.
type ledger struct {
	receipts, refunds map[string][]receiptBook
	bills             map[string]map[int][]billBook // by type
	checks            map[string]checkBook
	tills             map[string]tillRow
}

// pull reads the books as an integrator would: in windows as wide as each vendor
// allows, page by page, from October 29 to December 28, 2022.
func pull(t testing.TB, s *sandbox) ledger {
	t.Helper()
	l := ledger{map[string][]receiptBook{}, map[string][]receiptBook{}, map[string]map[int][]billBook{}, map[string]checkBook{}, map[string]tillRow{}}
	for _, window := range []string{
		`"start_time":"2022-10-29 00:00:00","end_time":"2022-11-27 23:59:59"`,
		`"start_time":"2022-11-28 00:00:00","end_time":"2022-12-27 23:59:59"`,
		`"start_time":"2022-12-28 00:00:00","end_time":"2022-12-28 23:59:59"`,
	} {
		for _, r := range flagshipRows[receiptBook](t, s, queryPayments, window, "payment_list") {
			book := l.receipts
			if r.IsRefund {
				book = l.refunds
			}
			book[r.tid()] = append(book[r.tid()], r)
		}
		for _, r := range flagshipRows[billBook](t, s, searchBills, window, "detail_list") {
			if l.bills[r.Order] == nil {
				l.bills[r.Order] = map[int][]billBook{}
			}
			l.bills[r.Order][r.Type] = append(l.bills[r.Order][r.Type], r)
		}
	}
	for day := time.Date(2022, 12, 1, 0, 0, 0, 0, wire.Beijing); day.Before(noon()); day = day.AddDate(0, 0, 1) {
		l.pullDay(t, s, day)
	}
	return l
}

func flagshipRows[T any](t testing.TB, s *sandbox, method, window, list string) []T {
	t.Helper()
	return pages(t, s, func(page int) *call {
		return openapi(method, "[{"+window+"}]", "page_size", "1000", "page_no", fmt.Sprint(page))
	}, func(body []byte) ([]T, error) {
		var v struct {
			Data map[string][]T `json:"data"`
		}
		err := json.Unmarshal(body, &v) // before what it fills is looked at
		return v.Data[list], err
	})
}

// pullDay reads what was shipped on a day, and what the tills sold.
func (l ledger) pullDay(t testing.TB, s *sandbox, day time.Time) {
	t.Helper()
	date := day.Format(time.DateOnly)
	for _, r := range pages(t, s, func(page int) *call {
		return openapi2(accountChecks, "start_time", date+" 00:00:00", "end_time", date+" 23:59:59", "time_type", "2",
			"page_size", "100", "page_no", fmt.Sprint(page))
	}, func(body []byte) ([]checkBook, error) {
		var v struct {
			List []checkBook `json:"account_list"`
		}
		err := json.Unmarshal(body, &v) // before what it fills is looked at
		return v.List, err
	}) {
		l.checks[r.TID] = r
	}
	for _, r := range pages(t, s, func(page int) *call {
		return fubei(reconcile, fmt.Sprintf(`{"year":2022,"month":%d,"day":%d,"type":"1","limit":100,"page":%d}`, day.Month(), day.Day(), page+1))
	}, func(body []byte) ([]tillRow, error) {
		var v struct{ Data struct{ List []tillRow } }
		err := json.Unmarshal(body, &v) // before what it fills is looked at
		return v.Data.List, err
	}) {
		l.tills[r.Order] = r
	}
}

// accuse holds the books against each other and returns what is wrong: kind and
// order. It looks at money that moved until the end of December 27.
func (l ledger) accuse() []string {
	found := map[string]bool{}
	for tid, receipts := range l.receipts {
		for _, r := range receipts {
			for _, kind := range l.wrongWith(tid, r) {
				found[kind+" "+tid] = true
			}
		}
		if len(receipts) > 1 {
			found["duplicated "+tid] = true
		}
	}
	for tid, refunds := range l.refunds {
		if r := refunds[0]; r.Real.IsPositive() && r.Paid >= "2022-12-09" && l.receipts[tid] == nil { // older ones may be of receipts before the first window
			found["refund_without_payment "+tid] = true
		}
	}
	for tid, bills := range l.bills {
		if len(bills[1]) > 1 || len(bills[0]) > 1 {
			found["duplicated "+tid] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// wrongWith compares a receipt with the bill, the account check and the till.
func (l ledger) wrongWith(tid string, r receiptBook) []string {
	check, checked := l.checks[tid]
	checked = checked && check.Status == "3"
	if checked && r.Status == 30 {
		return []string{"status_behind"}
	}
	if r.Paid == "" || r.Paid < "2022-12-01" || r.Paid > "2022-12-27 23:59:59" {
		return nil
	}
	income, fee := l.bills[tid][1], l.bills[tid][0]
	if len(income) == 0 {
		if _, shipped := l.checks[tid]; shipped {
			return []string{"missing"}
		}
		if len(l.refunds[tid]) > 0 {
			return nil // paid back before it was shipped: a platform bills nothing
		}
		return []string{"payment_without_order"}
	}
	var kinds []string
	if !income[0].In.Equal(r.Received) {
		kinds = append(kinds, differs(income[0].In, r.Received))
	}
	if till, sold := l.tills[tid]; sold && !till.Total.Equal(r.Received) {
		kinds = append(kinds, differs(till.Total, r.Received))
	}
	if day := time.UnixMilli(income[0].At).In(wire.Beijing).Format(time.DateOnly); day != r.Paid[:10] {
		kinds = append(kinds, "wrong_day")
	}
	if checked && len(fee) > 0 && !fee[0].Out.Equal(check.Cost) {
		kinds = append(kinds, "fee_wrong")
	}
	return kinds
}

// differs names a difference between two amounts.
func differs(a, b decimal.Decimal) string {
	if a.Sub(b).Abs().Equal(decimal.New(1, -2)) {
		return "off_by_a_cent"
	}
	return "amount " + a.Sub(b).String()
}

// TestReconcile marks a real reconciliation of the three vendors over HTTP against
// the answer key: every planted fault is found with its kind, and nothing else is
// accused; the clean business is accused of nothing.
func TestReconcile(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"reconcile-clean", "reconcile-mismatch"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := librarySandbox(t, name)
			l := pull(t, s)
			if len(l.receipts) < 2000 || len(l.bills) < 2000 || len(l.checks) < 2000 || len(l.tills) < 500 {
				t.Fatalf("only %d receipts, %d bills, %d checks, %d tills", len(l.receipts), len(l.bills), len(l.checks), len(l.tills))
			}
			want := map[string]bool{}
			kinds := map[string]bool{}
			for _, a := range s.tenants.Tenant("default").State().Answers {
				want[a.Kind+" "+a.TID], kinds[a.Kind] = true, true
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), l.accuse()); diff != "" {
				t.Errorf("-planted +accused:\n%s", diff)
			}
			if planted := name == "reconcile-mismatch"; planted && (len(kinds) != 8 || len(want) != 18) || !planted && len(want) != 0 {
				t.Errorf("%d faults of %d kinds are planted", len(want), len(kinds))
			}
		})
	}
}
