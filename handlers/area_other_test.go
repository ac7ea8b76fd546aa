package handlers_test

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// part is one member of an answer.
func part(answer, path string) string { return gjson.Get(answer, path).String() }

// TestOtherIn pushes a business order, takes it in by two documents, and reads all
// of it back.
func TestOtherIn(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	a := b.ask("wms.stockother.In.push", `[{"warehouse_no":"WH01","outer_no":"IN1","remark":"mine","reason":"样品","is_check":true},`+
		`[{"spec_no":"A0001-1","num":5,"price":2.5},{"spec_no":"A0001-2","num":3}]]`)
	no := a.Get("data.message").String()
	if b.is("push", a, "status", "0", "data.status", "0"); !strings.HasPrefix(no, "QR20221229") {
		t.Fatalf("the order is called %q: %s", no, a.Raw)
	}
	order := func() string {
		return b.ask("wms.stockother.InQuery.queryWithDetail", `[{"other_in_no":"`+no+`"}]`).Get("data.order.0").Raw
	}
	b.is("order", b.ask("wms.stockother.InQuery.queryWithDetail", `[{"other_in_no":"`+no+`"}]`), "data.total_count", "1", "data.order.0.status", "20",
		"data.order.0.warehouse_name", "华东主仓", "data.order.0.detail_list.#", "2", "data.order.0.detail_list.0.price", "2.5",
		"data.order.0.detail_list.0.goods_name", "纯棉短袖", "data.order.0.reason", "样品", "data.order.0.outer_no", "IN1")
	b.is("twice", b.ask("wms.stockother.In.push", `[{"warehouse_no":"WH01","outer_no":"IN1"},[{"spec_no":"A0001-1","num":5}]]`),
		"status", "100", "message", "外部单号重复!")

	before := b.stock("A0001-1", "WH01")
	take := func(outer, more, goods string) string {
		return b.ask("wms.stockin.Other.createOtherOrder", `[{"outer_no":"`+outer+`","warehouse_no":"WH01","remark":"by hand",`+more+`"goods_list":[`+goods+`]}]`).Raw
	}
	of := `"src_order_no":"` + no + `",`
	waiting := part(take("T1", of, `{"spec_no":"A0001-1","num":4}`), "data.message")
	if !strings.HasPrefix(waiting, "RK20221229") {
		t.Fatalf("the stock-in is called %q", waiting)
	}
	if got := part(order(), "status"); got != "20" {
		t.Errorf("status %s before anything came", got)
	}
	first := part(take("T2", of+`"is_check":1,`, `{"spec_no":"A0001-1","num":5,"stockin_price":3}`), "data.message")
	if got := part(order(), "status") + part(order(), "remark"); got != "60mine" {
		t.Errorf("status and remark are %s after a part came", got)
	}
	take("T3", of+`"is_check":1,`, `{"spec_no":"A0001-2","num":3}`)
	if got := part(order(), "status"); got != "70" {
		t.Errorf("status %s after all came", got)
	}
	if after := b.stock("A0001-1", "WH01"); after != before+5 {
		t.Errorf("stock went from %v to %v by 5", before, after)
	}
	b.is("stock-ins", b.ask("wms.stockin.Other.queryWithDetail", `[{"other_stockin_no":"`+no+`"}]`), "data.total_count", "3",
		`data.order.#(order_no=="`+first+`").status`, "80", `data.order.#(order_no=="`+first+`").check_time`, "1672286400000",
		`data.order.#(order_no=="`+first+`").total_cost`, "15", `data.order.#(order_no=="`+waiting+`").status`, "30")
	for name, tt := range map[string]struct{ answer, want string }{
		"again":     {take("T1", "", `{"spec_no":"A0001-1","num":1}`), "外部单号重复!"},
		"no goods":  {take("T9", "", `{"spec_no":"none","num":1}`), "货品列表中货品不存在或者货品重复!"},
		"nothing":   {take("T9", "", `{"spec_no":"A0001-1","num":0}`), "数量不合法"},
		"is done":   {take("T9", of, `{"spec_no":"A0001-1","num":1}`), "业务单不存在或业务单状态错误"},
		"no order":  {take("T9", `"src_order_no":"QR1",`, `{"spec_no":"A0001-1","num":1}`), "业务单不存在或业务单状态错误"},
		"forced":    {b.ask("wms.stockin.Other.cancelOtherOrder", `["`+waiting+`",false]`).Raw, "单据状态不是编辑中，不允许取消"},
		"is in":     {b.ask("wms.stockin.Other.cancelOtherOrder", `["`+first+`",true]`).Raw, "单据状态不是编辑中、待审核，不允许取消"},
		"not there": {b.ask("wms.stockin.Other.cancelOtherOrder", `["RK2023082989",true]`).Raw, "单据不存在"},
		"house":     {b.ask("wms.stockother.In.push", `[{"warehouse_no":"none"},[{"spec_no":"A0001-1","num":5}]]`).Raw, "仓库不存在"},
	} {
		if part(tt.answer, "status") != "100" || part(tt.answer, "message") != tt.want {
			t.Errorf("%s: %s, want %s", name, clip(tt.answer), tt.want)
		}
	}
	b.is("cancel", b.ask("wms.stockin.Other.cancelOtherOrder", `["`+waiting+`",true]`), "status", "0")
	b.is("cancelled", b.ask("wms.stockin.Other.queryWithDetail", `[{"stockin_no":"`+waiting+`"}]`), "data.order.0.status", "10")
	b.among("stockin", waiting, "status", "10", "src_order_no", no)
	b.among("stockin", first, "status", "80", "src_order_no", no, "src_order_type", "20", "goods_count", "5", "remark", "by hand", "detail_list.0.num", "5")
	b.is("enterprise", b.post("stockin_order_query.php", "stockin_no", first), "total_count", "1", "stockin_list.0.order_type_name", "其他入库", "stockin_list.0.total_price", "15.0000")
}

