package autopsy_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"testing"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// hexOf returns the hex digits of a hash.
func hexOf(h hash.Hash, text string) string {
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// TestHMAC explains signatures of a vendor that signs values in the order of the wire by
// HMAC-SHA-256: no text tells its clients to use MD5, or to sort.
func TestHMAC(t *testing.T) {
	t.Parallel()
	const secret, text = "s3cret", "b\na\n{}"
	recipe := signature.Recipe{
		SignsBody: true,
		Layout:    signature.Layout{Write: func(dst []byte, p signature.Pair) []byte { return append(dst, p.Value...) }, Separator: "\n"},
		Digest:    func(secret string) hash.Hash { return hmac.New(sha256.New, []byte(secret)) },
		Algorithm: "HMAC-SHA-256",
		Spell:     signature.LowerHex,
	}
	r := signature.Request{Pairs: []signature.Pair{{Name: "y", Value: "b"}, {Name: "x", Value: "a"}}, Body: "{}"}
	right := hexOf(hmac.New(sha256.New, []byte(secret)), text)
	if got := recipe.Sign(secret, r); got != right || recipe.Verify(secret, r, right) != nil || recipe.Canonical(secret, r) != text {
		t.Fatalf("the signature is %s of %q, want %s", got, recipe.Canonical(secret, r), right)
	}
	for want, sign := range map[string]string{
		"":               right,
		"hmac_md5":       hexOf(hmac.New(md5.New, []byte(secret)), text),
		"hmac_sha1":      hexOf(hmac.New(sha1.New, []byte(secret)), text),
		"sha256":         hexOf(sha256.New(), text),
		"md5":            hexOf(md5.New(), text),
		"sha1":           hexOf(sha1.New(), text),
		"keys_sorted":    hexOf(hmac.New(sha256.New, []byte(secret)), "{}\na\nb"),
		"upper_case":     strings.ToUpper(right),
		"secret_as_text": hexOf(sha256.New(), text+"unknown"),
	} {
		found := autopsy.Perform(autopsy.Case{Vendor: "acme", Readings: []signature.Recipe{recipe}, Secret: secret, Request: r, Sign: sign})
		got := ""
		for _, f := range found {
			got += f.Mistake
			if strings.Contains(f.Text, "use MD5") || strings.Contains(f.Text, "plain MD5") || strings.Contains(f.Text, "ascending") {
				t.Errorf("%s: %s", want, f.Text)
			}
		}
		if want == "secret_as_text" {
			want = "" // nobody makes this mistake
		}
		if got != want {
			t.Errorf("%q is explained as %q", want, got)
		}
	}
}
