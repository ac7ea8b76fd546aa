package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

// TestServiceProvider: who calls with vendor_sn names the merchant, whom there must be.
func TestServiceProvider(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	provider := func(biz string) *call {
		c := agent("fbpay.order.pay", biz).unset("app_id").set("vendor_sn", "2019010100000001")
		c.secret = "fedcba9876543210fedcba9876543210"
		return c
	}
	const order = `"merchant_order_sn":"V","auth_code":"134567890123456789","total_amount":1`
	m.refused(provider(`{`+order+`}`), 9996, "【无效参数】参数名:merchant_id,原因:不能为空,请核对参数后重新请求")
	m.refused(provider(`{`+order+`,"merchant_id":1}`), 1004, "商户不存在")
	if got := m.ok(provider(`{` + order + `,"merchant_id":1106420}`)).Get("order_status").Str; got != "SUCCESS" {
		t.Errorf("the order is %s", got)
	}
}

// TestConfigurations: what is set is what is shown.
func TestConfigurations(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	m.ok(agent("fbpay.order.wxconfig", `{"merchant_id":1106420,"store_id":2299,"sub_appid":"wx2","jsapi_path":"https://a.example/"}`))
	m.ok(agent("fbpay.order.wxconfig", `{"merchant_id":1106420,"store_id":2299,"sub_appid":"wx3"}`))
	got := m.ok(agent("fbpay.order.wxconfig.query", `{"merchant_id":1106420,"store_id":2299}`))
	apps, paths := gjson.Parse(got.Get("appid_list").Str), gjson.Parse(got.Get("jsapi_path_list").Str)
	if apps.Get("#").Int() != 3 || apps.Get("2").Str != "wx3" || paths.Raw != `["https://pay.shop.example/","https://a.example/"]` {
		t.Errorf("the lists are %s", got)
	}
	m.refused(agent("fbpay.order.wxconfig", `{"merchant_id":1106420,"store_id":1,"sub_appid":"wx2"}`), 9999, "门店不存在")
	m.ok(agent("openapi.quota.qrcode.config.handle", `{"merchant_id":1106420,"pay_url":"https://b.example","sub_appid":"wx4","sub_appsecret":"s","alipay_appid":"a","alipay_private_key":"p","alipay_public_key":"q"}`))
	if got := m.ok(agent("openapi.quota.qrcode.config.get", `{"merchant_id":1106420}`)).Raw; got != `{"merchant_id":1106420,"pay_url":"https://b.example","sub_appid":"wx4","sub_appsecret":"s","alipay_appid":"a","alipay_private_key":"p","alipay_public_key":"q"}` {
		t.Errorf("the configuration is %s", got)
	}
	link := m.ok(fubei("openapi.payment.auth.auth", `{"url":"https://a.example/back?x=1","store_id":2299}`)).Get("authUrl").Str
	if u, err := url.Parse(link); err != nil || u.Host != "open.weixin.qq.com" || u.Query().Get("redirect_uri") != "https://a.example/back?x=1" {
		t.Errorf("the link is %q, %v", link, err)
	}
	who := func(code string) string {
		return m.ok(agent("openapi.payment.order.query.wxopenid", `{"merchant_id":1106420,"store_id":2299,"auth_code":"`+code+`","sub_app_id":"wx1"}`)).Get("open_id").Str
	}
	if a := who("134567890123456789"); len(a) != 28 || a != who("134567890123456789") || a == who("134567890123456780") {
		t.Errorf("the openid %q", a)
	}
	stores := m.ok(fubei("openapi.payment.store.query", `{"storeId":2300}`)).Raw
	if stores != `{"list":[{"store_id":"2300","store_name":"二号店"}]}` {
		t.Errorf("the stores are %s", stores)
	}
	if n := m.ok(fubei("openapi.payment.cashier.query", `{}`)).Get("list.#").Int(); n != 5 {
		t.Errorf("%d cashiers", n)
	}
}

// TestOtherOrders: every way to make an order gives what its client needs to have it paid.
func TestOtherOrders(t *testing.T) {
	t.Parallel()
	m := newCounter(t)
	for no, tt := range map[string]struct {
		call *call
		path string
		form string
	}{
		"O-1": {fubei("openapi.payment.order.h5pay", `{"merchant_order_sn":"O-1","open_id":"o","sub_open_id":"os","total_fee":1}`), "sign_params.package", "prepay_id=wx"},
		"O-2": {fubei("openapi.payment.Alipay.H5", `{"merchant_order_sn":"O-2","buyer_id":"2088000000000001","total_fee":1}`), "prepay_id", "20221229"},
		"O-3": {fubei("openapi.payment.public.auth", `{"merchant_order_sn":"O-3","total_fee":1,"url":"https://a.example","store_id":2299,"mchid":"1"}`), "authUrl", "https://"},
		"O-4": {agent("fbpay.order.precreate", `{"merchant_order_sn":"O-4","total_amount":1}`), "prepay_url", "https://"},
		"O-5": {agent("fbpay.order.wap.create", `{"merchant_order_sn":"O-5","total_amount":1}`), "html", "https://"},
		"O-6": {agent("fbpay.fixed.qrcode.create", `{"merchant_order_sn":"O-6","total_amount":1}`), "qrcode_url", "https://"},
		"O-7": {agent("fbpay.order.create", `{"merchant_order_sn":"O-7","total_amount":1,"pay_type":"wxpay","user_id":"o"}`), "sign_package.paySign", ""},
		"O-8": {fubei("openapi.payment.order.mina", `{"merchant_order_sn":"O-8","total_fee":1,"sub_openid":"o"}`), "sign_params", `{"appId":"wx`},
	} {
		if got := m.ok(tt.call).Get(tt.path).Str; got == "" || !strings.HasPrefix(got, tt.form) {
			t.Errorf("%s: %s is %q", no, tt.path, got)
		}
		if got := m.state(no); got != "USERPAYING" {
			t.Errorf("%s is %s", no, got)
		}
	}
	m.clock.Advance(5 * time.Second)
	for _, no := range []string{"O-1", "O-2", "O-3", "O-4", "O-5", "O-6", "O-7", "O-8"} {
		if got := m.state(no); got != "SUCCESS" {
			t.Errorf("%s is %s", no, got)
		}
	}
}
