package signature

import "strings"

// OpenAPI is the scheme of the flagship edition (`POST /openapi`): lower-case
// MD5 hex of
//
//	secret k1v1k2v2… secret
//
// with nothing between, names ascending by byte, over every query parameter
// except `sign` and the pseudo-parameter `body`, whose value is the raw body
// text; an empty body is signed as the bare name. The secret is the first half
// of the appsecret, see SplitAppSecret; the second half is signed as the
// parameter `salt` that travels. Source: the common parameters on the vendor's
// method pages (vendor/seeds/000, 001).
type OpenAPI struct{}

func (OpenAPI) recipe() recipe {
	return recipe{
		vendor:    "openapi",
		signsBody: true,
		layout:    layout{order: byName, write: joined(""), before: true, after: true},
		spell:     lowerHex,
	}
}

// Canonical returns the exact text that is hashed, secret included.
func (s OpenAPI) Canonical(secret string, r Request) string { return s.recipe().canonical(secret, r) }

// Sign returns 32 lower-case hex digits.
func (s OpenAPI) Sign(secret string, r Request) string { return s.recipe().sign(secret, r) }

// Verify returns nil or a *Mismatch. Upper-case digits do not pass.
func (s OpenAPI) Verify(secret string, r Request, sign string) error {
	return accept(secret, r, sign, s.readings(r)...)
}

func (s OpenAPI) readings(Request) []recipe { return []recipe{s.recipe()} }

// SplitAppSecret splits the flagship's appsecret, written `secret:salt`, at its
// first colon. ok is false if there is no colon or one side is empty.
func SplitAppSecret(s string) (secret, salt string, ok bool) {
	secret, salt, ok = strings.Cut(s, ":")
	return secret, salt, ok && secret != "" && salt != ""
}
