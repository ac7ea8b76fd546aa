package handlers_test

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"shaxiang/catalog"
	"shaxiang/fixtures"
)

// returner makes calls of the methods of refunds and returns.
type returner struct{ *buyer }

func newReturner(t *testing.T) *returner {
	t.Helper()
	return &returner{newBuyer(t)}
}

// some returns a row that the world has at noon, of the month before.
func (r *returner) some(collection, column string, where ...catalog.Filter) *fixtures.Row {
	r.Helper()
	q := catalog.Query{Collection: collection, Column: column, From: noon().AddDate(0, 0, -29).Unix(), To: noon().Unix(), Filters: where}
	found, err := r.tenants.Tenant("default").State().World.Read(r.Context(), q, noon())
	if err != nil || len(found.Rows) == 0 {
		r.Fatalf("%s has no row with %v: %v", collection, where, err)
	}
	return &found.Rows[0]
}

func having(column string, in ...string) catalog.Filter {
	return catalog.Filter{Column: column, In: in}
}

func (r *returner) text(row *fixtures.Row, column string) string {
	v := row.Get(column)
	return v.Text()
}

func (r *returner) refund(no string) gjson.Result {
	r.Helper()
	return r.ask("aftersales.refund.Refund.search", `[{"refund_no":"`+no+`"}]`).Get("data.order.0")
}

func (r *returner) rawRefund(no string) gjson.Result {
	r.Helper()
	return r.ask("aftersales.refund.RawRefund.search", `[{"refund_no":"`+no+`"}]`).Get("data.order.0")
}

// sold is a trade of the seller's own platform that was sent and nothing came back of,
// with the number of its first line and what that is.
func (r *returner) sold() (tid, oid, spec, num string) {
	r.Helper()
	row := r.some("trade", "consign_time", having("shop_no", "00212"), having("trade_status", "110"), having("refund_status", "0"))
	line := row.Lines("details")[0]
	return r.text(row, "tid"), r.text(&line, "src_oid"), r.text(&line, "spec_no"), r.text(&line, "num")
}

// rawRefundRow is the arguments of a raw refund of goods.
func rawRefundRow(no, tid, oid, status, more string) string {
	return `{"refund_no":"` + no + `","num":1,"tid":"` + tid + `","oid":"` + oid + `","type":2,"status":` + status +
		`,"refund_amount":12.5,"actual_refund_amount":0,"buyer_nick":"demo","is_aftersale":1` + more + `}`
}

