package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/tidwall/gjson"

	"shaxiang/handlers"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/signature"
	"shaxiang/vendors"
)

// agent is a merchant's call of the tenant default on the new gateway.
func agent(method, biz string) *call {
	c := fubei(method, biz)
	c.path = "/gateway/agent"
	return c
}

// counter is a merchant of the tenant default, whose business stands until it is moved.
type counter struct {
	*sandbox
	t     *testing.T
	clock *tenant.Clock
}

func newCounter(t *testing.T) *counter {
	s := newSandbox(t)
	clock := s.tenants.Tenant("default").State().Clock
	if err := clock.Set(tenant.ClockConfig{Mode: "frozen", Now: "2022-12-29 12:00:00"}); err != nil {
		t.Fatal(err)
	}
	return &counter{s, t, clock}
}

// ok makes a call that must be accepted and returns its data.
func (m *counter) ok(c *call) gjson.Result {
	m.t.Helper()
	body := m.call(m.t, c).body
	if gjson.Get(body, "result_code").Int() != 200 {
		m.t.Fatalf("%s %s: %s", c.get("method"), c.get("biz_content"), body)
	}
	return gjson.Get(body, "data")
}

// refused makes a call that must be refused with a code and a text.
func (m *counter) refused(c *call, code int, text string) {
	m.t.Helper()
	body := m.call(m.t, c).body
	if got := gjson.Get(body, "result_code").Int(); got != int64(code) || gjson.Get(body, "result_message").Str != text {
		m.t.Errorf("%s %s: %s, want %d %s", c.get("method"), c.get("biz_content"), body, code, text)
	}
}

func (m *counter) state(no string) string {
	m.t.Helper()
	return m.ok(fubei("openapi.payment.order.query", fmt.Sprintf(`{"merchant_order_sn":%q}`, no))).Get("trade_state").Str
}

const swipe = "openapi.payment.order.swipe"

func swipes(no, amount string) *call {
	return fubei(swipe, fmt.Sprintf(`{"merchant_order_sn":%q,"auth_code":"134567890123456789","total_fee":%q,"store_id":2299,"attach":"a"}`, no, amount))
}

// TestSwipeIsPaidAtOnce: the order is in both gateways, in the reconciliation and in
// the bill.
func TestSwipeIsPaidAtOnce(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	paid := m.ok(swipes("S-1", "12.34"))
	sn := paid.Get("order_sn").Str
	if !strings.HasPrefix(sn, "20221229120000") || len(sn) != 20 || len(paid.Get("trade_no").Str) != 28 {
		t.Errorf("numbers of %s", paid)
	}
	want := `{"merchant_order_sn":"S-1","order_sn":"` + sn + `","trade_no":"` + paid.Get("trade_no").Str + `","trade_state":"SUCCESS",` +
		`"total_fee":"12.34","order_price":"12.34","pay_time":"` + strconv.FormatInt(noon().Unix(), 10) + `","type":"1","discount_money":"0.00",` +
		`"buyer_pay_amount":"12.34","attach":"a","store_id":"2299","cashier_id":"0","device_no":"","body":"","user_id":"` + paid.Get("user_id").Str +
		`","user_logon_id":"","cash_coupon_fee":"0.00","no_cash_coupon_fee":"0.00","fee":"0.05","platform_order_no":"` + paid.Get("platform_order_no").Str + `"}`
	if diff := cmp.Diff(want, paid.Raw); diff != "" {
		t.Errorf("swipe (-want +got):\n%s", diff)
	}
	q := m.ok(agent("fbpay.order.query", `{"order_sn":"`+sn+`"}`))
	want = `{"merchant_order_sn":"S-1","order_sn":"` + sn + `","ins_order_sn":"` + q.Get("ins_order_sn").Str + `","channel_order_sn":"` + paid.Get("platform_order_no").Str +
		`","order_status":"SUCCESS","pay_type":"wxpay","total_amount":12.34,"net_amount":12.34,"buyer_pay_amount":12.34,"fee":0.05,"store_id":2299,"user_id":"` +
		paid.Get("user_id").Str + `","finish_time":"20221229120000","device_no":null,"attach":"a","payment_list":[{"type":"FUBEI_DISCOUNT","amount":0.00},` +
		`{"type":"CHANNEL_DISCOUNT","amount":0.00},{"type":"CHANNEL_PRE","amount":0.00}],"alipay_extend_params":null,"sub_code":null,"cashier_id":0,"is_can_part_refund":1}`
	if diff := cmp.Diff(want, q.Raw); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	for _, biz := range []string{`{"ins_order_sn":"` + q.Get("ins_order_sn").Str + `"}`, `{"order_sn":"` + sn + `","merchant_order_sn":"another"}`} {
		if got := m.ok(agent("fbpay.order.query", biz)); got.Raw != q.Raw {
			t.Errorf("%s found %s", biz, got)
		}
	}
	m.refused(swipes("S-1", "1"), 400, "商户订单号重复")
	m.refused(fubei("openapi.payment.order.query", `{"order_sn":"20221229120000000000"}`), 400, "数据不存在")
	m.refused(fubei("openapi.payment.order.query", `{}`), 400, "参数order_sn不能为空")
	m.refused(swipes("S-2", "44.04"), 400, "支付失败,请更换付款方式")
	m.refused(fubei(swipe, `{"merchant_order_sn":"S-3","auth_code":"1","total_fee":1,"store_id":1}`), 400, "门店不存在")
	bill := m.ok(fubei("openapi.payment.order.bill", `{"start_time":"2022-12-29 12:00:00","end_time":"2022-12-29 12:00:00"}`))
	if bill.Get("list.#").Int() < 1 || bill.Get(`list.#(order_sn=="`+sn+`").income`).Raw != "12.29" {
		t.Errorf("the bill is %s", bill)
	}
	day := m.ok(fubei("openapi.payment.order.reconciliation", `{"year":2022,"month":12,"day":29,"limit":100}`))
	if got := day.Get(`list.#(order_sn=="` + sn + `").pay_status`).Str; got != "1" {
		t.Errorf("the reconciliation has pay_status %q", got)
	}
}

