package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// TestAmountsOfDocuments: lines of clients' documents have amounts, of which the
// documents are the sums.
func TestAmountsOfDocuments(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.order(`"is_check":true,`)
	b.is("order", b.purchase(no), "goods_fee", "111.5", "goods_type_count", "2", "detail_list.#.amount", "[50,61.5]", "detail_list.#.tax_amount", "[50,61.5]")
	in := b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+no+`","warehouse_no":"WH01","create_mode":2},[{"spec_no":"A0001-1","num":2},{"spec_no":"A0001-2","num":3}]]`).Get("data").String()
	row := b.ask("wms.stockin.Purchase.queryWithDetail", `[{"stockin_no":"`+in+`"}]`).Get("data.order.0")
	b.sum("stock-in", row, "total_price", 81.5, "details_list.#.total_cost")

	const query = "purchase.PurchaseReturn.queryWithDetail"
	back := b.ask("purchase.PurchaseReturn.createOrder", `[{"outer_no":"R1","warehouse_no":"WH01","provider_no":"P001"},[{"spec_no":"A0001-1","num":2,"price":10},{"spec_no":"A0001-2","num":1,"price":20.5}],true]`).Get("data.message").String()
	b.sum("return", b.ask(query, `[{"return_no":"`+back+`"}]`).Get("data.order.0"), "goods_fee", 40.5, "detail_list.#.amount")
	out := b.ask("wms.stockout.PurchaseReturn.createOrder", `[{"return_no":"`+back+`","warehouse_no":"WH01","create_mode":2},[{"spec_no":"A0001-1","num":1}]]`).Get("data.message").String()
	b.sum("stock-out", b.ask("wms.stockout.PurchaseReturn.queryWithDetail", `[{"stockout_no":"`+out+`"}]`).Get("data.order.0"), "goods_total_amount", 10, "details_list.#.total_amount")
}

// sum holds the amount of a document, and those of its lines, which it sums up.
func (b *buyer) sum(what string, row gjson.Result, column string, want float64, lines string) {
	b.Helper()
	total := 0.0
	for _, amount := range row.Get(lines).Array() {
		total += amount.Float()
	}
	if got := row.Get(column).Float(); got != want || total != want {
		b.Errorf("%s: %s is %v, its lines' %v, want %v: %s", what, column, got, total, want, clip(row.Raw))
	}
}

// TestListsAreCounted: a list has no more elements than the vendor takes, and one that
// must not be empty is not.
func TestListsAreCounted(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	numbers := func(n int) string { return `[[` + strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") + `]]` }
	const batch, pending = "purchase.PurchaseReturn.batchCancelOrder", "purchase.PurchaseReturn.pending"
	for _, n := range []int{0, 21} {
		b.is(fmt.Sprint(n, " numbers"), b.ask(batch, numbers(n)), "status", "100", "message", "采购退货单号每次调用不得超过20条或为空")
	}
	b.is("20 numbers", b.ask(batch, numbers(20)), "status", "0", "data.error_num", "20")
	b.is("501 numbers", b.ask(pending, numbers(501)), "status", "100", "message", "purchaseReturnNosmust be less than or equal to 500")
}

// TestDocumentsOfOnePrefix: what comes in is numbered in one row, whatever it is about.
func TestDocumentsOfOnePrefix(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.order(`"is_check":true,`)
	first := b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+no+`","warehouse_no":"WH01","create_mode":2},[{"spec_no":"A0001-1","num":2}]]`).Get("data").String()
	transfer := b.ask("wms.stocktransfer.Edit.createOrder", `[{"outer_no":"T1","from_warehouse_no":"WH01","to_warehouse_no":"WH02","mode":0},[{"spec_no":"A0001-1","num":1}],true]`).Get("data.message").String()
	b.ask("wms.stockout.Transfer.createOrder", `[{"src_order_no":"`+transfer+`","warehouse_no":"WH01"},[{"spec_no":"A0001-1","num":1}],true]`)
	second := b.ask("wms.stockin.Transfer.createOrder", `[{"src_order_no":"`+transfer+`","warehouse_no":"WH02"},[{"spec_no":"A0001-1","num":1}],true]`).Get("data.message").String()
	if first != "RK20221229000001" || second != "RK20221229000002" {
		t.Errorf("what came in is called %s and %s", first, second)
	}
	row := b.ask("wms.stockin.Transfer.queryWithDetail", `[{"stockin_no":"`+second+`"}]`).Get("data.order.0")
	cost := row.Get("total_price").Float()
	if b.sum("transfer", row, "total_price", cost, "detail_list.#.total_cost"); cost == 0 {
		t.Errorf("what came in cost nothing: %s", clip(row.Raw))
	}
}

// TestBillOfMaterials: what is made and what it is made of come in one list and are
// read back as two.
func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	b.is("push", b.ask("process.Bom.upload", `[{"bom_name":"Test","detail_list":[{"spec_no":"A0001-1","num":1,"is_product":true},{"spec_no":"A0003-1","num":10}]}]`), "status", "0")
	row := b.ask("process.Bom.search", `[{"bom_no":"GP20221229000001"}]`).Get("data.order_list.0")
	b.is("bill", row, "product_list.#.spec_no", `["A0001-1"]`, "material_list.#.spec_no", `["A0003-1"]`, "material_list.0.num", "10")
	if cost, all := row.Get("material_list.0.cost").Float(), row.Get("material_list.0.all_cost").Float(); cost == 0 || all != 10*cost {
		t.Errorf("10 of a cost of %v cost %v", cost, all)
	}
}

// TestTwoWindowsOfCreationAndChange narrows a query by both.
func TestTwoWindowsOfCreationAndChange(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	count := func(window string) int64 {
		b.Helper()
		return b.ask("finance.settle.Purchase.search", `[{`+window+`}]`).Get("data.total_count").Int()
	}
	const created, modified = `"create_from":"2022-12-01 00:00:00","create_to":"2022-12-14 00:00:00"`, `"modified_from":"2022-12-10 00:00:00","modified_to":"2022-12-29 00:00:00"`
	c, m, both := count(created), count(modified), count(created+","+modified)
	if both == 0 || both >= c || both >= m {
		t.Errorf("%d were created, %d changed, %d both", c, m, both)
	}
	b.is("dates", b.ask("setting.PurchaseProvider.queryDetail", `[{"created_begin":"2012-01-01","created_end":"2012-1-2"}]`), "status", "0", "data.total_count", "0")
}
