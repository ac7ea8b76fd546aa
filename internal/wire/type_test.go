package wire_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"shaxiang/internal/wire"
)

func TestWireTypes(t *testing.T) {
	t.Parallel()
	moment := wire.Time(time.Date(2022, 12, 28, 16, 40, 58, 0, wire.Beijing).Unix())
	amount := func(s string) wire.Value { return wire.Decimal(decimal.RequireFromString(s)) }
	null := wire.Value{}
	tests := []struct {
		wire wire.Type
		v    wire.Value
		want string
	}{
		{"string", wire.String("手工/\"a\""), `"手工/\"a\""`}, {"string", wire.String(""), `""`}, {"string", null, `null`},
		{"string", wire.Int(7), `"7"`}, {"string", wire.Bool(true), `"1"`}, {"string", amount("1.50"), `"1.5"`}, {"string", wire.Time(0), `""`},
		{"string", moment, `"2022-12-28 16:40:58"`},
		{"int", wire.Int(-7), `-7`}, {"int", wire.Bool(true), `1`}, {"int", amount("2.4"), `2`}, {"int", null, `null`},
		{"int", wire.Int(9223372036854775807), `9223372036854775807`}, {"quoted int", wire.Int(28), `"28"`}, {"quoted int", null, `null`},
		{"decimal2", amount("9.9"), `9.90`}, {"decimal2", amount("-0.001"), `0.00`}, {"quoted decimal2", amount("8.25"), `"8.25"`}, {"quoted decimal2", null, `null`},
		{"decimal4", amount("199"), `199.0000`}, {"decimal4", amount("-3.25"), `-3.2500`}, {"decimal4", wire.Int(3), `3.0000`}, {"decimal4", null, `null`},
		{"quoted decimal8", amount("10.9985"), `"10.99850000"`}, {"decimal8", amount("-0.000000009"), `-0.00000001`}, {"quoted decimal12", wire.Int(0), `"0.000000000000"`},
		{"decimal4", amount("999999999999999.9999"), `999999999999999.9999`}, {"quoted decimal4", amount("0"), `"0.0000"`},
		{"number", amount("9.90"), `9.9`}, {"number", amount("10.00"), `10`}, {"number", amount("-0.50"), `-0.5`}, {"number", wire.Int(0), `0`}, {"quoted number", amount("8.250"), `"8.25"`},
		{"bool", wire.Bool(true), `true`}, {"bool", wire.Bool(false), `false`}, {"bool", wire.Int(2), `true`}, {"bool", null, `null`}, {"quoted bool", wire.Bool(true), `"true"`},
		{"bool01", wire.Bool(true), `1`}, {"bool01", wire.Bool(false), `0`}, {"quoted bool01", wire.Bool(true), `"1"`}, {"bool01", null, `null`},
		{"datetime", moment, `"2022-12-28 16:40:58"`}, {"datetime", wire.Time(0), `""`}, {"datetime", null, `null`}, {"quoted datetime", moment, `"2022-12-28 16:40:58"`},
		{"datetime", wire.Time(-28800 - 1), `"1969-12-31 23:59:59"`},
		{"zerodate", moment, `"2022-12-28 16:40:58"`}, {"zerodate", wire.Time(0), `"0000-00-00 00:00:00"`}, {"zerodate", null, `null`},
		{"seconds", moment, `1672216858`}, {"seconds", wire.Time(0), `0`}, {"quoted seconds", moment, `"1672216858"`}, {"quoted seconds", wire.Time(0), `"0"`}, {"seconds", wire.Time(-1), `-1`},
		{"millis", moment, `1672216858000`}, {"millis", wire.Time(0), `0`}, {"millis", null, `null`}, {"quoted millis", moment, `"1672216858000"`},
		{"date", moment, `"2022-12-28"`}, {"date", wire.Time(0), `""`}, {"date", null, `null`}, {"quoted date", moment, `"2022-12-28"`},
		{"date", wire.Time(time.Date(2022, 12, 28, 23, 59, 59, 0, wire.Beijing).Unix()), `"2022-12-28"`},
		{"compact", moment, `"20221228164058"`}, {"compact", wire.Time(0), `""`}, {"compact", null, `null`},
		{"nullable string", wire.String(""), `null`}, {"nullable string", wire.String("a"), `"a"`}, {"nullable string", null, `null`},
		{"nullable datetime", wire.Time(0), `null`}, {"nullable datetime", moment, `"2022-12-28 16:40:58"`}, {"nullable zerodate", wire.Time(0), `null`},
		{"nullable millis", wire.Time(0), `null`}, {"nullable quoted seconds", wire.Time(0), `null`}, {"quoted nullable seconds", moment, `"1672216858"`},
		{"nullable int", wire.Int(0), `0`}, {"nullable decimal4", amount("0"), `0.0000`}, {"nullable bool", wire.Bool(false), `false`},
		{"quoted nullable int", wire.String(""), `null`}, {"nullable date", wire.Time(0), `null`}, {"nullable quoted compact", moment, `"20221228164058"`},
	}
	covered := map[string]bool{}
	for _, tt := range tests {
		covered[strings.TrimPrefix(string(tt.wire), "quoted ")] = true
		got := string(wire.JSON{}.Encoder(tt.wire)([]byte("x"), tt.v))
		if got != "x"+tt.want {
			t.Errorf("%s of %q is %s, want %s", tt.wire, tt.v.Text(), got[1:], tt.want)
		}
		if !json.Valid([]byte(got[1:])) {
			t.Errorf("%s of %q is no JSON: %s", tt.wire, tt.v.Text(), got[1:])
		}
	}
	for _, name := range wire.Types() {
		if !covered[name] {
			t.Errorf("wire type %q has no case", name)
		}
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	php := wire.JSON{ASCII: true, Slashes: true}
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
		if got := string(wire.JSON{}.AppendString(nil, text)); got != want.java {
			t.Errorf("%q is written %s, want %s", text, got, want.java)
		}
		if got := string(php.AppendString(nil, text)); got != want.php {
			t.Errorf("%q is written %s, want %s", text, got, want.php)
		}
		sameAsStandard(t, text)
	}
}

