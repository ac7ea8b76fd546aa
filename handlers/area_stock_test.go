package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// available is what may still be sold of a spec in a warehouse, as the vendor's own
// query says.
func (b *buyer) available(spec, warehouse string) float64 {
	b.Helper()
	c := openapi("wms.StockSpec.search2", fmt.Sprintf(`[{"spec_nos":["%s"],"warehouse_no":"%s"}]`, spec, warehouse))
	a := gjson.Parse(b.call(b.T, c.set("page_size", "10", "page_no", "0", "calc_total", "1")).body)
	row := a.Get("data.detail_list.#(defect==false)")
	if !row.Exists() {
		b.Fatalf("no stock of %s in %s: %s", spec, warehouse, clip(a.Raw))
	}
	return row.Get("available_send_stock").Float()
}

// moved is the last change of a spec's stock in a warehouse.
func (b *buyer) moved(spec, warehouse string) gjson.Result {
	b.Helper()
	to := noon().Format("2006-01-02 15:04:05")
	from := noon().AddDate(0, 0, -29).Format("2006-01-02 15:04:05")
	c := openapi("wms.StockSpec.queryChangeHistory", fmt.Sprintf(`[{"start_date":"%s","end_date":"%s","spec_no":"%s","warehouse_no":"%s"}]`, from, to, spec, warehouse))
	a := gjson.Parse(b.call(b.T, c.set("page_size", "1000", "page_no", "0")).body).Get("data.data")
	return a.Get(fmt.Sprint(a.Get("#").Int() - 1))
}

// TestStocktakeOverwritesStock counts goods through both editions.
func TestStocktakeOverwritesStock(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	before := b.stock("A0001-1", "WH01")
	a := b.ask("wms.StockPd.stockSyncByPd", `[{"warehouse_no":"WH01","defect_mode":1,"remark":"r"},[{"spec_no":"A0001-1","remark":"l","new_num":"200.0000","defect":false}]]`)
	no := a.Get("data.pd_no").String()
	if !strings.HasPrefix(no, "WP20221229") {
		t.Fatalf("stocktake: %s", a.Raw)
	}
	b.is("stocktake", a, "status", "0", "data.8638", "ok")
	if got := b.stock("A0001-1", "WH01"); got != 200 {
		t.Errorf("200 were counted, and %v lie there", got)
	}
	m := b.moved("A0001-1", "WH01")
	b.is("movement", m, "src_order_no", no, "src_order_type", "4", "stock_num_new", "200", "stock_num_old", fmt.Sprint(before), "operator_name", "系统")
	one := func(method, body string) gjson.Result {
		return gjson.Parse(b.call(b.T, openapi(method, body).set("page_size", "10", "page_no", "0", "calc_total", "1")).body)
	}
	b.is("document", one("wms.StockPd.queryStockPd", `[{"pd_no":"`+no+`"}]`), "data.total_count", "1", "data.pd_list.0.status", "40", "data.pd_list.0.warehouse_id", "1")
	b.is("lines", one("wms.StockPd.queryStockPdDetail", `[{"pd_no":"`+no+`"}]`), "total", "1", "data.0.old_num", fmt.Sprint(before), "data.0.new_num", "200",
		"data.0.goods_name", "纯棉短袖")
	b.is("unknown spec", b.ask("wms.StockPd.stockSyncByPd", `[{"warehouse_no":"WH01","defect_mode":1,"remark":"r"},[{"spec_no":"none","remark":"l","new_num":"2","defect":false}]]`),
		"status", "100", "message", "商家编码全不存在或都已删除")
	b.is("enterprise", b.post("stock_sync_by_pd.php", "warehouse_no", "WH01", "is_adjust_stock", "1", "goods_list", `[{"spec_no":"A0001-1","stock_num":7}]`), "code", "0")
	b.is("enterprise", b.post("stock_query.php", "spec_no", "A0001-1", "warehouse_no", "WH01"), "code", "0", "stocks.#(defect==0).stock_num", "7.0000")
	b.is("waits", b.post("stock_sync_by_pd.php", "warehouse_no", "WH01", "is_adjust_stock", "0", "goods_list", `[{"spec_no":"A0001-1","stock_num":9}]`), "code", "0")
	if got := b.stock("A0001-1", "WH01"); got != 7 {
		t.Errorf("7 were counted, and %v lie there", got)
	}
}

