package vendors_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// anyRequest draws pairs whose names and values are any text, repeated names
// and broken UTF-8 included.
func anyRequest(t *rapid.T) signature.Request {
	text := rapid.OneOf(
		rapid.StringMatching(`[a-zA-Z_]{0,8}`),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	var r signature.Request
	for range rapid.IntRange(0, 8).Draw(t, "count") {
		r.Pairs = append(r.Pairs, signature.Pair{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")})
	}
	r.Body = text.Draw(t, "body")
	return r
}

func TestVerifyAcceptsSign(t *testing.T) {
	t.Parallel()
	for name, s := range schemes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				secret, r := rapid.String().Draw(t, "secret"), anyRequest(t)
				sign := s.Sign(secret, r)
				if err := s.Verify(secret, r, sign); err != nil {
					t.Fatalf("Verify = %v", err)
				}
				if s.Verify(secret, r, sign+" ") == nil || s.Verify(secret, r, sign[1:]) == nil {
					t.Fatal("Verify accepts a longer or a shorter sign")
				}
				c := caseOf(name, secret, "", r)
				c.Sign = sign
				if found := autopsy.Perform(c); found != nil {
					t.Fatalf("Autopsy of a right sign = %v", found)
				}
			})
		})
	}
}

func TestVerifyRefusesAChangedByte(t *testing.T) {
	t.Parallel()
	for name, s := range schemes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				r := anyRequest(t)
				r.Pairs = append(r.Pairs, signature.Pair{Name: "changed", Value: rapid.StringN(1, 20, -1).Draw(t, "changed")})
				sign := s.Sign("secret", r)
				last := &r.Pairs[len(r.Pairs)-1]
				value := []byte(last.Value)
				value[rapid.IntRange(0, len(value)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
				last.Value = string(value)
				if s.Verify("secret", r, sign) == nil {
					t.Fatal("Verify accepts a changed value")
				}
			})
		})
	}
}

// TestMismatchKeepsSecrets covers the client that sends the right digits with
// something added, and the one that sends the secret as its signature.
func TestMismatchKeepsSecrets(t *testing.T) {
	t.Parallel()
	for name, s := range schemes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "x"}}}
			right := s.Sign("hush-hush", r)
			for _, sign := range []string{right + "0", "hush-hush", ""} {
				err := s.Verify("hush-hush", r, sign)
				if err == nil {
					t.Fatalf("Verify accepts %q", sign)
				}
				if strings.Contains(err.Error(), right) || strings.Contains(err.Error(), "hush-hush") {
					t.Errorf("Error() = %q tells too much", err)
				}
			}
		})
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	// The secret occurs in a value too, where it must stay readable.
	r := signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "12345"}}, Body: "[12345]"}
	for name, want := range map[string]string{
		"openapi":  "‹secret›body[12345]sid12345‹secret›",
		"openapi2": "03-sid:0005-12345‹secret›",
		"fubei":    "sid=12345‹secret›",
	} {
		if got := signature.Mask(schemes()[name], r); got != want {
			t.Errorf("%s: Mask = %q, want %q", name, got, want)
		}
	}
}

func TestLongLengthsAreNotCut(t *testing.T) {
	t.Parallel()
	r := signature.Request{Pairs: []signature.Pair{{Name: strings.Repeat("n", 100), Value: strings.Repeat("测", 10001)}}}
	got := openapi2.Scheme{}.Canonical("", r)
	if want := "100-" + strings.Repeat("n", 100) + ":10001-测"; !strings.HasPrefix(got, want) {
		t.Errorf("Canonical starts with %q, want %q", got[:len(want)], want)
	}
}

func TestCanonicalLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	for name, s := range schemes() {
		r := signature.Request{Pairs: []signature.Pair{{Name: "b", Value: "1"}, {Name: "sign", Value: "x"}, {Name: "a", Value: "2"}}}
		s.Canonical("s", r)
		if r.Pairs[0].Name != "b" || r.Pairs[1].Name != "sign" || r.Pairs[2].Name != "a" {
			t.Errorf("%s: the pairs were changed: %v", name, r.Pairs)
		}
	}
}

func TestSplitAppSecret(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in, secret, salt string
		ok               bool
	}{
		{"testsecret:testsalt", "testsecret", "testsalt", true},
		{"a:b:c", "a", "b:c", true},
		{"testsecret", "testsecret", "", false},
		{":salt", "", "salt", false},
		{"secret:", "secret", "", false},
		{"", "", "", false},
	} {
		secret, salt, ok := openapi.SplitAppSecret(test.in)
		if secret != test.secret || salt != test.salt || ok != test.ok {
			t.Errorf("SplitAppSecret(%q) = %q, %q, %v", test.in, secret, salt, ok)
		}
	}
}
