package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"shaxiang/catalog"
)

// everyKind has values of all kinds, and what stands at their ends.
func everyKind() []catalog.Value {
	return []catalog.Value{{}, catalog.String(""), catalog.String("平台"), catalog.String(strings.Repeat("long", 50_000)),
		catalog.Int(0), catalog.Int(1), catalog.Int(-1), catalog.Int(1<<63 - 1), catalog.Int(-1 << 63),
		catalog.Fixed(0, 0), catalog.Fixed(0, 4), catalog.Fixed(-1250, 2), catalog.Fixed(999_999_999_999_999_999, 18),
		catalog.Decimal(decimal.RequireFromString("123456789012345678901234.5678")), catalog.Decimal(decimal.New(1, 30)),
		catalog.Bool(true), catalog.Bool(false), catalog.Time(0), catalog.Time(1_672_219_258), catalog.Time(-1)}
}

func packed(values []catalog.Value) catalog.Packed {
	return catalog.Packed(catalog.AppendPacked(nil, values))
}

// What is packed comes out as it was, in whatever order.
func TestPacked(t *testing.T) {
	t.Parallel()
	values := everyKind()
	for range values {
		values = append(values[1:], values[0])
		p := packed(values)
		if p.Len() != len(values) {
			t.Fatalf("%d values, want %d", p.Len(), len(values))
		}
		if got := p.Append(nil); !slices.Equal(got, values) {
			t.Errorf("%+v\nwant %+v", got, values)
		}
		for i, want := range values {
			if got := p.At(i); got != want {
				t.Errorf("value %d is %+v, want %+v", i, got, want)
			}
		}
	}
	if p := packed(nil); p.Len() != 0 || len(p.Append(nil)) != 0 {
		t.Errorf("no values became %q", p)
	}
	if p := catalog.Packed(""); p.Len() != 0 || len(p.Append(nil)) != 0 {
		t.Error("the zero Packed has values")
	}
	if behind := catalog.AppendPacked([]byte("before"), values); string(behind) != "before"+string(packed(values)) {
		t.Error("what stood before was not left alone, or counted")
	}
}

// Rows are alike if nothing but moments tells them apart.
func TestPackedAlike(t *testing.T) {
	t.Parallel()
	row := func(text string, n int64, at int64) catalog.Packed {
		return packed([]catalog.Value{catalog.String(text), catalog.Int(n), catalog.Time(at), catalog.String("end")})
	}
	one := row("a", 1, 1_672_219_258)
	for _, c := range []struct {
		name  string
		other catalog.Packed
		alike bool
	}{
		{"the same", row("a", 1, 1_672_219_258), true},
		{"another moment", row("a", 1, 1_672_219_259), true},
		{"a moment that has not come", row("a", 1, 0), false},
		{"another text", row("b", 1, 1_672_219_258), false},
		{"a longer text", row("aa", 1, 1_672_219_258), false},
		{"another number", row("a", 2, 1_672_219_258), false},
		{"a number that is a moment", packed([]catalog.Value{catalog.String("a"), catalog.Time(1), catalog.Time(1_672_219_258), catalog.String("end")}), false},
		{"fewer values", packed([]catalog.Value{catalog.String("a"), catalog.Int(1)}), false},
	} {
		if one.Alike(c.other) != c.alike || c.other.Alike(one) != c.alike {
			t.Errorf("%s: want alike %v", c.name, c.alike)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	values := slices.Repeat([]catalog.Value{catalog.String("0Be1tqsxdb"), catalog.Int(1), catalog.Time(1_672_219_258), catalog.String("")}, 8)
	var room []byte
	b.ReportAllocs()
	for b.Loop() {
		room = catalog.AppendPacked(room[:0], values)
	}
}

func BenchmarkPackedAt(b *testing.B) {
	p := packed(everyKind())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if v := p.At(i % 20); v.Unix() == 42 {
			b.Fatal(v)
		}
	}
}