// TestRefundPushed pushes a raw refund, which becomes one of the ERP, and takes its
// goods in.
func TestRefundPushed(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	tid, oid, spec, _ := r.sold()
	upload := func(row string) gjson.Result {
		return r.ask("aftersales.refund.RawRefund.upload", `["00212",[`+row+`]]`)
	}
	r.is("new", upload(rawRefundRow("RR1", tid, oid, "2", `,"reason":"尺码不合适"`)), "status", "0", "data.new_count", "1", "data.chg_count", "0")
	r.is("raw", r.rawRefund("RR1"), "status", "2", "process_status", "15", "type", "2", "refund_amount", "12.5", "shop_no", "00212", "is_aftersale", "true",
		"detail_list.#", "1", "detail_list.0.oid", oid, "detail_list.0.num", "1", "reason_id", "7")
	refunds := r.ask("aftersales.refund.Refund.search", `[{"raw_refund_nos":"RR1"}]`)
	no := refunds.Get("data.order.0.refund_no").String()
	if !strings.HasPrefix(no, "TK20221229") {
		t.Fatalf("the refund of RR1: %s", refunds.Raw)
	}
	r.is("refund", r.refund(no), "status", "20", "stockin_status", "1", "tid_list", tid, "reason_name", "尺码不合适", "return_goods_count", "1",
		"detail_list.0.spec_no", spec, "detail_list.0.refund_num", "1", "detail_list.0.refund_amount", "12.5", "raw_refund_nos", "RR1", "rr_status", "2")
	takeIn := func(refund, warehouse, more string) gjson.Result {
		return r.ask("wms.stockin.Refund.createOrder", `[{"refund_no":"`+refund+`","warehouse_no":"`+warehouse+`"`+more+`,"detail_list":[{"spec_no":"`+spec+`","num":1}]}]`)
	}
	r.is("not checked", takeIn(no, "WH01", ""), "status", "100", "message", "退换单状态不是待收货")
	r.is("again", upload(rawRefundRow("RR1", tid, oid, "3", "")), "status", "0", "data.new_count", "0", "data.chg_count", "1")
	r.is("checked", r.refund(no), "status", "30", "refund_no", no, "detail_list.#", "1")
	r.is("no warehouse", takeIn(no, "1002x", ""), "status", "100", "message", "仓库不存在  仓库编号: 1002x")
	r.is("outsourced", takeIn(no, "lz", ""), "status", "100", "message", "仓库不存在  仓库编号: lz")
	before := r.stock(spec, "WH01")
	r.is("taken in", takeIn(no, "WH01", `,"out_stockin_no":"OUT1","create_mode":2`), "status", "0", "data", "OUT1")
	if after := r.stock(spec, "WH01"); after != before+1 {
		t.Errorf("stock went from %v to %v by 1", before, after)
	}
	r.is("all in", r.refund(no), "stockin_status", "3", "status", "30")
	r.is("stock-in", r.ask("wms.stockin.Refund.queryWithDetail", `[{"stockin_no":"OUT1"}]`).Get("data.order.0"), "status", "80", "refund_no", no, "tid_list", tid,
		"goods_count", "1", "warehouse_no", "WH01", "shop_no", "00212", "check_time", "1672286400000", "details_list.0.spec_no", spec, "details_list.0.refund_order_detail_list.0.oid", oid)
	r.is("no more", takeIn(no, "WH01", ""), "status", "100", "message", "退换单状态不是待收货")
	r.is("done", upload(rawRefundRow("RR1", tid, oid, "5", "")), "data.chg_count", "1")
	r.is("finished", r.refund(no), "status", "90", "rr_status", "5", "settle_time", "2022-12-29 12:00:00")
	r.is("too late", upload(rawRefundRow("RR1", tid, oid, "5", "")), "status", "100", "message", "退换单已存在")
	r.is("no shop", r.ask("aftersales.refund.RawRefund.upload", `["LCJ",[`+rawRefundRow("RR2", tid, oid, "2", "")+`]]`), "status", "100", "message", "店铺编号不存在或已停用")
	r.is("no shop of 2", r.ask("aftersales.refund.RawRefund.upload2", `["LCJ",[`+rawRefundRow("lztest", tid, oid, "2", "")+`]]`), "status", "0",
		"data.error_list.0.error", "店铺权限不足", "data.error_list.0.no", "lztest", "data.new_count", "0")
	r.is("some of 2", r.ask("aftersales.refund.RawRefund.upload2", `["00212",[`+rawRefundRow("RR1", tid, oid, "2", "")+`,`+rawRefundRow("RR3", "none", "none", "2", "")+`]]`), "status", "0",
		"data.error_list.#", "1", "data.error_list.0.error", "退换单已存在", "data.new_count", "1")
	r.is("of type 0", upload(strings.Replace(rawRefundRow("RR4", tid, oid, "1", ""), `"type":2`, `"type":0`, 1)), "data.new_count", "1")
	r.is("cancelled", r.ask("aftersales.refund.Refund.search", `[{"raw_refund_nos":"RR4"}]`).Get("data.order.0"), "type", "1", "status", "10", "stockin_status", "0")
}

