package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// like is what encoding/json makes of a text.
func like(text string) (any, bool) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		return nil, false
	}
	_, err := dec.Token()
	return value, err == io.EOF
}

// seeds are texts in which readers of JSON differ.
func seeds() []string {
	return []string{``, ` `, `null`, ` true `, `false`, `0`, `-0.10`, `1e400`, `12345678901234567890.0123456789`, `01`, `1.`, `.5`, `+1`, `NaN`,
		`""`, `"a"`, `"\u00e9\n\/"`, `"\ud83d\ude00"`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00x"`, "\"\xff\xfe\"", "\"\xe4\xb8\"", "\"a\tb\"", `"\x"`, `"\\"`, `"\"\\\""`, `"a\"b\\c"`, `"\\n\"é"`, "\"\\\"\xff\"", `"\`, `"a`, `a"`,
		`[]`, ` [ ] `, `[1,"2",[3,{}],null]`, `[1,]`, `[,1]`, `[1 2]`, `[`, `]`, `{}`, `{"a":1,"a":{"b":[]}}`, `{"a":1,}`, `{"a"}`, `{a:1}`,
		`{"\u0061":"x","a":"y"}`, "{\"\xff\":1}", `{"":null}`, `{"x\"y":1,"x"y":2}`, `{"a\\b":1,"a\b":2}`, "{\"a\\n\":1,\"a\n\":2}", `[{"a":1},{"a" :2},{"ab":3}]`, `{"a":1}x`, `{"a":1}{}`, `[] []`, "\ufeff[]", `{"é":"沙箱"}`,
		strings.Repeat("[", 500) + strings.Repeat("]", 500), strings.Repeat("[", 20000)}
}

func same(t *testing.T, text string) {
	t.Helper()
	want, valid := like(text)
	got, err := Parse(text)
	if (err == nil) != valid {
		t.Fatalf("%q: valid is %v, and the error %v", text, valid, err)
	}
	if valid && !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: %#v, not %#v", text, got, want)
	}
	members, err := Members(text)
	wanted, object := want.(map[string]any)
	if (err == nil) != (valid && object) {
		t.Fatalf("%q: an object: %v, and the error %v", text, object, err)
	}
	names := map[string]any{}
	for _, m := range members {
		names[m.Name] = m.Value
	}
	if err == nil && !reflect.DeepEqual(names, wanted) {
		t.Fatalf("%q: %v, not %v", text, names, wanted)
	}
}

func TestSame(t *testing.T) {
	t.Parallel()
	for _, text := range seeds() {
		same(t, text)
	}
}

func TestMembersInOrder(t *testing.T) {
	t.Parallel()
	got, err := Members(` {"b": 1 ,"a":"x\ty", "b":{"c":[ 2 ]},"n":null}`)
	want := []Member{{"b", json.Number("1")}, {"a", "x\ty"}, {"b", map[string]any{"c": []any{json.Number("2")}}}, {"n", nil}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := Members(`["a"]`); !errors.Is(err, errNoObject) {
		t.Errorf("a list is no object: %v", err)
	}
}

// TestOwnMemory holds that a short text does not keep the long one that it came in.
func TestOwnMemory(t *testing.T) {
	t.Parallel()
	text := `{"name":"short","n":12}`
	v, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	begin := uintptr(unsafe.Pointer(unsafe.StringData(text)))
	for name, value := range map[string]string{"name": v.(map[string]any)["name"].(string), "n": string(v.(map[string]any)["n"].(json.Number))} {
		at := uintptr(unsafe.Pointer(unsafe.StringData(value)))
		if at >= begin && at < begin+uintptr(len(text)) {
			t.Errorf("%s is a part of the body", name)
		}
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
			_, _ = Parse(text)
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