// sameAsStandard compares AppendString with encoding/json. encoding/json escapes the line
// separators of JavaScript and invalid bytes; AppendString does not.
func sameAsStandard(t testing.TB, text string) {
	t.Helper()
	var standard bytes.Buffer
	enc := json.NewEncoder(&standard)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(`\\`, `\\`, `\u2028`, "\u2028", `\u2029`, "\u2029", `\ufffd`, "\ufffd").Replace(strings.TrimSuffix(standard.String(), "\n"))
	if got := string(wire.JSON{}.AppendString(nil, text)); got != want {
		t.Errorf("%q is written %s, by encoding/json %s", text, got, want)
	}
	for _, j := range []wire.JSON{{}, {ASCII: true}, {Slashes: true}, {ASCII: true, Slashes: true}} {
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

// repaired replaces each invalid byte of a text; ToValidUTF8 replaces runs.
func repaired(text string) string { return string([]rune(text)) }

func TestValues(t *testing.T) {
	t.Parallel()
	one := wire.Decimal(decimal.RequireFromString("1.50"))
	for _, tt := range []struct {
		v    wire.Value
		text string
		unix int64
		sum  string
		null bool
	}{
		{wire.Value{}, "", 0, "0", true},
		{wire.String("x"), "x", 0, "0", false},
		{wire.Int(-3), "-3", -3, "-3", false},
		{one, "1.5", 0, "1.5", false},
		{wire.Bool(true), "1", 1, "1", false},
		{wire.Bool(false), "0", 0, "0", false},
		{wire.Time(0), "", 0, "0", false},
		{wire.Time(1672216858), "2022-12-28 16:40:58", 1672216858, "1672216858", false},
	} {
		if tt.v.Text() != tt.text || tt.v.Unix() != tt.unix || tt.v.Amount().String() != tt.sum || tt.v.IsNull() != tt.null {
			t.Errorf("value is %q %d %s %v, want %q %d %s %v", tt.v.Text(), tt.v.Unix(), tt.v.Amount(), tt.v.IsNull(), tt.text, tt.unix, tt.sum, tt.null)
		}
	}
	ascending := [][2]wire.Value{
		{wire.Int(2), wire.Int(10)}, {wire.String("10"), wire.String("2")},
		{one, wire.Int(2)}, {wire.Time(1), wire.Time(2)}, {wire.Bool(false), wire.Bool(true)},
	}
	for _, pair := range ascending {
		if !pair[0].Less(pair[1]) || pair[1].Less(pair[0]) || pair[0].Less(pair[0]) {
			t.Errorf("%q and %q are not in this order", pair[0].Text(), pair[1].Text())
		}
	}
}
