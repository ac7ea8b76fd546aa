package handlers_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"shaxiang/handlers"
	"shaxiang/signature"
)

// The answers that no argument comes near: the wire could not be read.
const (
	malformedOpenapi  = `{"status":1,"message":"参数错误"}`
	malformedOpenapi2 = `{"code":100,"message":"\u53c2\u6570\u9519\u8bef"}`
	malformedFubei    = `{"result_message":"请求报文格式错误","result_code":400}`
	mismatch          = `{"status":1,"message":"argument type mismatch"}`
	badSignature      = `{"status":1,"message":"验证失败"}`
	missingPublic     = `{"status":1,"message":"参数个数错误"}`
	missingSID        = `{"code":2900,"message":"\u5fc5\u4f20\u53c2\u6570\u7f3a\u5931sid"}`
	noRows            = `{"status":0,"data":{"payment_list":[]}}`
)

// payments is a signed query for payments with the body as it stands.
func payments(body string) *call {
	return openapi(queryPayments, body, "page_no", "0", "page_size", "1")
}

// emptyDay is the arguments of a query that finds nothing, and one more.
func emptyDay(more string) string {
	return `[{"start_time":"1999-01-01 00:00:00","end_time":"1999-01-02 00:00:00"` + more + `}]`
}

func nested(open, shut string, depth int) string {
	return strings.Repeat(open, depth) + strings.Repeat(shut, depth)
}

// many are so many parameters.
func many(n int) (params []string) {
	for i := range n {
		params = append(params, fmt.Sprintf("p%d", i), "1")
	}
	return params
}

// TestBodyValues holds that a server reads as many values as its setting says, also of an object
// that comes as a text in a form.
func TestBodyValues(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.Handler = handlers.New(handlers.Config{Catalog: s.catalog, Tenants: s.tenants, BodyValues: 20})
	ids := func(n int) string { return `{"year":2022,"ids":[` + strings.Repeat("1,", n-1) + "1]}" }
	for _, c := range []struct {
		call *call
		kind string
	}{
		{fubei(reconcile, ids(17)), ""},
		{fubei(reconcile, ids(18)), "malformed"},
		{payments("[{}" + strings.Repeat(",0", 18) + "]"), "arg_count"},
		{payments("[{}" + strings.Repeat(",0", 19) + "]"), "malformed"},
	} {
		if a := s.call(t, c.call); a.entry.Kind != c.kind {
			t.Errorf("%s: %q, want %q: %s", c.call.body, a.entry.Kind, c.kind, a.entry.Hint)
		}
	}
}

