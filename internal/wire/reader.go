package wire

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// reader reads a JSON text from front to back. Its methods report false for input that
// they leave to encoding/json.
type reader struct {
	text   string
	at     int
	depth  int
	wide   int // number of members of the last object: the next object of a list mostly has as many
	memory *Memory
}

// usualMembers is the capacity for the members of the first object.
const usualMembers = 8

// maxDepth limits how deep lists and objects may be nested.
const maxDepth = 100

// next skips white space and returns the next byte, 0 at the end.
func (r *reader) next() byte {
	for i := r.at; i < len(r.text); i++ {
		if c := r.text[i]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			r.at = i
			return c
		}
	}
	r.at = len(r.text)
	return 0
}

func (r *reader) ended() bool { return r.next() == 0 && r.at == len(r.text) }

// take skips white space and the byte c. It reports whether c was next.
func (r *reader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

// value reads a value into a zero Node.
func (r *reader) value(v *Node) (ok bool) {
	switch r.next() {
	case '{':
		v.Kind = ObjectNode
		v.Items, ok = r.object()
		v.Items = lastOfEach(v.Items)
	case '[':
		v.Kind = ListNode
		v.Items, ok = r.list()
	case '"':
		v.Kind = TextNode
		v.Text, ok = r.string()
	case 't':
		v.Kind = BoolNode
		v.Text, ok = r.word("true")
	case 'f':
		v.Kind = BoolNode
		v.Text, ok = r.word("false")
	case 'n':
		_, ok = r.word("null")
	default:
		v.Kind = NumberNode
		v.Text, ok = r.number()
	}
	return ok
}

// add appends a zero Node.
func add(items []Node) []Node {
	if n := len(items); n < cap(items) {
		return items[:n+1] // the memory is zero
	}
	return append(items, Node{})
}

func (r *reader) object() ([]Node, bool) {
	if r.depth++; r.depth > maxDepth || !r.take('{') {
		return nil, false
	}
	members := r.memory.Take(r.wide)[:0]
	for !r.take('}') {
		if len(members) > 0 && !r.take(',') || r.next() != '"' {
			return nil, false
		}
		name, ok := r.string()
		if !ok || !r.take(':') {
			return nil, false
		}
		members = add(members)
		m := &members[len(members)-1]
		if m.Name = name; !r.value(m) {
			return nil, false
		}
	}
	r.depth--
	const maxWide = 64 // limits the memory of a list of empty objects behind a wide one
	r.wide = min(len(members), maxWide)
	return members, true
}

// lastOfEach keeps the last member of each name.
func lastOfEach(members []Node) []Node {
	const maxCompared = 16 // members that are compared in pairs
	if len(members) <= maxCompared {
		for i := 1; i < len(members); i++ {
			for k := range i {
				if members[k].Name == members[i].Name {
					return lastOfMany(members)
				}
			}
		}
		return members
	}
	return lastOfMany(members)
}

func lastOfMany(members []Node) []Node {
	index, kept := make(map[string]int, len(members)), members[:0]
	for _, m := range members {
		if at, again := index[m.Name]; again {
			kept[at] = m
			continue
		}
		index[m.Name] = len(kept)
		kept = append(kept, m)
	}
	return kept
}

func (r *reader) list() ([]Node, bool) {
	// Capacity for the rest of the list is taken only if the first element is long, and for
	// few elements, so that it is not much more than the bytes that came.
	const minSize, maxAhead = 32, 16
	if r.depth++; r.depth > maxDepth || !r.take('[') {
		return nil, false
	}
	items, begin := []Node{}, r.at
	for !r.take(']') {
		if len(items) > 0 && !r.take(',') {
			return nil, false
		}
		items = add(items)
		if !r.value(&items[len(items)-1]) {
			return nil, false
		}
		if size := r.at - begin; len(items) == 1 && size >= minSize {
			items = append(r.memory.Take(1 + min((len(r.text)-r.at)/size, maxAhead))[:0], items...) // assumes that the others are as long
		}
	}
	r.depth--
	return items, true
}

func (r *reader) word(w string) (string, bool) {
	if !strings.HasPrefix(r.text[r.at:], w) {
		return "", false
	}
	r.at += len(w)
	return w, true
}

// string reads a text. encoding/json decodes a text that is no UTF-8 or has escapes other
// than \" and \\.
func (r *reader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	for i := r.at; i < len(r.text); i++ { // most texts have neither escapes nor Chinese
		c := r.text[i]
		if c == '"' {
			text := r.text[r.at:i]
			r.at = i + 1
			return text, true
		}
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	begin, escapes, plain := r.at, 0, true
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return unquote(r.text[begin-1:r.at], escapes, plain)
		case c == '\\':
			r.at++ // an escaped quote does not end the text
			escapes++
			plain = plain && r.at < len(r.text) && (r.text[r.at] == '"' || r.text[r.at] == '\\')
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			_, size := utf8.DecodeRuneInString(r.text[r.at:])
			plain = plain && size > 1
			r.at += size - 1
		}
	}
	return "", false
}

// unquote decodes a JSON string. A plain string has no escapes but those of quotes and
// backslashes; escapes is their number.
func unquote(raw string, escapes int, plain bool) (string, bool) {
	if !plain {
		var text string
		err := json.Unmarshal([]byte(raw), &text)
		return text, err == nil
	}
	inner := raw[1 : len(raw)-1]
	if escapes == 0 {
		return inner, true
	}
	var b strings.Builder
	b.Grow(len(inner) - escapes)
	for {
		before, after, escaped := strings.Cut(inner, `\`)
		b.WriteString(before)
		if !escaped {
			return b.String(), true
		}
		b.WriteByte(after[0])
		inner = after[1:]
	}
}

// number reads a number and keeps its text: -1, 0.50, 2e8. It does not read 01, 1. or +1.
func (r *reader) number() (string, bool) {
	begin := r.at
	if r.at < len(r.text) && r.text[r.at] == '-' {
		r.at++
	}
	whole := r.at
	if n := r.digits(); n == 0 || n > 1 && r.text[whole] == '0' {
		return "", false
	}
	if r.at < len(r.text) && r.text[r.at] == '.' {
		if r.at++; r.digits() == 0 {
			return "", false
		}
	}
	if r.at < len(r.text) && r.text[r.at]|0x20 == 'e' {
		if r.at++; r.at < len(r.text) && (r.text[r.at] == '+' || r.text[r.at] == '-') {
			r.at++
		}
		if r.digits() == 0 {
			return "", false
		}
	}
	return r.text[begin:r.at], true
}

// digits skips digits and returns their number.
func (r *reader) digits() int {
	begin := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at - begin
}
