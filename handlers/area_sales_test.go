package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// page are the public parameters of a paged flagship call.
func pageOf(size int) []string {
	return []string{"page_size", fmt.Sprint(size), "page_no", "0", "calc_total", "1"}
}

// ask makes a flagship call of the tenant default and returns its body.
func (s *sandbox) ask(t *testing.T, method, body string, params ...string) gjson.Result {
	t.Helper()
	return gjson.Parse(s.call(t, openapi(method, body, params...)).body)
}

// ask2 makes an enterprise call of the tenant default and returns its body.
func (s *sandbox) ask2(t *testing.T, file string, params ...string) gjson.Result {
	t.Helper()
	return gjson.Parse(s.call(t, openapi2(file, params...)).body)
}

// wants holds parts of an answer against what they must be: path, value, …
func wants(t *testing.T, body gjson.Result, pairs ...string) {
	t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := body.Get(pairs[i]).String(); got != pairs[i+1] {
			t.Errorf("%s is %q, want %q in %s", pairs[i], got, pairs[i+1], clip(body.Raw))
		}
	}
}

const sixtyMinutes = `"start_time":"2022-12-29 10:00:00","end_time":"2022-12-29 11:00:00"`

// A trade is found by a window of an hour, by its number, by that of its order and
// by its waybill; without any of them the window is asked for.
func TestTradesAreFound(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"queryWithDetail", "queryHistoryWithDetail", "querySelfOrderWithDetail", "queryHistorySelfOrderWithDetail"} {
		s := newSandbox(t)
		method := "sales.TradeQuery." + method
		all := s.ask(t, method, `[{`+sixtyMinutes+`}]`, pageOf(100)...)
		n := all.Get("data.order.#").Int()
		if n == 0 || all.Get("data.total_count").Int() != n {
			t.Fatalf("%s: %d rows, total %s: %s", method, n, all.Get("data.total_count"), clip(all.Raw))
		}
		first := all.Get("data.order.0")
		by := map[string]string{"trade_no": first.Get("trade_no").String()}
		if !strings.Contains(method, "History") {
			by["src_tid"] = first.Get("src_tids").String()
		}
		for name, no := range by {
			found := s.ask(t, method, fmt.Sprintf(`[{%q:%q}]`, name, no), pageOf(10)...)
			wants(t, found, "data.order.#", "1", "data.order.0.trade_id", first.Get("trade_id").String())
		}
		wants(t, s.ask(t, method, `[{}]`, pageOf(10)...), "status", "100", "message", "参数中必须包含起止时间")
		wants(t, s.ask(t, method, `[{"start_time":"2022-12-29 10:00:00","end_time":"2022-12-29 11:00:01"}]`, pageOf(10)...),
			"status", "100", "message", "您的查询时间过宽,查询时间不能大于60分钟")
		wants(t, s.ask(t, method, `[{"trade_no":"x","status":"30,x"}]`, pageOf(10)...), "message", "状态应该是由逗号分隔开的整数数组")
		for _, o := range all.Get("data.order").Array() {
			if _, told := o.Map()["receiver_name"]; told != (o.Get("platform_id").Int() == 127 || o.Get("platform_id").Int() == 0) {
				t.Errorf("%s: platform %s, receiver told: %v", method, o.Get("platform_id"), told)
			}
		}
	}
}