// TestOrdersArePaidOnTheClock: at once, later, never, or with a failure, by the amount.
func TestOrdersArePaidOnTheClock(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, amount string
		swipe        bool
		states       map[time.Duration]string
	}{
		{"code", "9.90", false, map[time.Duration]string{4 * time.Second: "USERPAYING", 5 * time.Second: "SUCCESS"}},
		{"later", "44.01", true, map[time.Duration]string{9 * time.Second: "USERPAYING", 10 * time.Second: "SUCCESS"}},
		{"much later", "44.02", true, map[time.Duration]string{59 * time.Second: "USERPAYING", time.Minute: "SUCCESS"}},
		{"never", "44.03", true, map[time.Duration]string{1799 * time.Second: "USERPAYING", 30 * time.Minute: "CLOSED"}},
		{"failed", "44.04", false, map[time.Duration]string{4 * time.Second: "USERPAYING", 5 * time.Second: "CLOSED"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := newCounter(t)
			if tt.swipe {
				m.ok(swipes("P", tt.amount))
			} else {
				m.ok(agent("fbpay.order.qrcode", `{"merchant_order_sn":"P","pay_type":"alipay","total_amount":"`+tt.amount+`"}`))
			}
			if got := m.state("P"); got != "USERPAYING" {
				t.Errorf("at first %s", got)
			}
			var at time.Duration
			for _, after := range sortedDurations(tt.states) {
				m.clock.Advance(after - at)
				if got := m.state("P"); got != tt.states[after] {
					t.Errorf("after %s it is %s, want %s", after, got, tt.states[after])
				}
				at = after
			}
		})
	}
}

func sortedDurations(states map[time.Duration]string) []time.Duration {
	var list []time.Duration
	for d := range states {
		list = append(list, d)
	}
	if len(list) == 2 && list[0] > list[1] {
		list[0], list[1] = list[1], list[0]
	}
	return list
}

