package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"reflect"
	"strings"
	"testing"
)

// standard reads a text by encoding/json.
func standard(text string) (any, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return nil, false
	}
	_, err := dec.Token()
	return value, err == io.EOF
}

// seeds are texts that JSON readers treat differently.
func seeds() []string {
	return []string{``, ` `, `null`, ` true `, `false`, `0`, `-0.10`, `1e400`, `12345678901234567890.0123456789`, `01`, `1.`, `.5`, `+1`, `NaN`,
		`""`, `"a"`, `"\u00e9\n\/"`, `"\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00x"`, "\"\xff\xfe\"", "\"\xe4\xb8\"", "\"a\tb\"", `"\x"`, `"\\"`, `"\"\\\""`, `"a\"b\\c"`, `"\\n\"é"`, "\"\\\"\xff\"", `"\`, `"a`, `a"`,
		`[]`, ` [ ] `, `[1,"2",[3,{}],null]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `]`, `{}`, `{"a":1,"a":{"b":[]}}`, `{"a":1,"b":2,"a":3,"c":{"d":1,"d":[{}]}}`, `{` + strings.Repeat(`"x":1,"y":2,`, 20) + `"x":3}`, `{"a":1,}`, `{"a"}`, `{a:1}`,
		`{"\u0061":"x","a":"y"}`, "{\"\xff\":1}", `{"":null}`, `{"x\"y":1,"x"y":2}`, `{"a\\b":1,"a\b":2}`, "{\"a\\n\":1,\"a\n\":2}", `[{"a":1},{"a" :2},{"ab":3}]`, `{"a":1}x`, `{"a":1}{}`, `[] []`, "\ufeff[]", `{"é":"沙箱"}`,
		strings.Repeat("[", 500) + strings.Repeat("]", 500), nested(10_000), nested(10_001), strings.Repeat("[", 20000)}
}

// nested returns a list in a list, so many lists in all.
func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

// plain converts a node to a value of encoding/json. No two members of an object may have one name.
func plain(v Node) any {
	switch v.Kind {
	case BoolNode:
		return v.Text == "true"
	case NumberNode:
		return json.Number(v.Text)
	case TextNode:
		return v.Text
	case ListNode:
		list := []any{}
		for _, item := range v.Items {
			list = append(list, plain(item))
		}
		return list
	case ObjectNode:
		object := map[string]any{}
		for _, m := range v.Items {
			if _, twice := object[m.Name]; twice {
				return "twice: " + m.Name
			}
			object[m.Name] = plain(m)
		}
		return object
	}
	return nil
}

// same compares ParseJSON and ParseMembers with encoding/json.
func same(t *testing.T, text string) {
	t.Helper()
	want, valid := standard(text)
	got, err := ParseJSON(text, nil, Limits{})
	if (err == nil) != valid {
		t.Fatalf("%q: valid is %v, and the error %v", text, valid, err)
	}
	if valid && !reflect.DeepEqual(plain(got), want) {
		t.Fatalf("%q: %#v, not %#v", text, got, want)
	}
	long, err := ParseJSON(strings.Repeat(" ", longText)+text, nil, Limits{})
	if (err == nil) != valid || !reflect.DeepEqual(long, got) {
		t.Fatalf("%q: counted before: %#v, not %#v, and the error %v", text, long, got, err)
	}
	members, err := ParseMembers(text, nil, Limits{})
	wanted, object := want.(map[string]any)
	if (err == nil) != (valid && object) {
		t.Fatalf("%q: an object: %v, and the error %v", text, object, err)
	}
	for name, v := range wanted {
		switch v.(type) { // lists and objects are skipped
		case []any:
			wanted[name] = []any{}
		case map[string]any:
			wanted[name] = map[string]any{}
		}
	}
	names := map[string]any{}
	for _, m := range members {
		names[m.Name] = plain(m)
	}
	if err == nil && !reflect.DeepEqual(names, wanted) {
		t.Fatalf("%q: %v, not %v", text, names, wanted)
	}
	around := `{"skipped":[` + text + `]}`
	if _, err := ParseMembers(around, nil, Limits{}); (err == nil) != json.Valid([]byte(around)) {
		t.Fatalf("%q: skipped with the error %v", around, err)
	}
}

func TestParseJSON(t *testing.T) {
	t.Parallel()
	for _, text := range seeds() {
		same(t, text)
	}
}

