package wire_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"shaxiang/internal/wire"
)

// everyKind returns values of all kinds, with the smallest and the largest.
func everyKind() []wire.Value {
	return []wire.Value{{}, wire.String(""), wire.String("平台"), wire.String(strings.Repeat("long", 50_000)),
		wire.Int(0), wire.Int(1), wire.Int(-1), wire.Int(1<<63 - 1), wire.Int(-1 << 63),
		wire.Fixed(0, 0), wire.Fixed(0, 4), wire.Fixed(-1250, 2), wire.Fixed(999_999_999_999_999_999, 18),
		wire.Decimal(decimal.RequireFromString("123456789012345678901234.5678")), wire.Decimal(decimal.New(1, 30)),
		wire.Bool(true), wire.Bool(false), wire.Time(0), wire.Time(1_672_219_258), wire.Time(-1)}
}

func packed(values []wire.Value) wire.Packed {
	return wire.Packed(wire.AppendPacked(nil, values))
}

// TestPacked: packed values are read back unchanged, in any order.
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
	if p := wire.Packed(""); p.Len() != 0 || len(p.Append(nil)) != 0 {
		t.Error("the zero Packed has values")
	}
	if behind := wire.AppendPacked([]byte("before"), values); string(behind) != "before"+string(packed(values)) {
		t.Error("the bytes before were changed, or counted")
	}
}

// TestPackedAlike: rows are alike if they differ in moments at most.
func TestPackedAlike(t *testing.T) {
	t.Parallel()
	row := func(text string, n int64, at int64) wire.Packed {
		return packed([]wire.Value{wire.String(text), wire.Int(n), wire.Time(at), wire.String("end")})
	}
	one := row("a", 1, 1_672_219_258)
	for _, c := range []struct {
		name  string
		other wire.Packed
		alike bool
	}{
		{"the same", row("a", 1, 1_672_219_258), true},
		{"another moment", row("a", 1, 1_672_219_259), true},
		{"a moment that has not come", row("a", 1, 0), false},
		{"another text", row("b", 1, 1_672_219_258), false},
		{"a longer text", row("aa", 1, 1_672_219_258), false},
		{"another number", row("a", 2, 1_672_219_258), false},
		{"a number that is a moment", packed([]wire.Value{wire.String("a"), wire.Time(1), wire.Time(1_672_219_258), wire.String("end")}), false},
		{"fewer values", packed([]wire.Value{wire.String("a"), wire.Int(1)}), false},
	} {
		if one.Alike(c.other) != c.alike || c.other.Alike(one) != c.alike {
			t.Errorf("%s: want alike %v", c.name, c.alike)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	values := slices.Repeat([]wire.Value{wire.String("0Be1tqsxdb"), wire.Int(1), wire.Time(1_672_219_258), wire.String("")}, 8)
	var room []byte
	b.ReportAllocs()
	for b.Loop() {
		room = wire.AppendPacked(room[:0], values)
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
