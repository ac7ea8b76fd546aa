package handlers_test

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"testing"

	"shaxiang/handlers"
	"shaxiang/signature"
)

// The helpers below are written from the vendors' rules and share nothing with
// the package signature, as a client's would.

func md5Of(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func upper(text string) string { return strings.ToUpper(md5Of(text)) }

// sorted joins what write makes of each parameter, by name.
func (c *call) sorted(write func(name, value string) string, separator string) string {
	pairs := append([]signature.Pair(nil), c.pairs...)
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Name < pairs[j].Name })
	var parts []string
	for _, p := range pairs {
		parts = append(parts, write(p.Name, p.Value))
	}
	return strings.Join(parts, separator)
}

func bare(name, value string) string     { return name + value }
func equation(name, value string) string { return name + "=" + value }
func measured(name, value string) string {
	return fmt.Sprintf("%02d-%s:%04d-%s", len([]rune(name)), name, len([]rune(value)), value)
}
func inBytes(name, value string) string {
	return fmt.Sprintf("%02d-%s:%04d-%s", len(name), name, len(value), value)
}

// slip is a client's mistake: how it makes its call, and what it is to be told.
type slip struct {
	mistake string
	make    func() *call
}

// flagship is a payment query that a client signs in its own way.
func flagship(spoil func(c *call) string) func() *call {
	return func() *call {
		c := openapi(queryPayments, `[{"start_time":"2022-12-01 00:00:00","payment_no":"单/1"}]`, "page_no", "0", "page_size", "2")
		sign := spoil(c)
		return c.set("sign", sign)
	}
}

// whole is the flagship's text with the body among the parameters.
func (c *call) whole() string {
	d := *c
	d.pairs = append(append([]signature.Pair(nil), c.pairs...), signature.Pair{Name: "body", Value: c.body})
	return d.sorted(bare, "")
}

func flagshipSlips() []slip {
	const s = "testsecret"
	with := func(c *call, body string) string { d := *c; d.body = body; return d.whole() }
	without := func(c *call, name string) string {
		d := *c
		d.pairs = append([]signature.Pair(nil), c.pairs...)
		return d.unset(name).whole()
	}
	return []slip{
		{"salt_left_out", flagship(func(c *call) string { return md5Of(s + without(c, "salt") + s) })},
		{"whole_appsecret", flagship(func(c *call) string { return md5Of(s + ":testsalt" + c.whole() + s + ":testsalt") })},
		{"body_not_signed", flagship(func(c *call) string { return md5Of(s + c.sorted(bare, "") + s) })},
		{"json_spaced", flagship(func(c *call) string {
			return md5Of(s + with(c, strings.NewReplacer(`":`, `": `, `",`, `", `).Replace(c.body)) + s)
		})},
		{"json_unicode_escaped", flagship(func(c *call) string { return md5Of(s + with(c, strings.ReplaceAll(c.body, "单", `\u5355`)) + s) })},
		{"json_slashes_escaped", flagship(func(c *call) string { return md5Of(s + with(c, strings.ReplaceAll(c.body, "/", `\/`)) + s) })},
		{"secret_only_before", flagship(func(c *call) string { return md5Of(s + c.whole()) })},
		{"secret_only_after", flagship(func(c *call) string { return md5Of(c.whole() + s) })},
		{"upper_case", flagship(func(c *call) string { return upper(s + c.whole() + s) })},
		{"other_credential", flagship(func(c *call) string { return md5Of("othersecret" + c.whole() + "othersecret") })},
		{"wrong_vendor_algorithm", flagship(func(c *call) string { return md5Of(c.sorted(measured, ";") + s) })},
		// These sign rightly, with a clock that is read wrongly.
		{"epoch_not_subtracted", flagship(func(c *call) string {
			c.set("timestamp", fmt.Sprint(noon().Unix()))
			return md5Of(s + c.whole() + s)
		})},
		{"timestamp_in_milliseconds", flagship(func(c *call) string {
			c.set("timestamp", fmt.Sprint(noon().UnixMilli()))
			return md5Of(s + c.whole() + s)
		})},
	}
}

func enterprise(spoil func(c *call) string) func() *call {
	return func() *call {
		c := openapi2(accountChecks, "start_time", "2022-06-27 00:00:00", "end_time", "2022-06-27 23:59:59", "shop_no", "测试店", "status", "")
		sign := spoil(c)
		return c.set("sign", sign)
	}
}

