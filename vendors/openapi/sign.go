package openapi

import "shaxiang/signature"

// Scheme is how the flagship edition (`POST /openapi`) signs: lower-case MD5 hex of
//
//	secret k1v1k2v2… secret
//
// with nothing between, names ascending by byte, over every query parameter
// except `sign` and the pseudo-parameter `body`, whose value is the raw body
// text; an empty body is signed as the bare name. The secret is the first half
// of the appsecret; the second half is signed as the parameter `salt` that
// travels. Upper-case digits do not pass. Source: the common parameters on the
// vendor's method pages (vendor/seeds/000, 001).
func Scheme() signature.Recipe {
	return signature.Recipe{
		SignsBody: true,
		Layout:    signature.Layout{Order: signature.ByName, Write: signature.Joined(""), Before: true, After: true},
		Spell:     signature.LowerHex,
	}
}
