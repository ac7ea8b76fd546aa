package catalog_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"shaxiang/catalog"
)

func TestWireTypes(t *testing.T) {
	t.Parallel()
	moment := catalog.Time(time.Date(2022, 12, 28, 16, 40, 58, 0, catalog.Beijing).Unix())
	amount := func(s string) catalog.Value { return catalog.Decimal(decimal.RequireFromString(s)) }
	null := catalog.Value{}
	tests := []struct {
		wire catalog.Wire
		v    catalog.Value
		want string
	}{
		{"string", catalog.String("手工/\"a\""), `"手工/\"a\""`}, {"string", catalog.String(""), `""`}, {"string", null, `null`},
		{"string", catalog.Int(7), `"7"`}, {"string", catalog.Bool(true), `"1"`}, {"string", amount("1.50"), `"1.5"`}, {"string", catalog.Time(0), `""`},
		{"string", moment, `"2022-12-28 16:40:58"`},
		{"int", catalog.Int(-7), `-7`}, {"int", catalog.Bool(true), `1`}, {"int", amount("2.4"), `2`}, {"int", null, `null`},
		{"int", catalog.Int(9223372036854775807), `9223372036854775807`}, {"quoted int", catalog.Int(28), `"28"`}, {"quoted int", null, `null`},
		{"decimal2", amount("9.9"), `9.90`}, {"decimal2", amount("-0.001"), `0.00`}, {"quoted decimal2", amount("8.25"), `"8.25"`}, {"quoted decimal2", null, `null`},
		{"decimal4", amount("199"), `199.0000`}, {"decimal4", amount("-3.25"), `-3.2500`}, {"decimal4", catalog.Int(3), `3.0000`}, {"decimal4", null, `null`},
		{"quoted decimal8", amount("10.9985"), `"10.99850000"`}, {"decimal8", amount("-0.000000009"), `-0.00000001`}, {"quoted decimal12", catalog.Int(0), `"0.000000000000"`},
		{"decimal4", amount("999999999999999.9999"), `999999999999999.9999`}, {"quoted decimal4", amount("0"), `"0.0000"`},
		{"number", amount("9.90"), `9.9`}, {"number", amount("10.00"), `10`}, {"number", amount("-0.50"), `-0.5`}, {"number", catalog.Int(0), `0`}, {"quoted number", amount("8.250"), `"8.25"`},
		{"bool", catalog.Bool(true), `true`}, {"bool", catalog.Bool(false), `false`}, {"bool", catalog.Int(2), `true`}, {"bool", null, `null`}, {"quoted bool", catalog.Bool(true), `"true"`},
		{"bool01", catalog.Bool(true), `1`}, {"bool01", catalog.Bool(false), `0`}, {"quoted bool01", catalog.Bool(true), `"1"`}, {"bool01", null, `null`},
		{"datetime", moment, `"2022-12-28 16:40:58"`}, {"datetime", catalog.Time(0), `""`}, {"datetime", null, `null`}, {"quoted datetime", moment, `"2022-12-28 16:40:58"`},
		{"datetime", catalog.Time(-28800 - 1), `"1969-12-31 23:59:59"`},
		{"zerodate", moment, `"2022-12-28 16:40:58"`}, {"zerodate", catalog.Time(0), `"0000-00-00 00:00:00"`}, {"zerodate", null, `null`},
		{"seconds", moment, `1672216858`}, {"seconds", catalog.Time(0), `0`}, {"quoted seconds", moment, `"1672216858"`}, {"quoted seconds", catalog.Time(0), `"0"`}, {"seconds", catalog.Time(-1), `-1`},
		{"millis", moment, `1672216858000`}, {"millis", catalog.Time(0), `0`}, {"millis", null, `null`}, {"quoted millis", moment, `"1672216858000"`},
		{"date", moment, `"2022-12-28"`}, {"date", catalog.Time(0), `""`}, {"date", null, `null`}, {"quoted date", moment, `"2022-12-28"`},
		{"date", catalog.Time(time.Date(2022, 12, 28, 23, 59, 59, 0, catalog.Beijing).Unix()), `"2022-12-28"`},
		{"compact", moment, `"20221228164058"`}, {"compact", catalog.Time(0), `""`}, {"compact", null, `null`},
		{"nullable string", catalog.String(""), `null`}, {"nullable string", catalog.String("a"), `"a"`}, {"nullable string", null, `null`},
		{"nullable datetime", catalog.Time(0), `null`}, {"nullable datetime", moment, `"2022-12-28 16:40:58"`}, {"nullable zerodate", catalog.Time(0), `null`},
		{"nullable millis", catalog.Time(0), `null`}, {"nullable quoted seconds", catalog.Time(0), `null`}, {"quoted nullable seconds", moment, `"1672216858"`},
		{"nullable int", catalog.Int(0), `0`}, {"nullable decimal4", amount("0"), `0.0000`}, {"nullable bool", catalog.Bool(false), `false`},
		{"quoted nullable int", catalog.String(""), `null`}, {"nullable date", catalog.Time(0), `null`}, {"nullable quoted compact", moment, `"20221228164058"`},
	}
	covered := map[string]bool{}
	for _, tt := range tests {
		covered[strings.TrimPrefix(string(tt.wire), "quoted ")] = true
		got := string(catalog.JSON{}.Encoder(tt.wire)([]byte("x"), tt.v))
		if got != "x"+tt.want {
			t.Errorf("%s of %q is %s, want %s", tt.wire, tt.v.Text(), got[1:], tt.want)
		}
		if !json.Valid([]byte(got[1:])) {
			t.Errorf("%s of %q is no JSON: %s", tt.wire, tt.v.Text(), got[1:])
		}
	}
	for _, name := range catalog.WireTypes() {
		if !covered[name] {
			t.Errorf("wire type %q has no case", name)
		}
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	php := catalog.JSON{ASCII: true, Slashes: true}
	for text, want := range map[string]struct{ java, php string }{
		"":                       {`""`, `""`},
		"旗舰版a/b":                 {`"旗舰版a/b"`, `"\u65d7\u8230\u7248a\/b"`},
		"a😀b":                    {`"a😀b"`, `"a\ud83d\ude00b"`},
		"\U0010ffff\U00010000":   {"\"\U0010ffff\U00010000\"", `"\udbff\udfff\ud800\udc00"`},
		"é\u00a0\u2028":          {"\"é\u00a0\u2028\"", `"\u00e9\u00a0\u2028"`},
		"\"\\\b\f\n\r\t":         {`"\"\\\b\f\n\r\t"`, `"\"\\\b\f\n\r\t"`},
		"\x00\x01\x1f\x7f":       {"\"\\u0000\\u0001\\u001f\x7f\"", "\"\\u0000\\u0001\\u001f\x7f\""},
		"<a>&'":                  {`"<a>&'"`, `"<a>&'"`},
		"a\xffb\xe4\xbd":         {"\"a\ufffdb\ufffd\ufffd\"", `"a\ufffdb\ufffd\ufffd"`},
		"\xed\xa0\x80 surrogate": {"\"\ufffd\ufffd\ufffd surrogate\"", `"\ufffd\ufffd\ufffd surrogate"`},
	} {
		if got := string(catalog.JSON{}.AppendString(nil, text)); got != want.java {
			t.Errorf("%q is written %s, want %s", text, got, want.java)
		}
		if got := string(php.AppendString(nil, text)); got != want.php {
			t.Errorf("%q is written %s, want %s", text, got, want.php)
		}
		sameAsStandard(t, text)
	}
}

// sameAsStandard holds AppendString against encoding/json, which differs on purpose
// in two things: it escapes the line separators of JavaScript, and invalid bytes.
func sameAsStandard(t testing.TB, text string) {
	t.Helper()
	var standard bytes.Buffer
	enc := json.NewEncoder(&standard)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029", `\ufffd`, "\ufffd").Replace(strings.TrimSuffix(standard.String(), "\n"))
	if got := string(catalog.JSON{}.AppendString(nil, text)); got != want {
		t.Errorf("%q is written %s, by encoding/json %s", text, got, want)
	}
	for _, j := range []catalog.JSON{{}, {ASCII: true}, {Slashes: true}, {ASCII: true, Slashes: true}} {
		out := j.AppendString(nil, text)
		var back string
		if err := json.Unmarshal(out, &back); err != nil || back != strings.ToValidUTF8(text, "\ufffd") && len(back) != len(repaired(text)) {
			t.Errorf("%q is written %s by %+v and read as %q, %v", text, out, j, back, err)
		}
		if j.ASCII && bytes.ContainsFunc(out, func(r rune) bool { return r > 0x7f }) {
			t.Errorf("%q is not ASCII: %s", text, out)
		}
	}
}

// repaired is the text with each invalid byte replaced, where ToValidUTF8 replaces runs.
func repaired(text string) string { return string([]rune(text)) }

func TestValues(t *testing.T) {
	t.Parallel()
	one := catalog.Decimal(decimal.RequireFromString("1.50"))
	for _, tt := range []struct {
		v    catalog.Value
		text string
		unix int64
		sum  string
		null bool
	}{
		{catalog.Value{}, "", 0, "0", true},
		{catalog.String("x"), "x", 0, "0", false},
		{catalog.Int(-3), "-3", -3, "-3", false},
		{one, "1.5", 0, "1.5", false},
		{catalog.Bool(true), "1", 1, "1", false},
		{catalog.Bool(false), "0", 0, "0", false},
		{catalog.Time(0), "", 0, "0", false},
		{catalog.Time(1672216858), "2022-12-28 16:40:58", 1672216858, "1672216858", false},
	} {
		if tt.v.Text() != tt.text || tt.v.Unix() != tt.unix || tt.v.Amount().String() != tt.sum || tt.v.IsNull() != tt.null {
			t.Errorf("value is %q %d %s %v, want %q %d %s %v", tt.v.Text(), tt.v.Unix(), tt.v.Amount(), tt.v.IsNull(), tt.text, tt.unix, tt.sum, tt.null)
		}
	}
	ascending := [][2]catalog.Value{
		{catalog.Int(2), catalog.Int(10)}, {catalog.String("10"), catalog.String("2")},
		{one, catalog.Int(2)}, {catalog.Time(1), catalog.Time(2)}, {catalog.Bool(false), catalog.Bool(true)},
	}
	for _, pair := range ascending {
		if !pair[0].Less(pair[1]) || pair[1].Less(pair[0]) || pair[0].Less(pair[0]) {
			t.Errorf("%q and %q are not in this order", pair[0].Text(), pair[1].Text())
		}
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	fill := func(parts map[string]string) func([]byte, string) ([]byte, bool) {
		return func(dst []byte, name string) ([]byte, bool) {
			part, ok := parts[name]
			if !ok {
				return append(dst, "half a part"...), false
			}
			return append(dst, part...), true
		}
	}
	for _, tt := range []struct {
		yaml  string
		json  catalog.JSON
		parts map[string]string
		want  string
	}{
		{`{code: 0, total: $total, rows: $rows, message: ok}`, catalog.JSON{}, map[string]string{"total": "3", "rows": "[1]"}, `{"code":0,"total":3,"rows":[1],"message":"ok"}`},
		{`{code: 0, total: $total, rows: $rows, message: ok}`, catalog.JSON{}, map[string]string{"rows": "[]"}, `{"code":0,"rows":[],"message":"ok"}`},
		{`{total: $total, rows: $rows}`, catalog.JSON{}, map[string]string{"rows": "[]"}, `{"rows":[]}`},
		{`{rows: $rows, total: $total}`, catalog.JSON{}, map[string]string{"rows": "[]"}, `{"rows":[]}`},
		{`{total: $total}`, catalog.JSON{}, nil, `{}`},
		{`[$total, 1, $rows, $total]`, catalog.JSON{}, map[string]string{"rows": "2"}, `[1,2]`},
		{`{data: {list: $rows, total: $total}, status: 0}`, catalog.JSON{}, nil, `{"data":{},"status":0}`},
		{`{a: null, b: ~, c: true, d: False, e: 1.50, f: "1", g: [], h: {}, i: -3, j: 1e3}`, catalog.JSON{}, nil, `{"a":null,"b":null,"c":true,"d":false,"e":1.50,"f":"1","g":[],"h":{},"i":-3,"j":1e3}`},
		{`{成功: "say \"hi\" a/b\\"}`, catalog.JSON{}, nil, `{"成功":"say \"hi\" a/b\\"}`},
		{`{成功: "say \"hi\" a/b\\"}`, catalog.JSON{ASCII: true, Slashes: true}, nil, `{"\u6210\u529f":"say \"hi\" a\/b\\"}`},
		{`$rows`, catalog.JSON{}, map[string]string{"rows": "[7]"}, `[7]`},
		{`ok`, catalog.JSON{}, nil, `"ok"`},
		{`2012-01-01`, catalog.JSON{}, nil, `"2012-01-01"`},
	} {
		_, e := acme(t, "x", "endpoints:\n  - {method: x, title: x, kind: query, evidence: documented, source: x, paged: false, rows: {collection: order}, answer: "+
			strings.ReplaceAll(tt.yaml, "\n", " ")+"}\n")
		got := string(e.Answer.Append([]byte("x"), tt.json, fill(tt.parts)))
		if got != "x"+tt.want {
			t.Errorf("%s with %v is %s, want %s", tt.yaml, tt.parts, got[1:], tt.want)
		}
	}
	_, e := acme(t, "x", "endpoints: [{method: x, title: x, kind: query, evidence: documented, source: x, paged: false, rows: {collection: order}, answer: {a: $rows, b: [$total, {c: $rows}]}}]")
	if diff := cmp.Diff([]string{"rows", "total", "rows"}, e.Answer.Placeholders()); diff != "" {
		t.Errorf("placeholders differ (-want +got):\n%s", diff)
	}
}
