// Package stress measures a program and tests it under load. It has tests only.
//
// The bench (bench_test.go, table_test.go) drives programs through HTTP and the
// command line alone, so that one bench can judge two builds. It imports no
// package of the program. The soak and the test of writes under load run the
// server inside the test process, so that the race detector sees it.
//
//	make bench     measures the table of docs/performance.md
//	make strength  measures what hostile clients cost
//	make soak      runs ten minutes of mixed traffic
package stress

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// credentials are what a client of one tenant signs with, as the control API
// returns them.
type credentials struct {
	OpenAPI struct {
		SID       string `json:"sid"`
		Key       string `json:"key"`
		AppSecret string `json:"appsecret"` // secret:salt
	} `json:"openapi"`
	OpenAPI2 struct {
		SID       string `json:"sid"`
		AppKey    string `json:"appkey"`
		AppSecret string `json:"appsecret"`
	} `json:"openapi2"`
	Fubei struct {
		AppID  string `json:"app_id"`
		Secret string `json:"secret"`
	} `json:"fubei"`
}

// caller makes the signed requests of one tenant, ready to be written to a socket.
// They are signed for the moment at. The vendors accept them for two minutes.
type caller struct {
	who credentials
	at  time.Time
}

// defaultCaller has the credentials of the default tenant.
func defaultCaller(at time.Time) *caller {
	c := &caller{at: at}
	c.who.OpenAPI.SID, c.who.OpenAPI.Key, c.who.OpenAPI.AppSecret = "sandbox", "sandbox", "testsecret:testsalt"
	c.who.OpenAPI2.SID, c.who.OpenAPI2.AppKey, c.who.OpenAPI2.AppSecret = "test2", "test2-xx", "12345"
	c.who.Fubei.AppID, c.who.Fubei.Secret = "20170224132045932173", "0123456789abcdef0123456789abcdef"
	return c
}

// china is the time zone of the vendors.
var china = time.FixedZone("CST", 8*3600)

// december is midnight of a day whose business is final.
func december(day int) time.Time { return time.Date(2022, 12, day, 0, 0, 0, 0, china) }

// flagshipEpoch is the second from which openapi counts its timestamps.
const flagshipEpoch = 1325347200

// openapi is a flagship call; params are name, value, …
func (c *caller) openapi(method, body string, params ...string) []byte {
	secret, salt, _ := strings.Cut(c.who.OpenAPI.AppSecret, ":")
	pairs := pairsOf(append([]string{"sid", c.who.OpenAPI.SID, "key", c.who.OpenAPI.Key, "salt", salt, "method", method, "v", "1.0",
		"timestamp", strconv.FormatInt(c.at.Unix()-flagshipEpoch, 10)}, params...))
	return post("/openapi?"+form(append(pairs, pair{"sign", signOpenAPI(secret, pairs, body)})), "application/json", body)
}

// openapi2 is an enterprise call.
func (c *caller) openapi2(file string, params ...string) []byte {
	pairs := pairsOf(append([]string{"sid", c.who.OpenAPI2.SID, "appkey", c.who.OpenAPI2.AppKey,
		"timestamp", strconv.FormatInt(c.at.Unix(), 10)}, params...))
	return post("/openapi2/"+file, "application/x-www-form-urlencoded", form(append(pairs, pair{"sign", signOpenAPI2(c.who.OpenAPI2.AppSecret, pairs)})))
}

// fubei is a merchant's call.
func (c *caller) fubei(method, biz string) []byte { return c.fubeiAt("/gateway", method, biz) }

// fubeiAt is a merchant's call of a certain gateway.
func (c *caller) fubeiAt(gateway, method, biz string) []byte {
	pairs := pairsOf([]string{"app_id", c.who.Fubei.AppID, "method", method, "format", "json", "sign_method", "md5",
		"nonce", "stress", "version", "1.0", "biz_content", biz})
	envelope := map[string]string{"sign": signFubei(c.who.Fubei.Secret, pairs)}
	for _, p := range pairs {
		envelope[p.name] = p.value
	}
	body, _ := json.Marshal(envelope) // a map of texts always encodes
	return post(gateway, "application/json", string(body))
}

// payments is a page of the flagship payments between two moments.
func (c *caller) payments(from, to time.Time, params ...string) []byte {
	return c.openapi("sales.Payment.queryWithDetail", window(from, to), params...)
}

// checks is a page of the enterprise account checks between two moments.
func (c *caller) checks(from, to time.Time, size int) []byte { return c.checksPage(from, to, size, 0) }

func (c *caller) checksPage(from, to time.Time, size, page int) []byte {
	return c.openapi2("fa_alipay_account_check_query.php", "start_time", from.Format(time.DateTime), "end_time", to.Format(time.DateTime),
		"page_size", strconv.Itoa(size), "page_no", strconv.Itoa(page))
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

// window is the body of a flagship query: a window, and filters as JSON members.
func window(from, to time.Time, filters ...string) string {
	members := append([]string{fmt.Sprintf(`"start_time":"%s","end_time":"%s"`, from.Format(time.DateTime), to.Format(time.DateTime))}, filters...)
	return "[{" + strings.Join(members, ",") + "}]"
}

func post(target, contentType, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", target, contentType, len(body), body)
}
