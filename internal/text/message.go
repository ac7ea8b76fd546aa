package text

import (
	"bytes"
	_ "embed" // of messages.yaml
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// ID names a message. IDs are stable: programs may compare them. An ID begins with the
// name of its package: "args.most_elements".
type ID string

// Message is a text for people: a hint, a reason, a problem. A Message is made where the
// text arises and costs nothing more until a Renderer writes its words. The zero value is
// no message.
type Message struct {
	ID   ID    // empty for a message that has only words, see Plain
	Args []any // name, value, name, value …; see Say
}

// Say returns a message with its arguments as name, value, name, value … A value is a
// string, a whole number, a []string, an error, a fmt.Stringer or a Message, and must not
// be changed afterwards.
func Say(id ID, args ...any) Message { return Message{id, args} }

// Plain returns a message that has words and no ID of its own, such as an error of a
// library.
func Plain(words string) Message { return Message{Args: []any{"text", words}} }

// Error is an error with a message.
type Error struct{ Message }

// Error writes the message in English.
func (e Error) Error() string { return In(English).Text(e.Message) }

// Fail returns an error with a message; see Say.
func Fail(id ID, args ...any) error { return Error{Say(id, args...)} }

// Of returns the message of an error. An error that Fail has not made, or that is wrapped,
// gives its words only.
func Of(err error) Message {
	if e, ok := err.(Error); ok {
		return e.Message
	}
	return Plain(err.Error())
}

// IsZero reports whether there is no message.
func (m Message) IsZero() bool { return m.ID == "" && m.Args == nil }

// Equal reports whether two messages have the same ID and arguments.
func (m Message) Equal(o Message) bool {
	return m.ID == o.ID && slices.EqualFunc(m.Args, o.Args, func(a, b any) bool { return jsonOf(a) == jsonOf(b) })
}

func jsonOf(v any) string {
	data, err := json.Marshal(jsonValue(v))
	return fmt.Sprint(string(data), err)
}

// Arg returns the value of an argument.
func (m Message) Arg(name string) (value any, ok bool) {
	for i := 0; i+1 < len(m.Args); i += 2 {
		if m.Args[i] == name {
			return m.Args[i+1], true
		}
	}
	return nil, false
}

// String writes the message for logs of tests, where no Renderer is: the words of a plain
// message, otherwise the ID and the arguments.
func (m Message) String() string {
	if m.ID == "" {
		words, _ := m.Arg("text")
		return plain(nil, words)
	}
	b := []byte(m.ID)
	for i := 0; i+1 < len(m.Args); i += 2 {
		b = fmt.Appendf(b, " %v=%s", m.Args[i], plain(nil, m.Args[i+1]))
	}
	return string(b)
}

// Rendered is a message as the journal and the API carry it: for programs and for people.
type Rendered struct {
	ID   ID             `json:"id,omitempty"` // left out for a message that has only words
	Text string         `json:"text"`
	Args map[string]any `json:"args,omitempty"`
}

// Language is a language of messages.
type Language int

// The languages.
const (
	English Language = iota
	Chinese
)

// Words are the templates of a message. A template has placeholders: {name} for the value
// of an argument and {name|how} for the value written in a special way:
//
//   - q: in quotation marks
//   - clip: shortened for a hint, in quotation marks
//   - all: all names of a list, however many
//   - a noun: a number with the noun, as in "1 call" and "3 calls"
//
// A message without Chinese words is written in English. A brace is written as {{.
type Words struct {
	English string `yaml:"en"`
	Chinese string `yaml:"zh"`
}

// Table has the words of messages.
type Table map[ID]Words

// Renderer writes messages in one language.
type Renderer struct {
	language  Language
	templates map[ID][]segment
}

// segment is a piece of a template: fixed words, or a placeholder.
type segment struct {
	words     string
	name, how string
}

// In returns the renderer of a language for the messages of this program, which stand in
// messages.yaml. The file is read when words are needed for the first time.
func In(l Language) *Renderer { return renderers[l]() }

var renderers = [...]func() *Renderer{
	English: sync.OnceValue(func() *Renderer { return mustRender(English) }),
	Chinese: sync.OnceValue(func() *Renderer { return mustRender(Chinese) }),
}

//go:embed messages.yaml
var messages []byte

// mustRender panics when the embedded file is wrong, which a test would show.
func mustRender(l Language) *Renderer {
	table, err := ReadTable(messages)
	if err != nil {
		panic(err)
	}
	r, err := NewRenderer(l, table)
	if err != nil {
		panic(err)
	}
	return r
}

// ReadTable reads a YAML file of messages: package, name, and words by language.
func ReadTable(data []byte) (Table, error) {
	var packages map[string]map[string]Words
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&packages); err != nil {
		return nil, err
	}
	table := Table{}
	for pkg, names := range packages {
		for name, words := range names {
			table[ID(pkg+"."+name)] = words
		}
	}
	return table, nil
}

