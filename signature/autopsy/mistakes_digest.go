package autopsy

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strings"
	"unicode/utf8"

	"shaxiang/signature"
)

// digestMistakes hash the right text the wrong way.
func digestMistakes(q *signature.Recipe) Stage {
	if q.Digest != nil {
		return otherDigests(q.Algorithm)
	}

	const hmacMD5 = "HMAC-MD5 was used: use plain MD5."
	const hmacSHA256 = "HMAC-SHA-256 was used: use plain MD5."
	return Stage{Likely: []Mistake{
		keyed("hmac_md5", hmacMD5, md5.New, false),
		keyed("hmac_md5", hmacMD5, md5.New, true),
		hashed("sha256", "SHA-256 was used: use MD5.", sha256.New),
	}, Rare: []Mistake{
		keyed("hmac_sha256", hmacSHA256, sha256.New, false),
		keyed("hmac_sha256", hmacSHA256, sha256.New, true),
		hashed("sha1", "SHA-1 was used: use MD5.", sha1.New),
		{"md5_twice", "The MD5 was hashed again: hash once.", func(a *Attempt) {
			spell := a.spell
			a.digest = func(string) hash.Hash { return again{md5.New(), spell} }
		}},
		recoded("charset_ascii", "The text was turned to ASCII or Latin-1, with ? for other characters: hash UTF-8.", questionMarks),
		recoded("charset_twice", "The UTF-8 bytes were taken for Latin-1 and encoded again: hash UTF-8 once.", mojibake),
	}}
}

// otherDigests hash with another algorithm than one that is not plain MD5. The attempt with
// the right algorithm gives the right signature, so no client is told of it.
func otherDigests(right string) Stage {
	use := func(wrong string) string { return wrong + " was used: use " + right + "." }
	return Stage{Likely: []Mistake{
		keyed("hmac_md5", use("HMAC-MD5"), md5.New, false),
		keyed("hmac_sha256", use("HMAC-SHA-256"), sha256.New, false),
		keyed("hmac_sha1", use("HMAC-SHA-1"), sha1.New, false),
		hashed("sha256", use("SHA-256"), sha256.New),
		hashed("md5", use("MD5"), md5.New),
	}, Rare: []Mistake{
		hashed("sha1", use("SHA-1"), sha1.New),
		recoded("charset_ascii", "The text was turned to ASCII or Latin-1, with ? for other characters: hash UTF-8.", questionMarks),
		recoded("charset_twice", "The UTF-8 bytes were taken for Latin-1 and encoded again: hash UTF-8 once.", mojibake),
	}}
}

func hashed(id, text string, algorithm func() hash.Hash) Mistake {
	return Mistake{id, text, func(a *Attempt) {
		a.digest = func(string) hash.Hash { return algorithm() }
	}}
}

// again hashes the signature once more.
type again struct {
	hash.Hash
	spell func(sum []byte) string
}

// Sum appends the sum of the signature.
func (a again) Sum(dst []byte) []byte {
	return append(dst, sumOf(md5.New(), []byte(a.spell(a.Hash.Sum(nil))))...)
}

// keyed is an HMAC with the secret as key, over the text with or without the
// secret in it.
func keyed(id, text string, algorithm func() hash.Hash, whole bool) Mistake {
	return Mistake{id, text, func(a *Attempt) {
		if !whole {
			a.Layout.Before, a.Layout.After = false, false
		}
		a.digest = func(secret string) hash.Hash { return hmac.New(algorithm, []byte(secret)) }
	}}
}

func recoded(id, text string, f func(string) string) Mistake {
	return Mistake{id, text, func(a *Attempt) { a.recode = f }}
}

// questionMarks is what Java's getBytes("US-ASCII") and .NET's Encoding.ASCII
// make of a text: one ? for each UTF-16 unit they cannot write.
func questionMarks(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r > 0xFFFF:
			b.WriteString("??")
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// mojibake takes every byte for a Latin-1 character.
func mojibake(text string) string {
	runes := make([]rune, len(text))
	for i := range len(text) {
		runes[i] = rune(text[i])
	}
	return string(runes)
}

// spellings are the mistakes in how the sum is written. They cost no hash.
func spellings(q *signature.Recipe) []Mistake {
	const half = "Only the middle 16 digits of the MD5 were sent: send all 32."
	spelt := func(id, text string, f func([]byte) string) Mistake {
		return Mistake{id, text, func(a *Attempt) { a.spell = f }}
	}
	around := func(s string) func(*Attempt) {
		return func(a *Attempt) {
			right := a.spell
			a.spell = func(sum []byte) string { return right(sum) + s }
		}
	}
	const blank = "The signature was sent with white space after it: send the digits alone."
	list := []Mistake{
		spelt("upper_case", "The signature was sent in upper case: send lower-case hex.", signature.UpperHex),
		spelt("lower_case", "The signature was sent in lower case: send upper-case hex.", signature.LowerHex),
		spelt("base64", "The signature was sent in base64: send it in hex.", base64.StdEncoding.EncodeToString),
		spelt("base64", "The signature was sent in base64: send it in hex.", base64.URLEncoding.EncodeToString),
		spelt("half_md5", half, func(sum []byte) string { return middle(signature.LowerHex(sum)) }),
		spelt("half_md5", half, func(sum []byte) string { return middle(signature.UpperHex(sum)) }),
		{"sign_whitespace", blank, around("\n")},
		{"sign_whitespace", blank, around("\r\n")},
		{"sign_whitespace", blank, around(" ")},
		spelt("base64", "The hex digits were sent in base64: send the digits themselves.",
			func(sum []byte) string { return base64.StdEncoding.EncodeToString([]byte(hex.EncodeToString(sum))) }),
	}
	if q.Digest != nil { // the texts about halves are about MD5
		list = slices.DeleteFunc(list, func(m Mistake) bool { return m.ID == "half_md5" })
	}
	return list
}

func middle(digits string) string { return digits[8 : len(digits)-8] }
