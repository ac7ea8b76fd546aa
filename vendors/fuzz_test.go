package vendors_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
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
		vendor := []string{"openapi", "openapi2", "fubei"}[which%3]
		s := schemes()[vendor]
		r := signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "x"}, {Name: name, Value: value}}, Body: body}
		if err := s.Verify(secret, r, s.Sign(secret, r)); err != nil {
			t.Fatal(err)
		}
		c := caseOf(vendor, secret, "salt", r)
		c.Sign = sign
		c.Others = []autopsy.Known{{Name: "other", Secret: body, Issued: body + ":" + name}}
		found := autopsy.Perform(c)
		if diff := cmp.Diff(found, autopsy.Perform(c)); diff != "" {
			t.Fatal(diff)
		}
		c.Sign = strings.ToUpper(s.Sign(secret, r))
		for _, m := range autopsy.Perform(c) {
			if which%3 == 2 || m.Mistake != "upper_case" {
				t.Fatalf("upper case is explained as %v", m)
			}
		}
	})
}
