package handlers_test

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"shaxiang/catalog"
)

// buyer makes calls of the purchase methods, and looks into the world.
type buyer struct {
	*sandbox
	*testing.T
}

func newBuyer(t *testing.T) *buyer {
	t.Helper()
	return &buyer{newSandbox(t), t}
}

// ask makes a flagship call; queries get their first page.
func (b *buyer) ask(method, body string) gjson.Result {
	b.Helper()
	c := openapi(method, body)
	if strings.HasSuffix(strings.ToLower(method), "detail") || strings.HasSuffix(method, "search") {
		c.set("page_size", "10", "page_no", "0", "calc_total", "1")
	}
	return gjson.Parse(b.call(b.T, c).body)
}

// post makes an enterprise call.
func (b *buyer) post(file string, params ...string) gjson.Result {
	b.Helper()
	return gjson.Parse(b.call(b.T, openapi2(file, params...)).body)
}

// is holds parts of an answer: path, value, path, value.
func (b *buyer) is(what string, answer gjson.Result, want ...string) {
	b.Helper()
	for i := 0; i+1 < len(want); i += 2 {
		if got := answer.Get(want[i]).String(); got != want[i+1] {
			b.Errorf("%s: %s is %q, want %q: %s", what, want[i], got, want[i+1], clip(answer.Raw))
		}
	}
}

// stock is what lies in a warehouse of a spec.
func (b *buyer) stock(spec, warehouse string) float64 {
	b.Helper()
	state := b.tenants.Tenant("default").State()
	r, err := state.World.Read(b.Context(), catalog.Query{Collection: "stock", Filters: []catalog.Filter{
		{Column: "spec_no", In: []string{spec}}, {Column: "warehouse_no", In: []string{warehouse}}}}, noon())
	if err != nil || len(r.Rows) == 0 {
		b.Fatalf("stock of %s in %s: %d rows, %v", spec, warehouse, len(r.Rows), err)
	}
	v := r.Rows[0].Get("stock_num")
	return v.Amount().InexactFloat64()
}

// order places a checked purchase of 5 and 3 pieces and returns its number.
func (b *buyer) order(more string) string {
	b.Helper()
	a := b.ask("purchase.PurchaseOrder.createOrder", `[{"provider_no":"P001","receive_warehouse_nos":"WH01","expect_warehouse_no":"WH01","purchaser_name":"测试员戊",`+
		more+`"purchase_details":[{"spec_no":"A0001-1","num":5,"price":10},{"spec_no":"A0001-2","num":3,"price":20.5}]}]`)
	no := a.Get("data.message").String()
	if !strings.HasPrefix(no, "CG20221229") {
		b.Fatalf("createOrder: %s", a.Raw)
	}
	return no
}

func (b *buyer) purchase(no string) gjson.Result {
	b.Helper()
	return b.ask("purchase.PurchaseOrder.queryWithDetail", `[{"purchase_no":"`+no+`"}]`).Get("data.order.0")
}