// TestOtherOut is the same for what leaves.
func TestOtherOut(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	push := func(head, lines string) string {
		return b.ask("wms.stockother.Out.push", `[{`+head+`},[`+lines+`]]`).Raw
	}
	answer := push(`"warehouse_no":"WH01","outer_no":"OUT1","is_check":true,"receiver_name":"测试甲"`, `{"spec_no":"A0001-1","num":2}`)
	no := part(answer, "data.message")
	if !strings.HasPrefix(no, "QC20221229") || part(answer, "data.outer_no") != no {
		t.Fatalf("push: %s", answer)
	}
	b.is("reserved", b.ask("wms.stockother.OutQuery.queryWithDetail", `[{"other_out_no":"`+no+`"}]`), "data.order.0.status", "20",
		"data.order.0.is_reserved", "true", "data.order.0.receiver_name", "测试甲", "data.order.0.detail_list.0.num", "2")
	before := b.stock("A0001-1", "WH01")
	a := b.ask("wms.stockout.Other.createOther", `[{"outer_no":"H1","src_order_no":"`+no+`","warehouse_no":"WH01","is_check":1,"goods_list":[{"spec_no":"A0001-1","num":2}]}]`)
	out := a.Get("data.message").String()
	if after := b.stock("A0001-1", "WH01"); !strings.HasPrefix(out, "CK20221229") || after != before-2 {
		t.Errorf("stock went from %v to %v by 2: %s", before, after, a.Raw)
	}
	b.is("handed out", b.ask("wms.stockother.OutQuery.queryWithDetail", `[{"other_out_no":"`+no+`"}]`), "data.order.0.status", "70", "data.order.0.is_reserved", "false")
	b.is("stock-out", b.ask("wms.stockout.OtherQuery.queryWithDetail", `[{"src_order_no":"`+no+`","status":70}]`), "data.total_count", "1",
		"data.order.0.order_no", out, "data.order.0.status", "110", "data.order.0.consign_time", "1672286400000", "data.order.0.receiver_name", "测试甲",
		"data.order.0.goods_count", "2", "data.order.0.order_type", "21")
	b.is("not as open", b.ask("wms.stockout.OtherQuery.queryWithDetail", `[{"src_order_no":"`+no+`","status":20}]`), "data.total_count", "0")
	b.among("stockout", out, "status", "110", "src_order_no", no, "src_order_type", "21", "goods_count", "2", "consign_time", "2022-12-29 12:00:00")
	kept := part(b.ask("wms.stockout.Other.createOther", `[{"outer_no":"H2","warehouse_no":"WH01","is_check":2,"goods_list":[{"spec_no":"A0001-1","num":2}]}]`).Raw, "data.message")
	b.is("cancel", b.ask("wms.stockout.Other.cancelOtherOrder", `["`+kept+`",false]`), "status", "0")
	b.is("cancelled", b.ask("wms.stockout.OtherQuery.queryWithDetail", `[{"stockout_no":"`+kept+`"}]`), "data.order.0.status", "5")
	b.is("too many", b.ask("wms.stockout.Other.createOther", `[{"outer_no":"H3","warehouse_no":"WH01","is_check":1,"goods_list":[{"spec_no":"A0001-1","num":99999}]}]`),
		"status", "100", "message", "商家编码(spec_no):A0001-1,库存不足")
	b.is("no house", b.ask("wms.stockout.OtherQuery.queryWithDetail", `[{"stockout_no":"CK1","warehouse_no":"none"}]`), "status", "100", "message", "仓库不存在")
	for name, tt := range map[string]struct{ answer, want string }{
		"outer":       {push(`"warehouse_no":"lz"`, `{"spec_no":"A0001-1","num":1}`), "出库仓库为外部仓库，请确保收货人、收货电话、省份、城市、地址填写完整"},
		"checked":     {push(`"warehouse_no":"WH01","is_check":true`, `{"spec_no":"A0001-1","num":99999}`), "商家编码(spec_no):A0001-1,库存不足"},
		"at creation": {push(`"warehouse_no":"WH01","create_check_stock":0`, `{"spec_no":"A0001-1","num":99999}`), "商家编码(spec_no):A0001-1,库存不足"},
	} {
		if part(tt.answer, "message") != tt.want {
			t.Errorf("%s: %s, want %s", name, clip(tt.answer), tt.want)
		}
	}
	open := part(push(`"warehouse_no":"WH01"`, `{"spec_no":"A0001-1","num":99999}`), "data.message")
	b.is("cancel orders", b.ask("wms.stockother.Out.cancelOrder", `[["`+open+`","`+no+`","QC1"]]`), "status", "0", "data.success_data.#", "1", "data.success_data.0", open,
		"data.error_data.0.order_no", no, "data.error_data.0.err_msg", "单据状态不是编辑中、待审核、已审核，不允许取消", "data.error_data.1.err_msg", "单据不存在")
}

