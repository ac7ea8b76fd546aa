// Package jsontext reads the JSON that clients send as encoding/json would, with the
// digits of numbers, in a fourth of the time: every call carries some. It takes what is
// plainly right. Whatever else comes, encoding/json judges and reads.
package jsontext

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shaxiang/internal/arena"
)

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Null Kind = iota
	Bool
	Number
	Text
	List
	Object
)

// Value is a JSON value, and its name where it is a member of an object.
type Value struct {
	Name  string
	Text  string  // of a text; the digits of a number; true or false
	Items []Value // of a list; of an object its members in their order
	Kind  Kind
}

// Scalar returns the text of a text, a number or a boolean; ok is false for any other
// value.
func (v *Value) Scalar() (text string, ok bool) {
	return v.Text, v.Kind == Bool || v.Kind == Number || v.Kind == Text
}

// Flatten names every single value: members are joined with points, elements are
// numbered from 0. name is the value's own; members of an unnamed object keep their
// names. null is not given.
func (v *Value) Flatten(into map[string]string, name string) {
	if text, ok := v.Scalar(); ok {
		into[name] = text
	}
	for i := range v.Items {
		part := v.Items[i].Name
		if v.Kind == List {
			part = strconv.Itoa(i)
		}
		if name != "" {
			part = name + "." + part
		}
		v.Items[i].Flatten(into, part)
	}
}

// Memory is where values lie. It may be nil: then each has its own.
type Memory = arena.Of[Value]

// Parse reads one JSON value. Of members of one name the last counts. Texts may be parts
// of the text that is read: who keeps one for long copies it.
func Parse(text string, in *Memory) (Value, error) {
	r := reader{text: text, memory: in, wide: usual}
	var read Value
	if r.value(&read) && r.ended() {
		return read, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Value{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Value{}, errors.New("something stands after the JSON value")
	}
	return valueOf("", v), nil
}

// valueOf is what encoding/json read, with the members of objects in the order of their
// names.
func valueOf(name string, read any) Value {
	v := Value{Name: name}
	switch read := read.(type) {
	case bool:
		v.Kind, v.Text = Bool, strconv.FormatBool(read)
	case json.Number:
		v.Kind, v.Text = Number, string(read)
	case string:
		v.Kind, v.Text = Text, read
	case []any:
		v.Kind, v.Items = List, make([]Value, len(read))
		for i := range read {
			v.Items[i] = valueOf("", read[i])
		}
	case map[string]any:
		v.Kind, v.Items = Object, make([]Value, 0, len(read))
		for _, name := range slices.Sorted(maps.Keys(read)) {
			v.Items = append(v.Items, valueOf(name, read[name]))
		}
	}
	return v
}

// errNoObject refuses any other value where an object is wanted.
var errNoObject = errors.New("it must be one JSON object")

// Members reads the members of an object in their order, repeated names included.
func Members(text string, in *Memory) ([]Value, error) {
	r := reader{text: text, memory: in, wide: usual}
	if members, ok := r.object(); ok && r.ended() {
		return members, nil
	}
	v, err := Parse(text, in)
	if err != nil {
		return nil, err
	}
	if v.Kind != Object {
		return nil, errNoObject
	}
	return slowMembers(text)
}

// slowMembers reads an object that encoding/json takes.
func slowMembers(text string) (members []Value, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	_, err = dec.Token()
	for err == nil && dec.More() {
		var name json.Token
		var value any
		if name, err = dec.Token(); err == nil {
			err = dec.Decode(&value)
			members = append(members, valueOf(name.(string), value))
		}
	}
	return members, err
}

// reader reads a JSON text from front to back. Its methods report false when they
// meet what they do not know for sure.
type reader struct {
	text   string
	at     int
	depth  int
	wide   int // how many members the last object had: the next of a list mostly has as many
	memory *Memory
}

// usual is how many members the first object is given room for.
const usual = 8

// deepest is how many lists and objects may lie in each other.
const deepest = 100

// next passes over white space and returns what follows, 0 at the end.
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

// take passes over one character if it is the next one.
func (r *reader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

// value reads a value into a clear place.
func (r *reader) value(v *Value) (ok bool) {
	switch r.next() {
	case '{':
		v.Kind = Object
		v.Items, ok = r.object()
		v.Items = once(v.Items)
	case '[':
		v.Kind = List
		v.Items, ok = r.list()
	case '"':
		v.Kind = Text
		v.Text, ok = r.string()
	case 't':
		v.Kind = Bool
		v.Text, ok = r.word("true")
	case 'f':
		v.Kind = Bool
		v.Text, ok = r.word("false")
	case 'n':
		_, ok = r.word("null")
	default:
		v.Kind = Number
		v.Text, ok = r.number()
	}
	return ok
}

// add makes place for one more.
func add(items []Value) []Value {
	if n := len(items); n < cap(items) {
		return items[:n+1] // the memory is clear
	}
	return append(items, Value{})
}

func (r *reader) object() ([]Value, bool) {
	if r.depth++; r.depth > deepest || !r.take('{') {
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
	const most = 64 // or a list of empty objects behind a wide one would take much
	r.wide = min(len(members), most)
	return members, true
}

// once keeps the last member of each name.
func once(members []Value) []Value {
	const few = 16
	if len(members) <= few {
		for i := 1; i < len(members); i++ {
			for k := range i {
				if members[k].Name == members[i].Name {
					return lastOnes(members)
				}
			}
		}
		return members
	}
	return lastOnes(members)
}

func lastOnes(members []Value) []Value {
	place, kept := make(map[string]int, len(members)), members[:0]
	for _, m := range members {
		if at, again := place[m.Name]; again {
			kept[at] = m
			continue
		}
		place[m.Name] = len(kept)
		kept = append(kept, m)
	}
	return kept
}

func (r *reader) list() ([]Value, bool) {
	const long, few = 32, 16 // room for so few is not much more than what came
	if r.depth++; r.depth > deepest || !r.take('[') {
		return nil, false
	}
	items, begin := []Value{}, r.at
	for !r.take(']') {
		if len(items) > 0 && !r.take(',') {
			return nil, false
		}
		items = add(items)
		if !r.value(&items[len(items)-1]) {
			return nil, false
		}
		if size := r.at - begin; len(items) == 1 && size >= long {
			items = append(r.memory.Take(1 + min((len(r.text)-r.at)/size, few))[:0], items...) // as if the others were as long
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

// string reads a text. What has escapes other than \" and \\, or is no UTF-8,
// encoding/json reads.
func (r *reader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	for i := r.at; i < len(r.text); i++ { // as most are
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

// digits passes over digits and returns how many there were.
func (r *reader) digits() int {
	begin := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at - begin
}
