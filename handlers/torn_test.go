package handlers_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/tidwall/gjson"
)

// inParallel lets 20 writers and 20 readers work at once, each so many rounds.
func inParallel(rounds int, write, read func(worker, round int)) {
	const workers = 20
	var all sync.WaitGroup
	for i := range workers {
		all.Go(func() {
			for n := range rounds {
				write(i, n)
			}
		})
		all.Go(func() {
			for n := range rounds {
				read(i, n)
			}
		})
	}
	all.Wait()
}

func amountAt(body, path string) decimal.Decimal {
	d, _ := decimal.NewFromString(gjson.Get(body, path).String()) // zero, which no check expects
	return d
}

// TestBalancesAgree: while merchants withdraw, each answer to a query of a balance agrees with
// itself, and at the end the account has lost what was withdrawn.
func TestBalancesAgree(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	const balance, own = "openapi.agent.account.balance.query", `{"merchant_id":1106420}`
	before := amountAt(s.call(t, vendorCall(balance, own)).body, "data.settled_amount")
	inParallel(15, func(worker, round int) {
		biz := fmt.Sprintf(`{"merchant_id":1106420,"merchant_order_sn":"W-%d-%d","amount":"0.01"}`, worker, round)
		if a := s.call(t, vendorCall("openapi.agent.account.withdraw", biz)); a.entry.Outcome != "ok" {
			t.Errorf("a withdrawal is refused: %s", a.body)
		}
	}, func(int, int) {
		body := s.call(t, vendorCall(balance, own)).body
		sum := decimal.Zero
		for _, part := range []string{"clearing", "settled", "frozen", "share_frozen"} {
			sum = sum.Add(amountAt(body, "data."+part+"_amount"))
		}
		if total := amountAt(body, "data.total_amount"); !total.Equal(sum) || total.IsZero() {
			t.Errorf("the parts are %s together, and the total is %s: %s", sum, total, body)
		}
	})
	after := amountAt(s.call(t, vendorCall(balance, own)).body, "data.settled_amount")
	if lost := before.Sub(after); !lost.Equal(decimal.RequireFromString("3")) {
		t.Errorf("300 withdrawals of 0.01 took %s", lost)
	}
}

// TestRefundsAgree: while orders are refunded, each answer to the query of an order's refunds
// agrees with itself: what was given back and what can be are the order's amount.
func TestRefundsAgree(t *testing.T) {
	t.Parallel()
	const orders, perOrder = 30, 10
	s := newSandbox(t)
	for i := range orders {
		s.call(t, fubei("openapi.payment.order.swipe", fmt.Sprintf(`{"merchant_order_sn":"T-%d","auth_code":"281234567890123456","total_fee":"20.00","store_id":"2299"}`, i)))
	}
	statistics := func(order int) (returned, left decimal.Decimal, body string) {
		body = s.call(t, fubei("openapi.payment.refund.statistics", fmt.Sprintf(`{"merchant_order_sn":"T-%d"}`, order))).body
		return amountAt(body, "data.refund_num").Mul(decimal.New(1, -2)), amountAt(body, "data.can_refund"), body
	}
	inParallel(15, func(worker, round int) {
		n := 15*worker + round
		biz := fmt.Sprintf(`{"merchant_order_sn":"T-%d","merchant_refund_sn":"R-%d","refund_money":"0.01"}`, n%orders, n)
		if a := s.call(t, fubei("openapi.payment.order.refund", biz)); a.entry.Outcome != "ok" {
			t.Errorf("a refund is refused: %s", a.body)
		}
	}, func(worker, round int) {
		if returned, left, body := statistics((15*worker + round) % orders); !returned.Add(left).Equal(decimal.NewFromInt(20)) {
			t.Errorf("%s are returned and %s are left of 20: %s", returned, left, body)
		}
	})
	for i := range orders {
		if returned, _, body := statistics(i); !returned.Equal(decimal.New(perOrder, -2)) {
			t.Errorf("after %d refunds: %s", perOrder, body)
		}
	}
}
