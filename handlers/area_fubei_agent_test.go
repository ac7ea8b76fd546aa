package handlers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/tidwall/gjson"
)

// vendorCall is a call of the tenant's agent.
func vendorCall(method, biz string) *call {
	c := agent(method, biz).unset("app_id").set("vendor_sn", "2019010100000001")
	c.secret = "fedcba9876543210fedcba9876543210"
	return c
}

// papers are what a merchant brings, without his account.
const papers = `"base_info":{"merchant_type":2,"unity_category_id":102,"merchant_short_name":"演示小店","contact_phone":"15400000009","email":"a@shop.example"},` +
	`"legal_person":{"legal_name":"王伟","legal_num":"000000199001010001","legal_id_card_front_photo":"a","legal_id_card_back_photo":"b","legal_id_card_start":"20100101"},` +
	`"address_info":{"province_code":"330000","city_code":"330100","area_code":"330199","street_address":"演示路1号","longitude":"120.100000","latitude":"30.200000"},` +
	`"license_info":{"license_id":"000000000000000001"},` +
	`"account_info":{"account_type":1,"legal_flag":1,"unionpay_code":"103330100001","real_name":"王伟","bank_card_no":"9910300000000000018","bank_card_photo":"c"},` +
	`"shop_info":{"store_name":"小店一号","store_phone":"15400000009","store_env_photo":"d","store_front_photo":"e","store_cash_photo":"f"}}`