// TestRefundOfTheWorldIsTakenIn takes in what a buyer sends back.
func TestRefundOfTheWorldIsTakenIn(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	row := r.some("refund", "modified", having("process_status", "60"), having("rr_status", "3"), having("channel", "self", "offline", "other"))
	no, line := r.text(row, "refund_no"), row.Lines("details")[0]
	spec, num := r.text(&line, "spec_no"), r.text(&line, "refund_num")
	call := func(outer, refund, spec, more string) gjson.Result {
		return r.post("stockin_refund_push.php", "stockin_refund_info", `{"refund_no":"`+refund+`","outer_no":"`+outer+`","warehouse_no":"WH01"`+more+
			`,"detail_list":[{"spec_no":"`+spec+`","stockin_num":`+num+`}]}`)
	}
	before := r.stock(spec, "WH01")
	r.is("no refund", call("O1", "TK1", spec, ""), "code", "2830", "message", "参数值无效refund_no")
	r.is("waits", call("O1", no, spec, `,"is_check":0`), "code", "0")
	r.is("same number", call("O1", no, spec, ""), "code", "1020", "message", "请勿重复操作")
	r.is("taken in", call("O2", no, spec, ""), "code", "0")
	if after := r.stock(spec, "WH01"); after <= before {
		t.Errorf("stock went from %v to %v", before, after)
	}
	r.is("refund", r.post("refund_query.php", "refund_no", no).Get("refunds.0"), "refund_no", no, "is_goods_received", "1", "type", "2")
	r.is("stock-ins", r.post("stockin_order_query_refund.php", "src_order_no", no, "status", "80"), "total_count", "1", "stockin_list.0.status", "80", "stockin_list.0.refund_no", no)
	done := r.some("refund", "modified", having("process_status", "90"))
	r.is("done", call("O3", r.text(done, "refund_no"), spec, ""), "code", "2830", "message", "退换单状态不是待收货")
}

// TestRefundPushedToEnterprise pushes a raw refund with lines.
func TestRefundPushedToEnterprise(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	tid, oid, spec, _ := r.sold()
	call := func(no, tid, status string) gjson.Result {
		return r.post("sales_refund_push.php", "api_refund_list", `[{"platform_id":127,"shop_no":"00212","tid":"`+tid+`","refund_no":"`+no+`","type":4,"status":"`+status+
			`","refund_fee":3.2,"order_list":[{"oid":"`+oid+`","num":1}]}]`)
	}
	r.is("no trade", call("ER1", "none", "success"), "code", "5040", "message", "推送订单信息错误，错误内容：售后单关联的原始单不存在")
	r.is("no state", call("ER1", tid, "whatever"), "code", "2830", "message", "参数值无效status")
	r.is("new", call("ER1", tid, "2"), "code", "0", "new_count", "1", "chg_count", "0")
	r.is("again", call("ER1", tid, "success"), "code", "0", "new_count", "0", "chg_count", "1")
	r.is("refund", r.post("refund_query.php", "src_refund_no", "ER1").Get("refunds.0"), "process_status", "90", "tid", tid, "actual_refund_amount", "3.2000", "type", "4",
		"refund_order_list.#", "1", "refund_order_list.0.spec_no", spec, "refund_order_list.0.refund_num", "1.0000")
	r.is("raw", r.post("vip_api_refund_query.php", "refund_no", "ER1").Get("trade_list.0"), "status", "5", "refund_amount", "3.2000", "goods_list.0.oid", oid)
}