// pushed is an order that a shop pushes, with two lines.
func pushed(tid string, status int) string {
	return fmt.Sprintf(`[{"tid":%[1]q,"process_status":10,"trade_status":%[2]d,"refund_status":0,"pay_status":2,"order_count":2,
"goods_count":3,"pay_method":1,"trade_time":"2022-12-29 11:00:00","pay_time":"2022-12-29 11:01:00","buyer_nick":"nick-%[1]s",
"receiver_name":"王芳","receiver_area":"北京 北京市 东城区","receiver_address":"演示路1号","receiver_mobile":"15400000001","post_amount":0,
"discount":0,"receivable":"25.5","delivery_term":1,"is_auto_wms":false,"remark":"轻放"}],
[{"tid":%[1]q,"oid":"%[1]s-0","status":%[2]d,"refund_status":0,"goods_id":"g0","spec_id":"s0","goods_no":"A0001","spec_no":"A0001-1",
"goods_name":"短袖","num":2,"price":"10","discount":0,"share_discount":0,"total_amount":20,"adjust_amount":0},
{"tid":%[1]q,"oid":"%[1]s-1","status":%[2]d,"refund_status":0,"goods_id":"g1","spec_id":"s1","goods_no":"X","spec_no":"unknown",
"goods_name":"未知","num":1,"price":"5.5","discount":0,"share_discount":0,"total_amount":5.5,"adjust_amount":0},
{"tid":"another","oid":"another-0","status":30,"refund_status":0,"goods_id":"g2","spec_id":"s2","goods_no":"X","spec_no":"X",
"goods_name":"别人的","num":1,"price":"1","discount":0,"share_discount":0,"total_amount":1,"adjust_amount":0}]`, tid, status)
}

// An order that is pushed is read as a raw order and as a trade, with its own lines;
// pushing it again changes both.
func TestPushedOrdersAreRead(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"sales.RawTrade.pushSelf", "sales.RawTrade.pushSelf2"} {
		s := newSandbox(t)
		wants(t, s.ask(t, method, `["00212",`+pushed("T-1", 30)+`]`), "status", "0", "data.new_count", "1", "data.chg_count", "0")
		raw := s.ask(t, "sales.RawTrade.searchSelfOrder", `[{"tid":"T-1"}]`, pageOf(10)...)
		wants(t, raw, "data.order.#", "1", "data.order.0.process_status", "20", "data.order.0.trade_status", "30",
			"data.order.0.goods_amount", "25.5", "data.order.0.receiver_name", "王芳", "data.order.0.created", "2022-12-29 12:00:00",
			"data.order.0.trade_orders.#", "2", "data.order.0.trade_orders.1.oid", "T-1-1", "data.order.0.trade_orders.1.share_amount", "5.5",
			"data.order.0.shop_id", "57", "data.order.0.platform_id", "127")
		trade := s.ask(t, "sales.TradeQuery.queryWithDetail", `[{"src_tid":"T-1"}]`, pageOf(10)...)
		wants(t, trade, "data.order.#", "1", "data.order.0.trade_status", "30", "data.order.0.receivable", "25.5", "data.order.0.cs_remark", "轻放",
			"data.order.0.detail_list.#", "2", "data.order.0.detail_list.0.spec_id", "1", "data.order.0.detail_list.0.api_goods_id", "g0",
			"data.order.0.detail_list.1.src_oid", "T-1-1", "data.order.0.goods_count", "3")
		no := trade.Get("data.order.0.trade_no").String()
		if !strings.HasPrefix(no, "JY20221229") {
			t.Errorf("the trade's number is %q", no)
		}
		wants(t, s.ask(t, method, `["00212",`+pushed("T-1", 70)+`]`), "data.new_count", "0", "data.chg_count", "1")
		wants(t, s.ask(t, "sales.TradeQuery.queryWithDetail", `[{"trade_no":"`+no+`"}]`, pageOf(10)...),
			"data.order.#", "1", "data.order.0.trade_status", "110", "data.order.0.trade_id", trade.Get("data.order.0.trade_id").String())
		wants(t, s.ask(t, method, `["nowhere",`+pushed("T-2", 30)+`]`), "status", "100", "message", "店铺编号不存在或已停用")
		wants(t, s.ask(t, "sales.RawTrade.search", `[{"tid":"T-2"}]`, pageOf(10)...), "data.order.#", "0")
	}
}