// TestMerchantIsLetIn: a merchant waits until his papers were looked at, and so does his store.
func TestMerchantIsLetIn(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const income = "openapi.merchant.income"
	made := m.ok(vendorCall(income, `{"merchant_code":"15400000099",`+papers))
	id, store := made.Get("merchant_id").Raw, made.Get("store_id").Raw
	state := func(income, audit, auth string) {
		t.Helper()
		q := m.ok(vendorCall("openapi.merchant.income.status.query", `{"merchant_code":"15400000099"}`))
		a := m.ok(vendorCall("openapi.agent.merchant.income.audit.query", `{"merchant_id":`+id+`}`))
		s := m.ok(vendorCall("openapi.agent.merchant.querystatus", `{"merchant_code":"15400000099"}`))
		got := []string{q.Get("income_status").Str, a.Get("audit_status").Str, s.Get("merchant_status").Raw,
			s.Get("store_list.0.store_id").Raw, s.Get("store_list.0.store_status").Raw}
		if want := []string{income, audit, auth, store, auth}; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	state("auditing", "AUDITING", "1")
	m.refused(vendorCall(income, `{"merchant_code":"15400000099",`+papers), 9999, "商户账号已存在")
	m.clock.Advance(10 * time.Minute)
	state("passed", "PASSED", "2")
	info := m.ok(vendorCall("openapi.agent.merchant.queryinfo", `{"merchant_code":"15400000099"}`))
	for path, want := range map[string]string{"real_name": "王伟", "bank_card_no": "9910300000000000018", "income_status": "3",
		"store_info_list.0.store_name": "小店一号", "store_info_list.0.store_city_code": "330100", "store_info_list.0.address": "浙江省 杭州市 演示区"} {
		if got := info.Get(path).String(); got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
	}
	if n := len(m.ok(vendorCall("openapi.agent.merchant.channel.submch.query", `{"merchant_id":`+id+`}`)).Get("wechat").Array()); n != 1 {
		t.Errorf("%d numbers with WeChat", n)
	}
	change := strings.Replace(papers, `"merchant_type":2`, `"merchant_type":3`, 1)
	m.refused(vendorCall(income+".modify", `{"merchant_code":"15400000099",`+change), 9996, "merchant_type 不允许修改")
	m.refused(vendorCall(income+".modify", `{"merchant_code":"1",`+papers), 1004, "商户不存在")
	m.ok(vendorCall(income+".modify", `{"merchant_code":"15400000099",`+strings.Replace(papers, "小店一号", "小店新名", 1)))
	state("auditing", "AUDITING", "1")
	m.clock.Advance(10 * time.Minute)
	state("passed", "PASSED", "2")
	q := m.ok(vendorCall("openapi.agent.merchant.queryinfo", `{"merchant_code":"15400000099"}`)).Get("store_info_list")
	if len(q.Array()) != 1 || q.Get("0.store_name").Str != "小店新名" {
		t.Errorf("stores after the change: %s", q)
	}
}

// TestIncomeWants names what is missing, in the words that were seen.
func TestIncomeWants(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	for _, x := range []struct{ old, new, text string }{
		{`"unity_category_id":102,`, ``, "【无效参数】参数名:unity_category_id,原因:行业类目不能为空,请核对参数后重新请求"},
		{`,"bank_card_photo":"c"`, ``, "【无效参数】参数名:bank_card_photo,原因:银行卡正面图片地址不能为空,请核对参数后重新请求"},
		{`"merchant_type":2`, `"merchant_type":1`, "【无效参数】参数名:hand_hold_id_card_photo,原因:不能为空,请核对参数后重新请求"},
		{`"license_id":"000000000000000001"`, ``, "【无效参数】参数名:license_id,原因:不能为空,请核对参数后重新请求"},
	} {
		m.refused(vendorCall("openapi.merchant.income", `{"merchant_code":"2",`+strings.Replace(papers, x.old, x.new, 1)), 9996, x.text)
	}
}

// TestOldIncomeAndRates: the older way in, and rates that hold from midnight on.
func TestOldIncomeAndRates(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	made := m.ok(vendorCall("openapi.agent.merchant.income", `{"merchant_code":"15400000088","real_name":"李芳","store_name":"老店"}`))
	if made.Get("merchant_status").Raw != "1" || made.Get("store_id").Int() == 0 || len(made.Get("app_id").Str) != 20 {
		t.Errorf("income: %s", made)
	}
	m.clock.Advance(10 * time.Minute)
	const adjust = "openapi.agent.merchant.adjustrate"
	rates := m.ok(vendorCall(adjust, `{"merchant_code":"15400000088","alipay_fee_rate":"4.5"}`))
	if rates.Get("alipay_fee_rate").Str != "3.8" || rates.Get("ineffective_alipay_fee_rate").Str != "4.5" {
		t.Errorf("rates: %s", rates)
	}
	m.clock.Advance(12 * time.Hour)
	info := m.ok(vendorCall("openapi.agent.merchant.queryinfo", `{"merchant_code":"15400000088"}`))
	if info.Get("alipay_fee_rate").Str != "4.5" || info.Get("auth_status").Raw != "2" {
		t.Errorf("after midnight: %s", info)
	}
	m.refused(vendorCall(adjust, `{"alipay_fee_rate":"4.5"}`), 9996, "merchant_id 与 merchant_code 同时为空")
	m.refused(vendorCall(adjust, `{"merchant_code":"9","alipay_fee_rate":"4.5"}`), 1004, "商户不存在")
	m.refused(vendorCall(adjust, `{"merchant_id":1106433,"alipay_fee_rate":"3"}`), 9996, "【无效参数】参数名:alipay_fee_rate,原因:不能小于3.8,请核对参数后重新请求")
}

// TestBankCardTakesItsTurn: the merchant's card is another one once the new one was looked at.
func TestBankCardTakesItsTurn(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const update, status = "openapi.agent.merchant.update.bank.card", "openapi.agent.merchant.query.bank.card.bindStatus"
	card := `"bank_card_no":"9910200000000000019","bank_code":"102100099996"`
	asked := m.ok(vendorCall(update, `{"merchant_id":1106433,`+card+`,"bank_card_image":"a"}`))
	if asked.Get("bind_status").Raw != "1" || asked.Get("modify_flag").Raw != "true" || asked.Get("merchant_code").Str != "15400000002" {
		t.Errorf("update: %s", asked)
	}
	m.clock.Advance(time.Minute)
	if got := m.ok(vendorCall(status, `{"merchant_code":"15400000002",`+card+`}`)).Get("bind_status").Raw; got != "2" {
		t.Errorf("bind_status %s", got)
	}
	if got := m.ok(vendorCall("openapi.agent.merchant.queryinfo", `{"merchant_code":"15400000002"}`)).Get("bank_card_no").Str; got != "9910200000000000019" {
		t.Errorf("card %s", got)
	}
	m.refused(vendorCall(update, `{"merchant_id":1106420,`+card+`,"bank_card_image":"a"}`), 9996, "【无效参数】参数名:bankName,原因:对公账户bankName必填")
	m.refused(vendorCall(update, `{"merchant_id":7,`+card+`,"bank_card_image":"a"}`), 1004, "商户不存在")
}

// TestWechatApply: asked, to be confirmed, passed; or taken back before.
func TestWechatApply(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const apply = "openapi.agent.merchant.wechat.auth.apply"
	ask := func(code string) *call {
		return vendorCall(apply, fmt.Sprintf(`{"merchant_id":1106433,"store_id":2310,"business_code":%q}`, code))
	}
	id := m.ok(ask("B1")).Get("applyment_id").Str
	state := func(biz, want string) {
		t.Helper()
		if got := m.ok(vendorCall(apply+".query", biz)).Get("applyment_state").Str; got != "APPLYMENT_STATE_"+want {
			t.Errorf("%s is %s, want %s", biz, got, want)
		}
	}
	state(`{"merchant_id":1106433,"business_code":"B1"}`, "WAITTING_FOR_AUDIT")
	m.refused(ask("B1"), 9999, "业务申请编号重复")
	m.ok(ask("B2"))
	cancel := `{"merchant_id":1106433,"business_code":"B2"}`
	if got := m.ok(vendorCall(apply+".cancel", cancel)).Get("data").Str; got != "成功" {
		t.Errorf("cancel: %q", got)
	}
	m.clock.Advance(5 * time.Minute)
	state(`{"merchant_id":1106433,"applyment_id":"`+id+`"}`, "WAITTING_FOR_CONFIRM_CONTACT")
	m.clock.Advance(5 * time.Minute)
	state(`{"merchant_id":1106433,"business_code":"B1"}`, "PASSED")
	state(cancel, "CANCELED")
	m.refused(vendorCall(apply+".cancel", cancel), 9999, "当前状态不允许撤销")
	m.refused(vendorCall(apply+".cancel", `{"merchant_id":1106433,"business_code":"B3"}`), 9999, "申请单不存在")
}

// TestStores: of both gateways, in the list and with their merchant.
func TestStores(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const made = "openapi.store.create"
	id := m.ok(fubei(made, `{"store_name":"四号店","category_id":102,"province":"浙江省","city":"杭州市","county":"演示区","store_area":"演示路4号","contact":"15400000004","avg_price":50}`)).Get("store_id").Raw
	m.ok(fubei("openapi.store.update", `{"store_id":`+id+`,"store_name":"四号新店"}`))
	m.refused(fubei("openapi.store.update", `{"store_id":2310,"store_name":"x"}`), 400, "门店不存在")
	list := m.ok(fubei("openapi.payment.store.query", `{}`)).Get("list")
	var names []string
	for _, s := range list.Array() {
		names = append(names, s.Get("store_name").Str)
	}
	if got := strings.Join(names, " "); !strings.Contains(got, "四号新店") || strings.Contains(got, "茶饮") || len(names) != 4 {
		t.Errorf("stores %s", got)
	}
	cate := `"store_name":"二店","street_address":"演示路5号","longitude":"121.000000","latitude":"31.000000","province_code":"310000","city_code":"310100",` +
		`"area_code":"310199","store_phone":"15400000005","unity_category_id":201,"store_front_img_url":"a","store_env_photo":"b","store_cash_photo":"c","license_photo":"d"`
	const create = "openapi.cate.store.info.create"
	got := m.ok(vendorCall(create, `{"merchant_id":1106433,"license_type":1,"license_name":"n","license_id":"i",`+cate+`}`))
	if got.Get("store_status").Raw != "2" {
		t.Errorf("create: %s", got)
	}
	m.refused(vendorCall(create, `{"merchant_id":1106433,"license_type":1,"license_name":"n",`+cate+`}`), 9996, "【无效参数】参数名:license_id,原因:不能为空,请核对参数后重新请求")
	m.refused(vendorCall(create, `{"merchant_id":1106433,"license_type":2,`+cate+`}`), 9996, "【无效参数】参数名:hand_hold_id_card_pic,原因:不能为空,请核对参数后重新请求")
	m.refused(vendorCall(create, `{"merchant_id":3,"license_type":2,`+cate+`}`), 1004, "商户不存在")
	store := got.Get("store_id").Raw
	m.ok(vendorCall("openapi.cate.store.info.update", `{"merchant_id":1106433,"store_id":`+store+`,"store_name":"二店改"}`))
	m.refused(vendorCall("openapi.cate.store.info.update", `{"merchant_id":1106420,"store_id":`+store+`}`), 9999, "门店不存在")
	stores := m.ok(vendorCall("openapi.agent.merchant.queryinfo", `{"merchant_code":"15400000002"}`)).Get("store_info_list")
	if len(stores.Array()) != 2 || stores.Get("1.store_name").Str != "二店改" || stores.Get("1.store_phone").Str != "15400000005" {
		t.Errorf("the merchant's stores: %s", stores)
	}
}

// settled is what an account can withdraw.
func (m *counter) settled(biz string) decimal.Decimal {
	m.t.Helper()
	q := m.ok(vendorCall("openapi.agent.account.balance.query", biz))
	n := func(name string) decimal.Decimal { return decimal.RequireFromString(q.Get(name).Raw) }
	if !n("clearing_amount").Add(n("settled_amount")).Equal(n("total_amount")) {
		m.t.Errorf("balance %s", q)
	}
	return n("settled_amount")
}

// TestWithdraw takes money out, once, and gives back what the bank refuses.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const withdraw, own = "openapi.agent.account.withdraw", `{"merchant_id":1106420}`
	before := m.settled(own)
	pay := func(no, amount, more string) *call {
		return vendorCall(withdraw, fmt.Sprintf(`{"merchant_id":1106420,"merchant_order_sn":%q,"amount":%q%s}`, no, amount, more))
	}
	got := m.ok(pay("T1", "10.50", ""))
	if got.Get("status").Raw != "2" || got.Get("create_time").Str != "20221229120000" || got.Get("finish_time").Str != "20221229120100" ||
		got.Get("amount").Raw != "10.50" || got.Get("account_id").Raw != "null" {
		t.Errorf("withdraw: %s", got)
	}
	if left := m.settled(own); !left.Equal(before.Sub(decimal.RequireFromString("10.5"))) {
		t.Errorf("%s of %s is left", left, before)
	}
	m.refused(pay("T1", "10.50", ""), 9999, "请求流水号重复")
	m.refused(pay("T2", "9999999", ""), 9999, "可提现余额不足")
	m.refused(pay("T3", "1", `,"type":2`), 3231, "提现失败，当前不支持提现立即到账")
	m.refused(pay("T4", "1", `,"account_id":"FZJS10000001"`), 9996, "【无效参数】参数名:account_id,原因:与merchant_id只能传一个,请核对参数后重新请求")
	m.refused(vendorCall(withdraw, `{"account_id":"X","merchant_order_sn":"T5","amount":1}`), 3070, "分账接收方信息不存在")
	const details = withdraw + ".details"
	detail := func(no string) gjson.Result {
		t.Helper()
		return m.ok(vendorCall(details, `{"merchant_id":1106420,"merchant_order_sn":"`+no+`"}`)).Get("data_list.0")
	}
	if d := detail("T1"); d.Get("status").Raw != "2" || d.Get("finish_time").Str != "" {
		t.Errorf("details: %s", d)
	}
	m.clock.Advance(time.Minute)
	if d := detail("T1"); d.Get("status").Raw != "1" || d.Get("finish_time").Str != "20221229120100" {
		t.Errorf("details later: %s", d)
	}
	m.refused(vendorCall(details, `{"merchant_id":1106420,"merchant_order_sn":"none"}`), 3066, "请求流水号不存在")
	m.ok(agent(withdraw, `{"merchant_order_sn":"T6","amount":"9999999"}`)) // of the merchant himself: fails later
	m.clock.Advance(time.Minute)
	if d := detail("T6"); d.Get("status").Raw != "3" || d.Get("fail_message").Str != "可提现余额不足" {
		t.Errorf("details of what was too much: %s", d)
	}
	if left := m.settled(own); !left.Equal(before.Sub(decimal.RequireFromString("10.5"))) {
		t.Errorf("%s of %s is left", left, before)
	}
	count := func(more string) int64 {
		t.Helper()
		return m.ok(vendorCall(withdraw+".record", `{"merchant_id":1106420,"begin_time":"20221220000000","end_time":"20221230000000"`+more+`}`)).Get("total").Int()
	}
	if all, done, failed := count(`,"status":0`), count(`,"status":1`), count(`,"status":3`); all != 3 || done != 2 || failed != 1 {
		t.Errorf("%d withdrawals, %d done, %d failed", all, done, failed)
	}
}