// TestPurchaseOrdered places an order and takes it in, in two deliveries.
func TestPurchaseOrdered(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.order(`"is_check":true,`)
	b.is("new", b.purchase(no), "status", "40", "stockin_status", "0", "goods_count", "8", "goods_fee", "111.5", "provider_name", "演示供应商一号",
		"warehouse_name", "华东主仓", "detail_list.#", "2", "detail_list.0.goods_name", "纯棉短袖", "detail_list.0.lack_num", "5", "flag_name", "无")
	before := b.stock("A0001-1", "WH01")
	takeIn := func(mode, lines string) gjson.Result {
		return b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+no+`","warehouse_no":"WH01","create_mode":`+mode+`},`+lines+`]`)
	}
	first := takeIn("2", `[{"spec_no":"A0001-1","num":4}]`).Get("data").String()
	if !strings.HasPrefix(first, "RK20221229") {
		t.Fatalf("stock-in is called %q", first)
	}
	b.is("partly", b.purchase(no), "status", "50", "stockin_status", "1", "goods_stockin_count", "4", "settle_status", "1")
	if after := b.stock("A0001-1", "WH01"); after != before+4 {
		t.Errorf("stock went from %v to %v by 4", before, after)
	}
	b.among("stockin", first, "status", "80", "src_order_no", no, "src_order_type", "10", "goods_count", "4", "goods_type_count", "1", "warehouse_name", "华东主仓",
		"detail_list.0.num", "4", "detail_list.0.goods_name", "纯棉短袖", "check_time", "2022-12-29 12:00:00")
	waits := takeIn("1", `[{"spec_no":"A0001-1","num":1}]`).Get("data").String()
	b.is("unchanged", b.purchase(no), "status", "50", "goods_stockin_count", "4")
	b.is("cancel", b.ask("wms.stockin.Purchase.cancel", `["`+waits+`"]`), "status", "0")
	b.is("cancel again", b.ask("wms.stockin.Purchase.cancel", `["`+waits+`"]`), "status", "100", "message", "入库单非编辑中或待审核状态")
	b.is("cancel what is in", b.ask("wms.stockin.Purchase.cancel", `["`+first+`"]`), "status", "100")
	takeIn("2", `[{"spec_no":"A0001-1","num":1},{"spec_no":"A0001-2","num":3}]`)
	b.is("all", b.purchase(no), "status", "60", "stockin_status", "2", "goods_stockin_count", "8")
	b.is("no more", takeIn("2", `[{"spec_no":"A0001-1","num":1}]`), "status", "100", "message", "采购单非已审核或部分到货状态")

	in := b.ask("wms.stockin.Purchase.queryWithDetail", `[{"purchase_no":"`+no+`"}]`)
	b.is("stock-ins", in, "data.total_count", "3", `data.order.#(status==80)#|#`, "2", `data.order.#(status==10)#|#`, "1",
		`data.order.#(goods_count==4).details_list.0.cost_price`, "10", `data.order.#(goods_count==4).check_time`, "1672286400000")
	for _, refused := range []struct{ args, message string }{
		{`{"purchase_no":"` + no + `","warehouse_no":"1001x"}`, "仓库编号为 1001x 的仓库不存在或无权限"},
		{`{"purchase_no":"none","warehouse_no":"WH01"}`, "采购单号为 none 的单据不存在"},
	} {
		a := b.ask("wms.stockin.Purchase.upload", `[`+refused.args+`,[{"spec_no":"A0001-1","num":1}]]`)
		b.is(refused.args, a, "status", "100", "message", refused.message)
	}
}

// TestPurchaseRefused is for the refusals of orders, and for what may be done with
// an order in which state.
func TestPurchaseRefused(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	create := "purchase.PurchaseOrder.createOrder"
	base := `"receive_warehouse_nos":"WH01","expect_warehouse_no":"WH01","purchaser_name":"a","purchase_details":[{"spec_no":"A0001-1","num":1}]`
	b.is("provider", b.ask(create, `[{"provider_no":"none",`+base+`}]`), "status", "100", "message", "供应商不存在")
	b.is("own number", b.ask(create, `[{"purchase_no":"MINE1","provider_no":"P001",`+base+`}]`), "status", "0", "data.message", "MINE1")
	b.is("again", b.ask(create, `[{"purchase_no":"MINE1","provider_no":"P001",`+base+`}]`), "status", "100", "message", "采购单号为 MINE1 的单据已存在")
	b.is("mark", b.ask("purchase.PurchaseOrder.updatePurchaseInfo", `[{"purchase_no":"MINE1","flag_name":"加急"}]`), "status", "0")
	b.is("marked", b.purchase("MINE1"), "flag_name", "加急", "status", "20", "detail_list.#", "1")
	b.is("no mark", b.ask("purchase.PurchaseOrder.updatePurchaseInfo", `[{"purchase_no":"MINE1","flag_name":"采购量和到货量不一致"}]`),
		"status", "100", "message", "采购标记不存在:采购量和到货量不一致")

	cancel, byType, pending := "purchase.PurchaseOrder.cancelOrder", "purchase.PurchaseOrder.cancelByType", "purchase.PurchaseOrder.pending"
	b.is("cancel", b.ask(cancel, `["MINE1"]`), "status", "0")
	b.is("cancelled", b.purchase("MINE1"), "status", "10")
	b.is("cancel nothing", b.ask(cancel, `["CG2020051501001"]`), "status", "100", "message", "采购单号为 CG2020051501001 的单据不存在")
	checked := b.order(`"is_check":true,`)
	b.is("cancel checked", b.ask(cancel, `["`+checked+`"]`), "status", "100")
	b.is("not allowed", b.ask(byType, `[{"operate_type":0,"purchase_no_list":["`+checked+`"]}]`), "status", "0", "data.code", "1", "data.error_count", "1")
	b.is("not partly", b.ask(byType, `[{"operate_type":1,"purchase_no_list":["`+checked+`"],"allow_cancel_checked_order":1}]`),
		"data.message", `[{"error":"采购单编号:`+checked+`,采购单非部分入库状态"}]`)
	b.is("pending", b.ask(pending, `[["xxxxxxx","`+checked+`"]]`), "status", "0", "data.error_info.0.order_no", "xxxxxxx",
		"data.error_info.0.message", "采购单号不存在", "data.error_info.1.message", "采购单非部分入库状态")
	b.is("allowed", b.ask(byType, `[{"operate_type":0,"purchase_no_list":["`+checked+`"],"allow_cancel_checked_order":1}]`), "data.code", "0")
	b.is("cancelled too", b.purchase(checked), "status", "10")
	partly := b.order(`"is_check":true,`)
	b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+partly+`","warehouse_no":"WH01","create_mode":2},[{"spec_no":"A0001-1","num":4}]]`)
	b.is("stop", b.ask(pending, `[["`+partly+`"]]`), "data.error_info.#", "0")
	b.is("stopped", b.purchase(partly), "status", "60", "stockin_status", "3")
	b.is("no window", b.ask("purchase.PurchaseOrder.queryWithDetail", `[{}]`), "status", "100", "message", "参数中必须包含起止时间")
	b.is("no window of stock-ins", b.ask("wms.stockin.Purchase.queryWithDetail", `[{}]`), "code", "2102",
		"message", "start_time和end_time为空或不是有效的时间格式[0000-00-00 00:00:00] ")
}

