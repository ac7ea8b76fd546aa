package openapi2

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"shaxiang/signature"
)

// Scheme is how the enterprise edition (`POST /openapi2/….php`) signs: lower-case MD5
// hex of
//
//	LL-name:LLLL-value;LL-name:LLLL-value…secret
//
// with names ascending by byte, over every form field except `sign`. LL and
// LLLL are the lengths of name and value, in decimal, filled with zeros to two
// and four digits and never cut; there is no semicolon before the secret.
// Lengths count characters. Source: vendor/openapi2/RULES.md §2.
type Scheme struct{}

// measured returns the recipe with lengths counted in the given unit.
func measured(unit func(string) int) signature.Recipe {
	return signature.Recipe{
		Layout: signature.Layout{Order: signature.ByName, Write: withLengths(unit), Separator: ";", After: true},
		Spell:  signature.LowerHex,
	}
}

// codePoints is the recipe of the vendor's PHP SDK.
func codePoints() signature.Recipe { return measured(utf8.RuneCountInString) }

// Canonical returns the exact text that is hashed, secret included, with
// lengths in code points.
func (Scheme) Canonical(secret string, r signature.Request) string {
	return codePoints().Canonical(secret, r)
}

// Sign returns 32 lower-case hex digits; lengths are counted in code points, as
// the vendor's PHP SDK does.
func (Scheme) Sign(secret string, r signature.Request) string { return codePoints().Sign(secret, r) }

// Verify returns nil or a *signature.Mismatch. The vendor's PHP SDK counts code points
// and its Java SDK UTF-16 units, which differ for characters outside the basic
// plane only; what the server counts is unknown, so both pass.
func (s Scheme) Verify(secret string, r signature.Request, sign string) error {
	return signature.Accept(secret, r, sign, s.Readings(r)...)
}

// Readings returns the recipes under which a request may be signed.
func (Scheme) Readings(r signature.Request) []signature.Recipe {
	differ := func(p signature.Pair) bool {
		return utf16Units(p.Name) != utf8.RuneCountInString(p.Name) || utf16Units(p.Value) != utf8.RuneCountInString(p.Value)
	}
	if !slices.ContainsFunc(r.Pairs, differ) {
		return []signature.Recipe{codePoints()}
	}
	return []signature.Recipe{codePoints(), measured(utf16Units)}
}

// withLengths writes one parameter, with its lengths in some unit.
func withLengths(unit func(string) int) func([]byte, signature.Pair) []byte {
	return func(dst []byte, p signature.Pair) []byte {
		dst = appendLength(dst, unit(p.Name), 2)
		dst = append(append(dst, '-'), p.Name...)
		dst = appendLength(append(dst, ':'), unit(p.Value), 4)
		return append(append(dst, '-'), p.Value...)
	}
}

// appendLength appends a length, filled with zeros to a number of digits.
func appendLength(dst []byte, n, digits int) []byte {
	for limit := 10; digits > 1; digits-- {
		if n < limit {
			dst = append(dst, '0')
		}
		limit *= 10
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// utf16Units counts as Java and JavaScript do: two for a character outside the
// basic plane. A byte that is not UTF-8 counts as one, as in utf8.RuneCount.
func utf16Units(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}