// TestMondaysBooks: what a week took is shared and withdrawn to the cent.
func TestMondaysBooks(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	set := func(now string) {
		t.Helper()
		at, err := time.ParseInLocation(time.DateTime, now, time.FixedZone("", 8*3600))
		if err != nil {
			t.Fatal(err)
		}
		m.clock.Advance(at.Sub(m.clock.Now(noon())))
	}
	set("2023-01-02 08:59:59")
	whole := m.settled(`{"merchant_id":1106420}`)
	set("2023-01-02 09:30:00")
	rest := m.settled(`{"merchant_id":1106420}`)
	parts := m.settled(`{"account_id":"FZJS10000001"}`).Add(m.settled(`{"account_id":"FZJS10000002"}`))
	if whole.IsZero() || parts.IsZero() || !rest.Add(parts).Equal(whole) {
		t.Errorf("%s was shared in %s and %s", whole, rest, parts)
	}
	set("2023-01-02 10:30:00")
	for _, biz := range []string{`{"merchant_id":1106420}`, `{"account_id":"FZJS10000001"}`} {
		if left := m.settled(biz); !left.IsZero() {
			t.Errorf("%s has %s after the withdrawal", biz, left)
		}
	}
	list := m.ok(vendorCall("openapi.agent.account.withdraw.record", `{"begin_time":"20230102000000","end_time":"20230102235959"}`)).Get("data_list.#.amount").Array()
	var out decimal.Decimal
	for _, x := range list {
		out = out.Add(decimal.RequireFromString(x.Raw))
	}
	if len(list) != 3 || !out.Equal(whole) {
		t.Errorf("%v was withdrawn of %s", list, whole)
	}
	entry := m.ok(vendorCall("openapi.agent.account.balance.entry", `{"account_id":"FZJS10000001"}`)).Get("data_list.0")
	order := m.ok(vendorCall("openapi.agent.account.fixed.query", `{"merchant_id":1106420,"order_no":"`+entry.Get("order_no").Str+`"}`))
	if entry.Get("withdraw_list.0.amount").Raw != entry.Get("amount").Raw || order.Get("data_list.0.share_amount").Raw != entry.Get("amount").Raw ||
		order.Get("data_list.0.account_in").Str != "FZJS10000001" {
		t.Errorf("entry %s of %s", entry, order)
	}
}

