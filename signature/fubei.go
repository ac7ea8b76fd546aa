package signature

// Fubei is the scheme of the three 付呗 gateways: upper-case MD5 hex of
//
//	name=value&name=value…secret
//
// with names ascending by byte, over every top-level parameter received except
// `sign`. Values are raw: `biz_content` counts byte for byte as it stands once
// the outer JSON has been decoded, and empty values are signed. The secret is
// the merchant's for `app_id` and the vendor's for `vendor_sn`. Notifications
// are signed alike. Source: vendor/fubei/RULES.md §3 and §7.
type Fubei struct{}

func (Fubei) recipe() recipe {
	return recipe{
		vendor: "fubei",
		layout: layout{order: byName, write: joined("="), separator: "&", after: true},
		spell:  upperHex,
	}
}

// Canonical returns the exact text that is hashed, secret included.
func (s Fubei) Canonical(secret string, r Request) string { return s.recipe().canonical(secret, r) }

// Sign returns 32 upper-case hex digits.
func (s Fubei) Sign(secret string, r Request) string { return s.recipe().sign(secret, r) }

// Verify returns nil or a *Mismatch. Whether the vendor accepts lower case is
// unknown; its clients all send upper case, and only that passes here.
func (s Fubei) Verify(secret string, r Request, sign string) error {
	return accept(secret, r, sign, s.readings(r)...)
}

func (s Fubei) readings(Request) []recipe { return []recipe{s.recipe()} }