// TestPurchaseReturned gives goods back.
func TestPurchaseReturned(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	create := func(outer, warehouse, check string) gjson.Result {
		return b.ask("purchase.PurchaseReturn.createOrder", `[{"outer_no":"`+outer+`","warehouse_no":"`+warehouse+`","provider_no":"P001"},[{"spec_no":"A0001-1","num":2,"price":10}],`+check+`]`)
	}
	returned := func(no string) gjson.Result {
		return b.ask("purchase.PurchaseReturn.queryWithDetail", `[{"return_no":"`+no+`"}]`).Get("data.order.0")
	}
	b.is("warehouse", create("R0", "none", "true"), "status", "100", "message", "仓库不存在")
	provider := b.ask("setting.PurchaseProvider.queryDetail", `[{"provider_no":"P001"}]`).Get("data.details.0")
	no := create("R1", "WH01", "true").Get("data.message").String()
	b.is("new", returned(no), "status", "40", "outer_no", "R1", "goods_count", "2", "goods_fee", "20", "is_reserved", "true", "detail_list.0.unit_name", "件", "telno", provider.Get("mobile").String())
	b.is("again", create("R1", "WH01", "true"), "status", "100")
	out := func(mode, num string) gjson.Result {
		return b.ask("wms.stockout.PurchaseReturn.createOrder", `[{"return_no":"`+no+`","warehouse_no":"WH01","create_mode":`+mode+`},[{"spec_no":"A0001-1","num":`+num+`}]]`)
	}
	before := b.stock("A0001-1", "WH01")
	b.is("too much", out("2", "3"), "status", "100", "message", "商家编码 A0001-1 的出库数量大于退货数量")
	done := out("2", "2").Get("data.message").String()
	if after := b.stock("A0001-1", "WH01"); after != before-2 || !strings.HasPrefix(done, "CK20221229") {
		t.Errorf("stock went from %v to %v by %q of 2", before, after, done)
	}
	b.is("gone", returned(no), "status", "60", "stockout_status", "2", "goods_out_count", "2", "is_reserved", "false")
	b.is("stock-out", b.ask("wms.stockout.PurchaseReturn.queryWithDetail", `[{"src_order_no":"`+no+`"}]`).Get("data.order.0"),
		"order_no", done, "status", "110", "goods_count", "2", "consign_time", "1672286400000", "details_list.0.sell_price", "10", "receiver_name", provider.Get("contact").String())
	b.among("stockout", done, "status", "110", "src_order_no", no, "src_order_type", "14", "goods_count", "2", "consign_time", "2022-12-29 12:00:00",
		"detail_list.0.num", "2", "detail_list.0.spec_no", "A0001-1")
	b.is("warehouse of a stock-out", b.ask("wms.stockout.PurchaseReturn.createOrder", `[{"return_no":"`+no+`","warehouse_no":"wdtapi3-test11"},[{"spec_no":"A0001-1","num":1}]]`),
		"status", "100", "message", "仓库编号为 wdtapi3-test11 的仓库不存在!")

	open, held := create("R2", "WH01", "false").Get("data.message").String(), create("R3", "WH01", "true").Get("data.message").String()
	b.is("batch", b.ask("purchase.PurchaseReturn.batchCancelOrder", `[["23","`+no+`","`+open+`"]]`), "data.error_num", "2",
		"data.error_info.0.message", "采购退货单号不存在", "data.error_info.1.message", "采购退货单不是待审核或者编辑中状态")
	b.is("cancelled", returned(open), "status", "10")
	b.is("one", b.ask("purchase.PurchaseReturn.cancelOrder", `["xxxxxxxxx"]`), "status", "0", "data.message", "采购退货单号为 xxxxxxxxx 的单据不存在")
	b.is("stop", b.ask("purchase.PurchaseReturn.pending", `[["none","`+held+`"]]`), "data.error_info.#", "1", "data.error_info.0.message", "采购退货单号不存在")
	b.is("stopped", returned(held), "status", "60", "stockout_status", "3")
}