// TestShare: a receiver, a group, a part of the money, and a contract.
func TestShare(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const sub = "openapi.agent.account.subaccount."
	biz := `"merchant_order_sn":"R1","account":"演示公司","business_type":2,"legal_person_name":"王伟","legal_person_id_card_type":"IDCARD","legal_person_id_card_no":"1",` +
		`"legal_person_id_card_front_photo":"a","legal_person_id_card_back_photo":"a","id_card_type":"IDCARD","id_card_no":"1","settlement_person_id_card_front_photo":"a",` +
		`"settlement_person_id_card_back_photo":"a","account_type":2,"account_no":"991030000000000001","bank_card_photo":"a","account_name":"王伟","bank_cell_phone":"15400000001",` +
		`"store_front_img_url":"a","store_cash_photo":"a","store_env_photo":"a","province_code":"330000","city_code":"330100","area_code":"330199","street_address":"a",` +
		`"unity_category_id":302,"residence_address":"a","legal_person_lic_stt":"2010-01-01","legal_person_lic_ent":"2030-01-01","legal_person_lic_effect":"NO",` +
		`"settlement_person_lic_stt":"2010-01-01","settlement_person_lic_ent":"2030-01-01","settlement_person_lic_effect":"NO"}`
	id := m.ok(vendorCall(sub+"income", `{"merchant_id":1106420,`+biz)).Get("account_id").Str
	m.refused(vendorCall(sub+"income", `{"merchant_id":1106420,`+biz), 9999, "请求流水号重复")
	if q := m.ok(vendorCall(sub+"receive.query", `{"merchant_order_sn":"R1"}`)); q.Get("account_id").Str != id || q.Get("income_status").Raw != "1" {
		t.Errorf("receiver: %s", q)
	}
	m.refused(vendorCall(sub+"receive.query", `{"account_id":"none"}`), 3070, "分账接收方信息不存在")
	if got := m.ok(vendorCall(sub+"update", `{"account_id":"none","account_no":"1","bank_card_photo":"a"}`)).Raw; got !=
		`{"merchant_order_sn":null,"account_id":null,"status":2,"fail_message":"分账接收方不存在"}` {
		t.Errorf("update of nobody: %s", got)
	}
	m.ok(vendorCall(sub+"update", `{"merchant_order_sn":"R1","account_no":"991030000000000002","bank_card_photo":"a"}`))
	if got := m.ok(vendorCall(sub+"receive.query", `{"account_id":"`+id+`"}`)).Get("account_no").Str; got != "991030000000000002" {
		t.Errorf("card %s", got)
	}
	group := `"merchant_order_sn":"G1","is_create_account":1,"share_type":1,"share_mode":1,"agreement_img":"a","data_list":[{"account_id":"` + id + `","rule_list":[{"store_id":2310,"share_scale":"0.1"}]}]}`
	m.refused(vendorCall(sub+"group.create", `{"merchant_id":1106433,`+group), 9996, "账户权限不支持分账")
	m.contract()
	m.refused(vendorCall(sub+"group.create", `{"merchant_id":1106433,`+strings.Replace(group, `"share_mode":1`, `"share_mode":3`, 1)), 9996, "【无效参数】参数名:share_mode,原因:取值错误,请核对参数后重新请求")
	made := m.ok(vendorCall(sub+"group.create", `{"merchant_id":1106433,`+group))
	no := made.Get("group_id").Str
	m.ok(vendorCall(sub+"addmember", `{"group_id":"`+no+`","data_list":[{"account_id":"FZJS10000001"},{"account_id":"none"}]}`))
	m.refused(vendorCall(sub+"addmember", `{"group_id":"none","data_list":[{"account_id":"FZJS10000001"}]}`), 3058, "无对应的分账组")
	q := m.ok(vendorCall(sub+"query", `{"group_id":"`+no+`"}`))
	if q.Get("data_list.#").Int() != 3 || q.Get("data_list.0.rule_list.0.share_scale").Raw != "0.1" || q.Get("data_list.0.account_name").Str != "演示公司" ||
		q.Get("data_list.2.active_status").Raw != "2" || q.Get("merchant_id").Raw != "1106433" {
		t.Errorf("group: %s", q)
	}
	m.fixed(id)
}

