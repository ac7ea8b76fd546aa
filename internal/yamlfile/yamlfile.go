// Package yamlfile decodes YAML files strictly and reports all their problems at once, each
// with file and line. It knows nothing of the contents of the files.
package yamlfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/text"
)

// Problem is one thing wrong with a file: where it is, and what would be right.
type Problem struct {
	File    string
	Line    int    // 1-based; 0 when the whole file is meant
	Where   string // the keys that lead to the value, with ": " at the end; may be empty
	Message text.Message
}

// Text is the problem in English, without file and line.
func (p Problem) Text() string { return p.Where + text.In(text.English).Text(p.Message) }

// Error prints a problem as compilers do: file:line: text.
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text()
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text())
}

// Problems is every problem of one or more files, as one error.
type Problems []Problem

// Error prints one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns nil when there is no problem.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Doc is a decoded file with the lines of its nodes.
type Doc struct {
	File string
	root *yaml.Node
}

// MaxValues is how many values a file may have, as Values counts them. A value takes over a
// kilobyte while it is read.
const MaxValues = 1_000_000

// Values returns how many values a YAML or JSON text has at most, and keys are values too. It
// counts what can separate two of them, also within texts, and reads no YAML.
func Values(data []byte) int {
	n := 1
	for i, c := range data {
		switch c {
		case ',', '\n', '[', '{', ':':
			n++
		case '-', '?':
			if i+1 < len(data) && data[i+1] == ' ' {
				n++
			}
		}
	}
	return n
}

// Decode reads one YAML document into the struct that into points to. Unknown
// keys, wrong types, duplicate keys and a second document are problems.
func Decode(file string, data []byte, into any) (*Doc, Problems) {
	doc := &Doc{File: file, root: &yaml.Node{}}
	if n := Values(data); n > MaxValues {
		return doc, Problems{{File: file, Message: text.Say("yamlfile.values", "count", n, "limit", MaxValues)}}
	}
	if err := yaml.Unmarshal(data, doc.root); err != nil {
		return doc, doc.problems(err, keysOf(reflect.TypeOf(into), map[string][]string{}))
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return doc, Problems{{File: file, Message: text.Say("yamlfile.empty")}}
		}
		return doc, doc.problems(err, keysOf(reflect.TypeOf(into), map[string][]string{}))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return doc, Problems{{File: file, Message: text.Say("yamlfile.documents")}}
	}
	return doc, nil
}

// Decode reads a node of the document into what into points to. Keys that a struct does not
// have are no problem. keys are the keys that problems name.
func (d *Doc) Decode(n *yaml.Node, into any, keys []string) Problems {
	if err := n.Decode(into); err != nil {
		known := keysOf(reflect.TypeOf(into), map[string][]string{})
		known[reflect.TypeOf(into).Elem().Elem().String()] = keys
		return d.problems(err, known)
	}
	return nil
}

// Keys returns the YAML keys that the struct which of points to takes, sorted.
func Keys(of any) []string {
	t := reflect.TypeOf(of).Elem()
	return keysOf(t, map[string][]string{})[t.String()]
}

// Say returns a problem at the node that a path of keys and indices leads to, or at its
// nearest ancestor that exists.
func (d *Doc) Say(m text.Message, path ...any) Problem {
	return Problem{File: d.File, Line: d.line(path), Message: m}
}

// Where names a path by its keys, without the numbers of its elements, which the line tells.
func Where(path []any) string {
	var keys []string
	for _, step := range path {
		if key, ok := step.(string); ok {
			keys = append(keys, key)
		}
	}
	if keys == nil {
		return ""
	}
	return strings.Join(keys, ".") + ": "
}

// Wrong returns a problem of a node, for the UnmarshalYAML method of a type that has several
// forms. The decoder of package yaml continues after this error and finds all problems of a
// file, but keeps only the text of the error. So the text has the message as JSON, with its
// arguments as texts.
func Wrong(n *yaml.Node, where string, m text.Message) *yaml.TypeError {
	list := []string{where, string(m.ID)}
	for _, arg := range m.Args {
		if names, ok := arg.([]string); ok {
			arg = strings.Join(names, ", ")
		}
		list = append(list, fmt.Sprint(arg))
	}
	data, err := json.Marshal(list)
	if err != nil {
		panic(err) // of texts it cannot fail
	}
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %s%s", n.Line, packed, data)}}
}

// packed begins a message that Wrong has written as JSON. No YAML text has this byte.
const packed = "\x00"

// unpack sets place and message of a problem from a text that Wrong has written.
func (p *Problem) unpack(data string) {
	var list []string
	if err := json.Unmarshal([]byte(data), &list); err != nil || len(list) < 2 {
		p.Message = text.Plain(data)
		return
	}
	p.Where, p.Message.ID = list[0], text.ID(list[1])
	for _, arg := range list[2:] {
		p.Message.Args = append(p.Message.Args, arg)
	}
}