// TestTransferOfAClient takes goods out of one warehouse and into another.
func TestTransferOfAClient(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	create := func(outer, check string, num int) gjson.Result {
		return b.ask("wms.stocktransfer.Edit.createOrder", fmt.Sprintf(`[{"outer_no":"%s","from_warehouse_no":"WH01","to_warehouse_no":"WH02","mode":0},[{"spec_no":"A0002-1","num":%d}],%s]`, outer, num, check))
	}
	show := func(no string) gjson.Result {
		return b.ask("wms.stocktransfer.Manage.queryWithDetail", `[{"transfer_no":"`+no+`"}]`).Get("data.order.0")
	}
	here, there, free := b.stock("A0002-1", "WH01"), b.stock("A0002-1", "WH02"), b.available("A0002-1", "WH01")
	no := create("T-1", "true", 3).Get("data.transfer_no").String()
	if !strings.HasPrefix(no, "TF20221229") {
		t.Fatalf("transfer is called %q", no)
	}
	b.is("new", show(no), "status", "40", "stock_out_in_status", "10", "goods_count", "3", "from_warehouse_id", "1", "details_list.0.num", "3", "details_list.0.goods_no", "A0002")
	b.is("used", create("T-1", "true", 3), "status", "100", "message", "此外部单已使用!")
	b.is("too many", create("T-2", "true", 999999), "status", "100", "message", "商家编码(spec_no):A0002-1,调拨量不能大于可出库存量")
	if got := b.available("A0002-1", "WH01"); got != free-3 {
		t.Errorf("%v were free, 3 are promised, and %v are free", free, got)
	}
	out := b.ask("wms.stockout.Transfer.createOrder", `[{"src_order_no":"`+no+`","warehouse_no":"WH01"},[{"spec_no":"A0002-1","num":3}],true]`).Get("data.message").String()
	b.is("out", show(no), "status", "50", "stock_out_in_status", "40", "goods_out_count", "3", "goods_in_count", "0")
	if a, c := b.stock("A0002-1", "WH01"), b.available("A0002-1", "WH01"); a != here-3 || c != free-3 {
		t.Errorf("3 of %v left, %v lie there, %v are free", here, a, c)
	}
	b.is("stock-out", b.ask("wms.stockout.Transfer.queryWithDetail", `[{"stockout_no":"`+out+`"}]`).Get("data.order.0"), "status", "110", "src_order_no", no,
		"to_warehouse_no", "WH02", "detail_list.0.goods_count", "3", "goods_count", "3")
	b.among("stockout", out, "status", "110", "src_order_no", no, "src_order_type", "2", "goods_count", "3", "warehouse_no", "WH01", "detail_list.0.goods_no", "A0002")
	b.is("done", b.ask("wms.stockout.Transfer.cancelOrder", `["`+out+`"]`), "status", "100", "message", "单据状态不正确")
	b.is("none", b.ask("wms.stockout.Transfer.cancelOrder", `["CK1"]`), "status", "100", "message", "出库单 CK1 不存在")
	b.is("late", b.ask("wms.stocktransfer.Manage.cancelOrder", `["`+no+`"]`), "status", "100", "message", "调拨单状态不正确")
	in := b.ask("wms.stockin.Transfer.createOrder", `[{"src_order_no":"`+no+`","warehouse_no":"WH02"},[{"spec_no":"A0002-1","num":3}],true]`).Get("data.message").String()
	b.is("in", show(no), "status", "90", "stock_out_in_status", "60", "goods_in_count", "3")
	if got := b.stock("A0002-1", "WH02"); got != there+3 {
		t.Errorf("3 came to %v, and %v lie there", there, got)
	}
	b.is("movement", b.moved("A0002-1", "WH02"), "src_order_no", no, "stockio_no", in, "type", "1", "num", "3")
	b.is("stock-in", b.ask("wms.stockin.Transfer.queryWithDetail", `[{"transfer_no":"`+no+`"}]`), "data.total_count", "1", "data.order.0.order_no", in, "data.order.0.status", "80")
	b.among("stockin", in, "status", "80", "src_order_no", no, "src_order_type", "2", "goods_count", "3", "warehouse_no", "WH02", "detail_list.0.num", "3")
	b.is("twice", b.ask("wms.stockin.Transfer.createOrder", `[{"src_order_no":"`+no+`","warehouse_no":"WH02"},[{"spec_no":"A0002-1","num":1}],true]`), "status", "100", "message", "调拨单不存在或调拨单状态错误")

	waits := create("T-3", "false", 1).Get("data.transfer_no").String()
	b.is("waits", show(waits), "status", "30")
	b.is("cancel", b.ask("wms.stocktransfer.Manage.cancelOrder", `["`+waits+`"]`), "status", "0")
	b.is("cancelled", show(waits), "status", "10")
	stops := create("T-4", "true", 1).Get("data.transfer_no").String()
	b.is("stop", b.ask("wms.stocktransfer.Manage.pending", `[["`+stops+`","xxxxxxx"],false]`), "status", "0", "data.status", "0",
		"data.error_info.#", "1", "data.error_info.0.order_no", "xxxxxxx", "data.error_info.0.message", "调拨单号不存在")
	b.is("stopped", show(stops), "status", "90")
	push := b.post("stock_transfer_push.php", "transfer_info", `{"outer_no":"E-1","from_warehouse_no":"WH01","to_warehouse_no":"WH02","autocheck":1,"skus":[{"spec_no":"A0002-1","num":2}]}`)
	b.is("enterprise", push, "code", "0")
	b.is("enterprise", b.post("stock_transfer_query.php", "api_outer_no", "E-1"), "total_count", "1", "transfer_list.0.transfer_no", push.Get("transfer_no").String(), "transfer_list.0.status", "40")
	b.is("enterprise in", b.post("stockin_transfer_push.php", "stockin_info", `{"outer_no":"E-2","src_order_no":"`+push.Get("transfer_no").String()+`","warehouse_no":"WH02","goods_list":[{"spec_no":"A0002-1","num":2}]}`), "code", "0")
	b.is("enterprise done", b.post("stock_transfer_query.php", "api_outer_no", "E-1"), "transfer_list.0.status", "90")
}

