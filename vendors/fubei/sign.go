package fubei

import "shaxiang/signature"

// Scheme is how the three 付呗 gateways sign: upper-case MD5 hex of
//
//	name=value&name=value…secret
//
// with names ascending by byte, over every top-level parameter received except
// `sign`. Values are raw: `biz_content` counts byte for byte as it stands once
// the outer JSON has been decoded, and empty values are signed. The secret is
// the merchant's for `app_id` and the vendor's for `vendor_sn`. Notifications
// are signed alike. Whether the vendor accepts lower case is unknown; its
// clients all send upper case, and only that passes here.
// Source: vendor/fubei/RULES.md §3 and §7.
func Scheme() signature.Recipe {
	return signature.Recipe{
		Layout: signature.Layout{Order: signature.ByName, Write: signature.Joined("="), Separator: "&", After: true},
		Spell:  signature.UpperHex,
	}
}