// NewRenderer returns a renderer for a table. The error names every message without words and
// every template that is none.
func NewRenderer(l Language, table Table) (*Renderer, error) {
	r := &Renderer{language: l, templates: map[ID][]segment{"": {{name: "text"}}}}
	var wrong []string
	for _, id := range slices.Sorted(maps.Keys(table)) {
		template, err := table[id].template(l)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("message %s: %v", id, err))
		}
		r.templates[id] = template
	}
	if wrong != nil {
		return nil, fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return r, nil
}

func (w Words) template(l Language) ([]segment, error) {
	switch {
	case w.English == "":
		return nil, fmt.Errorf("has no English words")
	case l == Chinese && w.Chinese != "":
		return parseTemplate(w.Chinese)
	}
	return parseTemplate(w.English)
}

func parseTemplate(s string) ([]segment, error) {
	var list []segment
	words := ""
	for s != "" {
		before, after, found := strings.Cut(s, "{")
		words += before
		if !found {
			break
		}
		if rest, escaped := strings.CutPrefix(after, "{"); escaped {
			words, s = words+"{", rest
			continue
		}
		inner, rest, closed := strings.Cut(after, "}")
		name, how, _ := strings.Cut(inner, "|")
		if !closed || name == "" || strings.ContainsAny(name, " ,:{\"") {
			return nil, fmt.Errorf("%q has { that begins no placeholder; write {{ for a brace", s)
		}
		list = append(list, segment{words: words}, segment{name: name, how: how})
		words, s = "", rest
	}
	return append(list, segment{words: words}), nil
}

// Placeholders returns the names of the placeholders of a template, sorted, each once.
func Placeholders(template string) ([]string, error) {
	list, err := parseTemplate(template)
	var names []string
	for _, s := range list {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), err
}

// Text writes the words of a message. A message that no table has is written with its ID
// and arguments, so that the help is not lost.
func (r *Renderer) Text(m Message) string {
	template, known := r.templates[m.ID]
	if !known {
		return m.String()
	}
	var b strings.Builder
	for _, s := range template {
		b.WriteString(s.words)
		if s.name != "" {
			value, _ := m.Arg(s.name)
			b.WriteString(r.value(value, s.how))
		}
	}
	return b.String()
}

func (r *Renderer) value(v any, how string) string {
	n, number := v.(int)
	names, list := v.([]string)
	switch {
	case how == "all" && list:
		return strings.Join(names, ", ")
	case how == "q":
		return fmt.Sprintf("%q", plain(r, v))
	case how == "clip":
		return fmt.Sprintf("%q", Clip(plain(r, v), HintClip))
	case how != "" && number:
		return Count(n, how)
	}
	return plain(r, v)
}

// plain writes a value. Without a renderer a message is written with its ID.
func plain(r *Renderer, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return Listed(v, "none")
	case Error:
		return plain(r, v.Message)
	case Message:
		if r != nil {
			return r.Text(v)
		}
	}
	return fmt.Sprint(v)
}

// Render returns a message with its words.
func (r *Renderer) Render(m Message) Rendered {
	out := Rendered{ID: m.ID, Text: r.Text(m)}
	for i := 0; i+1 < len(m.Args); i += 2 {
		if out.Args == nil {
			out.Args = map[string]any{}
		}
		name, _ := m.Args[i].(string)
		out.Args[name] = jsonValue(m.Args[i+1])
		if of, ok := m.Args[i+1].(Message); ok {
			out.Args[name] = r.Render(of)
		}
	}
	return out
}

// jsonValue is a value as JSON has it: errors and Stringers as texts.
func jsonValue(v any) any {
	switch v := v.(type) {
	case Message:
		return v.String()
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	}
	return v
}
