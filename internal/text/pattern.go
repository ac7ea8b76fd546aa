package text

import (
	"fmt"
	"strings"
)

// Pattern is a compiled pattern. Its syntax is the same everywhere:
//
//   - the star stands for any text, none and slashes included;
//   - the question mark stands for exactly one character;
//   - every other character stands for itself.
//
// A pattern of names (see NamePattern) also knows [a-z] and the backslash. The names of
// methods, vendors, kinds and rules contain neither brackets nor backslashes. Values
// do, so a pattern of values takes these characters literally.
//
// The time of a match grows with the length of the text: a star never tries a position
// twice. The zero value fits the empty text only.
type Pattern struct {
	text   string
	pieces []piece // what stands between the stars: at least one
	plain  bool    // every piece is a literal
}

// piece is a part of a pattern without a star.
type piece struct {
	literal string // used while the whole pattern is plain
	tokens  []token
}

// token stands for one character.
type token struct {
	char   rune
	any    bool   // the question mark
	ranges []span // of a class
	except bool   // of a class that begins with ^
}

// span is a range of characters, both ends included.
type span struct{ low, high rune }

// ValuePattern compiles a pattern of values: arguments, notes, titles. Every text is
// such a pattern.
func ValuePattern(s string) Pattern {
	p, _ := compile(s, false) // only brackets and backslashes can be wrong
	return p
}

// NamePattern compiles a pattern of names: methods, vendors, kinds, rules. [a-z] stands
// for one of the named characters, [^a-z] for one other character, and a backslash makes
// the next character stand for itself. The error says what would be right.
func NamePattern(s string) (Pattern, error) { return compile(s, true) }

func compile(s string, classes bool) (Pattern, error) {
	p := Pattern{text: s, plain: true}
	var now piece
	var literal strings.Builder
	end := func() {
		now.literal = literal.String()
		p.pieces = append(p.pieces, now)
		now = piece{}
		literal.Reset()
	}
	chars := []rune(s)
	for i := 0; i < len(chars); i++ {
		t := token{char: chars[i]}
		switch {
		case t.char == '*':
			end()
			continue
		case t.char == '?':
			t, p.plain = token{any: true}, false
		case classes && t.char == '\\':
			if i++; i == len(chars) {
				return Pattern{}, fmt.Errorf("%q is no pattern: it ends in a backslash; write one such as sales.*", Clip(s, HintClip))
			}
			t.char = chars[i]
		case classes && t.char == '[':
			var size int
			if t, size = class(chars[i:]); size == 0 {
				return Pattern{}, fmt.Errorf("%q is no pattern: [ begins a class of characters such as [a-z]; write one such as sales.*", Clip(s, HintClip))
			}
			p.plain = false
			i += size - 1
		}
		now.tokens = append(now.tokens, t)
		literal.WriteRune(t.char)
	}
	end()
	return p, nil
}

// class reads a class of characters and returns its length with both brackets, 0 for
// what is none.
func class(chars []rune) (t token, size int) {
	at := 1
	if at < len(chars) && chars[at] == '^' {
		t.except = true
		at++
	}
	char := func() (c rune, ok bool) {
		if at < len(chars) && chars[at] == '\\' {
			at++
		} else if at < len(chars) && (chars[at] == '-' || chars[at] == ']') {
			return 0, false
		}
		if at++; at > len(chars) {
			return 0, false
		}
		return chars[at-1], true
	}
	for at < len(chars) && (chars[at] != ']' || t.ranges == nil) {
		low, ok := char()
		high := low
		if ok && at < len(chars) && chars[at] == '-' {
			at++
			high, ok = char()
		}
		if !ok {
			return t, 0
		}
		t.ranges = append(t.ranges, span{low, high})
	}
	if at >= len(chars) {
		return t, 0
	}
	return t, at + 1
}

// String returns the pattern as it was written.
func (p *Pattern) String() string { return p.text }

// Match reports whether a text fits the pattern.
func (p *Pattern) Match(s string) bool {
	if p.plain {
		return p.matchPlain(s)
	}
	return p.match([]rune(s))
}

