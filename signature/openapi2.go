package signature

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// OpenAPI2 is the scheme of the enterprise edition (`POST /openapi2/….php`):
// lower-case MD5 hex of
//
//	LL-name:LLLL-value;LL-name:LLLL-value…secret
//
// with names ascending by byte, over every form field except `sign`. LL and
// LLLL are the lengths of name and value, in decimal, filled with zeros to two
// and four digits and never cut; there is no semicolon before the secret.
// Lengths count characters. Source: vendor/openapi2/RULES.md §2.
type OpenAPI2 struct{}

func (OpenAPI2) recipe() recipe { return measured(utf8.RuneCountInString) }

// measured is the recipe with lengths counted in the given unit.
func measured(unit func(string) int) recipe {
	return recipe{
		vendor: "openapi2",
		layout: layout{order: byName, write: withLengths(unit), separator: ";", after: true},
		spell:  lowerHex,
	}
}

// withLengths writes one parameter, with its lengths in some unit.
func withLengths(unit func(string) int) func([]byte, Pair) []byte {
	return func(dst []byte, p Pair) []byte {
		dst = appendLength(dst, unit(p.Name), 2)
		dst = append(append(dst, '-'), p.Name...)
		dst = appendLength(append(dst, ':'), unit(p.Value), 4)
		return append(append(dst, '-'), p.Value...)
	}
}

// appendLength appends a length in at least so many digits.
func appendLength(dst []byte, n, digits int) []byte {
	for least := 10; digits > 1; digits-- {
		if n < least {
			dst = append(dst, '0')
		}
		least *= 10
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

// Canonical returns the exact text that is hashed, secret included, with
// lengths in code points.
func (s OpenAPI2) Canonical(secret string, r Request) string { return s.recipe().canonical(secret, r) }

// Sign returns 32 lower-case hex digits; lengths are counted in code points, as
// the vendor's PHP SDK does.
func (s OpenAPI2) Sign(secret string, r Request) string { return s.recipe().sign(secret, r) }

// Verify returns nil or a *Mismatch. The vendor's PHP SDK counts code points
// and its Java SDK UTF-16 units, which differ for characters outside the basic
// plane only; what the server counts is unknown, so both pass.
func (s OpenAPI2) Verify(secret string, r Request, sign string) error {
	return accept(secret, r, sign, s.readings(r)...)
}

func (s OpenAPI2) readings(r Request) []recipe {
	differ := func(p Pair) bool {
		return utf16Units(p.Name) != utf8.RuneCountInString(p.Name) || utf16Units(p.Value) != utf8.RuneCountInString(p.Value)
	}
	if !slices.ContainsFunc(r.Pairs, differ) {
		return []recipe{s.recipe()}
	}
	return []recipe{s.recipe(), measured(utf16Units)}
}
