package handlers_test

import (
	"testing"

	"github.com/tidwall/gjson"

	"shaxiang/catalog"
)

// find returns a column of the first row of a collection that has a text in another
// column, of those that changed in the last week.
func (b *buyer) find(collection, column, text, want string, more ...catalog.Filter) string {
	b.Helper()
	state := b.tenants.Tenant("default").State()
	r, err := state.World.Read(b.Context(), catalog.Query{Collection: collection, Column: "modified",
		From: noon().AddDate(0, 0, -7).Unix(), To: noon().Unix(),
		Filters: append(more, catalog.Filter{Column: column, In: []string{text}})}, noon())
	if err != nil || len(r.Rows) == 0 {
		b.Fatalf("%s has no row with %s = %s: %v", collection, column, text, err)
	}
	v := r.Rows[0].Get(want)
	return v.Text()
}

// look makes a flagship call for the first page.
func (b *buyer) look(method, body string) gjson.Result {
	b.Helper()
	c := openapi(method, body)
	c.set("page_size", "100", "page_no", "0", "calc_total", "1")
	return gjson.Parse(b.call(b.T, c).body)
}

func (b *buyer) stockout(no string) gjson.Result {
	b.Helper()
	return b.look("wms.stockout.Sales.queryWithDetail", `[{"stockout_no":"`+no+`","status_type":3}]`).Get("data.order.0")
}

// TestWeighed weighs a parcel before it is packed, by each of its numbers.
func TestWeighed(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	state := b.tenants.Tenant("default").State()
	r, err := state.World.Read(t.Context(), catalog.Query{Collection: "stockout_sales", Column: "modified", From: noon().AddDate(0, 0, -3).Unix(), To: noon().Unix(),
		Filters: []catalog.Filter{{Column: "status", In: []string{"75"}}, {Column: "shop_no", In: []string{"jd-01"}}}}, noon())
	if err != nil {
		t.Fatal(err)
	}
	var no, trade, waybill string
	for i := range r.Rows {
		if v := r.Rows[i].Get("logistics_no"); v.Text() != "" {
			n, tr := r.Rows[i].Get("stockout_no"), r.Rows[i].Get("trade_no")
			no, trade, waybill = n.Text(), tr.Text(), v.Text()
		}
	}
	if no == "" {
		t.Fatal("nothing waits to be picked")
	}
	b.is("before", b.stockout(no), "status", "75", "weight", "0", "consign_status", "32", "logistics_list.0.weight", "0")
	for i, ask := range []struct{ method, args string }{
		{"onceWeighing", `["` + waybill + `", "", 1.5, 0, null, false]`},
		{"onceWeighingByNo", `["` + no + `", "", 2.5, "pos", "", false]`},
		{"weighingExt", `["` + trade + `", "", "3.5", 0, false]`},
		{"salesWeighing", `[{"order_no":"` + waybill + `","weight":4.5,"length":2,"width":3,"height":4}]`},
	} {
		a := b.ask("wms.stockout.Sales."+ask.method, ask.args)
		b.is(ask.method, a, "status", "0")
		if ask.method != "weighingExt" {
			b.is(ask.method, a, "data.logistics_no", waybill, "data.calc_weight", b.stockout(no).Get("logistics_list.0.calc_weight").String())
		}
		b.is(ask.method, b.stockout(no), "weight", []string{"1.5", "2.5", "3.5", "4.5"}[i], "consign_status", "34", "status", "75", "details_list.0.stockout_id", b.stockout(no).Get("stockout_id").String())
		p := b.look("wms.stockout.Pack.search", `[{"stockout_no":"`+no+`"}]`)
		b.is(ask.method, p, "data.total_count", "1", "data.order_list.0.weight", []string{"1.5000", "2.5000", "3.5000", "4.5000"}[i][:3], "data.order_list.0.status", "10")
	}
	changed := b.look("wms.stockout.Sales.queryWithDetail", `[{"start_time":"2022-12-29 12:00:00","end_time":"2022-12-29 12:00:00","status_type":2}]`)
	b.is("modified", changed, `data.order.#(order_no=="`+no+`").modified`, "2022-12-29 12:00:00")

	later := noon().AddDate(0, 0, 20)
	r, err = state.World.Read(t.Context(), catalog.Query{Collection: "stockout_sales", Filters: []catalog.Filter{{Column: "stockout_no", In: []string{no}}}}, later)
	if err != nil || len(r.Rows) != 1 {
		t.Fatalf("%d rows, %v", len(r.Rows), err)
	}
	for column, want := range map[string]string{"status": "110", "ship_status": "110", "weight": "4.5", "length": "2", "trade_no": trade} {
		if v := r.Rows[0].Get(column); v.Text() != want {
			t.Errorf("%s is %s in the end, want %s", column, v.Text(), want)
		}
	}
	r, err = state.World.Read(t.Context(), catalog.Query{Collection: "stockout_sales", Filters: []catalog.Filter{
		{Column: "stockout_no", In: []string{no}}, {Column: "status_type", In: []string{"0"}}}}, later)
	if err != nil || len(r.Rows) != 1 {
		t.Errorf("%d rows of those that were sent, %v", len(r.Rows), err)
	}
}

