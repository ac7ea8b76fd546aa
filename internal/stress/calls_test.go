// Package stress holds what is measured and what is endured: the table of
// docs/performance.md, a soak with mixed traffic, and writes under load. It has
// tests only; it drives the sandbox over sockets as clients do, and knows nothing
// of how it is made.
//
//	make bench    prints the table
//	make soak     ten minutes of mixed traffic
package stress

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shaxiang/internal/control"
	"shaxiang/signature"
)

// caller makes the signed requests of one tenant, ready to be written to a socket.
// They are signed for the moment at, and good as long as the vendors' tolerance.
type caller struct {
	who control.Credentials
	at  time.Time
}

// defaultCaller has the credentials that every sandbox has.
func defaultCaller(at time.Time) *caller {
	return &caller{at: at, who: control.Credentials{
		OpenAPI:  &control.OpenAPICredential{SID: "sandbox", Key: "sandbox", AppSecret: "testsecret:testsalt"},
		OpenAPI2: &control.OpenAPI2Credential{SID: "test2", AppKey: "test2-xx", AppSecret: "12345"},
		Fubei:    &control.FubeiCredential{AppID: "20170224132045932173", Secret: "0123456789abcdef0123456789abcdef"},
	}}
}

// flagshipEpoch is the second from which openapi counts.
const flagshipEpoch = 1325347200

// openapi is a flagship call; params are name, value, …
func (c *caller) openapi(method, body string, params ...string) []byte {
	secret, salt, _ := strings.Cut(c.who.OpenAPI.AppSecret, ":")
	pairs := pairsOf(append([]string{"sid", c.who.OpenAPI.SID, "key", c.who.OpenAPI.Key, "salt", salt, "method", method, "v", "1.0",
		"timestamp", signature.Timestamps{Epoch: flagshipEpoch}.Format(c.at)}, params...))
	sign := signature.OpenAPI{}.Sign(secret, signature.Request{Pairs: pairs, Body: body})
	return post("/openapi?"+form(append(pairs, signature.Pair{Name: "sign", Value: sign})), "application/json", body)
}

// openapi2 is an enterprise call.
func (c *caller) openapi2(file string, params ...string) []byte {
	pairs := pairsOf(append([]string{"sid", c.who.OpenAPI2.SID, "appkey", c.who.OpenAPI2.AppKey,
		"timestamp", signature.Timestamps{}.Format(c.at)}, params...))
	sign := signature.OpenAPI2{}.Sign(c.who.OpenAPI2.AppSecret, signature.Request{Pairs: pairs})
	return post("/openapi2/"+file, "application/x-www-form-urlencoded", form(append(pairs, signature.Pair{Name: "sign", Value: sign})))
}

// fubei is a merchant's call.
func (c *caller) fubei(method, biz string) []byte {
	pairs := pairsOf([]string{"app_id", c.who.Fubei.AppID, "method", method, "format", "json", "sign_method", "md5",
		"nonce", "stress", "version", "1.0", "biz_content", biz})
	sign := signature.Fubei{}.Sign(c.who.Fubei.Secret, signature.Request{Pairs: pairs})
	envelope := map[string]string{"sign": sign}
	for _, p := range pairs {
		envelope[p.Name] = p.Value
	}
	body, _ := json.Marshal(envelope) // of texts it cannot fail
	return post("/gateway", "application/json", string(body))
}

// payments is a page of the flagship payments between two moments.
func (c *caller) payments(from, to time.Time, params ...string) []byte {
	return c.openapi("sales.Payment.queryWithDetail", window(from, to), params...)
}

// checks is a page of the enterprise account checks between two moments.
func (c *caller) checks(from, to time.Time, size int) []byte {
	return c.openapi2("fa_alipay_account_check_query.php", "start_time", from.Format(time.DateTime), "end_time", to.Format(time.DateTime),
		"page_size", strconv.Itoa(size), "page_no", "0")
}

// reconciliation is a page of a month's orders.
func (c *caller) reconciliation(year, month, size int) []byte {
	return c.fubei("openapi.payment.order.reconciliation", fmt.Sprintf(`{"year":%d,"month":%d,"limit":%d,"page":1}`, year, month, size))
}

// push is bills of one order, which differ in their payment numbers, at a noon.
func (c *caller) push(numbers ...string) []byte {
	return c.pushAt(december(28).Add(12*time.Hour), numbers...)
}

func (c *caller) pushAt(at time.Time, numbers ...string) []byte {
	rows := make([]string, len(numbers))
	for i, n := range numbers {
		rows[i] = fmt.Sprintf(`{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"%s","create_time":"%s","type":1,"in_amount":1.25,"remark":"%s"}`, n, at.Format(time.DateTime), n)
	}
	return c.openapi("finance.RawPayment.push", "[["+strings.Join(rows, ",")+"]]")
}

// bills is a page of the bills between two moments.
func (c *caller) bills(from, to time.Time, params ...string) []byte {
	return c.openapi("finance.RawPayment.search", window(from, to), params...)
}

func window(from, to time.Time) string {
	return fmt.Sprintf(`[{"start_time":"%s","end_time":"%s"}]`, from.Format(time.DateTime), to.Format(time.DateTime))
}

func pairsOf(params []string) []signature.Pair {
	var pairs []signature.Pair
	for i := 0; i+1 < len(params); i += 2 {
		pairs = append(pairs, signature.Pair{Name: params[i], Value: params[i+1]})
	}
	return pairs
}

func form(pairs []signature.Pair) string {
	fields := make([]string, len(pairs))
	for i, p := range pairs {
		fields[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(fields, "&")
}

func post(target, contentType, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", target, contentType, len(body), body)
}
