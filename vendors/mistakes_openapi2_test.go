package vendors_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

const (
	formSecret = "12345abcDEF"
	formJSON   = `[{"tid":"A/1","buyer":"测试店","paid":199.0000}]`
)

func formPairs() []signature.Pair {
	return []signature.Pair{
		{Name: "sid", Value: "test2"}, {Name: "appkey", Value: "test2-xx"}, {Name: "timestamp", Value: "1470042310"},
		{Name: "trade_list", Value: formJSON}, {Name: "remark", Value: ""}, {Name: "page_no", Value: "0"},
		{Name: "start_time", Value: "2016-08-01 12:00:00"},
	}
}

func formForm() form {
	f := form{}
	for _, p := range formPairs() {
		f[p.Name] = p.Value
	}
	return f
}

func formCase() autopsy.Case {
	c := caseOf("openapi2", formSecret, "", signature.Request{Pairs: formPairs(), Body: "the raw body is not signed"})
	c.Others = []autopsy.Known{{Name: "tenant other, openapi2", Secret: "other-secret"}}
	return c
}

// measuredAs is openapi2's text in another form or with another unit of length.
func (f form) measuredAs(format string, unit func(string) int, separator string) string {
	return f.in(f.names(), func(k, v string) string { return fmt.Sprintf(format, unit(k), k, unit(v), v) }, separator)
}

func chars(s string) int { return len([]rune(s)) }

func TestAutopsyOpenAPI2(t *testing.T) {
	t.Parallel()
	f := formForm()
	s := func(text string) string { return md5Of(text + formSecret) }
	right := func(f form) string { return s(f.measured()) }
	const usual = "%02d-%s:%04d-%s"
	wire := []string{"sid", "appkey", "timestamp", "trade_list", "remark", "page_no", "start_time"}
	write := func(k, v string) string { return fmt.Sprintf(usual, chars(k), k, chars(v), v) }
	checkSlips(t, formCase(), []slip{
		one("lengths_in_bytes", s(f.measuredAs(usual, func(s string) int { return len(s) }, ";"))),
		one("length_padding_missing", s(f.measuredAs("%d-%s:%d-%s", chars, ";"))),
		named("length_padding_missing", "value", s(f.measuredAs("%02d-%s:%d-%s", chars, ";"))),
		named("length_padding_missing", "name", s(f.measuredAs("%d-%s:%04d-%s", chars, ";"))),
		named("length_padding_wrong", "two and two", s(f.measuredAs("%02d-%s:%02d-%s", chars, ";"))),
		named("length_padding_wrong", "four and four", s(f.measuredAs("%04d-%s:%04d-%s", chars, ";"))),
		one("trailing_separator", s(f.measured()+";")),
		one("separators_missing", s(f.measuredAs(usual, chars, ""))),
		named("separators_missing", "all", s(f.measuredAs("%02d%s%04d%s", chars, ""))),
		named("separators_missing", "colon", s(f.measuredAs("%02d-%s%04d-%s", chars, ";"))),
		named("separators_missing", "dashes", s(f.measuredAs("%02d%s:%04d%s", chars, ";"))),
		one("lengths_missing", s(f.in(f.names(), func(k, v string) string { return k + ":" + v }, ";"))),
		one("wrong_separator", s(f.measuredAs(usual, chars, "&"))),
		one("keys_unsorted", s(f.in(wire, write, ";"))),
		one("key_before_secret", s(f.measured()+"&key=")),
		one("empty_values_skipped", right(f.but("remark", gone))),
		one("paging_left_out", right(f.but("page_no", gone))),
		named("parameter_left_out", "sid", right(f.but("sid", gone))),
		one("sign_signed", right(f.but("sign", ""))),
		one("epoch_subtracted", right(f.but("timestamp", "144695110"))),
		one("timestamp_in_milliseconds", right(f.but("timestamp", "1470042310456"))),
		one("timestamp_taken_twice", right(f.but("timestamp", "1470042311"))),
		one("timestamp_time_zone", right(f.but("timestamp", "1470071110"))),
		one("values_url_encoded", right(f.mapped(url.QueryEscape))),
		one("plus_not_encoded", right(f.but("start_time", "2016-08-01+12:00:00"))),
		one("json_unicode_escaped", right(f.but("trade_list", `[{"tid":"A/1","buyer":"\u6d4b\u8bd5\u5e97","paid":199.0000}]`))),
		one("json_slashes_escaped", right(f.but("trade_list", strings.ReplaceAll(formJSON, "/", `\/`)))),
		one("secret_missing", md5Of(f.measured())),
		one("secret_only_before", md5Of(formSecret+f.measured())),
		one("secret_on_both_sides", md5Of(formSecret+f.measured()+formSecret)),
		one("secret_whitespace", md5Of(f.measured()+formSecret+"\n")),
		one("secret_letter_case", md5Of(f.measured()+strings.ToLower(formSecret))),
		one("other_credential", md5Of(f.measured()+"other-secret")),
		one("wrong_vendor_algorithm", md5Of(formSecret+f.flat()+formSecret)),
		both(md5Upper(f.query()+formSecret), "wrong_vendor_algorithm", "upper_case"),
		one("upper_case", md5Upper(f.measured()+formSecret)),
		one("hmac_md5", hmacMD5(formSecret, f.measured())),
		both(md5Upper(f.but("remark", gone).measured()+";"+formSecret), "empty_values_skipped", "trailing_separator", "upper_case"),
	})
}

func TestAutopsyOpenAPI2Trimmed(t *testing.T) {
	t.Parallel()
	c := formCase()
	c.Secret = " padded "
	checkSlips(t, c, []slip{one("secret_whitespace", md5Of(formForm().measured()+"padded"))})
}