func enterpriseSlips() []slip {
	const s = "12345"
	return []slip{
		{"lengths_in_bytes", enterprise(func(c *call) string { return md5Of(c.sorted(inBytes, ";") + s) })},
		{"trailing_separator", enterprise(func(c *call) string { return md5Of(c.sorted(measured, ";") + ";" + s) })},
		{"lengths_missing", enterprise(func(c *call) string {
			return md5Of(c.sorted(func(n, v string) string { return n + ":" + v }, ";") + s)
		})},
		{"empty_values_skipped", enterprise(func(c *call) string {
			d := *c
			d.pairs = append([]signature.Pair(nil), c.pairs...)
			return md5Of(d.unset("status").sorted(measured, ";") + s)
		})},
		{"values_url_encoded", enterprise(func(c *call) string {
			return md5Of(c.sorted(func(n, v string) string { return measured(n, url.QueryEscape(v)) }, ";") + s)
		})},
		{"upper_case", enterprise(func(c *call) string { return upper(c.sorted(measured, ";") + s) })},
		{"secret_missing", enterprise(func(c *call) string { return md5Of(c.sorted(measured, ";")) })},
		{"other_credential", enterprise(func(c *call) string { return md5Of(c.sorted(measured, ";") + "other-secret-2") })},
		{"epoch_subtracted", enterprise(func(c *call) string {
			c.set("timestamp", fmt.Sprint(noon().Unix()-1325347200))
			return md5Of(c.sorted(measured, ";") + s)
		})},
	}
}

func till(spoil func(c *call) string) func() *call {
	return func() *call {
		c := fubei(reconcile, `{"year":2017,"month":2,"url":"http://a/"}`, "format", "")
		sign := spoil(c)
		return c.set("sign", sign)
	}
}

func tillSlips() []slip {
	const s = "0123456789abcdef0123456789abcdef"
	biz := func(c *call, text string) string {
		d := *c
		d.pairs = append([]signature.Pair(nil), c.pairs...)
		return upper(d.set("biz_content", text).sorted(equation, "&") + s)
	}
	return []slip{
		{"lower_case", till(func(c *call) string { return md5Of(c.sorted(equation, "&") + s) })},
		{"key_before_secret", till(func(c *call) string { return upper(c.sorted(equation, "&") + "&key=" + s) })},
		{"values_url_encoded", till(func(c *call) string {
			return upper(c.sorted(func(n, v string) string { return equation(n, url.QueryEscape(v)) }, "&") + s)
		})},
		{"json_keys_sorted", till(func(c *call) string { return biz(c, `{"month":2,"url":"http://a/","year":2017}`) })},
		{"json_slashes_escaped", till(func(c *call) string { return biz(c, `{"year":2017,"month":2,"url":"http:\/\/a\/"}`) })},
		{"empty_values_skipped", till(func(c *call) string {
			d := *c
			d.pairs = append([]signature.Pair(nil), c.pairs...)
			return upper(d.unset("format").sorted(equation, "&") + s)
		})},
		{"secret_on_both_sides", till(func(c *call) string { return upper(s + c.sorted(equation, "&") + s) })},
		{"other_credential", till(func(c *call) string { return upper(c.sorted(equation, "&") + "fedcba9876543210fedcba9876543210") })},
	}
}

// TestAutopsyOverHTTP makes mistakes as clients do. The answer is what the vendor
// says to any wrong signature; the log line and the journal name the mistake.
func TestAutopsyOverHTTP(t *testing.T) {
	t.Parallel()
	vendors := []struct {
		name  string
		slips []slip
		body  string // of a wrong signature
	}{
		{"openapi", flagshipSlips(), badSignature},
		{"openapi2", enterpriseSlips(), `{"code":2060,"message":"sign error"}`},
		{"fubei", tillSlips(), `{"result_message":"签名错误","result_code":400}`},
	}
	clock := map[string]string{
		"epoch_not_subtracted":      `{"status":7,"message":"时间戳错误"}`,
		"timestamp_in_milliseconds": `{"status":1,"message":"For input string: \"1672286400000\""}`,
		"epoch_subtracted":          `{"code":100,"message":"timestamp \u65f6\u95f4\u6233\u9519\u8bef"}`,
	}
	for _, v := range vendors {
		for _, slip := range v.slips {
			t.Run(v.name+"/"+slip.mistake, func(t *testing.T) {
				t.Parallel()
				want := v.body
				if of, ok := clock[slip.mistake]; ok {
					want = of
				}
				checkAutopsy(t, slip, want)
			})
		}
	}
}