// TestOrdersAreClosedAndReversed: what is done before the payment comes keeps it away.
func TestOrdersAreClosedAndReversed(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const closing, reversing = "openapi.payment.order.close", "openapi.payment.order.reverse"
	m.ok(agent("fbpay.order.create", `{"merchant_order_sn":"C","pay_type":"wxpay","user_id":"o","sub_appid":"wx1","total_amount":8,"timeout_express":"20221229120500"}`))
	m.refused(fubei(reversing, `{"merchant_order_sn":"C"}`), 400, "只有付款码订单支持撤销")
	if got := m.ok(agent("fbpay.order.close", `{"merchant_order_sn":"C"}`)).Get("order_status").Str; got != "CLOSED" {
		t.Errorf("closed is %s", got)
	}
	m.clock.Advance(time.Minute)
	if got := m.state("C"); got != "CLOSED" {
		t.Errorf("a minute later it is %s", got)
	}
	m.refused(agent("fbpay.order.close", `{"merchant_order_sn":"C"}`), 9999, "订单状态不允许关闭")
	m.refused(fubei(closing, `{"merchant_order_sn":"none"}`), 400, "订单不存在")

	m.ok(swipes("R-1", "44.02"))
	m.refused(fubei(closing, `{"merchant_order_sn":"R-1"}`), 400, "付款码订单不支持关闭")
	m.ok(fubei(reversing, `{"merchant_order_sn":"R-1"}`))
	m.clock.Advance(2 * time.Minute)
	if got := m.state("R-1"); got != "CLOSED" {
		t.Errorf("an unpaid order that was reversed is %s", got)
	}
	m.ok(swipes("R-2", "5.00"))
	for range 2 {
		if got := m.ok(agent("fbpay.order.cancel", `{"merchant_order_sn":"R-2"}`)).Get("order_status").Str; got != "REVOKED" {
			t.Errorf("a paid order that was reversed is %s", got)
		}
	}
	m.refused(fubei("openapi.payment.order.refund", `{"merchant_order_sn":"R-2","merchant_refund_sn":"X"}`), 400, "订单未支付或已撤销,不能退款")
}

// TestRefunds: in parts, never more than was paid, within 90 days, at most ten.
func TestRefunds(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	const refund, statistics = "openapi.payment.order.refund", "openapi.payment.refund.statistics"
	m.ok(swipes("F", "100"))
	left := func(want string) {
		t.Helper()
		if got := m.ok(fubei(statistics, `{"merchant_order_sn":"F"}`)); got.Get("refund_num").Raw+" "+got.Get("can_refund").Raw != want {
			t.Errorf("the statistics are %s, want %s", got, want)
		}
	}
	left("0 100")
	first := m.ok(fubei(refund, `{"merchant_order_sn":"F","merchant_refund_sn":"F-1","refund_money":"30.5"}`))
	left("1 69.5")
	query := fmt.Sprintf(`{"merchant_order_sn":"F","refund_sn":%q}`, first.Get("refund_sn").Str)
	status := func(want string) {
		t.Helper()
		if got := m.ok(fubei("openapi.payment.order.refund.query", query)).Get("refund_status").Str; got != want {
			t.Errorf("the refund is %s, want %s", got, want)
		}
	}
	status("REFUND_PROCESSING")
	m.clock.Advance(3 * time.Second)
	status("REFUND_SUCCESS")
	m.refused(fubei(refund, `{"merchant_order_sn":"F","merchant_refund_sn":"F-1","refund_money":1}`), 400, "退款单号重复")
	m.refused(fubei(refund, `{"merchant_order_sn":"F","merchant_refund_sn":"F-2","refund_money":69.51}`), 400, "退款金额不能大于可退金额")
	for i := range 9 {
		m.ok(agent("fbpay.order.refund", fmt.Sprintf(`{"merchant_order_sn":"F","merchant_refund_sn":"G-%d","refund_amount":0.5}`, i)))
	}
	m.refused(fubei(refund, `{"merchant_order_sn":"F","merchant_refund_sn":"F-3"}`), 400, "退款次数不能超过10次")

	m.ok(swipes("H", "50"))
	failing := m.ok(agent("fbpay.order.refund", `{"merchant_order_sn":"H","merchant_refund_sn":"H-1","refund_amount":"44.04"}`))
	if got := m.ok(fubei(statistics, `{"merchant_order_sn":"H"}`)).Get("can_refund").Raw; got != "5.96" {
		t.Errorf("%s is left while a refund is on its way", got)
	}
	m.clock.Advance(5 * time.Second)
	if got := m.ok(fubei(statistics, `{"merchant_order_sn":"H"}`)).Get("can_refund").Raw; got != "50" {
		t.Errorf("%s is left when a refund failed", got)
	}
	state := m.ok(agent("fbpay.order.refund.query", `{"refund_sn":"`+failing.Get("refund_sn").Str+`"}`))
	if state.Get("refund_status").Str != "REFUND_FAIL" || state.Get("finish_time").Str != "20221229120008" {
		t.Errorf("a refund that failed is %s", state)
	}
	m.clock.Advance(90 * 24 * time.Hour)
	m.refused(fubei(refund, `{"merchant_order_sn":"H","merchant_refund_sn":"H-2"}`), 400, "订单支付已超过90天,不能退款")
}

