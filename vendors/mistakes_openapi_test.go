package vendors_test

import (
	"net/url"
	"strings"
	"testing"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

const (
	flagSecret = "testsecret"
	flagSalt   = "testsalt"
	flagBody   = `[{"shop_no":"POS","url":"http://a.example/x?y=1&z=2","remark":"现金😀"},false]`
	flagEpoch  = 1325347200
)

// flagPairs is a request of the flagship in an order no sorting would give.
func flagPairs() []signature.Pair {
	return []signature.Pair{
		{Name: "sid", Value: "sandbox"}, {Name: "key", Value: "apikey"}, {Name: "salt", Value: flagSalt},
		{Name: "method", Value: "sales.Payment.queryWithDetail"}, {Name: "v", Value: "1.0"},
		{Name: "timestamp", Value: "344697915"}, {Name: "Zone", Value: "e/f ~*!测"}, {Name: "none", Value: ""},
		{Name: "page_size", Value: "2"}, {Name: "page_no", Value: "0"}, {Name: "calc_total", Value: "1"},
	}
}

func flagForm(body string) form {
	f := form{"body": body}
	for _, p := range flagPairs() {
		f[p.Name] = p.Value
	}
	return f
}

func flagCase(body string) autopsy.Case {
	c := caseOf("openapi", flagSecret, flagSalt, signature.Request{Pairs: flagPairs(), Body: body})
	c.Others = []autopsy.Known{
		{Name: "tenant other, openapi", Secret: "othersecret", Issued: "othersecret:othersalt"},
		{Name: "tenant default, openapi2", Secret: "98765"},
	}
	return c
}

// round signs as the flagship does, with any secret.
func round(f form, secret string) string { return md5Of(secret + f.flat() + secret) }

func TestAutopsyOpenAPIParameters(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	right := func(f form) string { return round(f, flagSecret) }
	checkSlips(t, flagCase(flagBody), []slip{
		one("salt_left_out", right(f.but("salt", gone))),
		one("body_not_signed", right(f.but("body", gone))),
		named("body_signed_empty", "nothing", right(f.but("body", ""))),
		named("body_signed_empty", "array", right(f.but("body", "[]"))),
		named("body_signed_empty", "object", right(f.but("body", "{}"))),
		named("body_line_end", "LF", right(f.but("body", flagBody+"\n"))),
		named("body_line_end", "CRLF", right(f.but("body", flagBody+"\r\n"))),
		named("body_not_in_list", "unwrapped", right(f.but("body", flagBody[1:len(flagBody)-1]))),
		named("body_not_in_list", "wrapped twice", right(f.but("body", "["+flagBody+"]"))),
		one("empty_values_skipped", right(f.but("none", gone))),
		named("empty_values_skipped", "as PHP's empty", right(f.but("none", gone, "page_no", gone))),
		named("empty_signed_as_null", "Java", right(f.but("none", "null"))),
		named("empty_signed_as_null", "Python", right(f.but("none", "None"))),
		named("sign_signed", "still empty", right(f.but("sign", ""))),
		named("sign_signed", "in a second round", right(f.but("sign", right(f)))),
		one("names_lower_cased", right(f.but("Zone", gone, "zone", f["Zone"]))),
		one("paging_left_out", right(f.but("page_size", gone, "page_no", gone, "calc_total", gone))),
		named("parameter_left_out", "sid", right(f.but("sid", gone))),
		named("parameter_left_out", "key", right(f.but("key", gone))),
		named("parameter_left_out", "v", right(f.but("v", gone))),
		named("parameter_left_out", "method", right(f.but("method", gone))),
		named("parameter_left_out", "page_size", right(f.but("page_size", gone))),
		named("epoch_not_subtracted", "in what was signed", right(f.but("timestamp", "1670045115"))),
		one("epoch_subtracted_only_in_sign", right(f.but("timestamp", "-980649285"))),
		named("timestamp_in_milliseconds", "round", right(f.but("timestamp", "344697915000"))),
		named("timestamp_in_milliseconds", "less epoch", right(f.but("timestamp", "344697915987"))),
		named("timestamp_in_milliseconds", "unix", right(f.but("timestamp", "1670045115001"))),
		named("timestamp_in_milliseconds", "last of the second", right(f.but("timestamp", "1670045115999"))),
		one("timestamp_sent_in_milliseconds", right(f.but("timestamp", "344697"))),
		one("timestamp_taken_twice", right(f.but("timestamp", "344697914"))),
		one("timestamp_time_zone", right(f.but("timestamp", "344726715"))),
	})
}

func TestAutopsyOpenAPINamesTheParameter(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	for _, name := range []string{"sid", "key", "v", "method", "page_size", "page_no", "calc_total", "Zone", "timestamp"} {
		c := flagCase(flagBody)
		c.Sign = round(f.but(name, gone), flagSecret)
		found := autopsy.Perform(c)
		if len(found) != 1 || !strings.Contains(found[0].Text, `"`+name+`"`) {
			t.Errorf("%s left out: %v", name, found)
		}
	}
}

func TestAutopsyOpenAPISaltNotSent(t *testing.T) {
	t.Parallel()
	pairs := flagPairs()
	c := caseOf("openapi", flagSecret, flagSalt, signature.Request{Pairs: append(pairs[:2:2], pairs[3:]...), Body: "[]"})
	checkSlips(t, c, []slip{one("salt_not_sent", round(flagForm("[]"), flagSecret))})
}

func TestAutopsyOpenAPIBodyLineEnd(t *testing.T) {
	t.Parallel()
	body := "[1]\n"
	checkSlips(t, flagCase(body), []slip{named("body_line_end", "stripped", round(flagForm("[1]"), flagSecret))})
}

func TestAutopsyOpenAPIValues(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	right := func(f form) string { return round(f, flagSecret) }
	plus := f.mapped(url.QueryEscape)
	twenty := f.mapped(func(v string) string { return strings.ReplaceAll(url.QueryEscape(v), "+", "%20") })
	js := f.mapped(func(v string) string {
		return strings.NewReplacer("+", "%20", "%21", "!", "%2A", "*").Replace(url.QueryEscape(v))
	})
	lower := f.but("Zone", "e%2ff+~%2a%21%e6%b5%8b")
	checkSlips(t, flagCase(flagBody), []slip{
		named("values_url_encoded", "plus", right(plus)),
		named("values_url_encoded", "%20", right(twenty)),
		named("values_url_encoded", "as JavaScript does", right(js)),
		named("values_url_encoded", "body spared", right(plus.but("body", flagBody))),
		named("values_url_encoded", "lower hex, body spared", right(lower)),
		named("plus_not_encoded", "Zone", right(f.but("Zone", "e/f+~*!测"))),
	})
}

func TestAutopsyOpenAPITrimmed(t *testing.T) {
	t.Parallel()
	c := flagCase("[]")
	c.Request.Pairs = append(c.Request.Pairs, signature.Pair{Name: "w", Value: " x "})
	checkSlips(t, c, []slip{one("values_trimmed", round(flagForm("[]").but("w", "x"), flagSecret))})
}

func TestAutopsyOpenAPILayout(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	wire, values, upper := "", "", ""
	for _, p := range flagPairs() {
		wire += p.Name + p.Value
	}
	for _, k := range f.names() {
		values += f[k]
	}
	ignoringCase := []string{"body", "calc_total", "key", "method", "none", "page_no", "page_size", "salt", "sid", "timestamp", "v", "Zone"}
	for _, k := range ignoringCase {
		upper += k + f[k]
	}
	reversed := ""
	for _, k := range f.names() {
		reversed = k + f[k] + reversed
	}
	rest := f.but("body", gone).flat()
	s := func(text string) string { return md5Of(flagSecret + text + flagSecret) }
	checkSlips(t, flagCase(flagBody), []slip{
		one("keys_unsorted", s(wire+"body"+flagBody)),
		named("keys_unsorted", "descending", s(reversed)),
		one("keys_sorted_ignoring_case", s(upper)),
		named("body_not_sorted_in", "last", s(rest+"body"+flagBody)),
		named("body_not_sorted_in", "first", s("body"+flagBody+rest)),
		named("body_without_name", "last", s(rest+flagBody)),
		named("body_without_name", "first", s(flagBody+rest)),
		named("body_without_name", "in place", s(strings.Replace(f.flat(), "body"+flagBody, flagBody, 1))),
		one("separators_added", s(f.query())),
		named("separators_added", "= only", s(f.in(f.names(), func(k, v string) string { return k + "=" + v }, ""))),
		named("separators_added", "& only", s(f.in(f.names(), func(k, v string) string { return k + v }, "&"))),
		one("trailing_separator", s(f.flat()+"&")),
		one("names_not_signed", s(values)),
		one("key_before_secret", s(f.flat()+"&key=")),
		one("wrong_vendor_algorithm", md5Of(f.but("body", gone).measured()+flagSecret)),
		named("wrong_vendor_algorithm", "with the body", md5Of(f.query()+flagSecret)),
		both(md5Upper(f.but("body", gone).query()+flagSecret), "wrong_vendor_algorithm", "upper_case"),
	})
}

func TestAutopsyOpenAPISecret(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	text := f.flat()
	checkSlips(t, flagCase(flagBody), []slip{
		one("secret_missing", md5Of(text)),
		one("secret_only_before", md5Of(flagSecret+text)),
		one("secret_only_after", md5Of(text+flagSecret)),
		one("secret_as_parameter", md5Of(f.but("appsecret", flagSecret).flat())),
		one("whole_appsecret", round(f, "testsecret:testsalt")),
		one("salt_as_secret", round(f, flagSalt)),
		named("secret_whitespace", "LF", round(f, flagSecret+"\n")),
		named("secret_whitespace", "CRLF", round(f, flagSecret+"\r\n")),
		named("secret_whitespace", "blank", round(f, " "+flagSecret)),
		named("secret_whitespace", "BOM", round(f, "\ufeff"+flagSecret)),
		named("secret_letter_case", "upper", round(f, "TESTSECRET")),
		one("secret_hashed", round(f, md5Of(flagSecret))),
		one("secret_quoted", round(f, `"testsecret"`)),
		one("other_credential", round(f, "othersecret")),
		named("other_credential", "whole appsecret", round(f, "othersecret:othersalt")),
		named("other_credential", "another vendor's", round(f, "98765")),
	})
}

func TestAutopsyNamesTheOtherCredential(t *testing.T) {
	t.Parallel()
	c := flagCase("[]")
	c.Sign = round(flagForm("[]"), "98765")
	found := autopsy.Perform(c)
	if len(found) != 1 || !strings.Contains(found[0].Text, "(tenant default, openapi2)") {
		t.Errorf("Autopsy = %v", found)
	}
}

func TestAutopsyOpenAPIDigest(t *testing.T) {
	t.Parallel()
	inner := flagForm(flagBody).flat()
	text := flagSecret + inner + flagSecret
	latin := ""
	for i := range len(text) {
		latin += string(rune(text[i]))
	}
	ascii := strings.NewReplacer("测", "?", "现", "?", "金", "?", "😀", "??").Replace(text)
	checkSlips(t, flagCase(flagBody), []slip{
		one("hmac_md5", hmacMD5(flagSecret, inner)),
		named("hmac_md5", "over the whole text", hmacMD5(flagSecret, text)),
		one("hmac_sha256", hmacSHA256(flagSecret, inner)),
		named("hmac_sha256", "over the whole text", hmacSHA256(flagSecret, text)),
		one("sha256", sha256Of(text)),
		one("sha1", sha1Of(text)),
		one("md5_twice", md5Of(md5Of(text))),
		one("charset_twice", md5Of(latin)),
		one("charset_ascii", md5Of(ascii)),
		one("upper_case", md5Upper(text)),
		one("base64", base64MD5(text)),
		one("half_md5", md5Of(text)[8:24]),
		one("sign_whitespace", md5Of(text)+"\n"),
	})
}

func TestAutopsyOpenAPIPairs(t *testing.T) {
	t.Parallel()
	f := flagForm(flagBody)
	spaced := strings.NewReplacer(`,"`, `, "`, `":`, `": `, ",false", ", false").Replace(flagBody)
	checkSlips(t, flagCase(flagBody), []slip{
		both(md5Upper(flagSecret+f.but("body", spaced).flat()+flagSecret), "json_spaced", "upper_case"),
		both(md5Upper(f.but("body", spaced).flat()+flagSecret), "json_spaced", "secret_only_after", "upper_case"),
		both(round(f.but("salt", gone), "testsecret:testsalt"), "salt_left_out", "whole_appsecret"),
		both(round(f.but("body", gone, "timestamp", "1670045115"), flagSecret), "body_not_signed", "epoch_not_subtracted"),
		both(sha256Of(f.flat()+flagSecret), "secret_only_after", "sha256"),
		both(round(f.but("body", gone), "othersecret"), "body_not_signed", "other_credential"),
	})
}
