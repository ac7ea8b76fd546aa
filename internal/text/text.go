// Package text holds what all packages need of texts, moments and chance, each once:
// patterns, clipped and listed texts, moments, dice, a bounded cache, and messages for
// people. The package knows nothing of vendors, tenants or files.
package text

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Lengths at which texts are clipped, in bytes.
const (
	HintClip = 60       // a value inside a hint or an error
	LogClip  = 2 << 10  // a text in a log line
	KeepClip = 64 << 10 // a text in the journal
)

// Clip shortens a text to a number of bytes and marks the cut with an ellipsis. A
// character at the cut is left out as a whole.
func Clip(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	return head(s, bytes) + "…"
}

// ClipCounted shortens a text as Clip does and adds its whole length in bytes.
func ClipCounted(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	return head(s, bytes) + "…(" + strconv.Itoa(len(s)) + " bytes)"
}

func head(s string, bytes int) string { return strings.ToValidUTF8(s[:bytes], "") }

// listedAtMost is how many names a sentence lists. A longer list cannot be read.
const listedAtMost = 60

// Visible writes control characters as their escapes, such as \x1b, but for the ends of lines and
// tabs. A terminal obeys control characters, and answers and names may have them.
func Visible(s string) string {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }
	if strings.IndexFunc(s, control) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if control(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Listed writes names for a sentence: all of them, or for more than 60 their number with
// the first and the last one. The second argument stands for no name.
func Listed(names []string, none string) string {
	switch n := len(names); {
	case n == 0:
		return none
	case n > listedAtMost:
		return fmt.Sprintf("%d, from %s to %s", n, names[0], names[n-1])
	}
	return strings.Join(names, ", ")
}

// Count writes a number with its English noun: "1 problem", "3 problems".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// AppendPadded appends a whole number with leading zeros, as the verb %0*d of package
// fmt writes the number.
func AppendPadded(dst []byte, n int64, width int) []byte {
	if n < 0 {
		return fmt.Appendf(dst, "%0*d", width, n)
	}
	for least := int64(10); width > 1; width-- {
		if n < least {
			dst = append(dst, '0')
		}
		least *= 10
	}
	return strconv.AppendInt(dst, n, 10)
}

// EndOfString returns the offset behind a JSON string that starts with a quotation mark
// at an offset. Without a closing mark it returns the length of the text.
func EndOfString[T string | []byte](s T, at int) int {
	for at++; at < len(s); at++ {
		switch s[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(s)
}
