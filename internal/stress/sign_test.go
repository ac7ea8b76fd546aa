package stress

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// The bench signs by itself. It must not share code with the program that it
// judges, and must go on working with older builds.

// pair is a parameter of a request.
type pair struct{ name, value string }

// pairsOf pairs name, value, …
func pairsOf(params []string) []pair {
	var pairs []pair
	for i := 0; i+1 < len(params); i += 2 {
		pairs = append(pairs, pair{params[i], params[i+1]})
	}
	return pairs
}

func form(pairs []pair) string {
	fields := make([]string, len(pairs))
	for i, p := range pairs {
		fields[i] = url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value)
	}
	return strings.Join(fields, "&")
}

// byName returns the pairs in ascending order of their names.
func byName(pairs []pair) []pair {
	return slices.SortedFunc(slices.Values(pairs), func(a, b pair) int { return strings.Compare(a.name, b.name) })
}

func md5Hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// signOpenAPI hashes secret, name and value of each parameter, secret. The body
// counts as a parameter.
func signOpenAPI(secret string, pairs []pair, body string) string {
	var b strings.Builder
	for _, p := range byName(append(slices.Clone(pairs), pair{"body", body})) {
		b.WriteString(p.name + p.value)
	}
	return md5Hex(secret + b.String() + secret)
}

// signOpenAPI2 hashes each parameter with the lengths of its name and value in
// characters, then the secret.
func signOpenAPI2(secret string, pairs []pair) string {
	var fields []string
	for _, p := range byName(pairs) {
		fields = append(fields, fmt.Sprintf("%02d-%s:%04d-%s", utf8.RuneCountInString(p.name), p.name, utf8.RuneCountInString(p.value), p.value))
	}
	return md5Hex(strings.Join(fields, ";") + secret)
}

// signFubei hashes name=value of each parameter, then the secret.
func signFubei(secret string, pairs []pair) string {
	var fields []string
	for _, p := range byName(pairs) {
		fields = append(fields, p.name+"="+p.value)
	}
	return strings.ToUpper(md5Hex(strings.Join(fields, "&") + secret))
}

// TestSigns checks the three schemes against hashes of texts that are written out.
func TestSigns(t *testing.T) {
	t.Parallel()
	pairs := []pair{{"b", "二"}, {"a", "1"}}
	for got, text := range map[string]string{
		signOpenAPI("s", pairs, "[]"):              "sa1b二body[]s",
		signOpenAPI2("s", pairs):                   "01-a:0001-1;01-b:0001-二s",
		strings.ToLower(signFubei("s", pairs)):     "a=1&b=二s",
		strings.ToLower(signFubei("s", pairs[1:])): "a=1s",
	} {
		if want := md5Hex(text); got != want {
			t.Errorf("%q is signed %s, want %s", text, got, want)
		}
	}
}
