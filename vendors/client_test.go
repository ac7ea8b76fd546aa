package vendors_test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors"
)

// form is what a careless client signs: a map, as in most client code. The
// helpers below are written from the rules and share nothing with the package.
type form map[string]string

// but returns a copy with changes: name, value, name, value, …; a value of
// gone removes the name.
func (f form) but(changes ...string) form {
	c := form{}
	for k, v := range f {
		c[k] = v
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == gone {
			delete(c, changes[i])
			continue
		}
		c[changes[i]] = changes[i+1]
	}
	return c
}

const gone = "\x00gone"

func (f form) mapped(change func(string) string) form {
	c := form{}
	for k, v := range f {
		c[k] = change(v)
	}
	return c
}

func (f form) names() []string {
	var names []string
	for k := range f {
		names = append(names, k)
	}
	sort.Strings(names)
	return names
}

// flat is openapi's text without the secrets.
func (f form) flat() string { return f.in(f.names(), func(k, v string) string { return k + v }, "") }

// query is fubei's text without the secret.
func (f form) query() string {
	return f.in(f.names(), func(k, v string) string { return k + "=" + v }, "&")
}

// measured is openapi2's text without the secret.
func (f form) measured() string {
	return f.in(f.names(), func(k, v string) string {
		return fmt.Sprintf("%02d-%s:%04d-%s", len([]rune(k)), k, len([]rune(v)), v)
	}, ";")
}

func (f form) in(names []string, write func(k, v string) string, separator string) string {
	var parts []string
	for _, k := range names {
		parts = append(parts, write(k, f[k]))
	}
	return strings.Join(parts, separator)
}

func hexOf(h hash.Hash, text string) string {
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

func md5Of(text string) string    { return hexOf(md5.New(), text) }
func md5Upper(text string) string { return strings.ToUpper(md5Of(text)) }
func sha1Of(text string) string   { return hexOf(sha1.New(), text) }
func sha256Of(text string) string { return hexOf(sha256.New(), text) }
func hmacMD5(key, text string) string {
	return hexOf(hmac.New(md5.New, []byte(key)), text)
}
func hmacSHA256(key, text string) string {
	return hexOf(hmac.New(sha256.New, []byte(key)), text)
}

func base64MD5(text string) string {
	sum := md5.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// caseOf is a call of a vendor's client with its right secret; the sign is left out.
func caseOf(vendor, secret, salt string, r signature.Request) autopsy.Case {
	return vendors.List().Case(&vendorapi.Credential{Vendor: vendor, Secrets: []string{secret}, Salt: salt}, r, "")
}

// slip is one wrong signature and the mistakes that explain it.
type slip struct {
	name string
	sign string
	want []string
}

// one is a slip that is explained by a single mistake, after which it is named.
func one(mistake, sign string) slip { return slip{mistake, sign, []string{mistake}} }

// named tells slips with the same mistake apart.
func named(mistake, how, sign string) slip {
	return slip{mistake + ", " + how, sign, []string{mistake}}
}

func both(sign string, want ...string) slip { return slip{strings.Join(want, " and "), sign, want} }

// checkSlips runs the autopsy on each wrong signature of one request.
func checkSlips(t *testing.T, c autopsy.Case, slips []slip) {
	t.Helper()
	for _, s := range slips {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			c := c
			c.Sign = s.sign
			found := autopsy.Perform(c)
			var got []string
			for _, f := range found {
				got = append(got, f.Mistake)
				checkText(t, c, f.Text)
			}
			if diff := cmp.Diff(s.want, got); diff != "" {
				t.Errorf("mistakes (-want +got):\n%s", diff)
			}
		})
	}
}

// checkText wants one sentence without a secret in it.
func checkText(t *testing.T, c autopsy.Case, text string) {
	t.Helper()
	secrets := []string{c.Secret}
	for _, k := range c.Others {
		secrets = append(secrets, k.Secret)
	}
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%q holds the secret %q", text, s)
		}
	}
	if !strings.HasSuffix(text, ".") || strings.Contains(text, ". ") || strings.Contains(text, "%!") {
		t.Errorf("%q is not one sentence", text)
	}
}