// TestNotWeighed is for the refusals of weighing.
func TestNotWeighed(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.find("stockout_sales", "shop_no", "jd-01", "stockout_no")
	off := b.find("stockout_sales", "status", "5", "stockout_no", catalog.Filter{Column: "channel", In: []string{"self", "other"}})
	for _, ask := range []struct{ method, args, message string }{
		{"onceWeighing", `["ZS201912060028", "", 1, 0, null, false]`, "单据不存在"},
		{"salesWeighing", `[{"order_no":"654564591","weight":1}]`, "单据不存在"},
		{"weighingExt", `["` + off + `", "", 1, 0, false]`, "单据不存在"},
		{"weighingExt", `["` + no + `", "box", 1, 0, false]`, "称重失败，所扫货品不存在或者不是包装物"},
	} {
		b.is(ask.args, b.ask("wms.stockout.Sales."+ask.method, ask.args), "status", "100", "message", ask.message)
	}
	before := b.stockout(off)
	b.is("cancelled", before, "status", "5", "weight", "0", "logistics_no", "")
	list := b.look("wms.stockout.Sales.searchCancel", `[{"start_time":"`+before.Get("modified").String()+`","end_time":"`+before.Get("modified").String()+`"}]`)
	b.is("cancelled", list, "data.order_list.0.stockout_no", off)
}

// TestStockoutAsked is for the ways of asking for stock-outs of sales.
func TestStockoutAsked(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	query, window := "wms.stockout.Sales.queryWithDetail", `"start_time":"2022-12-28 20:00:00","end_time":"2022-12-28 21:00:00"`
	statuses := func(more string) map[string]int {
		got := map[string]int{}
		for _, s := range b.look(query, `[{`+window+more+`}]`).Get("data.order.#.status").Array() {
			got[s.String()]++
		}
		return got
	}
	if got := statuses(`,"status_type":0`); len(got) != 1 || got["110"] == 0 {
		t.Errorf("sent: %v", got)
	}
	if got := statuses(`,"status_type":2`); got["110"]+got["5"] > 0 || len(got) == 0 {
		t.Errorf("on its way: %v", got)
	}
	if got := statuses(`,"status_type":3,"status":"-1"`); got["110"]+got["5"] > 0 || len(got) == 0 {
		t.Errorf("not sent: %v", got)
	}
	if got := statuses(`,"status_type":3,"status":"75,77"`); got["75"] == 0 || len(got) > 2 {
		t.Errorf("75 and 77: %v", got)
	}
	b.is("warehouse", b.look(query, `[{`+window+`,"warehouse_no":"none"}]`), "status", "100", "message", "仓库不存在")
	b.is("too wide", b.look(query, `[{"start_time":"2022-12-28 20:00:00","end_time":"2022-12-28 21:00:01"}]`), "status", "100")

	waybill := b.find("stockout_sales", "status", "110", "logistics_no")
	no := b.find("stockout_sales", "status", "110", "stockout_no")
	if waybill != "" {
		b.is("by waybill", b.look(query, `[{"logistics_no":"`+waybill+`","status_type":3}]`), "data.total_count", "1", "data.order.0.order_no", no)
	}
	trade := b.find("stockout_sales", "status", "110", "trade_no")
	b.is("by trade", b.post("stockout_order_query_trade.php", "src_order_no", trade, "page_size", "10", "page_no", "0"),
		"code", "0", "stockout_list.0.stockout_no", no, "stockout_list.0.order_type", "1")
}

// TestWave looks into the wave of a stock-out.
func TestWave(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.find("pick", "order_count", "1", "pick_no")
	a := b.ask("wms.stockout.SalesPick.pickListOverviewForApi", `["`+no+`"]`)
	b.is("wave", a, "status", "0", "data.data.pick_no", no, "data.data.order_count", "1", "data.data.pick_goods_data_list.0.position_list.#", "0")
	stockout := a.Get("data.data.pick_goods_data_list.0.stockout_list.0.stockout_no").String()
	b.is("its stock-out", b.stockout(stockout), "picklist_no", no)
	b.is("none", b.ask("wms.stockout.SalesPick.pickListOverviewForApi", `["FJ2104220004"]`), "status", "100", "message", "分拣单不存在")
}

