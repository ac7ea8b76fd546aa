package handlers_test

import "testing"

// among looks for a document of a client's where all stock-ins, or all stock-outs, are
// shown: by number, and not twice. way is stockin or stockout.
func (b *buyer) among(way, no string, want ...string) {
	b.Helper()
	a := b.ask("wms."+way+".Base.search", `[{"`+way+`_no":"`+no+`"}]`)
	b.is(way+" "+no, a, "data.total_count", "1")
	b.is(way+" "+no, a.Get("data.order_list.0"), append([]string{way + "_no", no}, want...)...)
}

// TestCancelledAmongAll cancels documents before their goods moved: they are found by
// their last change, and those who count what moved do not see them.
func TestCancelledAmongAll(t *testing.T) {
	t.Parallel()
	b := newBuyer(t)
	no := b.order(`"is_check":true,`)
	in := b.ask("wms.stockin.Purchase.upload", `[{"purchase_no":"`+no+`","warehouse_no":"WH01","create_mode":1},[{"spec_no":"A0001-1","num":1}]]`).Get("data").String()
	b.among("stockin", in, "status", "30", "check_time", "")
	b.is("cancel", b.ask("wms.stockin.Purchase.cancel", `["`+in+`"]`), "status", "0")
	b.among("stockin", in, "status", "10", "check_time", "", "detail_list.#", "1")
	window := `[{"start_time":"2022-12-29 11:00:00","end_time":"2022-12-29 12:00:00","warehouse_no":"WH01","order_type":10,"status":10}]`
	b.is("window", b.ask("wms.stockin.Base.search", window), "data.total_count", "1", "data.order_list.0.stockin_no", in)
	b.is("counted", b.ask("statistic.StockinCollect.queryCostWithDetail", `[{"stockin_no":"`+in+`"}]`), "data.total_count", "0")
}
