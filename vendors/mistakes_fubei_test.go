package vendors_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

const (
	payApp    = "20170224132045932173"
	paySecret = "0123456789abcdef0123456789abcdef"
	payBiz    = `{"month":2,"body":"测试","call_back_url":"http://a.example/?a=1&b=2","year":2017}`
)

func payPairs() []signature.Pair {
	return []signature.Pair{
		{Name: "sign_method", Value: ""}, {Name: "method", Value: "openapi.payment.order.scan"},
		{Name: "app_id", Value: payApp}, {Name: "nonce", Value: "pp2kiwi"}, {Name: "biz_content", Value: payBiz},
	}
}

func payForm() form {
	f := form{}
	for _, p := range payPairs() {
		f[p.Name] = p.Value
	}
	return f
}

func payCase() autopsy.Case {
	c := caseOf("fubei", paySecret, "", signature.Request{Pairs: payPairs()})
	c.Others = []autopsy.Known{{Name: "tenant default, fubei vendor", Secret: "fedcba9876543210fedcba9876543210"}}
	return c
}

func TestAutopsyFubei(t *testing.T) {
	t.Parallel()
	f := payForm()
	s := func(text string) string { return md5Upper(text + paySecret) }
	right := func(f form) string { return s(f.query()) }
	biz := func(text string) string { return right(f.but("biz_content", text)) }
	wire := []string{"sign_method", "method", "app_id", "nonce", "biz_content"}
	pair := func(k, v string) string { return k + "=" + v }
	quoted := strconv.Quote(payBiz)
	checkSlips(t, payCase(), []slip{
		one("json_spaced", biz(`{"month": 2, "body": "测试", "call_back_url": "http://a.example/?a=1&b=2", "year": 2017}`)),
		one("json_unicode_escaped", biz(strings.ReplaceAll(payBiz, "测试", `\u6d4b\u8bd5`))),
		one("json_slashes_escaped", biz(strings.ReplaceAll(payBiz, "/", `\/`))),
		one("json_html_escaped", biz(strings.ReplaceAll(payBiz, "&", `\u0026`))),
		one("json_keys_sorted", biz(`{"body":"测试","call_back_url":"http://a.example/?a=1&b=2","month":2,"year":2017}`)),
		one("json_quoted", biz(quoted[1:len(quoted)-1])),
		named("json_reserialised", "Python", biz(`{"month": 2, "body": "\u6d4b\u8bd5", "call_back_url": "http://a.example/?a=1&b=2", "year": 2017}`)),
		named("json_reserialised", "PHP", biz(`{"month":2,"body":"\u6d4b\u8bd5","call_back_url":"http:\/\/a.example\/?a=1&b=2","year":2017}`)),
		one("empty_values_skipped", right(f.but("sign_method", gone))),
		one("empty_signed_as_null", right(f.but("sign_method", "null"))),
		one("parameter_left_out", right(f.but("nonce", gone))),
		one("sign_signed", right(f.but("sign", ""))),
		one("default_not_sent", right(f.but("version", "1.0"))),
		named("default_not_sent", "all", right(f.but("version", "1.0", "format", "json"))),
		one("unsent_signed_empty", right(f.but("vendor_sn", ""))),
		one("values_url_encoded", right(f.mapped(url.QueryEscape))),
		one("keys_unsorted", s(f.in(wire, pair, "&"))),
		one("trailing_separator", s(f.query()+"&")),
		one("separators_missing", s(f.in(f.names(), pair, ""))),
		named("separators_missing", "all", s(f.flat())),
		one("key_before_secret", s(f.query()+"&key=")),
		named("key_before_secret", "secret", s(f.query()+"&secret=")),
		one("secret_missing", md5Upper(f.query())),
		one("secret_only_before", md5Upper(paySecret+f.query())),
		one("secret_on_both_sides", md5Upper(paySecret+f.query()+paySecret)),
		one("secret_as_parameter", md5Upper(f.but("key", paySecret).query())),
		one("secret_whitespace", md5Upper(f.query()+paySecret+"\n")),
		one("secret_letter_case", md5Upper(f.query()+strings.ToUpper(paySecret))),
		one("other_credential", md5Upper(f.query()+"fedcba9876543210fedcba9876543210")),
		one("lower_case", md5Of(f.query()+paySecret)),
		one("wrong_vendor_algorithm", md5Upper(paySecret+f.flat()+paySecret)),
		both(md5Of(f.measured()+paySecret), "wrong_vendor_algorithm", "lower_case"),
		one("hmac_md5", strings.ToUpper(hmacMD5(paySecret, f.query()))),
		one("sha256", strings.ToUpper(sha256Of(f.query()+paySecret))),
		one("md5_twice", md5Upper(md5Upper(f.query()+paySecret))),
		both(md5Of(f.but("sign_method", gone).query()+"&key="+paySecret), "empty_values_skipped", "key_before_secret", "lower_case"),
	})
}

// TestAutopsyFubeiVendor is the .NET SDK's defect: an empty app_id in place of
// vendor_sn.
func TestAutopsyFubeiVendor(t *testing.T) {
	t.Parallel()
	c := caseOf("fubei", paySecret, "", signature.Request{Pairs: []signature.Pair{{Name: "vendor_sn", Value: "2019"}, {Name: "biz_content", Value: "{}"}}})
	checkSlips(t, c, []slip{
		one("unsent_signed_empty", md5Upper(form{"app_id": "", "biz_content": "{}"}.query()+paySecret)),
		named("unsent_signed_empty", "beside", md5Upper(form{"app_id": "", "vendor_sn": "2019", "biz_content": "{}"}.query()+paySecret)),
	})
}