// TestReturnedAtOnce takes goods in by the number of the trade alone.
func TestReturnedAtOnce(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	tid, _, spec, _ := r.sold()
	call := func(tid, num, more string) gjson.Result {
		return r.ask("wms.stockin.SmartRefund.upload", `[{"tid":"`+tid+`","return_warehouse_no":"WH01","remark":""},[{"spec_no":"`+spec+`","stockin_num":`+num+`,"remark":""}],`+more+`]`)
	}
	r.is("no trade", call("pos-6776312", "1", "false"), "status", "100", "message", "未找到对应的单据信息!")
	r.is("too many", call(tid, "9", "false"), "status", "100", "message", "商家编码 "+spec+" 的退货数量大于购买数量")
	before := r.stock(spec, "WH01")
	a := call(tid, "1", "false")
	r.is("taken in", a, "status", "0", "data.type", "12")
	if after := r.stock(spec, "WH01"); after != before+1 {
		t.Errorf("stock went from %v to %v by 1", before, after)
	}
	refund := r.ask("aftersales.refund.Refund.search", `[{"tid":"`+tid+`"}]`).Get("data.order.0")
	r.is("refund", refund, "type", "2", "stockin_status", "3", "detail_list.0.spec_no", spec, "shop_no", "00212", "return_warehouse_no", "WH01")
	in := r.ask("wms.stockin.Refund.queryWithDetail", `[{"refund_no":"`+refund.Get("refund_no").String()+`"}]`)
	r.is("stock-in", in, "data.total_count", "1", "data.order.0.status", "80", "data.order.0.stockin_id", a.Get("data.stockin_id").String(), "data.order.0.tid_list", tid)
	all := r.ask("statistic.StockinCollect.queryCostWithDetail", `[{"stockin_no":"`+in.Get("data.order.0.order_no").String()+`"}]`)
	r.is("among all", all, "data.total_count", "1", "data.order.0.src_order_type", "12", "data.order.0.src_order_no", refund.Get("refund_no").String(),
		"data.order.0.goods_count", "1", "data.order.0.detail_list.0.spec_no", spec)
	r.is("once more", call(tid, "1", "false"), "status", "100", "message", "未找到对应的单据信息!")
}

// TestPreStockin draws up and cancels a document of a parcel from nobody knows whom.
func TestPreStockin(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	create := func(warehouse, no string) gjson.Result {
		return r.ask("wms.stockin.PreStockin.createExt", `[{"warehouse_no":"`+warehouse+`","stockin_no":"`+no+`","remark":"test"},[{"spec_no":"A0001-1","remark":"","num":1,"defect":false}]]`)
	}
	cancel := func(no string) gjson.Result { return r.ask("wms.stockin.PreStockin.cancel", `["`+no+`"]`) }
	r.is("warehouse", create("lz", "PRE1"), "status", "100", "message", "没有该仓库权限")
	if a := create("WH01", "PRE1"); a.Get("data").Type != gjson.Number || a.Get("status").Int() != 0 {
		t.Errorf("createExt: %s", a.Raw)
	}
	r.is("again", create("WH01", "PRE1"), "status", "100", "message", "入库单号 PRE1 已存在")
	r.is("cancel", cancel("PRE1"), "status", "0")
	r.is("cancel again", cancel("PRE1"), "status", "100", "message", "入库单状态不为待审核或编辑中 ")
	r.is("cancel nothing", cancel("RK2004210014"), "status", "100", "message", "入库单状态不为待审核或编辑中 ")
	r.is("search", r.ask("wms.stockin.PreStockin.search", `[{"mt_from":"2020-01-01 00:00:00","mt_to":"2020-01-20 00:00:00"}]`), "status", "100",
		"message", "The API used internal only: wms.stockin.PreStockin.search")
}