func TestPushedOrdersAreRefused(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	foreign := `["jd-01",` + pushed("T-3", 30) + `]`
	wants(t, s.ask(t, "sales.RawTrade.pushSelf2", foreign), "status", "0", "data.new_count", "0", "data.error_list.#", "1",
		"data.error_list.0.no", "T-3", "data.error_list.0.error", "店铺平台不是自有平台")
	wants(t, s.ask(t, "sales.RawTrade.pushSelf", foreign), "status", "100", "message", "店铺平台不是自有平台")
	good := `{"tid":"E-1","trade_status":30,"delivery_term":1,"paid":"20","order_list":[{"oid":"E-1-1","num":2,"price":10,"status":30,"refund_status":0,"goods_id":"g","spec_no":"A0001-1"}]}`
	list := "[" + good + "]"
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "00212", "trade_list", "["+good+`,{"tid":"E-2"}]`), "code", "2900", "message", "必传参数缺失trade_status")
	wants(t, s.ask2(t, "trade_query.php", "src_tid", "E-1"), "code", "0", "trades.#", "0")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "00212", "trade_list", list), "code", "0", "new_count", "1", "chg_count", "0")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "00212", "trade_list", list), "code", "0", "new_count", "0", "chg_count", "1")
	wants(t, s.ask2(t, "trade_query.php", "src_tid", "E-1"), "code", "0", "trades.#", "1", "trades.0.trade_status", "30",
		"trades.0.receivable", "20.0000", "trades.0.goods_list.0.spec_id", "1", "trades.0.goods_list.0.num", "2.0000")
	wants(t, s.ask2(t, "vip_api_trade_query.php", "tid", "E-1"), "trade_list.#", "1", "trade_list.0.goods_list.0.oid", "E-1-1")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "jd-01", "trade_list", list), "message", "只有自有平台店铺才支持推送")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "nowhere", "trade_list", list), "message", "无效店铺编号")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "00212", "trade_list", "{"), "message", "trade_list json格式错误,无法解析")
	wants(t, s.ask2(t, "trade_push.php", "shop_no", "00212"), "message", "trade_list订单列表为空")
}

// What is done to a trade is there when it is read again.
func TestTradesAreEdited(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	toCheck := s.ask(t, "sales.TradeQuery.queryWithDetail", `[{"status":"30","start_time":"2022-12-29 11:00:00","end_time":"2022-12-29 12:00:00"}]`, pageOf(5)...)
	no := toCheck.Get("data.order.0.trade_no").String()
	if no == "" {
		t.Fatalf("no trade is to be checked: %s", clip(toCheck.Raw))
	}
	wants(t, s.ask(t, "sales.TradeEdit.modifyRemark", `[{"data":[{"trade_no":"`+no+`","cs_remark":"加急"},{"trade_no":"x","cs_remark":"y"}]}]`),
		"status", "0", "data.error.#", "1", "data.error.0.trade_no", "x")
	wants(t, s.ask(t, "sales.TradeEdit.toException", `["`+no+`"]`), "status", "0", "data.message", "")
	wants(t, s.ask(t, "sales.TradeQuery.queryWithDetail", `[{"trade_no":"`+no+`"}]`, pageOf(5)...),
		"data.order.0.trade_status", "23", "data.order.0.cs_remark", "加急", "data.order.0.modified", "2022-12-29 12:00:00",
		"data.order.0.detail_list.#", toCheck.Get("data.order.0.detail_list.#").String())
	for _, again := range []string{no, "JY1"} {
		wants(t, s.ask(t, "sales.TradeEdit.toException", `["`+again+`"]`), "status", "0", "data.message", "订单状态不正确")
	}
	log := s.ask(t, "sales.TradeQuery.getLog", `[{"trade_no":"`+no+`"}]`)
	wants(t, log, "status", "0", "data.detail_list.#", "3", "data.detail_list.0.type", "3", "data.detail_list.2.type", "1")
	wants(t, s.ask(t, "sales.TradeQuery.getLog", `[{"trade_no":"JY1"}]`), "status", "100", "message", "订单不存在或无店铺权限")
}