func (d *Doc) line(path []any) int {
	n := d.root
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for _, step := range path {
		key, next := child(n, step)
		if next == nil {
			break
		}
		n, line = next, key.Line
	}
	return line
}

// child returns the node that names a step (the key, or the element) and its value.
func child(n *yaml.Node, step any) (key, value *yaml.Node) {
	switch s := step.(type) {
	case int:
		if n.Kind == yaml.SequenceNode && s >= 0 && s < len(n.Content) {
			return n.Content[s], n.Content[s]
		}
	case string:
		if n.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == s {
					return n.Content[i], n.Content[i+1]
				}
			}
		}
	}
	return nil, nil
}

var (
	lineText     = regexp.MustCompile(`(?s)^(?:yaml: )?line (\d+): (.*)$`)
	wrongType    = regexp.MustCompile("(?s)^cannot unmarshal (\\S+) (?:`(.*)` )?into (\\S+)$")
	unknownField = regexp.MustCompile(`^field (\S+) not found in type (\S+)$`)
)

func (d *Doc) problems(err error, known map[string][]string) Problems {
	var typed *yaml.TypeError
	texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if errors.As(err, &typed) {
		texts = typed.Errors
	}
	var ps Problems
	for _, t := range texts {
		p := Problem{File: d.File}
		if m := lineText.FindStringSubmatch(t); m != nil {
			p.Line, _ = strconv.Atoi(m[1])
			t = m[2]
		}
		if data, found := strings.CutPrefix(t, packed); found {
			p.unpack(data)
		} else if m := unknownField.FindStringSubmatch(t); m != nil {
			p.Message = UnknownKey(m[1], known[m[2]])
		} else if m := wrongType.FindStringSubmatch(t); m != nil {
			p.Message = wrongValue(m[1], m[2], want(m[3], known))
		} else {
			p.Message = text.Plain(t)
		}
		ps = append(ps, p)
	}
	return ps
}

// UnknownKey says that a map has a key that nobody reads.
func UnknownKey(name string, known []string) text.Message {
	return text.Say("yamlfile.unknown_key", "name", name, "known", known)
}

// DurationWanted names what a wrong value should have been, as in IsNot.
const DurationWanted text.ID = "yamlfile.duration"

// IsNot returns the written text of a value that should have been something else. ok is
// false for any other problem.
func (p Problem) IsNot(wanted text.ID) (value string, ok bool) {
	want, _ := p.Message.Arg("want")
	got, _ := p.Message.Arg("got")
	value, ok = got.(string)
	m, _ := want.(text.Message)
	return value, ok && m.ID == wanted
}

// wrongValue rewrites the decoder's words for a value of a wrong type.
func wrongValue(tag, written string, want text.Message) text.Message {
	switch tag {
	case "!!seq":
		return text.Say("yamlfile.wrong_form", "got", text.Say("yamlfile.list"), "want", want)
	case "!!map":
		return text.Say("yamlfile.wrong_form", "got", text.Say("yamlfile.map"), "want", want)
	}
	return text.Say("yamlfile.wrong_value", "got", written, "want", want)
}

func want(goType string, known map[string][]string) text.Message {
	if known[goType] != nil {
		return text.Say("yamlfile.map_of", "keys", known[goType])
	}
	if goType == "time.Duration" {
		return text.Say(DurationWanted)
	}
	for _, w := range []struct {
		prefix string
		id     text.ID
	}{
		{"bool", "yamlfile.bool"}, {"string", "yamlfile.text"}, {"int", "yamlfile.whole"}, {"uint", "yamlfile.whole"},
		{"float", "yamlfile.number"}, {"[]", "yamlfile.list"}, {"map[", "yamlfile.map"},
	} {
		if strings.HasPrefix(goType, w.prefix) {
			return text.Say(w.id)
		}
	}
	return text.Say("yamlfile.one_value")
}

// keysOf collects, for each struct type under t, the YAML keys it takes.
func keysOf(t reflect.Type, known map[string][]string) map[string][]string {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
		return keysOf(t.Elem(), known)
	case reflect.Struct:
		if _, seen := known[t.String()]; seen {
			return known
		}
		known[t.String()] = nil
		var keys []string
		for i := range t.NumField() {
			f := t.Field(i)
			tag, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if tag == "-" || !f.IsExported() {
				continue
			}
			if f.Type == reflect.TypeFor[map[string]yaml.Node]() {
				continue // sections that somebody else reads
			}
			keysOf(f.Type, known)
			if options == "inline" {
				keys = append(keys, known[f.Type.String()]...)
				continue
			}
			if tag == "" {
				tag = strings.ToLower(f.Name)
			}
			keys = append(keys, tag)
		}
		sort.Strings(keys)
		known[t.String()] = keys
	}
	return known
}