func TestMembersInOrder(t *testing.T) {
	t.Parallel()
	got, err := ParseMembers(` {"b": 1 ,"a":"x\ty", "b":{"c":[ 2 ]},"n":null}`, nil, Limits{})
	want := []Node{{Name: "b", Kind: NumberNode, Text: "1"}, {Name: "a", Kind: TextNode, Text: "x\ty"},
		{Name: "b", Kind: ObjectNode}, {Name: "n"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ParseMembers(`["a"]`, nil, Limits{}); !errors.Is(err, errNoObject) {
		t.Errorf("a list is no object: %v", err)
	}
}

// TestLimits holds that a text beyond a limit is refused by a *LimitError, and read when the
// limit allows it. Values that are skipped count too.
func TestLimits(t *testing.T) {
	t.Parallel()
	const text = `{"a":[1,{"b":"x"},null],"c":true}` // seven values, without the object that ParseMembers reads six
	members := func(text string, l Limits) error {
		_, err := ParseMembers(text, nil, l)
		return err
	}
	value := func(text string, l Limits) error {
		_, err := ParseJSON(text, nil, l)
		return err
	}
	for _, c := range []struct {
		name string
		read func(string, Limits) error
		l    Limits
		want error
	}{
		{"values", value, Limits{Values: 7}, nil},
		{"too many values", value, Limits{Values: 6}, &LimitError{6, "values"}},
		{"bytes", value, Limits{Bytes: len(text)}, nil},
		{"too many bytes", value, Limits{Bytes: len(text) - 1}, &LimitError{len(text) - 1, "bytes"}},
		{"skipped values", members, Limits{Values: 6}, nil},
		{"too many skipped values", members, Limits{Values: 5}, &LimitError{5, "values"}},
		{"too many bytes of an object", members, Limits{Bytes: 10}, &LimitError{10, "bytes"}},
	} {
		if err := c.read(text, c.l); !reflect.DeepEqual(err, c.want) {
			t.Errorf("%s: %v, not %v", c.name, err, c.want)
		}
	}
	for text, want := range map[string]string{
		"[" + strings.Repeat("0,              ", MaxValues) + "0]":               "more than 100000 values, and the sandbox reads no more",
		"[" + strings.Repeat("0,", 50_000) + "0]":                                "more than 16250 values, and the sandbox reads no more",
		"[" + strings.Repeat("0,", denseValues*9/10) + "0]":                      "",
		"[" + strings.Repeat(`"abcdefghijklmno",`, 90_000) + `"a"]`:              "",
		"[" + strings.Repeat(`["abcdefghijklmnopqrstuvwxyz"],`, 40_000) + `"a"]`: "",
	} {
		if err := value(text, Limits{}); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%d bytes: %v, want %q", len(text), err, want)
		}
	}
}

// TestSkipped holds that skipped values take no memory of their own. It counts allocations
// of the process, so it does not run beside other tests.
func TestSkipped(t *testing.T) {
	text := `{"sign":"x","biz_content":[` + strings.Repeat(`{"a":[1,2]},`, 1000) + `{}]}`
	if n := testing.AllocsPerRun(10, func() {
		if _, err := ParseMembers(text, nil, Limits{}); err != nil {
			t.Error(err)
		}
	}); n > 2 {
		t.Errorf("%v allocations", n)
	}
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	got := map[string]string{"page_no": "0"}
	for name, text := range map[string]string{"": `{"a":199.0000,"none":null,"list":[{"no":"x"},[true,""]],"empty":[],"b":1,"b":{"c":2}}`, "arg": `"text"`} {
		v, err := ParseJSON(text, nil, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		v.Flatten(got, name)
	}
	want := map[string]string{"page_no": "0", "a": "199.0000", "list.0.no": "x", "list.1.0": "true", "list.1.1": "", "arg": "text", "b.c": "2"}
	if !maps.Equal(got, want) {
		t.Errorf("flattened to %v, want %v", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range seeds() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { same(t, text) })
}

func BenchmarkParse(b *testing.B) {
	row := `{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"bench-1","create_time":"2022-12-28 12:00:00","type":1,"in_amount":1.25,"remark":"bench"}`
	text := "[[" + strings.TrimSuffix(strings.Repeat(row+",", 10), ",") + "]]"
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ParseJSON(text, nil, Limits{})
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dec := json.NewDecoder(bytes.NewReader([]byte(text)))
			dec.UseNumber()
			var v any
			_ = dec.Decode(&v)
		}
	})
}