func checkAutopsy(t *testing.T, slip slip, want string) {
	s := newSandbox(t)
	server := s.server(t)
	r, err := server.Client().Do(slip.make().request(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	if body := read(t, r); r.StatusCode != 200 || body != want {
		t.Errorf("HTTP %d %s, want exactly %s", r.StatusCode, body, want)
	}
	e := s.entry(t, r.Header.Get(handlers.CallHeader))
	if len(e.Autopsy) != 1 || !strings.HasPrefix(e.Autopsy[0], slip.mistake+": ") {
		t.Fatalf("the journal says %q, want %s", e.Autopsy, slip.mistake)
	}
	log := s.log.String()
	if !strings.Contains(log, slip.mistake+": ") || !strings.Contains(log, "id="+e.ID) {
		t.Errorf("the log does not name it: %s", log)
	}
	if e.Kind == "bad_signature" {
		if !strings.Contains(e.Canonical, "‹secret›") || !strings.Contains(log, "‹secret›") {
			t.Errorf("no masked canonical text: %q\n%s", e.Canonical, log)
		}
		if strings.Contains(e.Canonical, "12345") {
			t.Errorf("the secret stands in %q", e.Canonical)
		}
	}
	checkNoSecrets(t, s)
}

// checkNoSecrets searches all that the sandbox wrote down.
func checkNoSecrets(t testing.TB, s *sandbox) {
	t.Helper()
	written := s.log.String()
	for _, j := range s.journals() {
		data, err := json.Marshal(j.Entries())
		if err != nil {
			t.Fatal(err)
		}
		written += string(data)
	}
	for _, c := range s.tenants.Credentials() {
		if c.Secrets[0] != "12345" && strings.Contains(written, c.Secrets[0]) {
			t.Errorf("the secret %s is written down:\n%s", c.Secrets[0], written)
		}
	}
}

// TestSecretSentAsParameter: what a client gives away is not passed on.
func TestSecretSentAsParameter(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	unreadable := payments("[]")
	unreadable.path += "?bad=%zz&appsecret=testsecret&"
	calls := []*call{
		payments(emptyDay("")).set("appsecret", "testsecret:testsalt"),
		payments(emptyDay("")).set("salt", "testsecret:testsalt"),
		payments(emptyDay("")).set("key", "testsecret"),
		payments(emptyDay("")).set("sid", "testsecret"),
		payments(emptyDay("")).set("method", "testsecret"),
		payments(`[{"secret":"testsecret"}]`),
		fubei(reconcile, "{}", "app_secret", "0123456789abcdef0123456789abcdef"),
		fubei(reconcile, "{}", "app_id", "0123456789abcdef0123456789abcdef"),
		fubei(reconcile, `{"remark":"0123456789abcdef0123456789abcdef"}`),
		fubei(reconcile, `{"remark":"0123456789abcdef0123456789abcdef"}`).set("app_id", "nobody"),
		payments(`[{"secret":"testsecret:testsalt"}]`).set("sid", "nobody"),
		payments(`[{"secret":"testsecret"`),
		openapi2(accountChecks, "appsecret", "12345"),
		unreadable,
	}
	for _, c := range calls {
		e := s.call(t, c).entry
		if !strings.Contains(e.Request, "‹secret›") {
			t.Errorf("the journal has %q", e.Request)
		}
	}
	checkNoSecrets(t, s)
	last := s.call(t, openapi2(accountChecks, "appsecret", "12345", "sign", "0")).entry
	if text := last.Request + last.Canonical; strings.Contains(text, "12345") {
		t.Errorf("the secret stands in %s", text)
	}
}

// TestHints are for people: who reads the log learns what would be right.
func TestHints(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	tests := []struct {
		call *call
		want string
	}{
		{payments("[]").set("sid", "nobody"), "no tenant has the app nobody; known are sandbox, elsewhere, other"},
		{payments("[]").set("key", "nobody"), "the app sandbox has no key nobody"},
		{payments("[]").set("salt", "pepper"), "the appsecret is secret:salt"},
		{payments("[]").set("method", "sales.payment.querywithdetail"), "did you mean sales.Payment.queryWithDetail?"},
		{payments("[]").set("v", "2"), "v must be 1.0"},
		{payments("{}"), "must be a JSON array"},
		{fubei(reconcile, "[]"), "biz_content must be the text of one JSON object"},
		{fubei(reconcile, "{}").set("app_id", ""), "neither app_id nor vendor_sn was sent"},
		{openapi2(accountChecks).unset("sid"), "the parameter sid is missing"},
		{&call{vendor: "openapi2", path: "/openapi2/" + accountChecks, late: func(c *call) { c.pairs = nil }}, "they travel in a form in the body"},
	}
	for _, test := range tests {
		a := s.call(t, test.call)
		if !strings.Contains(a.entry.Hint, test.want) {
			t.Errorf("%s: hint %q, want %q", a.body, a.entry.Hint, test.want)
		}
		if !strings.Contains(s.log.String(), test.want) {
			t.Errorf("the log does not say %q", test.want)
		}
		if strings.Contains(a.body, test.want) {
			t.Errorf("the body is not the vendor's: %s", a.body)
		}
	}
}