// TestPurchaseAppliedAndSettled asks for goods, and settles what arrived.
func TestPurchaseAppliedAndSettled(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	upload := func(more string) gjson.Result {
		return b.ask("purchase.PurchaseApply.upload", `[{"warehouse_no":"WH01","expected_time":"2023-01-05",`+more+`"detail_list":[{"spec_no":"A0001-1","num":12,"provider_no":"P001"}]}]`)
	}
	applied := func(no string) gjson.Result {
		return b.ask("purchase.PurchaseApply.search", `[{"purchase_apply_no":"`+no+`"}]`).Get("data.order_list.0")
	}
	b.is("nothing", b.ask("purchase.PurchaseApply.upload", `[{"warehouse_no":"WH01"}]`), "status", "100", "message", "请传入单品信息")
	kept, sent := upload(`"is_submit":false,`).Get("data.message").String(), upload("").Get("data.message").String()
	b.is("kept", applied(kept), "status", "10", "detail_list.0.num", "12.0000", "detail_list.0.provider_name", "演示供应商一号", "expected_time", "2023-01-05 00:00:00")
	b.is("cancel", b.ask("purchase.PurchaseApply.cancelForApi", `[["`+kept+`","`+sent+`"]]`), "status", "0", "total", "1",
		"data.0.order_no", sent, "data.0.error", "采购申请单状态不是编辑中或待确认", "data.0.error_code", "0")
	b.is("cancelled", applied(kept), "status", "5")
	b.is("stop", b.ask("purchase.PurchaseApply.stopForApi", `[["`+sent+`"]]`), "total", "1", "data.0.error", "采购申请单状态不是部分引用")
	partly := b.ask("purchase.PurchaseApply.search", `[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-29 00:00:00"}]`)
	if n := partly.Get("data.total_count").Int(); n < 20 {
		t.Errorf("December has %d requests", n)
	}

	no := b.order(`"is_check":true,`)
	settle := func(num, normal string) gjson.Result {
		return b.ask("finance.settle.Purchase.upload", `[{"purchase_no":"`+no+`","is_check":true},[{"spec_no":"A0001-1","settle_num":`+num+`,"settle_normal_num":`+normal+`,"price":10}]]`)
	}
	b.is("early", settle("1", "1"), "status", "100", "message", "采购单不可结算")
	b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+no+`","warehouse_no":"WH01","create_mode":2},[{"spec_no":"A0001-1","num":5}]]`)
	b.is("more sound than settled", settle("4", "5"), "status", "100", "message", "结算数量[非残品]不可超过结算数量, 商家编码: A0001-1 货品名称:纯棉短袖")
	b.is("too much", settle("6", "6"), "status", "100", "message", "结算数量不可超过采购数量, 商家编码: A0001-1")
	settled := settle("5", "5").Get("data.order_no").String()
	b.is("settled", b.ask("finance.settle.Purchase.search", `[{"settle_no":"`+settled+`"}]`).Get("data.order.0"), "status", "30",
		"purchase_no", no, "goods_amount", "50", "goods_count", "5", "detail_list.0.settle_num", "5", "warehouse_no", "WH01")
	b.is("no warehouse", b.ask("finance.settle.Purchase.search", `[{"warehouse_no":"none"}]`), "status", "100", "message", "仓库不存在")
}