// TestRefundOfATillSale: what the tills sold is refunded like what clients made.
func TestRefundOfATillSale(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	list := m.ok(fubei("openapi.payment.order.bill", `{"start_time":"2022-12-28 00:00:00","end_time":"2022-12-28 23:59:59","limit":100}`))
	var sn, total string
	for _, o := range list.Get("list").Array() {
		left := m.ok(fubei("openapi.payment.refund.statistics", `{"order_sn":"`+o.Get("order_sn").Str+`"}`))
		if left.Get("refund_num").Int() == 0 {
			sn, total = o.Get("order_sn").Str, left.Get("can_refund").Raw
			break
		}
	}
	if sn == "" {
		t.Fatalf("nothing to refund in %s", list)
	}
	before := m.ok(fubei("openapi.payment.order.query", `{"order_sn":"`+sn+`"}`))
	back := m.ok(fubei("openapi.payment.order.refund", `{"order_sn":"`+sn+`","merchant_refund_sn":"T-1"}`))
	if back.Get("merchant_order_sn").Str != before.Get("merchant_order_sn").Str || back.Get("trade_no").Str != before.Get("trade_no").Str {
		t.Errorf("the refund %s is not of %s", back, before)
	}
	refund := m.ok(agent("fbpay.order.refund.query", `{"merchant_refund_sn":"T-1"}`))
	if got := wire.Decimal(decimalOf(t, refund.Get("refund_amount").Raw)).Text(); got != total {
		t.Errorf("%s was refunded, want %s", got, total)
	}
	m.refused(fubei("openapi.payment.order.refund", `{"order_sn":"`+sn+`","merchant_refund_sn":"T-2"}`), 400, "订单已全额退款")
	again := m.ok(fubei("openapi.payment.order.bill", `{"start_time":"2022-12-28 00:00:00","end_time":"2022-12-28 23:59:59","limit":1}`))
	sum := func(bill gjson.Result, name string) int { return int(bill.Get(name).Int()) }
	if sum(again, "summary_num") != sum(list, "summary_num") || sum(again, "refund_num") != sum(list, "refund_num")+1 || again.Get("list.#").Int() != 1 {
		t.Errorf("the sums were %s and are %s", list.Get("summary_num").Str+" "+list.Get("refund_num").Str, again)
	}
}

