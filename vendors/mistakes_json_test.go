package vendors_test

import "testing"

// The bodies below are written by hand from the rules of each library, in text
// that shares nothing with the package.
func TestAutopsyReserialisedBody(t *testing.T) {
	t.Parallel()
	const (
		compact   = `[{"shop_no":"POS","url":"a/b","remark":"现金😀 \"x\" <&>","n":199.0000,"e":[],"o":{}},false]`
		python    = `[{"shop_no": "POS", "url": "a/b", "remark": "\u73b0\u91d1\ud83d\ude00 \"x\" <&>", "n": 199.0000, "e": [], "o": {}}, false]`
		pythonRaw = `[{"shop_no": "POS", "url": "a/b", "remark": "现金😀 \"x\" <&>", "n": 199.0000, "e": [], "o": {}}, false]`
		pythonSet = `[{"shop_no":"POS","url":"a/b","remark":"\u73b0\u91d1\ud83d\ude00 \"x\" <&>","n":199.0000,"e":[],"o":{}},false]`
		upper     = `[{"shop_no":"POS","url":"a/b","remark":"\u73B0\u91D1\uD83D\uDE00 \"x\" <&>","n":199.0000,"e":[],"o":{}},false]`
		php       = `[{"shop_no":"POS","url":"a\/b","remark":"\u73b0\u91d1\ud83d\ude00 \"x\" <&>","n":199.0000,"e":[],"o":{}},false]`
		phpRaw    = `[{"shop_no":"POS","url":"a\/b","remark":"现金😀 \"x\" <&>","n":199.0000,"e":[],"o":{}},false]`
		goMap     = `[{"e":[],"n":199.0000,"o":{},"remark":"现金😀 \"x\" \u003c\u0026\u003e","shop_no":"POS","url":"a/b"},false]`
		dotnet    = `[{"shop_no":"POS","url":"a/b","remark":"\u73B0\u91D1\uD83D\uDE00 \u0022x\u0022 \u003C\u0026\u003E","n":199.0000,"e":[],"o":{}},false]`
		sortedRaw = `[{"e":[],"n":199.0000,"o":{},"remark":"现金😀 \"x\" <&>","shop_no":"POS","url":"a/b"},false]`
		two       = "[\n  {\n    \"a\": 1,\n    \"t\": \"x: y, z\"\n  }\n]"
		jackson   = "[\n  {\n    \"a\" : 1,\n    \"t\" : \"x: y, z\"\n  }\n]"
		tabs      = "[\n\t{\n\t\t\"a\": 1,\n\t\t\"t\": \"x: y, z\"\n\t}\n]"
		flat      = `[{"a":1,"t":"x: y, z"}]`
	)
	for _, test := range []struct{ name, sent, signed, want string }{
		{"compact signed spaced", flat, `[{"a": 1, "t": "x: y, z"}]`, "json_spaced"},
		{"spaced signed compact", `[{"a": 1, "t": "x: y, z"}]`, flat, "json_compacted"},
		{"indented signed compact", two, flat, "json_compacted"},
		{"compact signed indented", flat, two, "json_indented"},
		{"compact signed with tabs", flat, tabs, "json_indented"},
		{"Jackson", flat, jackson, "json_reserialised"},
		{"raw signed escaped", compact, pythonSet, "json_unicode_escaped"},
		{"raw signed escaped in capitals", compact, upper, "json_unicode_escaped"},
		{"escaped signed raw", pythonSet, compact, "json_unicode_raw"},
		{"capital escapes signed raw", upper, compact, "json_unicode_raw"},
		{"slashes escaped", compact, phpRaw, "json_slashes_escaped"},
		{"slashes plain", phpRaw, compact, "json_slashes_plain"},
		{"keys sorted", compact, sortedRaw, "json_keys_sorted"},
		{"raw signed as Python", compact, python, "json_reserialised"},
		{"Python signed raw", python, compact, "json_reserialised"},
		{"Python signed as PHP", python, php, "json_reserialised"},
		{"PHP signed as Python", php, python, "json_reserialised"},
		{"PHP signed as Python raw", php, pythonRaw, "json_reserialised"},
		{"PHP signed raw", php, compact, "json_reserialised"},
		{"raw signed as PHP", compact, php, "json_reserialised"},
		{"Python signed as PHP raw", python, phpRaw, "json_reserialised"},
		{"raw signed as Go", compact, goMap, "json_reserialised"},
		{"raw signed as .NET", compact, dotnet, "json_reserialised"},
		{"invalid JSON is left alone", `[{"a":1}`, `[{"a": 1}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := slip{name: "autopsy", sign: round(flagForm(test.signed), flagSecret)}
			if test.want != "" {
				s.want = []string{test.want}
			}
			checkSlips(t, flagCase(test.sent), []slip{s})
		})
	}
}