// TestProcess orders goods to be made, step by step and in one go.
func TestProcess(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	order := func(more string) string {
		return b.ask("process.Process.upload", `[{"out_warehouse_no":"WH01","in_warehouse_no":"WH02","producer_no":"P001","process_count":1,`+more+
			`,"detail_list":[{"spec_no":"A0001-1","num":2},{"spec_no":"A0001-2","num":1,"is_product":true}]}]`).Raw
	}
	shown := func(answer string, want ...string) {
		t.Helper()
		no := part(answer, "data.process_no")
		if !strings.HasPrefix(no, "PS20221229") {
			t.Fatalf("upload: %s", answer)
		}
		a := b.ask("process.Process.search", `[{"process_no":"`+no+`"}]`).Get("data.order.0")
		b.is(no, a, append(want, "process_id", part(answer, "data.process_id"), "operator_name", "测试员丁", "operator_id", "153",
			"producer_name", "演示供应商一号", "detail_list.#(is_product==true).spec_no", "A0001-2")...)
	}
	shown(order(`"operator_name":"测试员丁"`), "status", "30", "process_type", "true", "check_time", "", "reality_count", "0")
	shown(order(`"operator_name":"测试员丁","is_check":true`), "status", "40", "check_time", "2022-12-29 12:00:00", "checker_name", "系统")
	material, product := b.stock("A0001-1", "WH01"), b.stock("A0001-2", "WH02")
	shown(order(`"operator_name":"测试员丁","is_check":true,"type":1`), "status", "70", "process_type", "false", "reality_count", "1", "settle_status", "1")
	if m, p := b.stock("A0001-1", "WH01"), b.stock("A0001-2", "WH02"); m != material-2 || p != product+1 {
		t.Errorf("2 of %v were used, %v are left; 1 beside %v was made, %v are there", material, m, product, p)
	}
	for who, want := range map[string]string{"admin1": "员工 admin1 不存在/已停用/无生产员角色", "gwc": "员工 gwc 不存在/已停用/无生产员角色"} {
		if got := part(order(`"operator_name":"`+who+`"`), "message"); got != want {
			t.Errorf("%s: %s, want %s", who, got, want)
		}
	}
	b.is("status", b.ask("wms.stockin.Process.queryWithDetail", `[{"process_no":"PS1","status":"x"}]`), "message", "状态参数格式不正确，请用以逗号隔开的整数字符串为参数")
}