func decimalOf(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.NewFromString(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// listener is a merchant that takes notifications.
type listener struct {
	*httptest.Server
	mu    sync.Mutex
	forms []url.Values
}

func newListener(t *testing.T) *listener {
	m := &listener{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		form, err2 := url.ParseQuery(string(body))
		if err != nil || err2 != nil {
			t.Errorf("a form that cannot be read: %v %v", err, err2)
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.forms = append(m.forms, form)
		_, _ = io.WriteString(w, "success")
	}))
	t.Cleanup(m.Close)
	return m
}

// TestNotifications: a client is told when its order is paid and when its refund is
// over, in the words of the gateway, signed; of nothing that does not come.
func TestNotifications(t *testing.T) {
	t.Parallel()
	m, shop := newCounter(t), newListener(t)
	queue := m.tenants.Tenant("default").State().Notify
	told := func(want int) gjson.Result {
		t.Helper()
		queue.Deliver(t.Context(), noon())
		if len(shop.forms) != want {
			t.Fatalf("%d notifications came, want %d: %v", len(shop.forms), want, shop.forms)
		}
		if want == 0 {
			return gjson.Result{}
		}
		form := shop.forms[want-1]
		request := signature.Request{Pairs: []signature.Pair{{Name: "result_code", Value: form.Get("result_code")},
			{Name: "result_message", Value: form.Get("result_message")}, {Name: "data", Value: form.Get("data")}}}
		if err := vendors.List().Named("fubei").Signer.Verify([]string{"0123456789abcdef0123456789abcdef"}, request, form.Get("sign")); err != nil {
			t.Errorf("the notification %v: %v", form, err)
		}
		return gjson.Parse(form.Get("data"))
	}
	m.ok(fubei("openapi.payment.order.mina", `{"merchant_order_sn":"N-1","sub_openid":"o1","total_fee":"20.00","call_back":"`+shop.URL+`"}`))
	told(0)
	m.clock.Advance(5 * time.Second)
	data := told(1)
	want := `{"merchant_order_sn":"N-1","total_fee":20,"order_sn":"` + data.Get("order_sn").Str + `","trade_no":"` + data.Get("trade_no").Str +
		`","platform_order_no":"` + data.Get("platform_order_no").Str + `","attach":""}`
	if diff := cmp.Diff(want, data.Raw); diff != "" || len(data.Get("platform_order_no").Str) != 28 {
		t.Errorf("1.0 (-want +got):\n%s", diff)
	}

	m.ok(agent("fbpay.pay.callback.config", `{"callback_url":"`+shop.URL+`","refund_callback_url":"`+shop.URL+`"}`))
	pay := `{"merchant_order_sn":%q,"auth_code":"287654321098765432","total_amount":%q}`
	m.ok(agent("fbpay.order.pay", fmt.Sprintf(pay, "N-2", "3")))
	data = told(2)
	keys := "uid merchant_order_sn order_sn ins_order_sn channel_order_sn order_status pay_type total_amount net_amount buyer_pay_amount fee " +
		"store_id cashier_id user_id finish_time device_no attach payment_list alipay_extend_params is_can_part_refund"
	if got := keysOf(data); got != keys {
		t.Errorf("2.0 has %s", got)
	}
	if data.Get("pay_type").Str != "alipay" || data.Get("order_status").Str != "SUCCESS" || data.Get("total_amount").Raw != "3.00" {
		t.Errorf("2.0 is %s", data)
	}

	m.ok(agent("fbpay.order.refund", `{"merchant_order_sn":"N-2","merchant_refund_sn":"N-R","refund_amount":1,"handler":7}`))
	told(2)
	m.clock.Advance(3 * time.Second)
	data = told(3)
	want = `{"handler":7,"order_sn":"` + data.Get("order_sn").Str + `","merchant_order_sn":"N-2","refund_sn":"` + data.Get("refund_sn").Str +
		`","merchant_refund_sn":"N-R","refund_amount":1.00,"buyer_refund_amount":1.00,"refund_fee":0.00,"refund_status":"REFUND_SUCCESS","finish_time":"20221229120008","device_no":null}`
	if diff := cmp.Diff(want, data.Raw); diff != "" {
		t.Errorf("refund (-want +got):\n%s", diff)
	}

	m.ok(agent("fbpay.order.pay", fmt.Sprintf(pay, "N-3", "44.01")))
	m.ok(agent("fbpay.order.cancel", `{"merchant_order_sn":"N-3"}`))
	m.ok(agent("fbpay.order.pay", fmt.Sprintf(pay, "N-4", "44.03")))
	m.clock.Advance(time.Hour)
	told(3)
	attempts := 0
	for _, e := range m.tenants.Tenant("default").Journal.Entries() {
		if strings.HasPrefix(e.Method, "notify.") && e.Outcome == journal.OK {
			attempts++
		}
	}
	if attempts != 3 {
		t.Errorf("the journal has %d attempts", attempts)
	}
}

func keysOf(object gjson.Result) string {
	var keys []string
	object.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, key.Str)
		return true
	})
	return strings.Join(keys, " ")
}

// TestNotificationsOfAnEmbeddedSandbox: they are sent while the context lives.
func TestNotificationsOfAnEmbeddedSandbox(t *testing.T) {
	t.Parallel()
	shop := newListener(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s := newSandbox(t)
	s.Handler = handlers.New(handlers.Config{Catalog: s.catalog, Tenants: s.tenants, Notify: ctx})
	s.call(t, fubei(swipe, `{"merchant_order_sn":"E","auth_code":"134567890123456789","total_fee":1,"call_back_url":"`+shop.URL+`"}`))
	for {
		shop.mu.Lock()
		n := len(shop.forms)
		shop.mu.Unlock()
		if n == 1 {
			return
		}
		time.Sleep(time.Millisecond) // the test's own time limit ends it
	}
}
