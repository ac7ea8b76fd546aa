package handlers_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// What the chain needs of a row of each method. Amounts are read from their
// digits, never as floats.
type (
	checkRow struct {
		TID    string          `json:"tid"`
		Shop   string          `json:"shop_no"`
		Sent   decimal.Decimal `json:"send_amount"`
		Paid   decimal.Decimal `json:"pay_amount"`
		Refund decimal.Decimal `json:"refund_amount"`
		Cost   decimal.Decimal `json:"cost_amount"`
	}
	paymentRow struct {
		Order    string          `json:"sales_order_no"`
		Raw      string          `json:"raw_nos"`
		Shop     string          `json:"shop_no"`
		Received decimal.Decimal `json:"receive_amount"`
		Refunded decimal.Decimal `json:"refund_amount"`
		Real     decimal.Decimal `json:"real_amount"`
		IsRefund bool            `json:"is_refund"`
	}
	billRow struct {
		Order string          `json:"order_no"`
		Pay   string          `json:"pay_order_no"`
		Type  int             `json:"type"` // 1 received, 2 paid back, 0 fee
		In    decimal.Decimal `json:"in_amount"`
		Out   decimal.Decimal `json:"out_amount"`
	}
	tillRow struct {
		SN     string          `json:"order_sn"`
		Order  string          `json:"merchant_order_sn"`
		Total  decimal.Decimal `json:"total_fee"`
		Fee    decimal.Decimal `json:"fee"`
		Income decimal.Decimal `json:"income"`
	}
)

// tid is the order that a payment is of, wherever its number stands.
func (p paymentRow) tid() string {
	if p.Raw != "" {
		return p.Raw
	}
	return p.Order
}

// books is what the three vendors say of some orders, by their platform's number.
type books struct {
	checks   map[string]checkRow
	receipts map[string]paymentRow
	refunds  map[string]paymentRow
	bills    map[string]map[int]billRow
	tills    map[string]tillRow
}

// pages reads a list to its end, page after page.
func pages[T any](t testing.TB, s *sandbox, next func(page int) *call, list func(body []byte) ([]T, error)) []T {
	t.Helper()
	var all []T
	for page := 0; ; page++ {
		a := s.call(t, next(page))
		rows, err := list([]byte(a.body))
		if err != nil {
			t.Fatalf("%v: %.300s", err, a.body)
		}
		if len(rows) == 0 {
			return all
		}
		all = append(all, rows...)
	}
}

// readBooks reads September 2022 of one shop, and what was shipped on its 5th day.
// Everything that happens to those orders happens in that month.
func readBooks(t testing.TB, s *sandbox, shop string) books {
	const month = `"start_time":"2022-09-01 00:00:00","end_time":"2022-10-01 00:00:00"`
	number := func(page int) string { return fmt.Sprint(page) }
	b := books{map[string]checkRow{}, map[string]paymentRow{}, map[string]paymentRow{}, map[string]map[int]billRow{}, map[string]tillRow{}}
	for _, r := range pages(t, s, func(page int) *call {
		return openapi2(accountChecks, "start_time", "2022-09-05 00:00:00", "end_time", "2022-09-05 23:59:59",
			"time_type", "2", "shop_no", shop, "page_size", "100", "page_no", number(page))
	}, func(body []byte) ([]checkRow, error) {
		var v struct {
			List []checkRow `json:"account_list"`
		}
		err := json.Unmarshal(body, &v)
		return v.List, err
	}) {
		b.checks[r.TID] = r
	}
	for _, r := range pages(t, s, func(page int) *call {
		return openapi(queryPayments, `[{`+month+`,"shop_nos":"`+shop+`"}]`, "page_size", "1000", "page_no", number(page))
	}, func(body []byte) ([]paymentRow, error) {
		var v struct {
			Data struct {
				List []paymentRow `json:"payment_list"`
			}
		}
		err := json.Unmarshal(body, &v)
		return v.Data.List, err
	}) {
		if !r.IsRefund {
			b.receipts[r.tid()] = r
		} else if r.Real.Sign() != 0 { // what was not given back is in no other book
			b.refunds[r.tid()] = r
		}
	}
	for _, r := range pages(t, s, func(page int) *call {
		return openapi(searchBills, `[{`+month+`,"shop_no":"`+shop+`"}]`, "page_size", "1000", "page_no", number(page))
	}, func(body []byte) ([]billRow, error) {
		var v struct {
			Data struct {
				List []billRow `json:"detail_list"`
			}
		}
		err := json.Unmarshal(body, &v)
		return v.Data.List, err
	}) {
		if b.bills[r.Order] == nil {
			b.bills[r.Order] = map[int]billRow{}
		}
		b.bills[r.Order][r.Type] = r
	}
	for _, r := range pages(t, s, func(page int) *call {
		return fubei(reconcile, `{"year":2022,"month":9,"type":"1","limit":100,"page":`+number(page+1)+`}`)
	}, func(body []byte) ([]tillRow, error) {
		var v struct{ Data struct{ List []tillRow } }
		err := json.Unmarshal(body, &v)
		return v.Data.List, err
	}) {
		b.tills[r.Order] = r
	}
	return b
}