func TestFinishedTradesAreImported(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	row := `[[{"trade_no":"H-1","src_tids":"H-T","receivable":"12.5","shop_name":%q,"warehouse_name":%q,"logistics_name":"自有","logistics_no":"W1","merchant_no":"A0001-1","num":4,"receiver_name":"李强","receiver_address":"演示路2号","receiver_mobile":"15400000002"}]]`
	good := fmt.Sprintf(row, "自有商城", "华东主仓")
	wants(t, s.ask(t, "sales.TradeImport.upload", good), "status", "0", "data.message", "OK")
	wants(t, s.ask(t, "sales.TradeQuery.queryWithDetail", `[{"trade_no":"H-1"}]`, pageOf(5)...), "data.order.0.trade_status", "7",
		"data.order.0.src_tids", "H-T", "data.order.0.shop_no", "00212", "data.order.0.warehouse_no", "WH01", "data.order.0.logistics_no", "W1")
	wants(t, s.ask(t, "sales.TradeImport.upload", good), "status", "100", "message", "订单编号已存在")
	wants(t, s.ask(t, "sales.TradeImport.upload", strings.Replace(fmt.Sprintf(row, "无此店", "华东主仓"), "H-1", "H-2", 1)), "message", "店铺不存在")
	wants(t, s.ask(t, "sales.TradeImport.upload", strings.Replace(fmt.Sprintf(row, "自有商城", "无此仓"), "H-1", "H-2", 1)), "message", "仓库不存在")
}

// A parcel comes back until its platform was told of it.
func TestParcelsWaitUntilTheyAreTold(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	list := func() []gjson.Result {
		return s.ask(t, "sales.LogisticsSync.getSyncListExt", `[{"shop_no":"00212"}]`, pageOf(500)...).Get("data").Array()
	}
	first, again := list(), list()
	if len(first) < 3 || len(again) != len(first) {
		t.Fatalf("%d parcels wait, and then %d", len(first), len(again))
	}
	one, two := first[0].Get("sync_id").String(), first[1].Get("sync_id").String()
	wants(t, s.ask(t, "sales.LogisticsSync.update", `[[{"sync_id":`+one+`,"status":"0","error_msg":""},{"sync_id":`+two+`,"status":"-100"}]]`), "status", "0", "data.#", "0")
	if left := list(); len(left) != len(first)-1 {
		t.Errorf("%d parcels wait after one was told, want %d", len(left), len(first)-1)
	}
	wants(t, s.ask(t, "sales.LogisticsSync.update", `[[{"sync_id":`+one+`}]]`), "status", "0", "data.0", "同步结果状态为空!")
	wants(t, s.ask(t, "sales.LogisticsSync.update", `[[{"sync_id":2,"status":0}]]`), "data.0", "单据不存在")

	queue := s.ask2(t, "logistics_sync_query.php", "shop_no", "00212", "limit", "100")
	if int(queue.Get("trades.#").Int()) != len(first)-1 {
		t.Errorf("the enterprise queue has %s parcels, want %d", queue.Get("trades.#"), len(first)-1)
	}
	id := queue.Get("trades.0.rec_id").String()
	ack := `[{"rec_id":` + id + `,"status":1,"message":"no"}]`
	wants(t, s.ask2(t, "logistics_sync_ack.php", "logistics_list", ack), "code", "0", "errors.#", "0")
	wants(t, s.ask2(t, "logistics_sync_ack.php", "logistics_list", ack), "code", "0", "errors.0.rec_id", id, "errors.0.error", "非待同步状态,不可更新")
	wants(t, s.ask2(t, "logistics_sync_query.php", "shop_no", "00212", "limit", "100"), "trades.#", fmt.Sprint(len(first)-2))
	wants(t, s.ask2(t, "logistics_sync_query.php", "shop_no", "00212", "limit", "2"), "trades.#", "2")
	wants(t, s.ask2(t, "logistics_sync_query.php", "shop_no", "nowhere", "limit", "2"), "code", "1007", "message", "店铺ID不存在")
}