// TestStockinSerials sends serial numbers of a stock-in, which must be one that is
// being edited.
func TestStockinSerials(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	upload := func(args string) gjson.Result {
		return r.ask("wms.stockin.Base.uploadSN", `[`+args+`,[{"spec_no":"A0001-1","sn_list":["SN1","SN2"]},{"spec_no":"A0001-2","sn_new_list":[{"sn_no":"SN3","sn_suite_no":"BOX1"}]}]]`)
	}
	r.is("no number", upload(`{"order_type":2}`), "status", "100", "message", "入库单号不可以为空")
	r.is("none", upload(`{"order_type":2,"stockin_no":"RK202307260007"}`), "status", "100", "message", "入库单号为 RK202307260007 的单据不存在")
	done := r.some("stockin_transfer", "modified", having("status", "80"))
	r.is("done", upload(`{"order_type":2,"stockin_no":"`+r.text(done, "stockin_no")+`"}`), "status", "100", "message", "入库单非编辑中状态")
	world := r.tenants.Tenant("default").State().World
	if _, err := world.Insert("stockin_other", map[string]string{"stockin_no": "RKEDIT", "status": "20"}, noon()); err != nil {
		t.Fatal(err)
	}
	r.is("sent", upload(`{"order_type":20,"stockin_no":"RKEDIT"}`), "status", "0", "data.message", "OK")
	r.is("sent again", upload(`{"order_type":20,"stockin_no":"RKEDIT"}`), "status", "0")
	c := openapi("wms.stockin.Base.searchSN", `[{"stockin_no":"RKEDIT"}]`).set("page_size", "10", "page_no", "0", "calc_total", "1")
	r.is("found", gjson.Parse(r.call(t, c).body), "data.total_count", "3", "data.detail_list.#(sn==SN3).second_sn", "BOX1", "data.detail_list.#(sn==SN1).spec_no", "A0001-1")
	r.is("window", gjson.Parse(r.call(t, openapi("wms.stockin.Base.searchSN", `[{"start_time":"2022-12-01 00:00:00"}]`).set("page_size", "10", "page_no", "0")).body),
		"status", "100", "message", "end_time 不能为空")
}

// TestRefundsTellNothingOfPlatformsBuyers holds which refunds are shown, and of whom
// they tell.
func TestRefundsTellNothingOfPlatformsBuyers(t *testing.T) {
	t.Parallel()
	r := newReturner(t)
	for _, q := range []struct{ method, args, personal string }{
		{"aftersales.refund.Refund.search", `{"modified_from":"2022-12-01 00:00:00","modified_to":"2022-12-29 12:00:00"}`, "buyer_nick"},
		{"aftersales.refund.Refund.searchHistory", `{` + lastMonth + `}`, "receiver_name"},
		{"aftersales.refund.RawRefund.search", `{` + lastMonth + `,"time_type":2}`, "buyer_nick"},
		{"wms.stockin.Refund.queryWithDetail", `{` + lastMonth + `,"time_type":1}`, "nick_name"},
	} {
		a := gjson.Parse(r.call(t, openapi(q.method, `[`+q.args+`]`).set("page_size", "1000", "page_no", "0")).body)
		told := map[bool]int{}
		for _, row := range a.Get("data.order").Array() {
			shop := row.Get("shop_no").String()
			if shop == "tb-01" || shop == "pdd-01" || shop == "gx-01" {
				t.Errorf("%s shows a refund of %s", q.method, shop)
			}
			own := shop == "POS" || shop == "00212" || shop == "c-test"
			if row.Get(q.personal).Exists() != own {
				t.Errorf("%s of %s: %s is told: %t", q.method, shop, q.personal, !own)
			}
			told[own]++
		}
		if told[true] == 0 || told[false] == 0 {
			t.Errorf("%s shows %d refunds of own shops and %d of platforms", q.method, told[true], told[false])
		}
	}
	for status, want := range map[string]string{"10": "10", "30": "30"} {
		a := r.ask("aftersales.refund.Refund.search", `[{"modified_from":"2022-12-01 00:00:00","modified_to":"2022-12-29 12:00:00","status":`+status+`}]`)
		r.is("status "+status, a, "status", "0", "data.order.0.status", want)
	}
	wide := `[{"start_time":"2022-10-01 00:00:00","end_time":"2022-12-29 12:00:00","time_type":1}]`
	r.is("too wide", r.ask("aftersales.refund.RawRefund.search", wide), "status", "100", "message", "您的查询时间过宽,查询时间不能大于30天")
	r.is("no warehouse", r.ask("wms.stockin.Refund.queryWithDetail", `[{`+lastMonth+`,"warehouse_no":"none"}]`), "status", "100", "message", "仓库不存在")
}