// TestChain follows every order that a shop shipped on one day through the books
// of the three vendors: they name the same order, and agree to the cent.
func TestChain(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for _, shop := range []struct {
		no   string
		till bool // its sales go over Fubei
	}{{"00212", false}, {"POS", true}, {"c-test", true}, {"jd-01", false}, {"dy-01", false}} {
		t.Run(shop.no, func(t *testing.T) {
			t.Parallel()
			b := readBooks(t, s, shop.no)
			if len(b.checks) < 5 {
				t.Fatalf("%s shipped only %d orders that day", shop.no, len(b.checks))
			}
			for tid := range b.checks {
				if diff := cmp.Diff(b.told(tid, shop.till), b.expected(tid, shop.till)); diff != "" {
					t.Errorf("order %s (-the books +each other):\n%s", tid, diff)
				}
			}
		})
	}
}

// told is what the books say of an order, by name.
func (b books) told(tid string, till bool) map[string]string {
	check, receipt, bills := b.checks[tid], b.receipts[tid], b.bills[tid]
	told := map[string]string{
		"receipt of the order": receipt.tid(), "shop": receipt.Shop,
		"received": receipt.Received.StringFixed(4), "really received": receipt.Real.StringFixed(4),
		"bill of the order": bills[1].Order, "billed": bills[1].In.StringFixed(4),
		"checked": check.Paid.StringFixed(4), "given back": check.Refund.StringFixed(4), "cost": check.Cost.StringFixed(4),
	}
	if till {
		till := b.tills[tid]
		told["till's order"], told["till"] = till.Order, till.Total.StringFixed(4)
		told["till's number"], told["till's fee"] = till.SN, till.Fee.StringFixed(4)
		told["income"] = till.Income.StringFixed(4)
	}
	return told
}

// expected is the same, as it follows from the other books.
func (b books) expected(tid string, till bool) map[string]string {
	check, refund, bills := b.checks[tid], b.refunds[tid], b.bills[tid]
	sent := check.Sent.StringFixed(4)
	want := map[string]string{
		"receipt of the order": tid, "shop": check.Shop,
		"received": sent, "really received": sent,
		"bill of the order": tid, "billed": sent,
		"checked":    bills[1].In.Sub(bills[2].Out).StringFixed(4),
		"given back": refund.Real.StringFixed(4), "cost": bills[0].Out.StringFixed(4),
	}
	if till {
		want["till's order"], want["till"] = tid, sent
		want["till's number"], want["till's fee"] = bills[1].Pay, bills[0].Out.StringFixed(4)
		want["income"] = check.Sent.Sub(bills[0].Out).StringFixed(4)
	}
	return want
}