// contract opens accounts for sharing.
func (m *counter) contract() {
	m.t.Helper()
	const accredit = "openapi.share.elect.contract.accredit"
	state := func(want string) {
		m.t.Helper()
		if got := m.ok(vendorCall("openapi.share.accredit.query", `{"merchant_id":1106433}`)).Get("shareTypeStr").Str; got != want {
			m.t.Errorf("contract is %s, want %s", got, want)
		}
	}
	m.refused(vendorCall(accredit, `{"merchant_id":1106420}`), 3222, "分账授权已提交")
	m.refused(vendorCall(accredit, `{"merchant_id":1}`), 1004, "商户不存在")
	state("未开通")
	if url := m.ok(vendorCall(accredit, `{"merchant_id":1106433}`)).Str; !strings.HasPrefix(url, "https://contract.shop.example/") {
		m.t.Errorf("contract at %q", url)
	}
	state("待签")
	m.refused(vendorCall(accredit, `{"merchant_id":1106433}`), 3222, "分账授权已提交")
	m.clock.Advance(time.Minute)
	state("已开通")
}

// fixed gives a receiver a part.
func (m *counter) fixed(id string) {
	m.t.Helper()
	const fixed = "openapi.agent.account.fixed."
	share := func(merchant, no, account, amount string) *call {
		return vendorCall(fixed+"amount", fmt.Sprintf(`{"merchant_id":%s,"merchant_order_sn":%q,"total_share_amount":%s,"data_list":[{"account_id":%q,"share_amount":%s}]}`,
			merchant, no, amount, account, amount))
	}
	m.refused(share("1106457", "F0", id, "1"), 3058, "该商户无对应的分账组")
	m.refused(share("1106420", "F0", "none", "1"), 3070, "分账接收方信息不存在")
	m.refused(share("1106420", "F0", id, "999999"), 9999, "可分账余额不足")
	before := m.settled(`{"merchant_id":1106420}`)
	m.ok(share("1106420", "F1", id, "2.50"))
	m.refused(share("1106420", "F1", id, "2.50"), 9999, "请求流水号重复")
	state := func() gjson.Result {
		m.t.Helper()
		return m.ok(vendorCall(fixed+"query", `{"merchant_id":1106420,"merchant_order_sn":"F1"}`)).Get("data_list.0")
	}
	if s := state(); s.Get("share_status").Str != "PROCESSING" || s.Get("share_amount").Raw != "2.50" {
		m.t.Errorf("share: %s", s)
	}
	m.clock.Advance(5 * time.Second)
	if s := state(); s.Get("share_status").Str != "SUCCESS" || s.Get("share_time").Str == "" {
		m.t.Errorf("share later: %s", s)
	}
	left, got := m.settled(`{"merchant_id":1106420}`), m.settled(`{"account_id":"`+id+`"}`)
	if part := decimal.RequireFromString("2.5"); !before.Sub(left).Equal(part) || !got.Equal(part) {
		m.t.Errorf("%s left the merchant, %s came to the receiver", before.Sub(left), got)
	}
	entries := m.ok(vendorCall("openapi.agent.account.balance.entry", `{"account_id":"`+id+`"}`)).Get("data_list")
	if len(entries.Array()) != 1 || entries.Get("0.amount").Raw != "2.50" || entries.Get("0.order_no").Str != state().Get("order_no").Str {
		m.t.Errorf("entries: %s", entries)
	}
}

