package signature_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/signature"
)

// FuzzAutopsy wants no panic on any text, the same findings twice, and proof:
// a right signature passes and is never explained.
func FuzzAutopsy(f *testing.F) {
	f.Add(byte(0), "testsecret", "timestamp", "344697915", `[{"a":"测/\u6d4b"}]`, "0123")
	f.Add(byte(1), "12345", "trade_list", `{"a":[1, 2],"b":"\ud83d\ude00"}`, "", "ad4e6fe037ea6e3ba4768317be9d1309")
	f.Add(byte(2), "", "sign", "x", "\xff", "")
	f.Add(byte(2), "s", "biz_content", `{"a":"\/\\u12\"","b":"\ud83d"}`, "{}", "=")
	f.Add(byte(0), "\xff\xfe", "body", "", `["\`, "\n")
	f.Fuzz(func(t *testing.T, which byte, secret, name, value, body, sign string) {
		s := []signature.Scheme{signature.OpenAPI{}, signature.OpenAPI2{}, signature.Fubei{}}[which%3]
		r := signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "x"}, {Name: name, Value: value}}, Body: body}
		if err := s.Verify(secret, r, s.Sign(secret, r)); err != nil {
			t.Fatal(err)
		}
		c := signature.Case{Scheme: s, Secret: secret, Salt: "salt", Request: r, Sign: sign,
			Others: []signature.Known{{Name: "other", Scheme: "openapi", Secret: body, Salt: name}}}
		found := signature.Autopsy(c)
		if diff := cmp.Diff(found, signature.Autopsy(c)); diff != "" {
			t.Fatal(diff)
		}
		c.Sign = strings.ToUpper(s.Sign(secret, r))
		for _, m := range signature.Autopsy(c) {
			if which%3 == 2 || m.Mistake != "upper_case" {
				t.Fatalf("upper case is explained as %v", m)
			}
		}
	})
}

// FuzzTimestamp wants no panic, and Check and Explain of one mind.
func FuzzTimestamp(f *testing.F) {
	for _, text := range []string{"344697915", "1665947116495", "", "+5", " 5", "٥", "-9223372036854775808", "1e9", "\xff"} {
		f.Add(text, int64(1670045115))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix, 0)
		for _, ts := range []signature.Timestamps{flagship(), enterprise(), {Tolerance: time.Second}} {
			if ts.Check(text, now) == nil && ts.Explain(text, now) != nil {
				t.Fatalf("%q is right but explained", text)
			}
		}
	})
}