// TestHostileBodies sends signed bodies that no client should. Those that cannot
// be read get the vendor's answer to a bad message, others the vendor's answer to
// a bad argument.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("9", 400)
	tests := []struct {
		name string
		call *call
		want string
	}{
		{"empty", payments(""), malformedOpenapi},
		{"blanks", payments(" \n\t"), malformedOpenapi},
		{"no JSON", payments("start_time=1"), malformedOpenapi},
		{"half a text", payments(`["`), malformedOpenapi},
		{"an object", payments("{}"), malformedOpenapi},
		{"a text", payments(`"[]"`), malformedOpenapi},
		{"null", payments("null"), malformedOpenapi},
		{"two values", payments("[] []"), malformedOpenapi},
		{"a comma too many", payments("[{},]"), malformedOpenapi},
		{"single quotes", payments("[{'start_time':1}]"), malformedOpenapi},
		{"NUL", payments("\x00"), malformedOpenapi},
		{"NUL within", payments(emptyDay(",\x00")), malformedOpenapi},
		{"a byte order mark", payments("\ufeff" + emptyDay("")), malformedOpenapi},
		{"NaN", payments(`[{"start_time":NaN}]`), malformedOpenapi},
		{"20,000 lists", payments(nested("[", "]", 20000)), malformedOpenapi},
		{"20,000 objects", payments("[" + nested(`{"a":`, "}", 20000) + "]"), malformedOpenapi},
		{"20,000 open lists", payments(strings.Repeat("[", 20000)), malformedOpenapi},
		{"9,000 lists", payments(nested("[", "]", 9000)), mismatch},
		{"no argument", payments("[]"), `{"status":1,"message":"invalid argument count"}`},
		{"three arguments", payments("[{},{},{}]"), `{"status":1,"message":"invalid argument count"}`},
		{"10,000 arguments", payments("[" + strings.Repeat("0,", 9_999) + "0]"), `{"status":1,"message":"invalid argument count"}`},
		{"a million arguments", payments("[" + strings.Repeat("0,", 1_000_000) + "0]"), malformedOpenapi},
		{"a huge exponent", payments(emptyDay(`,"status":1e999999999`)), mismatch},
		{"a huge negative exponent", payments(emptyDay(`,"status":1e-999999999`)), mismatch},
		{"400 digits", payments(emptyDay(`,"status":` + long)), mismatch},
		{"400 digits as a date", payments(`[{"start_time":` + long + `,"end_time":"2022-01-01 00:00:00"}]`), `{"status":100,"message":"Unparseable date: ` + long + `"}`},
		{"400 digits of a year", payments(emptyDay(`,"payment_no":` + long)), `{"status":100,"message":"Data truncation: Data too long for column payment_no"}`},
		{"the last of two members counts", payments(`[{"start_time":"x","start_time":"1999-01-01 00:00:00","end_time":"1999-01-02 00:00:00"}]`), noRows},
		{"invalid UTF-8 in a text", payments(emptyDay(`,"payment_no":"` + "\xff\xfe" + `"`)), noRows},
		{"invalid UTF-8 outside of one", payments("[\xff]"), malformedOpenapi},
		{"half a surrogate pair", payments(emptyDay(`,"payment_no":"\ud800"`)), noRows},
		{"an escaped NUL", payments(emptyDay(`,"payment_no":"\u0000"`)), noRows},
		{"invalid UTF-8 in a name", payments(emptyDay(`,"` + "\xff" + `":1`)), "{\"status\":2,\"message\":\"\ufffd\"}"},
		{"a name like markup", payments(emptyDay(`,"</script>\n":1`)), `{"status":2,"message":"</script>\n"}`},
		{"many shops", payments(emptyDay(`,"shop_nos":"` + strings.Repeat("x,", 100_000) + `"`)), `{"status":100,"message":"传入店铺编号全部错误"}`},
		{"10,000 empty rows", openapi("finance.RawPayment.push", "[["+strings.Repeat("{},", 9_999)+"{}]]"),
			`{"status":100,"message":"detailListmust be less than or equal to 3846"}`},
		{"a million empty rows", openapi("finance.RawPayment.push", "[["+strings.Repeat("{},", 1_000_000)+"{}]]"), malformedOpenapi},
		{"1,001 parameters", openapi(queryPayments, emptyDay(""), "page_no", "0", "page_size", "1").set(many(1001)...), malformedOpenapi},
		{"a huge page", openapi(queryPayments, emptyDay(""), "page_no", long, "page_size", "1"), `{"status":100,"message":"page_nomust be greater than or equal to 0"}`},
		{"a page with a sign", openapi(queryPayments, emptyDay(""), "page_no", "+0", "page_size", "1"), noRows},

		{"Fubei: no JSON in biz_content", fubei(reconcile, "{"), malformedFubei},
		{"Fubei: a list in biz_content", fubei(reconcile, "[]"), malformedFubei},
		{"Fubei: a quoted object in biz_content", fubei(reconcile, `"{}"`), malformedFubei},
		{"Fubei: null in biz_content", fubei(reconcile, "null"), malformedFubei},
		{"Fubei: two values in biz_content", fubei(reconcile, "{}{}"), malformedFubei},
		{"Fubei: 20,000 objects in biz_content", fubei(reconcile, nested(`{"a":`, "}", 20000)), malformedFubei},
		{"Fubei: 9,000 lists", fubei(reconcile, `{"year":`+nested("[", "]", 9000)+`}`), `{"result_message":"参数year类型错误","result_code":400}`},
		{"Fubei: a huge exponent", fubei(reconcile, `{"year":1e999999999}`), `{"result_message":"参数year类型错误","result_code":400}`},
		{"Fubei: 400 digits", fubei(reconcile, `{"limit":`+long+`}`), `{"result_message":"参数limit类型错误","result_code":400}`},
		{"Fubei: the largest numbers", fubei(reconcile, `{"year":9223372036854775807,"page":9223372036854775807,"limit":-9223372036854775808}`),
			`{"result_message":"成功","data":{"total":0,"list":[]},"result_code":200}`},
		{"Fubei: the last of two members counts", fubei(reconcile, `{"year":"x","year":1999}`), `{"result_message":"成功","data":{"total":0,"list":[]},"result_code":200}`},
		{"Fubei: NUL in the method", fubei("a\x00", `{}`), `{"result_message":"接口不存在:a\u0000","result_code":400}`},
	}
	s := newSandbox(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expect(t, s.call(t, test.call), http.StatusOK, test.want)
		})
	}
}