// TestSwitch: who may withdraw at once.
func TestSwitch(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const change = "openapi.agent.account.balance.switch"
	m.refused(vendorCall(change, `{"merchant_id":1106420,"settle_mode_type":"1","quick_withdraw":1}`), 2100, "开通失败，提现立即到账权限已关闭")
	got := m.ok(vendorCall(change, `{"merchant_id":1106433,"settle_mode_type":"3","quick_withdraw":1,"petty_cash":"100"}`))
	if want := `{"merchant_id":1106433,"settle_mode_type":"3","petty_cash":100.00,"withdraw_type":"02","position_refund_type":"02","quick_withdraw":1}`; got.Raw != want {
		t.Errorf("switch: %s, want %s", got, want)
	}
	m.refused(vendorCall("openapi.agent.account.withdraw", `{"merchant_id":1106433,"merchant_order_sn":"T","amount":1,"type":2}`), 9999, "可提现余额不足")
}

// TestLists: regions, banks, pictures, bills.
func TestLists(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	first := func(method, biz, path string) string {
		t.Helper()
		return m.ok(agent(method, biz)).Get(path).String()
	}
	for _, x := range []struct{ method, biz, path, want string }{
		{"fbpay.attachment.area.list", `{"level":0}`, "code_list.0", `{"code":"110000","name":"北京"}`},
		{"fbpay.attachment.area.list", `{"level":1,"code":"330000"}`, "code_list.0", `{"code":"330100","name":"杭州市"}`},
		{"fbpay.attachment.area.list", `{"level":1,"code":"110100"}`, "code_list.1", `{"code":"110106","name":"丰台区"}`},
		{"fbpay.attachment.bank.area.list", `{"level":1,"code":"330000"}`, "area_code_list.0", `{"code":"330100","name":"杭州市","bank_city_code":"330100"}`},
		{"fbpay.attachment.bank.list", `{"bank_name":"农业银行"}`, "bank_list", `[{"bank_code":"103100000026","bank_no":"103100000026","bank_name":"农业银行"}]`},
		{"fbpay.attachment.category.list", `{"parent_code":2}`, "category_list.0", `{"code":201,"level":2,"name":"饮品甜点"}`},
		{"openapi.agent.base.branches", `{"city_code":"330100","bank_name":"农业银行"}`, "0", `{"unionpay_code":"103330100001","branch_name":"农业银行杭州市演示支行"}`},
		{"openapi.agent.base.banks", `{"bank_card":"6228480402564890018"}`, "@this", `{"bank_id":699,"bank_name":"农业银行","bank_code":"103100000026","message":"校验成功","legal_flag":true}`},
		{"openapi.agent.base.banks", `{"bank_card":"6228480402564890019"}`, "legal_flag", `false`},
		{"openapi.agent.order.bill.download", `{"bill_date":"2022-12-27"}`, "bill_date", `2022-12-27`},
	} {
		if got := first(x.method, x.biz, x.path); got != x.want {
			t.Errorf("%s %s: %s, want %s", x.method, x.biz, got, x.want)
		}
	}
	m.refused(agent("openapi.agent.order.bill.download", `{"bill_date":"2022-12-28"}`), 12012, "账单未生成")
	m.clock.Advance(time.Hour)
	m.ok(agent("openapi.agent.order.bill.download", `{"bill_date":"2022-12-28"}`))
	key := first("openapi.agent.base.imgupload", `{"bus_type":"store","file_data":"aGk="}`, "key")
	if got := first("openapi.agent.base.getimgurl", `{"key":"`+key+`"}`, "upload_url"); got != "https://image.shop.example/"+key+".jpg" {
		t.Errorf("picture at %s", got)
	}
	if got := first("openapi.agent.base.imgupload.security", `{"bus_type":"store","file_data":"aGk="}`, "resource_id"); got == key || len(got) != 32 {
		t.Errorf("picture %s", got)
	}
	if got := m.ok(fubei("openapi.get.time", `{}`)).Raw; got != `{"time":"1672290000"}` {
		t.Errorf("time %s", got)
	}
	if got := m.ok(agent("openapi.agent.merchant.wechat.payment.auth", `{"store_id":2299,"url":"https://shop.example/"}`)).Get("authUrl").Str; !strings.Contains(got, "shop.example") {
		t.Errorf("link %s", got)
	}
	m.refused(vendorCall("openapi.agent.merchant.querystatus", `{"merchant_code":"none"}`), 1004, "商户不存在")
}