// TestSerials sends serial numbers of a stock-out that has not left.
func TestSerials(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	upload := func(no, kind, sn string) gjson.Result {
		return b.ask("wms.stockout.Base.uploadSN", `[{"stockout_no":"`+no+`","order_type":`+kind+`},[{"spec_no":"A0001-1","sn_list":[`+sn+`]}]]`)
	}
	waits, kind := b.unsent()
	b.is("accepted", upload(waits, kind, `"X1","X2"`), "status", "0", "data.message", "OK")
	b.is("again", upload(waits, kind, `"X2"`), "status", "0")
	b.is("listed", b.look("wms.stockout.Base.searchSN", `[{"stockout_no":"`+waits+`"}]`), "data.total_count", "2", "data.detail_list.0.sn", "X1",
		"data.detail_list.1.spec_no", "A0001-1")
	b.is("by number", b.look("wms.GoodsSN.queryWithDetail", `[{"sn":"X2","start_time":"2022-12-29 00:00:00","end_time":"2022-12-29 23:00:00"}]`),
		"data.sn_list.0.stockout_no", waits, "data.sn_list.0.src_order_type", kind)
	b.is("no such", upload("CK2022122999", kind, `"X3"`), "status", "100", "message", "出库单不存在")
	b.is("gone", upload(b.find("stockout_transfer", "status", "110", "stockout_no"), "2", `"X3"`), "status", "100", "message", "出库单不是编辑中状态")
	b.is("no number", b.ask("wms.stockout.Base.uploadSN", `[{"order_type":2},[{"spec_no":"A0001-1","sn_list":["X4"]}]]`), "status", "100", "message", "出库单号不可以为空")
}

// unsent is a stock-out of supply that has not left, and what it is about.
func (b *buyer) unsent() (no, kind string) {
	b.Helper()
	state := b.tenants.Tenant("default").State()
	r, err := state.World.Read(b.Context(), catalog.Query{Collection: "stockout", Column: "modified", From: noon().AddDate(0, 0, -4).Unix(), To: noon().Unix(),
		Filters: []catalog.Filter{{Column: "status", In: []string{"50"}}, {Column: "src_order_type", In: []string{"2", "5", "14", "21"}}}}, noon())
	if err != nil || len(r.Rows) == 0 {
		b.Fatalf("nothing waits to leave: %v", err)
	}
	n, k := r.Rows[0].Get("stockout_no"), r.Rows[0].Get("src_order_type")
	return n.Text(), k.Text()
}

// TestBoxes gives boxes their codes.
func TestBoxes(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	a := b.ask("wms.GoodsPack.upload", `[{"num":1,"src_spec_no":"A0001-1","status":0,"warehouse_no":"1001"}]`)
	b.is("own code", a, "status", "0", "data", "Z20221229000001")
	b.is("given code", b.ask("wms.GoodsPack.upload", `[{"num":1,"src_spec_no":"A0001-1","status":2,"warehouse_no":"1001","pack_barcode":"BOX"}]`), "data", "BOX")
	b.is("status", b.ask("wms.GoodsPack.upload", `[{"num":1,"src_spec_no":"A0001-1","status":1,"warehouse_no":"1001"}]`), "status", "100", "message", "状态错误")
}

// TestInvoiceUpdated issues an invoice that waits for it.
func TestInvoiceUpdated(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	waits := b.find("invoice", "status", "45", "invoice_order_no")
	update := "finance.invoice.InvoiceOrder.updateInvoice"
	a := b.ask(update, `[[{"invoice_order_no":"`+waits+`","invoice_no":"N1","invoice_code":"C1","status":60,"file_url":"https://example.com/1.pdf"},`+
		`{"invoice_order_no":"FP201902130005","invoice_no":"N2","invoice_code":"C2","status":60,"file_url":""}]]`)
	b.is("one of two", a, "status", "0", "error_info.#", "1",
		`error_info.#(invoice_order_no=="FP201902130005").message`, "发票不存在!")
	got := b.look("finance.invoice.InvoiceOrder.search", `[{"invoice_order_no":"`+waits+`"}]`)
	if got.Get("data.total_count").Int() == 1 { // invoices of some platforms are never shown
		b.is("issued", got, "data.order.0.status", "60", "data.order.0.invoice_no", "N1", "data.order.0.invoice_time", "2022-12-29 12:00:00")
	}
	again := b.ask(update, `[[{"invoice_order_no":"`+waits+`","invoice_no":"N1","invoice_code":"C1","status":60,"file_url":""}]]`)
	b.is("again", again, "error_info.0.message", "发票状态错误")
}

// TestOtherInSettled settles goods that came in for another reason, once.
func TestOtherInSettled(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	done, waits := b.find("other_in", "status", "70", "other_in_no"), ""
	settle := func(no, more string) gjson.Result {
		return b.ask("finance.settle.OtherIn.upload", `[{"other_in_no":"`+no+`"`+more+`},[{"spec_no":"A0001-1","price":"2.05"}]]`)
	}
	b.is("carrier", settle(done, `,"logistics_company_no":"none"`), "status", "100", "message", "物流公司不存在或类型错误")
	b.is("settled", settle(done, `,"logistics_company_no":"SF","is_check":true`), "status", "0", "data.order_no", "JS20221229000001")
	b.is("again", settle(done, ""), "status", "100", "message", "其它入库业务单已结算")
	b.is("none", settle("QR0812", waits), "status", "100", "message", "其它入库业务单不存在")
}