// expect compares an answer with the one that is known, byte by byte.
func expect(t testing.TB, a answer, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("HTTP %d %.300s\nwant HTTP %d %.300s", a.status, a.body, status, body)
	}
	if a.status == http.StatusOK && !json.Valid([]byte(a.body)) {
		t.Errorf("no JSON: %.300s", a.body)
	}
	if a.entry.Outcome == "broken" {
		t.Errorf("the sandbox failed: %s", a.entry.Hint)
	}
}

// TestHostileWire sends what is wrong before any argument: parameters, encodings,
// content types. Nothing of it is signed but what says so.
func TestHostileWire(t *testing.T) {
	t.Parallel()
	const form, text = "application/x-www-form-urlencoded", "application/json"
	file := "/openapi2/" + accountChecks
	var upload bytes.Buffer
	w := multipart.NewWriter(&upload)
	w.WriteField("sid", "test2")
	w.Close()
	tests := []struct {
		name    string
		request *http.Request
		status  int
		want    string
	}{
		{"nothing", post("/openapi", "", text), 200, missingPublic},
		{"public parameters in the body", post("/openapi", "sid=sandbox&key=sandbox", form), 200, missingPublic},
		{"a bad percent escape", post("/openapi?sid=%zz", "[]", text), 200, malformedOpenapi},
		{"half a percent escape", post("/openapi?sid=%e", "[]", text), 200, malformedOpenapi},
		{"a bad percent escape in a name", post("/openapi?%=1", "[]", text), 200, malformedOpenapi},
		{"only separators", post("/openapi?&&&=&=&", "[]", text), 200, missingPublic},
		{"999 parameters", post("/openapi?"+strings.Repeat("a=b&", 999), "[]", text), 200, missingPublic},
		{"100,000 parameters", post("/openapi?"+strings.Repeat("a=b&", 100_000), "[]", text), 200, malformedOpenapi},
		{"semicolons", post("/openapi?sid=sandbox;key=sandbox", "[]", text), 200, missingPublic},
		{"invalid UTF-8", post("/openapi?sid=%ff&key=k&salt=s&method=m&v=1.0&timestamp=1&sign=x", "[]", text), 200, `{"status":1,"message":"sid is not found"}`},
		{"NUL", post("/openapi?sid=sandbox&key=%00&salt=s&method=m&v=1.0&timestamp=1&sign=x", "[]", text), 200, badSignature},

		{"an empty form", post(file, "", form), 200, missingSID},
		{"JSON for a form", post(file, `{"sid":"test2"}`, text), 200, missingSID},
		{"multipart for a form", post(file, upload.String(), w.FormDataContentType()), 200, missingSID},
		{"a bad percent escape in a form", post(file, "sid=test2&appkey=%", form), 200, malformedOpenapi2},
		{"binary for a form", post(file, "\x00\x01\xff\xfe", form), 200, missingSID},
		{"999 fields", post(file, strings.Repeat("a=b&", 999), form), 200, missingSID},
		{"100,000 fields", post(file, strings.Repeat("a=b&", 100_000), form), 200, malformedOpenapi2},
		{"a file that there is not", post("/openapi2/nothing.php", "", form), 404, ""},
		{"no file", post("/openapi2", "", form), 404, ""},
		{"an escaped file", post("/openapi2/fa_alipay%5Faccount_check_query.php", "", form), 404, ""},
		{"a file above", post("/openapi2/../gateway", "{}", text), 404, ""},
		{"two slashes", post("//openapi", "[]", text), 404, ""},

		{"an empty envelope", post("/gateway", "", text), 200, malformedFubei},
		{"no members", post("/gateway", "{}", text), 200, `{"result_message":"公共参数method不能为空","result_code":400}`},
		{"a list for an envelope", post("/gateway", "[{}]", text), 200, malformedFubei},
		{"half an envelope", post("/gateway", `{"app_id":`, text), 200, malformedFubei},
		{"an envelope and more", post("/gateway", `{}x`, text), 200, malformedFubei},
		{"a form for an envelope", post("/gateway", "app_id=1&method=m", form), 200, malformedFubei},
		{"multipart for an envelope", post("/gateway", upload.String(), w.FormDataContentType()), 200, malformedFubei},
		{"biz_content as an object", post("/gateway", `{"app_id":"1","method":"m","nonce":"n","sign":"s","biz_content":{}}`, text), 200, malformedFubei},
		{"biz_content as a list", post("/gateway", `{"biz_content":[]}`, text), 200, malformedFubei},
		{"biz_content as null", post("/gateway", `{"app_id":"1","method":"m","nonce":"n","sign":"s","biz_content":null}`, text), 200, `{"result_message":"公共参数biz_content不能为空","result_code":400}`},
		{"an envelope of 20,000 lists", post("/gateway", `{"a":`+nested("[", "]", 20000)+`}`, text), 200, malformedFubei},
		{"invalid UTF-8 in an envelope", post("/gateway", "{\"app_id\":\"\xff\",\"method\":\"m\",\"nonce\":\"n\",\"sign\":\"s\",\"biz_content\":\"{}\"}", text), 200, `{"result_message":"应用不存在","result_code":400}`},
		{"the agents' gateway", post("/gateway/agent", "", text), 200, `{"result_message":"【无效参数】参数名:biz_content,原因:格式错误,请核对参数后重新请求","result_code":9996}`},

		{"GET", httptest.NewRequest("GET", "/openapi", nil), 405, ""},
		{"HEAD", httptest.NewRequest("HEAD", "/gateway", nil), 405, ""},
		{"PUT", httptest.NewRequest("PUT", file, nil), 405, ""},
		{"OPTIONS", httptest.NewRequest("OPTIONS", "/gateway/agent", nil), 405, ""},
		{"a method of nobody's", httptest.NewRequest("BREW", "/openapi", nil), 405, ""},
		{"POST on readiness", post("/readyz", "", text), 405, ""},
		{"the root", httptest.NewRequest("GET", "/", nil), 404, ""},
		{"somewhere else", httptest.NewRequest("POST", "/openapi3", nil), 404, ""},
		{"too much", post("/openapi", strings.Repeat("x", 10<<20), text), 413, "shaxiang: the body is over 4194304 bytes\n"},
		{"as much as may be", post("/openapi", strings.Repeat("x", handlers.DefaultBodyLimit), text), 200, missingPublic},
	}
	s := newSandbox(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := s.do(t, test.request)
			if test.want == "" { // nothing of a vendor's: a text that says what is answered
				checkExplained(t, a, test.status)
				return
			}
			expect(t, a, test.status, test.want)
		})
	}
}