// TestOutcomes: what scenarios say of papers, withdrawals, cards and contracts.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	for _, way := range []string{"income", "withdraw", "bank_card", "wechat_auth", "share", "accredit"} {
		row := map[string]string{"way": way, "outcome": "failed", "after": "30"}
		if _, err := m.tenants.Tenant("default").State().World.Insert("fubei_outcome", row, m.clock.Now(noon())); err != nil {
			t.Fatal(err)
		}
	}
	id := m.ok(vendorCall("openapi.merchant.income", `{"merchant_code":"7",`+papers)).Get("merchant_id").Raw
	before := m.settled(`{"merchant_id":1106420}`)
	m.ok(vendorCall("openapi.agent.account.withdraw", `{"merchant_id":1106420,"merchant_order_sn":"T1","amount":5}`))
	m.ok(vendorCall("openapi.agent.account.fixed.amount", `{"merchant_id":1106420,"merchant_order_sn":"F1","total_share_amount":5,"data_list":[{"account_id":"FZJS10000001","share_amount":5}]}`))
	m.ok(vendorCall("openapi.agent.merchant.update.bank.card", `{"merchant_id":1106433,"bank_card_no":"1","bank_code":"2","bank_card_image":"a"}`))
	m.ok(vendorCall("openapi.agent.merchant.wechat.auth.apply", `{"merchant_id":1106433,"store_id":2310,"business_code":"B1"}`))
	m.ok(vendorCall("openapi.share.elect.contract.accredit", `{"merchant_id":1106433}`))
	m.clock.Advance(30 * time.Second)
	for _, x := range []struct{ method, biz, path, want string }{
		{"openapi.agent.merchant.income.audit.query", `{"merchant_id":` + id + `}`, "audit_status", "REJECTED"},
		{"openapi.merchant.income.status.query", `{"merchant_code":"7"}`, "refusal_reason", "营业执照照片不清晰"},
		{"openapi.agent.merchant.querystatus", `{"merchant_code":"7"}`, "store_list.0.store_status", "3"},
		{"openapi.agent.account.withdraw.details", `{"merchant_id":1106420,"merchant_order_sn":"T1"}`, "data_list.0.fail_message", "银行处理失败"},
		{"openapi.agent.account.fixed.query", `{"merchant_id":1106420,"merchant_order_sn":"F1"}`, "data_list.0.share_status", "FAIL"},
		{"openapi.agent.merchant.query.bank.card.bindStatus", `{"merchant_id":1106433,"bank_card_no":"1","bank_code":"2"}`, "bind_status", "3"},
		{"openapi.agent.merchant.wechat.auth.apply.query", `{"merchant_id":1106433,"business_code":"B1"}`, "applyment_state", "APPLYMENT_STATE_REJECTED"},
		{"openapi.share.accredit.query", `{"merchant_id":1106433}`, "shareType", "0"},
	} {
		if got := m.ok(vendorCall(x.method, x.biz)).Get(x.path).String(); got != x.want {
			t.Errorf("%s: %s is %q, want %q", x.method, x.path, got, x.want)
		}
	}
	if left := m.settled(`{"merchant_id":1106420}`); !left.Equal(before) {
		t.Errorf("%s is left of %s", left, before)
	}
	if again := m.ok(vendorCall("openapi.merchant.income", `{"merchant_code":"7",`+papers)).Get("merchant_id").Raw; again != id {
		t.Errorf("came again as %s, was %s", again, id)
	}
}
