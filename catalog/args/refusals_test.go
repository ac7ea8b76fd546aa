package args_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
)

const window = `"start_time":"2022-12-01 00:00:00","end_time":"2022-12-28 17:59:59"`

const good = `"fx_nick_no":"6cdea949","fx_nick_name":"n","type":3,"amount":300,"payment_type":3,"beneficiary_account":"a","voucher_no":"v"`

// TestRefusals tests every kind with which arguments can be refused: the kind, its
// variables, a word of its hint, and what the vendor answers.
func TestRefusals(t *testing.T) {
	t.Parallel()
	type vars = map[string]string
	noPage := func(x call, public vars) call { x.public = public; return x }
	long := strings.Repeat("单", 41)
	tests := []struct {
		name    string
		call    call
		kind    catalog.Kind
		vars    vars
		hint    string
		code    string
		message string
	}{
		{"no argument", payment(`[]`), catalog.ArgCount, vars{}, "argument 1 (params) is missing", "1", "invalid argument count"},
		{"an argument too many", payment(`[{` + window + `},{}]`), catalog.ArgCount, vars{}, "takes 1", "1", "invalid argument count"},
		{"no object", payment(`["x"]`), catalog.BadType, vars{"name": "params", "label": "业务请求参数", "value": ""}, "must be an object", "1", "argument type mismatch"},
		{"null for an object", payment(`[null]`), catalog.BadType, vars{"name": "params", "label": "业务请求参数", "value": ""}, "must be an object", "1", "argument type mismatch"},
		{"no list", push(`[{}]`), catalog.BadType, vars{"name": "detailList", "label": "账单信息列表", "value": ""}, "must be a list", "1", "argument type mismatch"},
		{"no list of objects", push(`[[{},7]]`), catalog.BadType, vars{"name": "detailList", "label": "账单信息列表", "value": ""}, "element 2 is none", "1", "argument type mismatch"},

		{"no page", noPage(payment(`[{}]`), nil), catalog.NotPaged, vars{"method": "sales.Payment.queryWithDetail"}, "page_no is missing", "100", "此方法仅支持分页查询：sales.Payment.queryWithDetail"},
		{"no page size", noPage(payment(`[{}]`), vars{"page_no": "0"}), catalog.NotPaged, vars{"method": "sales.Payment.queryWithDetail"}, "page_size is missing", "100", "此方法仅支持分页查询：sales.Payment.queryWithDetail"},
		{"page before the first", noPage(payment(`[{}]`), vars{"page_no": "-1", "page_size": "1"}), catalog.BadPage, vars{"name": "page_no", "value": "-1", "max": "1000"}, "from 0 on", "100", "page_nomust be greater than or equal to 0"},
		{"page size 0", noPage(payment(`[{}]`), vars{"page_no": "0", "page_size": "0"}), catalog.BadPage, vars{"name": "page_size", "value": "0", "max": "1000"}, "1 to 1000", "100", "page_sizemust be between 1 and 1000"},
		{"page size 1001", noPage(payment(`[{}]`), vars{"page_no": "0", "page_size": "1001"}), catalog.BadPage, vars{"name": "page_size", "value": "1001", "max": "1000"}, "1 to 1000", "100", "page_sizemust be between 1 and 1000"},
		{"page of letters", noPage(payment(`[{}]`), vars{"page_no": "x", "page_size": "1"}), catalog.BadPage, vars{"name": "page_no", "value": "x", "max": "1000"}, "whole number", "100", "page_nomust be greater than or equal to 0"},

		{"unknown argument", payment(`[{` + window + `,"shop_no":"1","other":2}]`), catalog.UnknownParam, vars{"name": "other"}, `no argument "other"`, "2", "other"},
		{"unknown argument in a row", push(`[[{"shop_no":"POS","order_no":"x","shopno":1}]]`), catalog.UnknownParam, vars{"name": "shopno"}, `no argument "shopno"`, "2", "shopno"},
		{"no window", payment(`[{}]`), catalog.MissingWindow, vars{"name": "start_time", "label": "开始时间"}, "start_time is missing", "100", "参数中必须包含起止时间"},
		{"half a window", payment(`[{"start_time":"2022-12-01 00:00:00","end_time":""}]`), catalog.MissingWindow, vars{"name": "end_time", "label": "结束时间"}, "end_time is missing", "100", "参数中必须包含起止时间"},
		{"required and null", recharge(`[{"fx_nick_no":null}]`), catalog.MissingParam, vars{"name": "fx_nick_no", "label": "分销商编码"}, "fx_nick_no is missing", "100", "分销商编号不能为空"},
		{"required and empty", recharge(`[{"fx_nick_no":"1","fx_nick_name":""}]`), catalog.MissingParam, vars{"name": "fx_nick_name", "label": "分销商名称"}, "fx_nick_name is missing", "100", "分销商名称不能为空"},

		{"no whole number", payment(`[{` + window + `,"status":"4x"}]`), catalog.BadType, vars{"name": "status", "label": "状态", "value": "4x"}, `must be int, not "4x"`, "1", "argument type mismatch"},
		{"half a number", payment(`[{` + window + `,"status":1.5}]`), catalog.BadType, vars{"name": "status", "label": "状态", "value": "1.5"}, "must be int", "1", "argument type mismatch"},
		{"list for a text", payment(`[{` + window + `,"payment_no":["1"]}]`), catalog.BadType, vars{"name": "payment_no", "label": "收付单号", "value": ""}, "not a list", "1", "argument type mismatch"},
		{"no decimal", recharge(`[{` + strings.Replace(good, `300`, `"three"`, 1) + `}]`), catalog.BadType, vars{"name": "amount", "label": "充值金额", "value": "three"}, "must be decimal", "1", "argument type mismatch"},
		{"other date", payment(`[{"start_time":"2023/02/06 17:59:19","end_time":"2023-02-07 00:00:00"}]`), catalog.BadDate, vars{"name": "start_time", "label": "开始时间", "value": "2023/02/06 17:59:19"}, "2022-12-28 16:40:58", "100", "Unparseable date: 2023/02/06 17:59:19"},
		{"too long", payment(`[{` + window + `,"payment_no":"` + long + `"}]`), catalog.TooLong, vars{"name": "payment_no", "label": "收付单号", "length": "40"}, "longer than 40", "100", "Data truncation: Data too long for column payment_no"},
		{"one of a list too long", payment(`[{` + window + `,"shop_nos":"1,` + long[:63] + `"}]`), catalog.TooLong, vars{"name": "shop_nos", "label": "店铺编号", "length": "20"}, "longer than 20", "100", "Data truncation: Data too long for column shop_nos"},
		{"over the enum", recharge(`[{` + strings.Replace(good, `"type":3`, `"type":6`, 1) + `}]`), catalog.TooLarge, vars{"name": "type", "label": "充值类型", "value": "6", "max": "5"}, "one of 1, 2, 3, 4, 5", "100", "typemust be less than or equal to 5"},
		{"under the enum", recharge(`[{` + strings.Replace(good, `"type":3`, `"type":"0"`, 1) + `}]`), catalog.TooSmall, vars{"name": "type", "label": "充值类型", "value": "0", "min": "1"}, "one of 1, 2, 3, 4, 5", "100", "typemust be greater than or equal to 1"},
		{"between the enum", payment(`[{` + window + `,"status":25}]`), catalog.BadEnum, vars{"name": "status", "label": "状态", "value": "25"}, "one of 10, 20, 30, 40", "100", "statusmust be one of the allowed values"},
		{"above the limit", recharge(`[{` + strings.Replace(good, `300`, `99999.0001`, 1) + `}]`), catalog.TooLarge, vars{"name": "amount", "label": "充值金额", "value": "99999.0001", "max": "99999"}, "at most 99999", "100", "充值金额需要在0~99999之间"},
		{"not above 0", recharge(`[{` + strings.Replace(good, `300`, `0.0000`, 1) + `}]`), catalog.TooSmall, vars{"name": "amount", "label": "充值金额", "value": "0", "min": "0"}, "above 0", "100", "充值金额需要在0~99999之间"},
		{"span", payment(`[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-31 00:00:01"}]`), catalog.SpanTooWide, vars{"limit": "30天", "from": "start_time", "to": "end_time"}, "2592001 s, at most 2592000 s", "100", "您的查询时间过宽,查询时间不能大于30天"},
		{"span of ages", payment(`[{"start_time":"0001-01-01 00:00:00","end_time":"9999-12-31 23:59:59"}]`), catalog.SpanTooWide, vars{"limit": "30天", "from": "start_time", "to": "end_time"}, "at most 2592000 s", "100", "您的查询时间过宽,查询时间不能大于30天"},

		{"openapi2: neither end", account(`[{}]`), catalog.MissingWindow, vars{"name": "start_time", "label": "开始时间"}, "start_time", "1", "开始时间 start_time 为空"},
		{"openapi2: no end", account(`[{"start_time":"2020-12-11 12:00:00","end_time":""}]`), catalog.MissingWindow, vars{"name": "end_time", "label": "结束时间"}, "end_time", "2", "结束时间 end_time 为空"},
		{"openapi2: span", account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-12 12:00:01"}]`), catalog.SpanTooWide, vars{"limit": "24小时", "from": "start_time", "to": "end_time"}, "86401", "2104", "start_time与end_time时间跨度不能超过最大范围 24小时"},
		{"openapi2: page size", account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-12 12:00:00","page_size":"101"}]`), catalog.BadPage, vars{"name": "page_size", "value": "101", "max": "100"}, "1 to 100", "2220", "page_size为正整数，请检查page_size是否为有效值"},
		{"openapi2: page size of letters", account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-12 12:00:00","page_size":"all"}]`), catalog.BadPage, vars{"name": "page_size", "value": "all", "max": "100"}, "1 to 100", "2220", "page_size为正整数，请检查page_size是否为有效值"},
		{"openapi2: date", account(`[{"start_time":"2020-12-11","end_time":"2020-12-12 12:00:00"}]`), catalog.BadDate, vars{"name": "start_time", "label": "开始时间", "value": "2020-12-11"}, "start_time", "2160", "start_time和end_time为空或不是有效的时间格式"},
		{"openapi2: status", account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-12 12:00:00","status":"6"}]`), catalog.TooLarge, vars{"name": "status", "label": "对账单状态", "value": "6", "max": "5"}, "one of 0, 1, 2, 3, 4, 5", "2830", "参数值无效status"},
		{"fubei: year", reconciliation(`[{"year":"MMXVII"}]`), catalog.BadType, vars{"name": "year", "label": "年", "value": "MMXVII"}, "must be int", "400", "参数year类型错误"},
		{"fubei: type", reconciliation(`[{"type":"11"}]`), catalog.TooLong, vars{"name": "type", "label": "是否返回全部交易数据", "length": "1"}, "longer than 1", "400", "参数type超长,最大长度1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, refused := tt.call.run(t)
			if refused == nil {
				t.Fatalf("accepted; want %s", tt.kind)
			}
			if hint := inWords(refused); refused.Kind != tt.kind || !strings.Contains(hint, tt.hint) {
				t.Errorf("refused with %s, hint %q; want %s, hint with %q", refused.Kind, hint, tt.kind, tt.hint)
			}
			if diff := cmp.Diff(tt.vars, refused.Vars); diff != "" {
				t.Errorf("variables differ (-want +got):\n%s", diff)
			}
			code, message := answer(t, tt.call, refused)
			if code != tt.code || message != tt.message {
				t.Errorf("answers %s %q, want %s %q", code, message, tt.code, tt.message)
			}
		})
	}
}

// answer returns the vendor's code and text of a refusal.
func answer(t testing.TB, x call, refused *catalog.Refusal) (code, message string) {
	t.Helper()
	c := mustShipped(t)
	v := c.Vendor(x.vendor)
	row := catalog.Find(refused, v.Paths[0], c.Endpoint(x.vendor, x.method).Refusals, v.Errors)
	if row == nil {
		t.Fatalf("no row for %v", refused)
	}
	return row.Code.JSON(), row.Text(refused.Vars)
}

// TestRefusalsFillTheirTexts compares the variables of refusals with those that the linter
// allows in texts.
func TestRefusalsFillTheirTexts(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "list", `endpoints:
  - method: list
    title: lists
    kind: query
    evidence: documented
    source: a page
    args:
      - name: params
        type: object
        label: P
        fields:
          - {name: nos, type: int, label: 编号, comma: true, column: no}
          - {name: one, type: decimal, label: 数, min: "-1", max: "1"}
    paged: false
    rows: {collection: order, fields: [{name: no, type: string}]}
    answer: {rows: $rows}
`)
	for text, want := range map[string]*catalog.Refusal{
		`[{"nos":"1,x"}]`:  catalog.Refuse(catalog.BadList, "name", "nos", "label", "编号", "value", "1,x"),
		`[{"nos":"1,,2"}]`: catalog.Refuse(catalog.BadList, "name", "nos", "label", "编号", "value", "1,,2"),
		`[{"one":"-2"}]`:   catalog.Refuse(catalog.TooSmall, "name", "one", "label", "数", "value", "-2", "min", "-1"),
		`[{"one":1.1}]`:    catalog.Refuse(catalog.TooLarge, "name", "one", "label", "数", "value", "1.1", "max", "1"),
	} {
		_, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused == nil || refused.Kind != want.Kind || !cmp.Equal(refused.Vars, want.Vars) {
			t.Errorf("%s: refused with %v %v, want %v %v", text, refused, refused.Vars, want.Kind, want.Vars)
			continue
		}
		for _, name := range refused.Kind.Vars() {
			if _, ok := refused.Vars[name]; !ok {
				t.Errorf("%s: has no %q, which a text may use", refused.Kind, name)
			}
		}
	}
}

// TestDecimals tests the limits of decimal(19,4).
func TestDecimals(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]struct {
		kind catalog.Kind
		text string
	}{
		`0`:                       {"", "0"},
		`-0.00`:                   {"", "0"},
		`1`:                       {"", "1"},
		`"1.50"`:                  {"", "1.5"},
		`1e3`:                     {"", "1000"},
		`"1E-4"`:                  {"", "0.0001"},
		`999999999999999.9999`:    {"", "999999999999999.9999"},
		`-999999999999999.9999`:   {"", "-999999999999999.9999"},
		`1.00000000`:              {"", "1"},
		`1000000000000000`:        {catalog.TooLong, ""},
		`-1000000000000000`:       {catalog.TooLong, ""},
		`0.00001`:                 {catalog.TooLong, ""},
		`1e40`:                    {catalog.TooLong, ""},
		`1e-40`:                   {catalog.TooLong, ""},
		`1e41`:                    {catalog.BadType, ""},
		`1e999999999`:             {catalog.BadType, ""},
		`1e-999999999`:            {catalog.BadType, ""},
		`1e99999999999999999999`:  {catalog.BadType, ""},
		`"1.2.3"`:                 {catalog.BadType, ""},
		`"NaN"`:                   {catalog.BadType, ""},
		`"Infinity"`:              {catalog.BadType, ""},
		`"1,5"`:                   {catalog.BadType, ""},
		`" 1"`:                    {catalog.BadType, ""},
		`"0x10"`:                  {catalog.BadType, ""},
		`"1_000"`:                 {catalog.BadType, ""},
		`"e1"`:                    {catalog.BadType, ""},
		`"1e"`:                    {catalog.BadType, ""},
		`"."`:                     {catalog.BadType, ""},
		`true`:                    {catalog.BadType, ""},
		strings.Repeat("1", 41):   {catalog.BadType, ""},
		strings.Repeat("1", 40):   {catalog.TooLong, ""},
		strings.Repeat("9", 1000): {catalog.BadType, ""},
	} {
		c, refused := push(`[[{"shop_no":"POS","order_no":"x","balance":` + amount + `}]]`).run(t)
		if refused != nil {
			t.Fatalf("%s: the call was refused: %v", amount, refused)
		}
		in := c.Inputs()[0]
		var kind catalog.Kind
		if in.Refused != nil {
			kind = in.Refused.Kind
		}
		if kind != want.kind || kind == "" && in.Value("balance").Text() != want.text {
			t.Errorf("balance %.50s: %q %q, want %q %q", amount, kind, in.Value("balance").Text(), want.kind, want.text)
		}
	}
}

// TestDates: only the documented format of moments is accepted.
func TestDates(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"2022-12-28 16:40:58":     true,
		"2024-02-29 00:00:00":     true,
		"1970-01-01 08:00:00":     true,
		"2023-02-29 00:00:00":     false,
		"2022-12-28 24:00:00":     false,
		"2022-12-28 6:40:58":      false,
		"2022-12-28 16:40:58.123": false,
		"2022-12-28 16:40:58,1":   false,
		"2022-12-28T16:40:58":     false,
		"2022-12-28 16:40":        false,
		"2022-12-28":              false,
		"0000-00-00 00:00:00":     false,
		"1672216858":              false,
		" 2022-12-28 16:40:58":    false,
	} {
		_, refused := payment(`[{"start_time":"` + text + `","end_time":"` + text + `"}]`).run(t)
		if got := refused == nil; got != ok {
			t.Errorf("%q: accepted %v, want %v (%v)", text, got, ok, refused)
		}
		if refused != nil && refused.Kind != catalog.BadDate {
			t.Errorf("%q: refused with %s, want bad_date", text, refused.Kind)
		}
	}
}

func TestAcceptedTypes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`[{` + window + `,"status":40}]`,
		`[{` + window + `,"status":"40"}]`,
		`[{` + window + `,"status":null,"payment_no":"","shop_nos":""}]`,
		`[{` + window + `,"payment_no":12345}]`,
		`[{` + window + `,"payment_no":"` + strings.Repeat("单", 40) + `"}]`,
	} {
		if _, refused := payment(text).run(t); refused != nil {
			t.Errorf("%s: refused: %v", text, refused)
		}
	}
}

// TestRunOfAnUnknownCheck: an unknown name of a check is a mistake in the program.
func TestRunOfAnUnknownCheck(t *testing.T) {
	t.Parallel()
	defer func() {
		if got, want := recover(), "args: no check of arguments is called colour"; got != want {
			t.Errorf("panic %v, want %q", got, want)
		}
	}()
	c, _ := payment(`[{}]`).run(t)
	c.Run("colour")
}
