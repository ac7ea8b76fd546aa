package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"shaxiang/internal/tenant"
)

// The methods of the five pages, and the sixth.
const (
	queryPayments = "sales.Payment.queryWithDetail"
	pushBills     = "finance.RawPayment.push"
	searchBills   = "finance.RawPayment.search"
	recharge      = "fenxiao.finance.AccountRecharge.createGxRechargeOrder"
	accountChecks = "fa_alipay_account_check_query.php"
	reconcile     = "openapi.payment.order.reconciliation"
)

// june is a tenant for whom the order of the account check page was just shipped.
func june() tenant.Config {
	return tenant.Config{Name: "june",
		Clock:       tenant.ClockConfig{Mode: "frozen", Now: "2022-06-27 16:05:00"},
		Credentials: tenant.Credentials{"openapi2": {{Values: map[string]string{"sid": "june", "appkey": "june", "appsecret": "junesecret"}}}}}
}

func juneCheck() *call {
	c := openapi2(accountChecks, "sid", "june", "appkey", "june", "time_type", "2", "shop_no", "c-test",
		"start_time", "2022-06-27 16:04:52", "end_time", "2022-06-27 16:04:52")
	c.secret = "junesecret"
	return c
}

func decemberPayment() *call {
	return openapi(queryPayments, `[{"start_time":"2022-12-28 16:40:58","end_time":"2022-12-28 16:40:58","sales_order_no":"AT202212120003-9"}]`,
		"page_size", "1", "page_no", "0", "calc_total", "1")
}

// TestExamplesServed holds what is served against the vendors' example answers:
// keys and their order, types, and how numbers are written.
func TestExamplesServed(t *testing.T) {
	t.Parallel()
	examples := []struct {
		file string
		call *call
	}{
		{"payment", decemberPayment()},
		{"payment", openapi(queryPayments, `[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59","shop_nos":"POS,00212,c-test","is_refund":0}]`,
			"page_size", "100", "page_no", "0", "calc_total", "1")},
		{"push_partial", openapi(pushBills, `[[{"shop_no":"POS","order_no":"nothing"},{"shop_no":"POS","order_no":"neither"}]]`)},
		{"account_check", openapi2(accountChecks, "start_time", "2022-06-27 00:00:00", "end_time", "2022-06-27 23:59:59")},
		{"account_check", juneCheck()},
		{"reconciliation", fubei(reconcile, `{"month":2,"year":2017}`)},
	}
	s := newSandbox(t, june())
	for _, e := range examples {
		a := s.call(t, e.call)
		if diff := cmp.Diff(outline(t, example(t, e.file)), outline(t, a.body)); diff != "" {
			t.Errorf("%s (-page +served):\n%s", e.file, diff)
		}
	}
}

// TestExamplesExact is for the examples that hold nothing of a world.
func TestExamplesExact(t *testing.T) {
	t.Parallel()
	examples := []struct {
		file string
		call *call
	}{
		{"payment_refused", openapi(queryPayments, `[{"start_time":"2022-11-01 00:00:00","end_time":"2022-12-28 17:59:59"}]`, "page_size", "2", "page_no", "0")},
		{"push", openapi(pushBills, `[[{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"0Be1tqsxdb","create_time":"2020-08-18 09:20:35"}]]`)},
		{"push_partial", openapi(pushBills, `[[{"shop_no":"POS","order_no":"AFpUNQaX4Ysss","create_time":"2020-08-18 09:20:35","remark":"duplicate remark update 2222"}]]`)},
		{"recharge", openapi(recharge, `[{"fx_nick_no":"6cdea949","fx_nick_name":"旗舰版分销端wdterp85","type": 3,"amount": 300,"payment_type": 3,"beneficiary_account":" beneficiary_account test","voucher_no":" voucher_no test","remark": " remark"}]`)},
		{"recharge_refused", openapi(recharge, `[{"fx_nick_name":"旗舰版分销端wdterp85","type": 3,"amount": 300,"payment_type": 3,"beneficiary_account":"a","voucher_no":"v"}]`)},
		{"account_check_refused", openapi2(accountChecks, "start_time", "2020-12-11 12:00:00")},
	}
	s := newSandbox(t)
	for _, e := range examples {
		if got, want := tokens(t, s.call(t, e.call).body), tokens(t, example(t, e.file)); !cmp.Equal(got, want) {
			t.Errorf("%s: %v, want %v", e.file, got, want)
		}
	}
}