// TestOuterWarehouses corrects what lies in a warehouse that others run.
func TestOuterWarehouses(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	before := b.stock("A0003-1", "lz")
	put := func(method, warehouse string, check bool) gjson.Result {
		return b.ask("wms.outer."+method+".createOrder", fmt.Sprintf(`[{"warehouse_no":"%s"},[{"spec_no":"A0003-1","num":2}],%v]`, warehouse, check))
	}
	in := put("OuterIn", "lz", true).Get("data.message").String()
	if got := b.stock("A0003-1", "lz"); got != before+2 {
		t.Errorf("2 came to %v, and %v lie there", before, got)
	}
	b.is("in", b.ask("wms.outer.OuterIn.queryWithDetail", `[{"outer_in_no":"`+in+`"}]`).Get("data.order.0"), "status", "50", "goods_count", "2", "detail_list.0.num", "2", "warehouse_name", "演示委外仓")
	b.among("stockin", in, "status", "80", "src_order_type", "23", "warehouse_no", "lz", "goods_count", "2", "detail_list.0.num", "2")
	out := put("OuterOut", "lz", true).Get("data.message").String()
	b.among("stockout", out, "status", "110", "src_order_type", "24", "warehouse_no", "lz", "goods_count", "2", "detail_list.0.spec_no", "A0003-1")
	waits := put("OuterOut", "lz", false).Get("data.message").String()
	if got := b.stock("A0003-1", "lz"); got != before {
		t.Errorf("2 came and 2 left of %v, and %v lie there", before, got)
	}
	b.is("waits", b.ask("wms.outer.OuterOut.queryWithDetail", `[{"outer_out_no":"`+waits+`"}]`).Get("data.order.0"), "status", "30", "src_order_type", "0")
	b.among("stockout", waits, "status", "50", "consign_time", "")
	b.is("unknown", put("OuterIn", "pos", false), "status", "100", "code", "right.required", "message", "无该仓库权限")
	quick := b.ask("wms.outer.OuterTransfer.createByApi", `[{"mode":"2","wms_edit":"1","create_mode":"2","from_warehouse_no":"WH01","to_warehouse_no":"lz"},[{"defect":"0","num":"1","spec_no":"A0003-1"}]]`)
	b.is("quick", b.ask("wms.stocktransfer.Manage.queryWithDetail", `[{"transfer_no":"`+quick.Get("data.transfer_no").String()+`"}]`).Get("data.order.0"), "status", "90", "mode", "4")
	if got := b.stock("A0003-1", "lz"); got != before+1 {
		t.Errorf("1 came to %v, and %v lie there", before, got)
	}
	b.is("from nowhere", b.ask("wms.outer.OuterTransfer.createByApi", `[{"mode":"2","from_warehouse_no":"x","to_warehouse_no":"lz"},[{"num":"1","spec_no":"A0003-1"}]]`), "message", "源仓库不存在")
}

