package handlers_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"shaxiang/handlers"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// steered is a sandbox behind a real server, whose tenant default has rules.
type steered struct {
	*sandbox
	*httptest.Server
}

func steer(t testing.TB, rules ...string) steered {
	t.Helper()
	s := newSandbox(t)
	addRules(t, s.tenants.Tenant("default"), rules...)
	return steered{s, s.server(t)}
}

func addRules(t testing.TB, to *tenant.Tenant, rules ...string) {
	t.Helper()
	for _, text := range rules {
		rule, problems := scenarios.ParseRule("rule", []byte(text))
		if problems != nil {
			t.Fatal(problems)
		}
		if _, err := to.State().Rules.Add(rule); err != nil {
			t.Fatal(err)
		}
	}
}

// fetch sends a call over the network and returns what came, and how it ended.
func (s steered) fetch(t testing.TB, c *call) (answer, error) {
	t.Helper()
	r, err := s.Server.Client().Do(c.request(s.URL))
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	a := answer{status: r.StatusCode, header: r.Header, body: string(body)}
	if id := r.Header.Get(handlers.CallHeader); id != "" {
		a.entry = s.entry(t, id)
	}
	return a, err
}

// must is fetch of an answer that arrives whole.
func (s steered) must(t testing.TB, c *call) answer {
	t.Helper()
	a, err := s.fetch(t, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// last is the newest entry of the tenant's journal.
func (s steered) last(t testing.TB) journal.Entry {
	t.Helper()
	entries := s.tenants.Tenant("default").Journal.Entries()
	if len(entries) == 0 {
		t.Fatal("nothing was recorded")
	}
	return entries[len(entries)-1]
}

// raw sends a call over a connection of its own and returns every byte of the
// answer, and the error that ended it.
func (s steered) raw(t testing.TB, c *call) (string, error) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := c.request(s.URL)
	r.Close = true
	if err := r.Write(conn); err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(conn)
	return string(data), err
}

func TestRefuseByKind(t *testing.T) {
	t.Parallel()
	recharge := func() *call { return openapi("fenxiao.finance.AccountRecharge.createGxRechargeOrder", `[{}]`) }
	payments := func() *call { return sound("openapi") }
	checks := func() *call { return sound("openapi2") }
	till := func() *call { return sound("fubei") }
	agent := func() *call {
		c := sound("fubei")
		c.path = "/gateway/agent"
		return c
	}
	for _, c := range []struct {
		kind string
		call func() *call
		want string
	}{
		{"too_frequent", payments, `{"status":100,"message":"超过每分钟最大调用频率限制，请稍后重试"}`},
		{"too_frequent", recharge, `{"status":100,"message":"超过每分钟最大调用频率限制，请稍后重试"}`}, // told before the method begins
		{"too_frequent", checks, `{"code":100,"message":"\u63a5\u53e3\u8c03\u7528\u9891\u7387\u8d85\u9650\uff0c\u8bf7\u7a0d\u540e\u91cd\u8bd5"}`},
		{"too_frequent", till, `{"result_message":"接口调用频率超限,请稍后重试","result_code":400}`},
		{"internal", agent, `{"result_message":"系统繁忙,请稍后重试","result_code":9999}`},
		{"bad_signature", recharge, `{"status":1,"message":"验证失败"}`}, // told before the method is looked at
		{"stale_timestamp", payments, `{"status":7,"message":"时间戳错误"}`},
		{"no_permission", till, `{"result_message":"无接口权限:openapi.payment.order.reconciliation","result_code":400}`},
		{"missing_param", payments, `{"status":100,"message":"开始时间不能为空"}`},
		{"unknown_param", payments, `{"status":2,"message":"time_type"}`},
		{"too_large", payments, `{"status":100,"message":"time_typemust be less than or equal to 1"}`},
		{"too_long", payments, `{"status":100,"message":"Data truncation: Data too long for column payment_no"}`},
		{"bad_date", payments, `{"status":100,"message":"Unparseable date: 2022-09-01 00:00:00"}`},
		{"span_too_wide", payments, `{"status":100,"message":"您的查询时间过宽,查询时间不能大于30天"}`},
		{"not_found", payments, `{"status":100,"message":"传入店铺编号全部错误"}`},
		{"bad_page", payments, `{"status":100,"message":"page_sizemust be between 1 and 1000"}`},
		{"unknown_app", payments, `{"status":1,"message":"sid is not found"}`},
		{"missing_window", checks, `{"code":1,"message":"\u5f00\u59cb\u65f6\u95f4 start_time \u4e3a\u7a7a"}`}, // the method's own words
		{"missing_public", checks, `{"code":2900,"message":"\u5fc5\u4f20\u53c2\u6570\u7f3a\u5931sign"}`},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			s := steer(t, "{name: no, then: {refuse: "+c.kind+"}}")
			a := s.must(t, c.call())
			if a.body != c.want || a.status != 200 {
				t.Errorf("%d %s\nwant %s", a.status, a.body, c.want)
			}
			if a.entry.Outcome != journal.Refused || a.entry.Kind != c.kind || a.entry.Rule != "no" || a.entry.Hint != "the rule no says so" || a.entry.HintID != "handlers.rule" {
				t.Errorf("%+v", a.entry)
			}
		})
	}
}

