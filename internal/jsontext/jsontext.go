// Package jsontext reads the JSON that clients send as encoding/json would, with
// numbers as json.Number, in a third of the time: every call carries some. It takes
// what is plainly right. Whatever else comes, encoding/json judges and reads.
package jsontext

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// Parse reads one JSON value: nil, bool, json.Number, string, []any or
// map[string]any. Of members of one name the last counts. Values are copies, so that
// four letters do not keep the body that they came in; names are parts of the text.
func Parse(text string) (any, error) {
	r := reader{text: text}
	if v, ok := r.value(); ok && r.ended() {
		return v, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the JSON value")
	}
	return v, nil
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value any // as Parse returns it
}

// errNoObject refuses any other value where an object is wanted.
var errNoObject = errors.New("it must be one JSON object")

// Members reads the members of an object in their order, repeated names included.
func Members(text string) ([]Member, error) {
	r := reader{text: text}
	if members, ok := r.members(); ok && r.ended() {
		return members, nil
	}
	v, err := Parse(text)
	if err != nil {
		return nil, err
	}
	if _, ok := v.(map[string]any); !ok {
		return nil, errNoObject
	}
	return slowMembers(text)
}

// slowMembers reads an object that encoding/json takes.
func slowMembers(text string) (members []Member, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	_, err = dec.Token()
	for err == nil && dec.More() {
		var name json.Token
		var value any
		if name, err = dec.Token(); err == nil {
			err = dec.Decode(&value)
			members = append(members, Member{name.(string), value})
		}
	}
	return members, err
}

// reader reads a JSON text from front to back. Its methods report false when they
// meet what they do not know for sure.
type reader struct {
	text  string
	at    int
	depth int
}

// deepest is how many lists and objects may lie in each other.
const deepest = 100

// next passes over white space and returns what follows, 0 at the end.
func (r *reader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (r *reader) ended() bool { return r.next() == 0 && r.at == len(r.text) }

// take passes over one character if it is the next one.
func (r *reader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) value() (v any, ok bool) {
	switch r.next() {
	case '{':
		object := map[string]any{}
		ok = r.object(func(name string) bool {
			member, ok := r.value()
			object[name] = member
			return ok
		})
		return object, ok
	case '[':
		return r.list()
	case '"':
		text, ok := r.string()
		return strings.Clone(text), ok
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	}
	return r.number()
}

func (r *reader) members() (members []Member, ok bool) {
	ok = r.object(func(name string) bool {
		v, ok := r.value()
		members = append(members, Member{name, v})
		return ok
	})
	return members, ok
}

// object reads an object; whoever asks reads the values.
func (r *reader) object(value func(name string) bool) bool {
	if r.depth++; r.depth > deepest || !r.take('{') {
		return false
	}
	defer func() { r.depth-- }()
	for first := true; !r.take('}'); first = false {
		if !first && !r.take(',') || r.next() != '"' {
			return false
		}
		name, ok := r.string()
		if !ok || !r.take(':') || !value(name) {
			return false
		}
	}
	return true
}

func (r *reader) list() ([]any, bool) {
	if r.depth++; r.depth > deepest || !r.take('[') {
		return nil, false
	}
	defer func() { r.depth-- }()
	items := []any{}
	for !r.take(']') {
		if len(items) > 0 && !r.take(',') {
			return nil, false
		}
		v, ok := r.value()
		if !ok {
			return nil, false
		}
		items = append(items, v)
	}
	return items, true
}

func (r *reader) word(w string) bool {
	if !strings.HasPrefix(r.text[r.at:], w) {
		return false
	}
	r.at += len(w)
	return true
}

// string reads a text. What has escapes other than \" and \\, or is no UTF-8,
// encoding/json reads.
func (r *reader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	begin, escapes, plain := r.at, 0, true
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return spelt(r.text[begin-1:r.at], escapes, plain)
		case c == '\\':
			r.at++ // what is escaped does not end the text
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

// spelt is the text of a JSON string. A plain one has no escapes but those of quotes
// and backslashes, so many.
func spelt(raw string, escapes int, plain bool) (string, bool) {
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

// number reads a number with its digits: -1, 0.50, 2e8, but not 01 or 1. and not +1.
func (r *reader) number() (json.Number, bool) {
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
	return json.Number(strings.Clone(r.text[begin:r.at])), true
}

// digits passes over digits and returns how many there were.
func (r *reader) digits() int {
	begin := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at - begin
}