// Goods whose stock changed wait until the platform was told of it.
func TestStockWaitsUntilItIsTold(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	list := func() []gjson.Result {
		return s.ask(t, "sales.StockSync.getSelfWaitSyncIdListOpen", `["500","0"]`).Get("data.id_list").Array()
	}
	first := list()
	if len(first) < 4 {
		t.Fatalf("%d goods wait", len(first))
	}
	calc := s.ask(t, "sales.StockSync.calcStock", fmt.Sprintf(`[%s,false]`, first[0]))
	wants(t, calc, "status", "0", "data.rec_id", first[0].String(), "data.platform_id", "127")
	info := `{"syn_stock":%s,"stock_change_count":%s,"stock_syn_rule_id":-10000,"stock_syn_warehouses":"1","stock_syn_mask":0,"stock_syn_percent":100,"stock_syn_plus":"0","stock_syn_min":"0","stock_syn_max":"0","is_auto_listing":true,"is_auto_delisting":true}`
	told := fmt.Sprintf(info, calc.Get("data.syn_stock"), calc.Get("data.stock_change_count"))
	wants(t, s.ask(t, "sales.StockSync.syncFail", fmt.Sprintf(`[%s,%s]`, first[0], told)), "status", "0")
	if left := list(); len(left) != len(first) {
		t.Errorf("%d goods wait after a failure, want %d", len(left), len(first))
	}
	wants(t, s.ask(t, "sales.StockSync.syncSuccess", fmt.Sprintf(`[%s,%s]`, first[0], told)), "status", "0")
	wants(t, s.ask(t, "sales.StockSync.cancelSync", fmt.Sprintf(`[%s,-1]`, first[1])), "status", "0")
	wants(t, s.ask(t, "sales.StockSync.cancelSync", fmt.Sprintf(`[%s,-1]`, first[1])), "status", "100", "message", "取消失败")
	if left := list(); len(left) != len(first)-2 {
		t.Errorf("%d goods wait, want %d", len(left), len(first)-2)
	}
	wants(t, s.ask(t, "sales.StockSync.calcStock", fmt.Sprintf(`[%s,false]`, first[0])),
		"data.last_syn_num", calc.Get("data.syn_stock").String(), "data.last_syn_time", "2022-12-29 12:00:00")
	wants(t, s.ask(t, "sales.StockSync.syncSuccess", fmt.Sprintf(`[999999,%s]`, told)), "status", "1064", "message", " Unknown Database Error")
	wants(t, s.ask(t, "sales.StockSync.batchCalcStock", fmt.Sprintf(`[[{"api_goods_id":%s,"force_sync":false},{"api_goods_id":%s,"force_sync":true}]]`, first[2], first[3])),
		"data.success_date.#", "2", "data.error_date.#", "0")

	queue := s.ask2(t, "api_goods_stock_change_query.php", "shop_no", "00212", "limit", "1000")
	n := queue.Get("stock_change_list.#").Int()
	wants(t, queue, "current_count", fmt.Sprint(n))
	row := queue.Get("stock_change_list.0")
	ack := fmt.Sprintf(`[{"rec_id":%s,"sync_stock":%s,"stock_change_count":%s}]`, row.Get("rec_id"), row.Get("sync_stock"), row.Get("stock_change_count"))
	wants(t, s.ask2(t, "api_goods_stock_change_ack.php", "stock_sync_list", ack), "code", "0", "message", "")
	wants(t, s.ask2(t, "api_goods_stock_change_query.php", "shop_no", "00212", "limit", "1000"), "stock_change_list.#", fmt.Sprint(n-1))
}

// The enterprise edition reads the same trades.
func TestBothEditionsReadTheSameTrades(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	flagship := s.ask(t, "sales.TradeQuery.querySelfOrderWithDetail", `[{`+sixtyMinutes+`}]`, pageOf(100)...)
	enterprise := s.ask2(t, "sales_trade_query.php", "start_time", "2022-12-29 10:00:00", "end_time", "2022-12-29 11:00:00", "page_size", "100")
	wants(t, enterprise, "total_count", flagship.Get("data.total_count").String(),
		"trades.0.trade_no", flagship.Get("data.order.0.trade_no").String(),
		"trades.0.goods_list.0.src_oid", flagship.Get("data.order.0.detail_list.0.src_oid").String())
	wants(t, s.ask2(t, "trade_query.php", "start_time", "2022-12-29 10:00:00", "end_time", "2022-12-29 11:00:01"),
		"code", "2104", "message", "start_time与end_time时间跨度不能超过最大范围 60分钟")
}
