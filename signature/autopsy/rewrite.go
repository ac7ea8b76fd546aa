package autopsy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// rewrite turns one JSON text into another with the same meaning. It works on
// the text, so that numbers keep their digits and members their order.
type rewrite func(string) string

// chain applies one rewrite after the other.
func chain(rewrites ...rewrite) rewrite {
	return func(text string) string {
		for _, r := range rewrites {
			text = r(text)
		}
		return text
	}
}

// isContainer says whether text is a JSON object or array, the only JSON that
// clients serialise. Plain numbers and words are JSON too but nobody rewrites
// them.
func isContainer(text string) bool {
	t := strings.TrimSpace(text)
	return t != "" && (t[0] == '{' || t[0] == '[') && json.Valid([]byte(text))
}

// literal returns the length of the string literal at the start of text,
// quotes included. text is valid JSON.
func literal(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}

// outside applies f to what stands between the string literals of valid JSON,
// and inside to the literals.
func mapJSON(text string, outside, inside func(string) string) string {
	var b strings.Builder
	for text != "" {
		n := strings.IndexByte(text, '"')
		if n < 0 {
			n = len(text)
		}
		b.WriteString(outside(text[:n]))
		if text = text[n:]; text != "" {
			n = literal(text)
			b.WriteString(inside(text[:n]))
			text = text[n:]
		}
	}
	return b.String()
}

func same(s string) string { return s }

// spaced sets the blanks around the separators and none elsewhere.
func spaced(comma, colon string) rewrite {
	separators := strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", ",", comma, ":", colon)
	return func(text string) string { return mapJSON(text, separators.Replace, same) }
}

// indented lays the text out on several lines, one step of indentation for
// each level, as most libraries do when asked for readable output.
func indented(step, colon string) rewrite {
	return func(text string) string {
		var b bytes.Buffer
		if json.Indent(&b, []byte(spaced(",", ":")(text)), "", step) != nil {
			return text
		}
		return mapJSON(b.String(), func(s string) string { return strings.ReplaceAll(s, ": ", colon) }, same)
	}
}

// deepest nesting of which members are sorted; sorting reads every level anew.
const deepest = 50

// sorted orders the members of every object by name and drops all blanks.
func sorted(text string) string { return sortedTo(deepest, text) }

func sortedTo(depth int, text string) string {
	var members map[string]json.RawMessage
	var elements []json.RawMessage
	var parts []string
	switch {
	case depth == 0:
		return text
	case strings.HasPrefix(strings.TrimSpace(text), "{") && json.Unmarshal([]byte(text), &members) == nil:
		for _, name := range slices.Sorted(maps.Keys(members)) {
			parts = append(parts, quoted(name)+":"+sortedTo(depth-1, string(members[name])))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case strings.HasPrefix(strings.TrimSpace(text), "[") && json.Unmarshal([]byte(text), &elements) == nil:
		for _, e := range elements {
			parts = append(parts, sortedTo(depth-1, string(e)))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return text
}

// quoted writes a JSON string without escaping more than it must.
func quoted(s string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil { // cannot happen for a string
		return s
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// inStrings applies f to every unit of every string literal.
func inStrings(f func(unit string) string) rewrite {
	perLiteral := func(lit string) string {
		var b strings.Builder
		for lit != "" {
			n := unit(lit)
			b.WriteString(f(lit[:n]))
			lit = lit[n:]
		}
		return b.String()
	}
	return func(text string) string { return mapJSON(text, same, perLiteral) }
}

// unit returns the length of the first unit of a literal: a character, an
// escape, or the two \u escapes of a surrogate pair.
func unit(lit string) int {
	if lit[0] != '\\' || len(lit) < 2 {
		_, n := utf8.DecodeRuneInString(lit)
		return n
	}
	first, ok := escaped(lit)
	if !ok {
		return 2
	}
	if second, ok := escaped(lit[6:]); ok && utf16.DecodeRune(first, second) != utf8.RuneError {
		return 12
	}
	return 6
}

// escaped reads a \uXXXX escape.
func escaped(lit string) (rune, bool) {
	if len(lit) < 6 || lit[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(lit[2:6], 16, 16)
	return rune(n), err == nil
}

// unicodeEscaped writes non-ASCII characters as \uXXXX with digits in the
// given format.
func unicodeEscaped(format string) rewrite {
	return inStrings(func(unit string) string {
		r, _ := utf8.DecodeRuneInString(unit)
		if r < utf8.RuneSelf {
			return unit
		}
		var b strings.Builder
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, format, u)
		}
		return b.String()
	})
}

// unicodeRaw writes \uXXXX escapes of non-ASCII characters as the characters.
func unicodeRaw() rewrite {
	return inStrings(func(unit string) string {
		r, ok := escaped(unit)
		if !ok || r < utf8.RuneSelf {
			return unit
		}
		var s string
		if json.Unmarshal([]byte(`"`+unit+`"`), &s) != nil {
			return unit
		}
		return s
	})
}

// replaced swaps single units, such as / for \/.
func replaced(oldnew ...string) rewrite {
	return inStrings(func(unit string) string {
		for i := 0; i < len(oldnew); i += 2 {
			if unit == oldnew[i] {
				return oldnew[i+1]
			}
		}
		return unit
	})
}