// TestOtherEnterprise writes stock documents in the enterprise edition, and finds
// them among all stock-ins and stock-outs.
func TestOtherEnterprise(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	before := b.stock("A0001-1", "WH01")
	a := b.post("stockin_order_push.php", "stockin_info", `{"outer_no":"E1","warehouse_no":"WH01","is_check":1,"goods_list":[{"spec_no":"A0001-1","stockin_num":4,"stockin_price":2}]}`)
	in := a.Get("stockin_no").String()
	if after := b.stock("A0001-1", "WH01"); !strings.HasPrefix(in, "RK20221229") || after != before+4 {
		t.Errorf("stock went from %v to %v by 4: %s", before, after, a.Raw)
	}
	b.is("stock-in", b.post("stockin_order_query.php", "stockin_no", in, "page_no", "0", "page_size", "10"), "stockin_list.0.status", "80", "stockin_list.0.order_type", "6",
		"stockin_list.0.total_price", "8.0000", "stockin_list.0.check_time", "2022-12-29 12:00:00", "stockin_list.0.details_list.0.num", "4.0000",
		"stockin_list.0.details_list.0.goods_name", "纯棉短袖")
	b.is("twice", b.post("stockin_order_push.php", "stockin_info", `{"outer_no":"E1","warehouse_no":"WH01","goods_list":[{"spec_no":"A0001-1","stockin_num":4}]}`), "message", "外部单号重复!")
	a = b.post("stockout_order_push.php", "stockout_info", `{"outer_no":"E2","warehouse_no":"WH01","num":3,"is_check":1,"detail_list":[{"spec_no":"A0001-1","num":3}]}`)
	out := a.Get("stockout_no").String()
	if after := b.stock("A0001-1", "WH01"); !strings.HasPrefix(out, "CK20221229") || after != before+1 {
		t.Errorf("stock went from %v to %v by 1: %s", before, after, a.Raw)
	}
	b.is("stock-out", b.post("stockout_order_query.php", "stockout_no", out, "page_no", "0", "page_size", "10"), "stockout_list.0.status", "110", "stockout_list.0.order_type", "7",
		"stockout_list.0.goods_count", "3.0000", "stockout_list.0.details_list.0.goods_count", "3.0000")
	b.among("stockin", in, "status", "80", "src_order_type", "20", "goods_count", "4")
	b.among("stockout", out, "status", "110", "src_order_type", "21", "goods_count", "3")
	b.is("flagship", b.ask("wms.stockin.Other.queryWithDetail", `[{"stockin_no":"`+in+`"}]`), "data.order.0.goods_count", "4")
}