// TestPurchaseEnterprise walks a purchase and a return through the enterprise edition.
func TestPurchaseEnterprise(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	order := `{"provider_no":"P002","warehouse_no":"WH01","outer_no":"OUT-1","is_use_outer_no":"1","is_check":"1","details_list":[{"spec_no":"A0001-1","num":"6","price":"9.5"}]}`
	b.is("push", b.post("purchase_order_push.php", "purchase_info", order), "code", "0", "message", "")
	b.is("again", b.post("purchase_order_push.php", "purchase_info", order), "code", "1020", "message", "请勿重复操作")
	query := func() gjson.Result {
		return b.post("purchase_order_query.php", "purchase_no", "OUT-1").Get("purchase_list.0")
	}
	b.is("new", query(), "status", "40", "outer_no", "OUT-1", "goods_amount", "57.0000", "details_list.0.num", "6.0000", "details_list.0.goods_name", "纯棉短袖")
	b.is("not partly", b.post("purchase_order_end.php", "purchase_no_list", `[{"purchase_no":"OUT-1"},{"purchase_no":"none"}]`), "code", "0", "error_count", "2",
		"errors.0.error", "采购单非部分入库状态", "errors.1.error", "采购单号不存在")
	in := b.post("stockin_purchase_push.php", "purchase_info",
		`{"purchase_no":"OUT-1","outer_no":"IN-1","warehouse_no":"WH01","is_check":"1","details_list":[{"spec_no":"A0001-1","stockin_num":"2","stockin_price":"9.5"}]}`)
	b.is("stock-in", b.post("stockin_order_query_purchase.php", "stockin_outer_no", "IN-1").Get("stockin_list.0"), "stockin_no", in.Get("stockin_no").String(),
		"status", "80", "goods_count", "2.0000", "goods_amount", "19.0000", "src_order_no", "OUT-1", "stockin_time", "2022-12-29 12:00:00")
	b.is("partly", query(), "status", "50")
	b.is("end", b.post("purchase_order_end.php", "purchase_no_list", `[{"purchase_no":"OUT-1"}]`), "code", "0", "error_count", "0")
	b.is("ended", query(), "status", "60")

	b.is("return", b.post("purchase_return_push.php", "return_info",
		`{"provider_no":"P002","outer_no":"BACK-1","warehouse_no":"WH01","is_check":"1","purchaser_no":"test-05","detail_list":[{"spec_no":"A0001-1","num":"2","price":"9.5"}]}`), "code", "0")
	back := b.post("purchase_return_query.php", "api_outer_no", "BACK-1").Get("purchase_list.0")
	b.is("returned", back, "status", "40", "goods_fee", "19.0000", "purchaser_name", "测试员戊", "details_list.0.spec_no", "A0001-1")
	no := back.Get("return_no").String()
	out := b.post("purchase_return_order_push.php", "purchase_return_info", `{"return_no":"`+no+`","outer_no":"GO-1","is_check":"1","detail_list":[{"spec_no":"A0001-1","num":"2"}]}`)
	b.is("stock-out", b.post("stockout_order_query_return.php", "outer_no", "GO-1").Get("stockout_list.0"), "stockout_no", out.Get("stockout_no").String(),
		"return_no", no, "status", "110", "goods_count", "2.0000", "warehouse_no", "WH01", "consign_time", "2022-12-29 12:00:00")
	b.is("done", b.post("purchase_return_query.php", "return_no", no).Get("purchase_list.0"), "status", "60", "goods_out_count", "2.0000")
	b.is("no end", b.post("purchase_return_end.php", "purchase_return_no_list", `[{"purchase_return_no":"`+no+`"}]`), "error_count", "1", "errors.0.error", "采购退货单非已审核状态")
}