// TestEveryKindByRule: no kind leaves a placeholder in the text, whatever is called.
func TestEveryKindByRule(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	rules := s.tenants.Tenant("default").State().Rules
	for _, kind := range tenant.Known(s.catalog).Kinds {
		id, err := rules.Add(scenarios.Rule{Then: scenarios.Then{Refuse: scenarios.Refusal{Kind: kind}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range s.catalog.Endpoints() {
			c := map[string]*call{"openapi": openapi(e.Method, "[]"), "openapi2": openapi2(e.Method), "fubei": fubei(e.Method, "{}")}[e.Vendor]
			if a := s.call(t, c); unfilled(a.body) || a.entry.Kind != kind {
				t.Errorf("%s, %s: %q %s", e.Method, kind, a.entry.Kind, a.body)
			}
		}
		if a := s.call(t, openapi("no.such.Method", "[]")); strings.Contains(a.body[1:], "{") || a.entry.Kind != kind {
			t.Errorf("of no method, %s: %s", kind, a.body)
		}
		rules.Remove(id)
	}
}

func TestRefuseInOwnWords(t *testing.T) {
	t.Parallel()
	s := steer(t, `{name: own, then: {refuse: {code: "A-7", message: "店铺/1 已停用"}}}`)
	for _, c := range []struct {
		vendor, want string
	}{
		{"openapi", `{"status":"A-7","message":"店铺/1 已停用"}`},
		{"openapi2", `{"code":"A-7","message":"\u5e97\u94fa\/1 \u5df2\u505c\u7528"}`},
		{"fubei", `{"result_message":"店铺/1 已停用","result_code":"A-7"}`},
	} {
		if a := s.must(t, sound(c.vendor)); a.body != c.want || a.entry.Outcome != journal.Refused || a.entry.Rule != "own" {
			t.Errorf("%s\nwant %s\n%+v", a.body, c.want, a.entry)
		}
	}
	s = steer(t, `{then: {refuse: {code: 1060, message: x}}}`)
	if a := s.must(t, sound("openapi")); a.body != `{"status":1060,"message":"x"}` {
		t.Errorf("a number became %s", a.body)
	}
}

// TestReply: the body as it is written, and no check after the rule.
func TestReply(t *testing.T) {
	t.Parallel()
	s := steer(t,
		`{name: page, when: {vendor: openapi}, then: {reply: "<html>维护</html>", http: 503}}`,
		`{name: text, when: {vendor: openapi2}, then: {reply: '{"code":0,  "message":"好"}'}}`,
		`{name: data, when: {vendor: fubei}, then: {reply: {result_code: 200, data: {total: 1.50}}}}`)
	hopeless := openapi("no.such.Method", "no json") // which the checks after the rules would refuse
	if a := s.must(t, hopeless); a.status != 503 || a.body != "<html>维护</html>" || a.header.Get("Content-Type") != "text/html; charset=utf-8" ||
		a.entry.Outcome != journal.Replied || a.entry.Kind != "" || a.entry.Rule != "page" || a.entry.Answer != a.body {
		t.Errorf("%d %v %s\n%+v", a.status, a.header, a.body, a.entry)
	}
	if a := s.must(t, sound("openapi2")); a.body != `{"code":0,  "message":"好"}` || a.header.Get("Content-Type") != "text/html;charset=utf-8" {
		t.Errorf("a text is not sent as it stands: %v %s", a.header, a.body)
	}
	if a := s.must(t, sound("fubei")); a.body != `{"result_code":200,"data":{"total":1.50}}` || a.entry.Rows != 0 {
		t.Errorf("%s", a.body)
	}
	empty := steer(t, `{then: {reply: ""}}`)
	if a := empty.must(t, sound("openapi")); a.body != "" || a.status != 200 || a.entry.Outcome != journal.Replied {
		t.Errorf("an empty reply: %d %q %+v", a.status, a.body, a.entry)
	}
}

// TestPatch: what the path names changes, and not a digit of the rest.
func TestPatch(t *testing.T) {
	t.Parallel()
	plain := newSandbox(t)
	c := func() *call {
		return openapi(queryPayments, `[{"start_time":"2022-09-01 00:00:00","end_time":"2022-09-02 00:00:00"}]`, "page_no", "0", "page_size", "2", "calc_total", "1")
	}
	before := plain.call(t, c()).body
	s := steer(t, `{name: p, when: {vendor: openapi, method: sales.*}, then: {patch: {data.total_count: 7, data.payment_list.0.verify_amount: 0.10, data.payment_list.1.remark: "a/é"}}}`)
	list := gjson.Get(before, "data.payment_list")
	want := strings.Replace(before, `"total_count":`+gjson.Get(before, "data.total_count").Raw, `"total_count":7`, 1)
	want = strings.Replace(want, `"verify_amount":`+list.Get("0.verify_amount").Raw, `"verify_amount":0.10`, 1)
	at := strings.LastIndex(want, `"remark":`+list.Get("1.remark").Raw)
	want = want[:at] + strings.Replace(want[at:], list.Get("1.remark").Raw, `"a/é"`, 1)
	if a := s.must(t, c()); a.body != want || a.entry.Answer != want || a.entry.Rule != "p" || a.entry.Outcome != journal.OK {
		t.Errorf("%s\nwant %s", a.body, want)
	}
	// A refusal is patched too, where the path is there; where it is not, it stays.
	if a := s.must(t, c().unset("page_no")); a.body != `{"status":100,"message":"此方法仅支持分页查询：sales.Payment.queryWithDetail"}` ||
		!strings.Contains(s.log.String(), "patch does not fit") || a.entry.Kind != "not_paged" {
		t.Errorf("%s %+v", a.body, a.entry)
	}
	s = steer(t, `{then: {patch: {status: 5}}}`)
	if a := s.must(t, c().unset("page_no")); !strings.HasPrefix(a.body, `{"status":5,"message":"此`) {
		t.Errorf("the refusal is not patched: %s", a.body)
	}
	s = steer(t, `{name: lost, then: {patch: {status: 5, data.nothing: 1}}}`)
	if a := s.must(t, c()); a.body != before || !strings.Contains(a.entry.Hint, "the patch of the rule lost does not fit") {
		t.Errorf("a patch that does not fit: %s\n%+v", a.body, a.entry)
	}
}

// TestPatchInTheVendorsStyle: a patch is a part of the vendor's answer, so its
// texts are written as the vendor writes.
func TestPatchInTheVendorsStyle(t *testing.T) {
	t.Parallel()
	s := steer(t, `{when: {vendor: openapi2}, then: {patch: {message: "好/😀", +note: {"a": ["文", 1.50, "q\"\\"]}}}}`)
	a := s.must(t, openapi2(accountChecks, "start_time", "2012-01-01 00:00:00", "end_time", "2012-01-01 00:00:00"))
	if want := `{"code":0,"total_count":0,"account_list":[],"message":"\u597d\/\ud83d\ude00","note":{"a":["\u6587",1.50,"q\"\\"]}}`; a.body != want {
		t.Errorf("%s\nwant %s", a.body, want)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for rule, least := range map[string]time.Duration{
		`{then: {delay: 60ms}}`:                   60 * time.Millisecond,
		`{then: {delay: {min: 40ms, max: 80ms}}}`: 40 * time.Millisecond,
		`{then: {delay: 30ms, refuse: internal}}`: 30 * time.Millisecond,
		`{then: {delay: 30ms, http: 500}}`:        30 * time.Millisecond,
		`{then: {delay: {p50: 1ms, p99: 2ms}}}`:   0,
	} {
		s := steer(t, rule)
		start := time.Now()
		if a := s.must(t, sound("openapi")); !strings.HasPrefix(a.body, `{"status":`) {
			t.Errorf("%s: %s", rule, a.body)
		}
		if took := time.Since(start); took < least {
			t.Errorf("%s took %s", rule, took)
		}
	}
}

// TestDelayEndsWithTheClient: whoever leaves is not waited for. The server's Close
// waits for the call, so a delay that went on would show as a test that hangs.
func TestDelayEndsWithTheClient(t *testing.T) {
	t.Parallel()
	s := steer(t, `{name: long, then: {delay: 10m}}`)
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.Server.Client().Do(sound("openapi").request(s.URL).WithContext(ctx))
		done <- err
	}()
	_, news := s.tenants.Tenant("default").Journal.After(0, math.MaxInt)
	if len(s.tenants.Tenant("default").Journal.Entries()) == 0 {
		<-news // it is recorded before it is held back
	}
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if e := s.last(t); e.Rule != "long" || e.Outcome != journal.OK {
		t.Errorf("%+v", e)
	}
}

func TestDrop(t *testing.T) {
	t.Parallel()
	whole := newSandbox(t).call(t, sound("openapi")).body
	for _, drop := range []string{"reset", "empty", "truncate", "garbage", "dribble"} {
		t.Run(drop, func(t *testing.T) {
			t.Parallel()
			s := steer(t, "{name: lost, then: {drop: "+drop+"}}")
			text, err := s.raw(t, sound("openapi"))
			head, body, _ := strings.Cut(text, "\r\n\r\n")
			length := fmt.Sprintf("Content-Length: %d", len(whole))
			switch drop {
			case "reset":
				if text != "" || !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("%q, %v; want a reset before the first byte", text, err)
				}
			case "empty":
				if body != "" || err != nil || !strings.HasPrefix(head, "HTTP/1.1 200") || !strings.Contains(head, "Content-Length: 0") {
					t.Errorf("%q, %v", text, err)
				}
			case "truncate":
				if body != whole[:len(whole)/2] || !strings.Contains(head, length) {
					t.Errorf("%q, %v; want the headers and half of %q", text, err, whole)
				}
			case "garbage":
				if len(body) != len(whole) || gjson.Valid(body) || err != nil || !strings.Contains(head, length) || !strings.HasPrefix(head, "HTTP/1.1 200") {
					t.Errorf("%q, %v", text, err)
				}
			case "dribble":
				if body != whole || err != nil {
					t.Errorf("%q, %v", text, err)
				}
			}
			if e := s.last(t); e.Rule != "lost" || e.Outcome != journal.OK || e.Answer != whole {
				t.Errorf("what happened inside is recorded as %+v", e)
			}
			if !strings.Contains(s.log.String(), "rule=lost") {
				t.Errorf("the log does not name the rule: %s", s.log)
			}
		})
	}
}

// TestTruncateForAClient: net/http itself notices that the body is short.
func TestTruncateForAClient(t *testing.T) {
	t.Parallel()
	s := steer(t, `{then: {drop: truncate}}`)
	if a, err := s.fetch(t, sound("openapi2")); !errors.Is(err, io.ErrUnexpectedEOF) || a.status != 200 || a.body == "" {
		t.Errorf("%d %q, %v", a.status, a.body, err)
	}
	s = steer(t, `{then: {drop: truncate, reply: ""}}`) // of nothing, half is nothing
	if a, err := s.fetch(t, sound("openapi2")); err != nil && !errors.Is(err, io.EOF) || a.body != "" {
		t.Errorf("%d %q, %v", a.status, a.body, err)
	}
}

// TestDropAfterTheWork: a write whose answer is lost was carried out.
func TestDropAfterTheWork(t *testing.T) {
	t.Parallel()
	s := steer(t, `{name: lost, when: {method: "*.push"}, then: {drop: reset}, times: 1}`)
	push := func() *call {
		return openapi("finance.RawPayment.push", `[[{"shop_no":"POS","order_no":"AT202212120003-9","pay_order_no":"LOST-1","in_amount":1}]]`)
	}
	if _, err := s.raw(t, push()); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatalf("%v", err)
	}
	find := openapi(searchBills, `[{"start_time":"2022-12-28 00:00:00","end_time":"2022-12-29 23:59:59","order_no":"AT202212120003-9"}]`, "page_no", "0", "page_size", "100")
	stored := func() string {
		return gjson.Get(s.must(t, find).body, `data.detail_list.#(pay_order_no=="LOST-1")#.in_amount`).Raw
	}
	if got := stored(); got != "[1.0000]" || s.tenants.Tenant("default").Journal.Entries()[0].Rows != 1 {
		t.Errorf("the first push stored %s", got)
	}
	if a := s.must(t, push()); a.body != `{"status":0,"data":[]}` {
		t.Errorf("the second push: %s", a.body)
	}
	if got := stored(); got != "[1.0000]" {
		t.Errorf("both pushes stored %s", got)
	}
}

func TestHTTPStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{201, 204, 304, 404, 429, 500, 502, 599} {
		s := steer(t, fmt.Sprintf("{then: {http: %d}}", status))
		text, err := s.raw(t, sound("openapi"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
		if err != nil {
			t.Fatal(err)
		}
		body := read(t, r)
		bodiless := status == 204 || status == 304
		if r.StatusCode != status || bodiless != (body == "") || !bodiless && body != s.last(t).Answer || bodiless && r.Header.Get("Content-Length") != "" {
			t.Errorf("%d: %s", status, text)
		}
	}
}

// TestAdvance: rows change between page 1 and page 2, because the clock moves on
// after the call and not before it.
func TestAdvance(t *testing.T) {
	t.Parallel()
	s := steer(t, `{when: {params: {page_no: 0}}, then: {advance: 2h}}`)
	clock := s.tenants.Tenant("default").State().Clock
	page := func(no string) answer {
		return s.must(t, openapi(queryPayments, `[{"start_time":"2022-12-29 00:00:00","end_time":"2022-12-29 23:59:59"}]`, "page_no", no, "page_size", "1000", "calc_total", "1"))
	}
	still := newSandbox(t).call(t, openapi(queryPayments, `[{"start_time":"2022-12-29 00:00:00","end_time":"2022-12-29 23:59:59"}]`, "page_no", "0", "page_size", "1000", "calc_total", "1"))
	if first := page("0"); first.body != still.body {
		t.Error("the clock moved before the call")
	}
	if now := clock.Now(noon()); !now.Equal(noon().Add(2*time.Hour)) || !clock.State(noon()).Wall.Equal(noon()) {
		t.Errorf("now %s, wall %s", now, clock.State(noon()).Wall)
	}
	was, is := gjson.Get(still.body, "data.total_count").Int(), gjson.Get(page("1").body, "data.total_count").Int()
	if is <= was || !clock.Now(noon()).Equal(noon().Add(2*time.Hour)) {
		t.Errorf("the total went from %d to %d in two hours", was, is)
	}
}

// TestWhichCall: of ten calls, those that fire.
func TestWhichCall(t *testing.T) {
	t.Parallel()
	for rules, want := range map[string]string{
		`{when: {call: {nth: 3}}, then: {http: 500}}`:                     "..x.......",
		`{when: {call: {nth: [1, 4]}}, then: {http: 500}}`:                "x..x......",
		`{when: {call: {first: 2}}, then: {http: 500}}`:                   "xx........",
		`{when: {call: {after: 7}}, then: {http: 500}}`:                   ".......xxx",
		`{when: {call: {every: 3}}, then: {http: 500}}`:                   "..x..x..x.",
		`{when: {call: {every: 3, after: 1}}, then: {http: 500}}`:         "...x..x..x",
		`{when: {call: {every: 2}}, then: {http: 500}, times: 3}`:         ".x.x.x....",
		`{then: {http: 500}, times: 1}`:                                   "x.........",
		`{when: {vendor: fubei}, then: {http: 500}}`:                      "..........",
		`{when: {params: {status: 40, sid: sandbox}}, then: {http: 500}}`: "xxxxxxxxxx",
	} {
		s := steer(t, rules)
		got := ""
		for range 10 {
			got += map[int]string{200: ".", 500: "x"}[s.must(t, sound("openapi")).status]
		}
		if got != want {
			t.Errorf("%s: %s, want %s", rules, got, want)
		}
	}
}

// TestStates: start, down, up, and only the calls that a state is for.
func TestStates(t *testing.T) {
	t.Parallel()
	s := steer(t,
		`{name: breaks, when: {state: start, call: {nth: 2}}, then: {http: 500, become: down}}`,
		`{name: mends, when: {state: down, call: {nth: 3}}, then: {become: up}}`,
		`{name: closed, when: {state: down}, then: {refuse: internal}}`)
	want := []string{"ok", "ok breaks", "refused closed", "refused closed", "ok mends", "ok", "ok"}
	for i, want := range want {
		a := s.must(t, sound("openapi"))
		if got := strings.TrimSpace(string(a.entry.Outcome) + " " + a.entry.Rule); got != want {
			t.Errorf("call %d: %s, want %s", i+1, got, want)
		}
	}
	if state := s.tenants.Tenant("default").State().Rules.State(); state != "up" {
		t.Errorf("the state is %s", state)
	}
}
