package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/shopspring/decimal"

	"shaxiang/internal/wire"
)

// FuzzWire: every wire type writes valid JSON for any value, and a text is read back
// unchanged.
func FuzzWire(f *testing.F) {
	f.Add("旗舰版\x00\xff😀\u2028/\"\\", int64(0), int32(0))
	f.Add("\xed\xa0\x80", int64(-1), int32(-4))
	f.Add("", int64(1672216858), int32(20))
	f.Add("\b\f\x1f\x7f", int64(-1<<63), int32(-20))
	f.Fuzz(func(t *testing.T, text string, n int64, exp int32) {
		sameAsStandard(t, text)
		values := []wire.Value{{}, wire.String(text), wire.Int(n), wire.Bool(n != 0),
			wire.Decimal(decimal.New(n, exp%40)), wire.Time(n % (1 << 38))}
		for _, j := range []wire.JSON{{}, {ASCII: true, Slashes: true}} {
			for _, name := range wire.Types() {
				for _, typ := range []wire.Type{wire.Type(name), wire.Type("quoted " + name), wire.Type("nullable " + name), wire.Type("nullable quoted " + name)} {
					for _, v := range values {
						if out := j.Encoder(typ)(nil, v); !json.Valid(out) {
							t.Errorf("%s of %q is no JSON: %s", typ, v.Text(), out)
						}
					}
				}
			}
		}
	})
}