func checkExplained(t testing.TB, a answer, status int) {
	t.Helper()
	if a.status != status || !strings.Contains(a.body, "POST /openapi2/{name}") || a.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("HTTP %d %s %q; want %d and what is answered", a.status, a.header.Get("Content-Type"), a.body, status)
	}
	if allow := a.header.Get("Allow"); (status == 405) != (allow == "POST" || allow == "GET, HEAD") {
		t.Errorf("HTTP %d with Allow %q", status, allow)
	}
}

// TestDuplicateParameters: which of two values counts is the vendor's, and the
// signature goes over that one alone.
func TestDuplicateParameters(t *testing.T) {
	t.Parallel()
	again := func(name, value string) func(*call) {
		return func(c *call) { c.pairs = append(c.pairs, signature.Pair{Name: name, Value: value}) }
	}
	before := func(name, value string) func(*call) {
		return func(c *call) { c.pairs = append([]signature.Pair{{Name: name, Value: value}}, c.pairs...) }
	}
	s := newSandbox(t)
	day := []string{"start_time", "1999-01-01 00:00:00", "end_time", "1999-01-01 00:00:01"}
	tests := []struct {
		name string
		call *call
		late func(*call)
		good bool
	}{
		{"openapi, the second is ignored", payments(emptyDay("")), again("page_no", "x"), true},
		{"openapi, the first counts", payments(emptyDay("")), before("page_no", "x"), false},
		{"openapi, a second sign is ignored", payments(emptyDay("")), again("sign", "x"), true},
		{"openapi2, the last counts", openapi2(accountChecks, day...), again("end_time", "x"), false},
		{"openapi2, the first is ignored", openapi2(accountChecks, day...), before("end_time", "x"), true},
		{"openapi2, the last sign counts", openapi2(accountChecks, day...), again("sign", "x"), false},
		{"fubei, the last counts", fubei(reconcile, `{"year":1999}`), again("nonce", "x"), false},
		{"fubei, the first is ignored", fubei(reconcile, `{"year":1999}`), before("nonce", "x"), true},
	}
	for _, test := range tests {
		test.call.late = test.late
		a := s.call(t, test.call)
		if good := a.entry.Outcome == "ok"; good != test.good {
			t.Errorf("%s: %s", test.name, a.body)
		}
	}
}

