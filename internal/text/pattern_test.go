package text

import (
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestValuePattern(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		fits          bool
	}{
		{"", "", true}, {"", "a", false}, {"a", "a", true}, {"a", "", false}, {"a", "A", false},
		{"*", "", true}, {"*", "a/b", true}, {"**", "", true}, {"a*", "a", true}, {"a*", "ba", false},
		{"*.push", "sales.trade.push", true}, {"*.push", "sales.trade.pushed", false},
		{"a*a", "a", false}, {"a*a", "aa", true}, {"*ab*ab*", "abab", true}, {"*ab*ab*", "aba", false},
		{"?", "", false}, {"?", "中", true}, {"?", "ab", false}, {"A?C*", "ABCD", true}, {"*?", "a", true}, {"*?", "", false},
		{"什么?", "什么?", true}, {"a*b?c*d", "a1b2b3c4d", true}, {"*b?d*", "abcbxd", true}, {"*b?d*", "abcbd", false},
		{`["A01"]`, `["A01"]`, true}, {`["A01"]`, `A`, false}, {`*[1]*`, `1`, false}, {`a\*`, `a\b`, true}, {`a\*`, `a*`, false},
	} {
		p := ValuePattern(c.pattern)
		if got := p.Match(c.text); got != c.fits {
			t.Errorf("%q fits %q: %v, want %v", c.text, c.pattern, got, c.fits)
		}
		if p.String() != c.pattern {
			t.Errorf("%q is written as %q", c.pattern, p.String())
		}
	}
	if zero := (Pattern{}); !zero.Match("") || zero.Match("a") {
		t.Error("the zero pattern fits the empty text only")
	}
}

// TestNamePattern compares patterns of names with package path, which read the patterns of
// deny in earlier versions.
func TestNamePattern(t *testing.T) {
	t.Parallel()
	names := []string{"", "a", "b", "z", "-", "]", "^", "sales.trade.push", "trade_query", "stock.2", `a\b`, "中文"}
	for _, pattern := range []string{"", "*", "?", "a", "[ab]", "[^ab]", "[a-c]*", "*[0-9]", "[a-z]*.*", `\*`, `[\]]`, `[\-a]`, `[a\-]`, "sales.*.p?sh",
		"trade[_.]query", "[z-a]", "[", "[]", "[]a]", "[a", "[a-", "[a-]", "[-a]", "[^]", `a\`, `\`, "a[b", "[^", `[\`, "[中-文]*", "[a^]", "*[^h]", "s[a]les*"} {
		p, err := NamePattern(pattern)
		if _, want := path.Match(pattern, ""); (want != nil) != (err != nil) {
			t.Errorf("%q is refused with %v, by package path with %v", pattern, err, want)
		}
		if err != nil {
			if !strings.HasSuffix(err.Error(), "write one such as sales.*") {
				t.Errorf("%q is refused without what would be right: %v", pattern, err)
			}
			continue
		}
		for _, name := range names {
			if want, _ := path.Match(pattern, name); p.Match(name) != want {
				t.Errorf("%q fits %q: %v, want %v", name, pattern, !want, want)
			}
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("a*b?c", "aXbYc")
	f.Add("*aab*a?b*", "aaabaab")
	f.Add(strings.Repeat("a?", 40)+"*"+strings.Repeat("?b", 40), strings.Repeat("ab", 90))
	f.Add("*"+strings.Repeat("a?", 40)+"*", strings.Repeat("ab", 90))
	f.Fuzz(func(t *testing.T, pattern, text string) {
		pattern, text = strings.ToValidUTF8(pattern, ""), strings.ToValidUTF8(text, "")
		quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`(?s)\A` + quoted + `\z`).MatchString(text)
		p := ValuePattern(pattern)
		if p.Match(text) != want {
			t.Errorf("%q fits %q: %v, want %v", text, pattern, !want, want)
		}
		if q := ValuePattern(text); p.Covers(&q) && !want {
			t.Errorf("%q covers %q and does not fit the pattern's own text", pattern, text)
		}
	})
}

func TestPatternCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wide, narrow string
		covers       bool
	}{
		{"*", "*", true}, {"*", "a?b*", true}, {"a*", "a*b", true}, {"a*b", "a*", false}, {"?", "*", false}, {"?", "?", true}, {"?", "a", true},
		{"*?", "*", false}, {"a?", "a?", true}, {"a", "?", false}, {"[ab]", "[ab]", true}, {"[ab]", "a", true}, {"[ab]", "?", false},
		{"?", "[ab]", true}, {"[^b]", "[a]", false}, {"[^b]", "*", false}, {"*.push", "sales.*.push", true},
	} {
		wide, _ := NamePattern(c.wide)
		narrow, _ := NamePattern(c.narrow)
		if got := wide.Covers(&narrow); got != c.covers {
			t.Errorf("%q covers %q: %v, want %v", c.wide, c.narrow, got, c.covers)
		}
	}
}

// TestPatternIsLinear matches patterns that take seconds or years where a star tries a
// position again.
func TestPatternIsLinear(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 1<<20)
	for _, pattern := range []string{
		strings.Repeat("*a", 1000) + "*b", "*" + strings.Repeat("a", 1<<16) + "b*", "*" + strings.Repeat("a?", 500) + "b*", strings.Repeat("*a?", 300) + "*b?*",
	} {
		p := ValuePattern(pattern)
		done := make(chan bool, 1)
		go func() { done <- p.Match(long) }()
		select {
		case got := <-done:
			if got {
				t.Errorf("%s… fits a text without b", pattern[:6])
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s… takes longer than 20 s", pattern[:6])
		}
	}
}

func TestPlainPatternsAllocateNothing(t *testing.T) {
	p := ValuePattern("sales.*.push*")
	if n := testing.AllocsPerRun(100, func() { p.Match("sales.trade.push") }); n != 0 {
		t.Errorf("a match allocates %v times", n)
	}
}
