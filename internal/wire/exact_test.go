package wire_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"shaxiang/internal/wire"
)

// TestExactValue: a value that was written as a text is read as the same value, kind and digits
// included.
func TestExactValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		v := rapid.SampledFrom([]wire.Value{
			{}, wire.String(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))), wire.String(rapid.String().Draw(t, "text")),
			wire.Int(n), wire.Time(n), wire.Bool(n%2 == 0), wire.Fixed(n, int(rapid.Uint8Range(0, 18).Draw(t, "places"))),
			wire.Decimal(decimal.New(n, rapid.Int32Range(-20, 20).Draw(t, "exponent"))),
		}).Draw(t, "value")
		data, err := v.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var again wire.Value
		if err := again.UnmarshalText(data); err != nil || again != v {
			t.Fatalf("%#v became %s and then %#v (%v)", v, data, again, err)
		}
	})
}

func TestInexactValues(t *testing.T) {
	t.Parallel()
	for _, s := range []string{`"open`, "five", "@noon", "@1.5", "=", "=1e999999999", "1.2.3", "1.1234567890123456789", "TRUE"} {
		if err := new(wire.Value).UnmarshalText([]byte(s)); err == nil {
			t.Errorf("%s is read", s)
		}
	}
}