// TestLandmarks looks for the orders of the pages, with the pages' values but for
// those that a world numbers itself.
func TestLandmarks(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, june())
	page := func(file, path string) string { return gjson.Get(example(t, file), path).Raw }
	served := func(c *call, path string) string { return gjson.Get(s.call(t, c).body, path).Raw }
	tills := fubei(reconcile, `{"year":2016,"month":11,"day":7,"limit":100}`)
	rows := []struct {
		name, page, served string
		own                []string
	}{
		{"payment of AT202212120003-9", page("payment", "data.payment_list.0"), served(decemberPayment(), "data.payment_list.0"),
			[]string{"payment_id", "payment_no", "buyer_nick"}},
		// A sale over the counter is received as soon as it is shipped: confirm_* differ.
		{"account check of 20220627", page("account_check", "account_list.0"), served(juneCheck(), "account_list.0"),
			[]string{"account_check_no", "rec_id", "confirm_time", "confirm_amount"}},
		{"Fubei order 201614114702155", page("reconciliation", "data.list.0"), served(tills, `data.list.#(merchant_order_sn=="201614114702155")`), nil},
		{"Fubei order 2017011416161545190", page("reconciliation", "data.list.1"), served(tills, `data.list.#(merchant_order_sn=="2017011416161545190")`), nil},
	}
	for _, r := range rows {
		if diff := cmp.Diff(members(r.page, r.own), members(r.served, r.own)); diff != "" {
			t.Errorf("%s (-page +served):\n%s", r.name, diff)
		}
	}
}

// members returns an object's members as name=raw value, but for some.
func members(object string, but []string) []string {
	var list []string
	gjson.Parse(object).ForEach(func(name, value gjson.Result) bool {
		for _, b := range but {
			if b == name.Str {
				return true
			}
		}
		list = append(list, name.Str+"="+value.String())
		return true
	})
	return list
}

func example(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/examples", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// tokens reads JSON as its tokens: blanks and escapes do not count.
func tokens(t testing.TB, text string) []json.Token {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var list []json.Token
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		list = append(list, token)
	}
}

// outline says of a JSON text what an example tells: path by path, in order, the
// form of what stands there. The rows of a list make up one outline.
func outline(t testing.TB, text string) []string {
	t.Helper()
	if !json.Valid([]byte(text)) {
		t.Fatalf("no JSON: %s", text)
	}
	o := &outliner{forms: map[string]string{}}
	o.walk("", gjson.Parse(text))
	var list []string
	for _, path := range o.paths {
		list = append(list, path+": "+o.forms[path])
	}
	return list
}

type outliner struct {
	paths []string
	forms map[string]string
}

func (o *outliner) walk(path string, v gjson.Result) {
	switch {
	case v.IsArray():
		o.note(path, "list")
		for _, item := range v.Array() {
			o.walk(path+"[]", item)
		}
	case v.IsObject():
		var keys []string
		v.ForEach(func(name, _ gjson.Result) bool { keys = append(keys, name.Str); return true })
		o.note(path, "object of "+strings.Join(keys, " "))
		v.ForEach(func(name, value gjson.Result) bool { o.walk(path+"."+name.Str, value); return true })
	default:
		o.note(path, formOf(path, v))
	}
}

func (o *outliner) note(path, form string) {
	old, seen := o.forms[path]
	if !seen {
		o.paths = append(o.paths, path)
	}
	switch {
	case !seen || old == form:
		o.forms[path] = form
	case !strings.Contains(old, form):
		o.forms[path] = old + " or " + form
	}
}

var (
	digits4 = regexp.MustCompile(`^-?\d+\.\d{4}$`)
	digits2 = regexp.MustCompile(`^\d+\.\d{2}$`)
	whole   = regexp.MustCompile(`^-?\d+$`)
	moment  = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)
)

// free are the values whose form an example cannot show: numbers that are written
// without zeros at their end, and texts that only look like numbers.
var free = map[string]bool{".data.list[].income": true, ".account_list[].tid": true, ".account_list[].account_check_no": true,
	".data.list[].merchant_order_sn": true, ".account_list[].shop_no": true, ".account_list[].shop_name": true,
	".data.payment_list[].shop_no": true}

func formOf(path string, v gjson.Result) string {
	if v.IsBool() {
		return "bool"
	}
	text, form := v.Raw, "other"
	if v.Type == gjson.String {
		text = v.Str
	}
	for _, f := range []struct {
		name string
		re   *regexp.Regexp
	}{{"4 decimals", digits4}, {"2 decimals", digits2}, {"whole", whole}, {"time", moment}} {
		if f.re.MatchString(text) && !free[path] {
			form = f.name
		}
	}
	return fmt.Sprint(v.Type, ", ", form)
}

// TestExampleFiles guards the examples themselves.
func TestExampleFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/examples/*.json")
	if err != nil || len(files) != 9 {
		t.Fatalf("%d examples, %v; the five pages have 9", len(files), err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil || !json.Valid(data) || !bytes.HasSuffix(data, []byte("\n")) {
			t.Errorf("%s: %v, or no JSON, or no line end", f, err)
		}
	}
}