// TestVirtualWarehouseLocks locks goods for shops and releases them.
func TestVirtualWarehouseLocks(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	free := b.available("A0004-1", "WH01")
	order := func(kind, check int, more string) gjson.Result {
		return b.ask("setting.strategy.VirtualWarehouse.create", fmt.Sprintf(`[{"virtual_warehouse_no":"XN01","order_type":%d,"is_check":%d%s},[{"warehouse_no":"WH01","spec_no":"A0004-1","num":2,"price":5}]]`, kind, check, more))
	}
	kept := func(virtual string) float64 {
		c := openapi("setting.strategy.VirtualWarehouse.stockSearch", `[{"spec_nos":"A0004-1","virtual_warehouse_no":"`+virtual+`"}]`)
		return gjson.Parse(b.call(b.T, c.set("page_size", "10", "page_no", "0")).body).Get("data.detail_list.0.now_lock_num").Float()
	}
	before, other := kept("XN01"), kept("XN02")
	no := order(1, 1, "").Get("data.message").String()
	if !strings.HasPrefix(no, "VO20221229") || kept("XN01") != before+2 || b.available("A0004-1", "WH01") != free-2 {
		t.Errorf("%q locked 2: %v are kept, %v were; %v are free, %v were", no, kept("XN01"), before, b.available("A0004-1", "WH01"), free)
	}
	order(1, 0, "")
	order(3, 1, `,"to_virtual_warehouse_no":"XN02"`)
	if kept("XN01") != before || kept("XN02") != other+2 || b.available("A0004-1", "WH01") != free-2 {
		t.Errorf("2 were handed on: %v and %v are kept", kept("XN01"), kept("XN02"))
	}
	to := noon().Format("2006-01-02 15:04:05")
	rows := gjson.Parse(b.call(b.T, openapi("setting.strategy.VirtualWarehouse.orderSearch", `[{"start_time":"2022-12-01 00:00:00","end_time":"`+to+`"}]`).
		set("page_size", "10", "page_no", "0", "calc_total", "1")).body)
	b.is("orders", rows, "data.total_count", "3", "data.order.0.order_status", "30", "data.order.1.order_status", "20", "data.order.0.total_amount", "10",
		"data.order.0.detail_list.0.goods_name", "保温杯")
	b.is("unknown", b.ask("setting.strategy.VirtualWarehouse.create", `[{"virtual_warehouse_no":"lzx","order_type":1},[{"warehouse_no":"WH01","spec_no":"A0004-1"}]]`), "status", "100", "message", "虚拟仓不存在:lzx")
}