// matchPlain matches a pattern of literals and stars.
func (p *Pattern) matchPlain(s string) bool {
	first, last := p.pieces[0].literal, p.pieces[len(p.pieces)-1].literal
	if len(p.pieces) == 1 {
		return s == first
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, piece := range p.pieces[1 : len(p.pieces)-1] {
		_, after, ok := strings.Cut(s, piece.literal)
		if !ok {
			return false
		}
		s = after
	}
	return true
}

// match matches any pattern. The leftmost place of each piece is right: whatever comes
// behind a later place also comes behind the leftmost one.
func (p *Pattern) match(chars []rune) bool {
	if len(p.pieces) == 0 {
		return len(chars) == 0
	}
	first, last := p.pieces[0].tokens, p.pieces[len(p.pieces)-1].tokens
	if len(p.pieces) == 1 {
		return len(chars) == len(first) && fit(first, chars)
	}
	if len(chars) < len(first)+len(last) || !fit(first, chars) || !fit(last, chars[len(chars)-len(last):]) {
		return false
	}
	chars = chars[len(first) : len(chars)-len(last)]
	for _, piece := range p.pieces[1 : len(p.pieces)-1] {
		end := find(piece.tokens, chars)
		if end < 0 {
			return false
		}
		chars = chars[end:]
	}
	return true
}

// fit reports whether the characters begin with those that the tokens stand for. There
// are at least as many characters as tokens.
func fit(tokens []token, chars []rune) bool {
	for i := range tokens {
		if !tokens[i].fits(chars[i]) {
			return false
		}
	}
	return true
}

// Stand-ins for the tokens of a narrower pattern, see Covers. They are no characters.
const (
	anyText rune = -1 - iota
	anyChar
	oneOfSome
)

func (t *token) fits(c rune) bool {
	switch {
	case t.any:
		return c != anyText
	case t.ranges == nil:
		return c == t.char
	case c < 0:
		return false
	}
	for _, r := range t.ranges {
		if c >= r.low && c <= r.high {
			return !t.except
		}
	}
	return t.except
}

// Covers reports whether the pattern fits every text that another pattern fits. The
// answer is sometimes false for a pattern that does: classes are not compared.
func (p *Pattern) Covers(other *Pattern) bool {
	if p.text == other.text {
		return true
	}
	if p.plain && other.plain && !strings.Contains(p.text, `\`) && !strings.Contains(other.text, `\`) {
		return p.matchPlain(other.text) // a star of the other is a letter that only a star of p can stand for
	}
	var chars []rune
	for i, piece := range other.pieces {
		if i > 0 {
			chars = append(chars, anyText)
		}
		for _, t := range piece.tokens {
			switch {
			case t.any:
				t.char = anyChar
			case t.ranges != nil:
				t.char = oneOfSome
			}
			chars = append(chars, t.char)
		}
	}
	return p.match(chars)
}

// word is the number of tokens that one machine word holds.
const word = 64

// find returns the end of the leftmost place at which the characters are those that the
// tokens stand for, or -1.
//
// It reads each character once (the algorithm is called Shift-And): bit i of the state is
// set while the last i+1 characters fit the first i+1 tokens. So its time is that of the
// text, for each 64 tokens, whatever the text repeats.
func find(tokens []token, chars []rune) int {
	if len(tokens) == 0 {
		return 0
	}
	words := (len(tokens) + word - 1) / word
	state := make([]uint64, words)
	masks := map[rune][]uint64{}
	last := uint64(1) << ((len(tokens) - 1) % word)
	for at, c := range chars {
		mask, known := masks[c]
		if !known {
			mask = maskOf(tokens, c, words)
			masks[c] = mask
		}
		carry := uint64(1) // every character may be the first one of the place
		for i := range state {
			next := state[i] >> (word - 1)
			state[i] = (state[i]<<1 | carry) & mask[i]
			carry = next
		}
		if state[words-1]&last != 0 {
			return at + 1
		}
	}
	return -1
}

// maskOf returns a bit for each token that stands for a character.
func maskOf(tokens []token, c rune, words int) []uint64 {
	mask := make([]uint64, words)
	for i := range tokens {
		if tokens[i].fits(c) {
			mask[i/word] |= 1 << (i % word)
		}
	}
	return mask
}
