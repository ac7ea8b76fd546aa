package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The reconciled days, and the days around them that can have documents of the same
// orders: no order lives longer than 25 days, and the statement follows within hours.
var (
	beijing = time.FixedZone("Beijing", 8*60*60)
	first   = time.Date(2022, 12, 20, 0, 0, 0, 0, beijing)
	last    = time.Date(2022, 12, 27, 23, 59, 59, 0, beijing)
	earlier = first.AddDate(0, 0, -26)
	later   = last.AddDate(0, 0, 1)
)

const layout = "2006-01-02 15:04:05"

// books are the rows that the three vendors return.
type books struct {
	payments []row // receipts and repayments, 旗舰版
	bills    []row // lines of the statement, 旗舰版
	checks   []row // account checks: shipped orders and what was paid for them, 企业版
	till     []row // paid till orders, 付呗
}

func pull(t *shop) (*books, error) {
	b := &books{}
	for day := earlier; day.Before(later); day = day.AddDate(0, 0, 1) {
		evening := day.AddDate(0, 0, 1).Add(-time.Second)
		for _, one := range []func(t *shop, from, to time.Time) error{b.pullPayments, b.pullBills, b.pullChecks, b.pullTill} {
			if err := one(t, day, evening); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

const flagshipPage = 1000

func (b *books) pullPayments(t *shop, from, to time.Time) error {
	for page := 0; ; page++ {
		var got struct {
			Data struct {
				List []row `json:"payment_list"`
			}
		}
		args := map[string]any{"start_time": from.Format(layout), "end_time": to.Format(layout)}
		if err := t.flagship("sales.Payment.queryWithDetail", page, args, &got); err != nil {
			return err
		}
		b.payments = append(b.payments, got.Data.List...)
		if len(got.Data.List) < flagshipPage {
			return nil
		}
	}
}

func (b *books) pullBills(t *shop, from, to time.Time) error {
	for page := 0; ; page++ {
		var got struct {
			Data struct {
				List []row `json:"detail_list"`
			}
		}
		args := map[string]any{"start_time": from.Format(layout), "end_time": to.Format(layout)}
		if err := t.flagship("finance.RawPayment.search", page, args, &got); err != nil {
			return err
		}
		b.bills = append(b.bills, got.Data.List...)
		if len(got.Data.List) < flagshipPage {
			return nil
		}
	}
}

func (b *books) pullChecks(t *shop, from, to time.Time) error {
	for page := 0; ; page++ {
		var got struct {
			List []row `json:"account_list"`
		}
		args := map[string]string{"start_time": from.Format(layout), "end_time": to.Format(layout), "page_no": strconv.Itoa(page), "page_size": "100"}
		if err := t.enterprise("fa_alipay_account_check_query.php", args, &got); err != nil {
			return err
		}
		b.checks = append(b.checks, got.List...)
		if len(got.List) < 100 {
			return nil
		}
	}
}

func (b *books) pullTill(t *shop, from, _ time.Time) error {
	for page := 1; ; page++ {
		var got struct {
			Data struct{ List []row }
		}
		args := map[string]string{"year": from.Format("2006"), "month": from.Format("1"), "day": from.Format("2"), "page": strconv.Itoa(page), "limit": "100"}
		if err := t.fubei("openapi.payment.order.reconciliation", args, &got); err != nil {
			return err
		}
		b.till = append(b.till, got.Data.List...)
		if len(got.Data.List) < 100 {
			return nil
		}
	}
}

// money parses an amount. The result is in 1/10000 yuan, the precision of the vendors.
func money(text string) int64 {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	n, err := strconv.ParseInt(whole+(fraction + "0000")[:4], 10, 64)
	if err != nil {
		panic(err) // no vendor writes amounts in another form
	}
	if strings.HasPrefix(text, "-") {
		return -n
	}
	return n
}

const cent = 100

// fault is one difference between the books.
type fault struct{ kind, tid string }

// order has the rows of all vendors about one order.
type order struct {
	receipts, repayments []row // payments
	income, fees, back   []row // bills
	check, till          row   // nil when there is none
}

// byOrder groups the rows by order number.
func (b *books) byOrder() map[string]*order {
	orders := map[string]*order{}
	at := func(tid string) *order {
		if orders[tid] == nil {
			orders[tid] = &order{}
		}
		return orders[tid]
	}
	for _, p := range b.payments {
		tid := p["raw_nos"]
		if tid == "" {
			tid = p["sales_order_no"]
		}
		if o := at(tid); p["is_refund"] == "true" {
			o.repayments = append(o.repayments, p)
		} else {
			o.receipts = append(o.receipts, p)
		}
	}
	for _, line := range b.bills {
		o := at(line["order_no"])
		list := map[string]*[]row{"0": &o.fees, "1": &o.income, "2": &o.back}[line["type"]]
		*list = append(*list, line)
	}
	for _, c := range b.checks {
		at(c["tid"]).check = c
	}
	for _, s := range b.till {
		at(s["merchant_order_sn"]).till = s
	}
	return orders
}

func (b *books) reconcile() []fault {
	// 旗舰版 returns no statement for shops of some platforms; that is no fault.
	stated := map[string]bool{}
	for _, line := range b.bills {
		stated[line["shop_no"]] = true
	}
	orders := b.byOrder()
	var faults []fault
	for _, tid := range slices.Sorted(maps.Keys(orders)) {
		o := orders[tid]
		if o.check != nil && !stated[o.check["shop_no"]] {
			continue
		}
		if kind := o.fault(); kind != "" {
			faults = append(faults, fault{kind, tid})
		}
	}
	return faults
}

func sum(rows []row, column string) int64 {
	var total int64
	for _, r := range rows {
		total += money(r[column])
	}
	return total
}

// fault returns the kind of fault of an order, or an empty text.
func (o *order) fault() string {
	received, repaid := sum(o.receipts, "real_amount"), sum(o.repayments, "real_amount")
	switch {
	case o.check != nil && o.check["status"] == "3" && o.check["consign_time"] >= first.Format(layout):
		return o.unbalanced()
	case o.check != nil: // not shipped in these days, or not checked yet
	case received == 0 && repaid > 0 && within(o.repayments):
		return "refund_without_payment"
	case received > repaid && len(o.income) == 0 && o.till == nil && within(o.receipts):
		return "payment_without_order"
	}
	return ""
}

func within(payments []row) bool {
	created := payments[0]["created"]
	return created >= first.Format(layout) && created <= last.Format(layout)
}

// unbalanced compares the statement of a checked order with its account check, its
// receipt and its till order.
func (o *order) unbalanced() string {
	net := sum(o.income, "in_amount") - sum(o.back, "out_amount") - money(o.check["pay_amount"])
	switch {
	case len(o.income) == 0:
		return "missing"
	case len(o.income) > 1:
		return "duplicated"
	case net == cent || net == -cent:
		return "off_by_a_cent"
	case net != 0 || o.till != nil && money(o.till["total_fee"]) != sum(o.income, "in_amount"):
		return "amount"
	case sum(o.fees, "out_amount") != money(o.check["cost_amount"]):
		return "fee_wrong"
	case len(o.receipts) > 0 && o.receipts[0]["status"] != "40":
		return "status_behind"
	case len(o.receipts) > 0 && !strings.HasPrefix(o.receipts[0]["pay_time"], day(o.income[0]["create_time"])):
		return "wrong_day"
	}
	return ""
}

// day returns the day of unix milliseconds, in Beijing time.
func day(millis string) string {
	n, err := strconv.ParseInt(millis, 10, 64)
	if err != nil {
		panic(err) // no vendor writes times in another form
	}
	return time.UnixMilli(n).In(beijing).Format("2006-01-02")
}