// talk sends bytes over a connection and returns all that comes back.
func talk(t testing.TB, server *httptest.Server, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	go io.WriteString(conn, text)
	var back strings.Builder
	for r := bufio.NewReader(conn); ; {
		line, err := r.ReadString('\n')
		back.WriteString(line)
		if err != nil {
			return back.String()
		}
	}
}

// rawRequest writes a signed call as the bytes of HTTP/1.1, with headers of its own in
// place of a Content-Length.
func rawRequest(c *call, headers, body string) string {
	c.sign()
	return fmt.Sprintf("POST %s?%s HTTP/1.1\r\nHost: sandbox\r\nConnection: close\r\n%s\r\n%s", c.path, form(c.pairs), headers, body)
}

// TestHostileConnections is what only bytes can say: lengths, chunks, headers.
func TestHostileConnections(t *testing.T) {
	t.Parallel()
	day := emptyDay("")
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }
	chunks := fmt.Sprintf("5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", day[:5], len(day)-5, day[5:])
	exactly := func(body string) string { return "(?s)^HTTP/1.1 200 OK\r\n.*\r\n\r\n" + regexp.QuoteMeta(body) + "$" }
	tests := []struct{ name, send, want string }{
		{"as it should be", rawRequest(payments(day), length(len(day)), day), exactly(noRows)},
		{"no length is no body", rawRequest(payments(""), "", ""), exactly(malformedOpenapi)},
		{"no length and a body, which is signed", rawRequest(payments(day), "", day), exactly(badSignature)},
		{"the same length twice", rawRequest(payments(day), length(len(day))+length(len(day)), day), exactly(noRows)},
		{"two lengths", rawRequest(payments(day), length(len(day))+length(3), day), `^HTTP/1\.1 400 `},
		{"no number", rawRequest(payments(day), "Content-Length: many\r\n", day), `^HTTP/1\.1 400 `},
		{"below nothing", rawRequest(payments(day), length(-1), day), `^HTTP/1\.1 400 `},
		{"beyond 64 bits", rawRequest(payments(day), "Content-Length: 99999999999999999999\r\n", day), `^HTTP/1\.1 400 `},
		{"too short", rawRequest(payments(day), length(10), day), exactly(badSignature)},
		{"10 MB announced and not sent", rawRequest(payments(day), "Expect: 100-continue\r\n"+length(10<<20), ""), `^HTTP/1\.1 413 `},
		{"chunks", rawRequest(payments(day), "Transfer-Encoding: chunked\r\n", chunks), exactly(noRows)},
		{"chunks and a length", rawRequest(payments(day), "Transfer-Encoding: chunked\r\n"+length(3), chunks), `^HTTP/1\.1 (200|400) `},
		{"bad chunks", rawRequest(payments(day), "Transfer-Encoding: chunked\r\n", "zz\r\n"), "(?s)^HTTP/1.1 400 .*the body ended early"},
		{"another encoding", rawRequest(payments(day), "Transfer-Encoding: rot13\r\n", day), `^HTTP/1\.1 501 `},
		{"a 1 MB URL", "POST /openapi?a=" + strings.Repeat("x", 1<<20+8<<10) + " HTTP/1.1\r\nHost: a\r\n\r\n", `^HTTP/1\.1 431 `},
		{"half a 1 MB URL", "POST /openapi?a=" + strings.Repeat("x", 1<<19) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", exactly(missingPublic)},
		{"a NUL in the URL", "POST /openapi?a=\x00 HTTP/1.1\r\nHost: a\r\n\r\n", `^HTTP/1\.1 400 `},
		{"a NUL in a header", "POST /openapi HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", `^HTTP/1\.1 400 `},
		{"a bad escape in the path", "POST /openapi%zz HTTP/1.1\r\nHost: a\r\n\r\n", `^HTTP/1\.1 400 `},
		{"no host", "POST /openapi HTTP/1.1\r\n\r\n", `^HTTP/1\.1 400 `},
		{"HTTP/1.0", "POST /openapi HTTP/1.0\r\n\r\n", `(?s)^HTTP/1\.0 200 OK.*参数个数错误"}$`},
		{"HEAD has no body", "HEAD /openapi HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "(?s)^HTTP/1.1 405 [^{]*\r\nAllow: POST\r\n[^{]*\r\n\r\n$"},
		{"HEAD on readiness", "HEAD /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "(?s)^HTTP/1.1 200 OK\r\n.*\r\n\r\n$"},
		{"no HTTP", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", `^HTTP/1\.1 400 `},
	}
	server := newSandbox(t).server(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if back := talk(t, server, test.send); !regexp.MustCompile(test.want).MatchString(back) {
				t.Errorf("%.600s\nwant %s", back, test.want)
			}
		})
	}
}

// TestClientGoesAway breaks calls off at every place; the next one is answered.
func TestClientGoesAway(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	server := s.server(t)
	whole := rawRequest(payments(emptyDay("")), "Content-Length: 100000\r\n", emptyDay(""))
	for _, n := range []int{1, 40, len(whole) / 2, len(whole) - 10, len(whole)} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, whole[:n])
		conn.Close()
	}
	r, err := server.Client().Do(payments(emptyDay("")).request(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, r); body != noRows {
		t.Errorf("after the others: %s", body)
	}
}
