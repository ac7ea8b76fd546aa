package handlers_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// rowsOf reads what no endpoint may show, as texts by column.
func (s *sandbox) rowsOf(t testing.TB, q catalog.Query, columns ...string) []string {
	t.Helper()
	result, err := s.tenants.Tenant("default").State().World.Read(t.Context(), q, noon())
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for i := range result.Rows {
		row := ""
		for _, c := range columns {
			v := result.Rows[i].Get(c)
			row += " " + v.Text()
		}
		rows = append(rows, row[1:])
	}
	return rows
}

// of asks for the rows of the page's distributor.
func of(collection string) catalog.Query {
	return catalog.Query{Collection: collection, Filters: []catalog.Filter{{Column: "fx_nick_no", In: []string{"6cdea949"}}}}
}

// holds is what a distributor has: deposit and credit.
type holds struct{ balance, credit decimal.Decimal }

func (s *sandbox) holds(t testing.TB) holds {
	t.Helper()
	var balance, credit string
	if rows := s.rowsOf(t, of("distributor"), "balance", "credit"); len(rows) != 1 {
		t.Fatalf("%d distributors of one number", len(rows))
	} else if _, err := fmt.Sscan(rows[0], &balance, &credit); err != nil {
		t.Fatal(err)
	}
	return holds{decimal.RequireFromString(balance), decimal.RequireFromString(credit)}
}

// more is what came on top since then.
func (h holds) more(then holds) string {
	return h.balance.Sub(then.balance).String() + " " + h.credit.Sub(then.credit).String()
}

func charge(kind int, amount string) *call {
	return openapi(recharge, fmt.Sprintf(`[{"fx_nick_no":"6cdea949","fx_nick_name":"旗舰版分销端wdterp85","type":%d,"amount":%s,"payment_type":3,"beneficiary_account":"a","voucher_no":"v%d"}]`, kind, amount, kind))
}

// TestRechargeMovesBalance: deposits and rebates add to what a distributor has,
// deductions take from it, and credit is a balance of its own.
func TestRechargeMovesBalance(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	before := s.holds(t)
	steps := []struct {
		kind          int
		amount, added string // balance and credit, on top of what was there
	}{
		{1, "300", "300 0"}, {2, `"0.0001"`, "300.0001 0"}, {3, "100.0001", "200 0"}, {4, "5000", "200 5000"}, {5, "1.5", "200 4998.5"},
		{3, "99999", "-99799 4998.5"},
	}
	for _, step := range steps {
		if a := s.call(t, charge(step.kind, step.amount)); a.body != `{"status":0,"data":{}}` {
			t.Fatal(a.body)
		}
		if got := s.holds(t).more(before); got != step.added {
			t.Errorf("after type %d of %s: %s more, want %s", step.kind, step.amount, got, step.added)
		}
	}
	// What is refused moves nothing and leaves no document.
	s.call(t, charge(1, "100000"))
	s.call(t, charge(9, "1"))
	want := []string{"1 300 3 v1 2022-12-29 12:00:00", "2 0.0001 3 v2 2022-12-29 12:00:00", "3 100.0001 3 v3 2022-12-29 12:00:00",
		"4 5000 3 v4 2022-12-29 12:00:00", "5 1.5 3 v5 2022-12-29 12:00:00", "3 99999 3 v3 2022-12-29 12:00:00"}
	if diff := cmp.Diff(want, s.rowsOf(t, of("recharge"), "type", "amount", "payment_type", "voucher_no", "created")); diff != "" {
		t.Errorf("the documents (-want +got):\n%s", diff)
	}
	if got := s.holds(t).more(before); got != "-99799 4998.5" {
		t.Errorf("at last: %s more", got)
	}
}

// TestRechargesAtOnce: no recharge is lost when many come at a time.
func TestRechargesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	before := s.holds(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				s.call(t, charge(1, "0.01"))
			}
		})
	}
	all.Wait()
	if got := s.holds(t).more(before); got != "2 0" {
		t.Errorf("200 recharges of 0.01 come to %s", got)
	}
}

// TestPushesAtOnce: the same document pushed by many is one document.
func TestPushesAtOnce(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			body := fmt.Sprintf(`[[{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"one","in_amount":%d,"create_time":"2020-08-18 09:20:35"}]]`, i)
			s.call(t, openapi(pushBills, body))
		})
	}
	all.Wait()
	at := time.Date(2020, 8, 18, 9, 20, 35, 0, wire.Beijing).Unix()
	rows := s.rowsOf(t, catalog.Query{Collection: "bill", Column: "create_time", From: at, To: at,
		Filters: []catalog.Filter{{Column: "order_no", In: []string{"0Be1tqsxdb"}}}}, "pay_order_no", "type")
	if diff := cmp.Diff([]string{"one 0"}, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
