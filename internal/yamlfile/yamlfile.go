// Package yamlfile decodes YAML files strictly and reports all their problems at once, each
// with file and line. It knows nothing of the contents of the files.
package yamlfile

import (
	"bytes"
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
	Line    int          // 1-based; 0 when the whole file is meant
	Text    string       // English: the keys that lead to the value, and the words of Message
	Message text.Message // none for what the decoder reports
}

// Error prints a problem as compilers do: file:line: text.
func (p Problem) Error() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
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

// Decode reads one YAML document into the struct that into points to. Unknown
// keys, wrong types, duplicate keys and a second document are problems.
func Decode(file string, data []byte, into any) (*Doc, Problems) {
	doc := &Doc{File: file, root: &yaml.Node{}}
	if err := yaml.Unmarshal(data, doc.root); err != nil {
		return doc, doc.problems(err, into)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return doc, Problems{{File: file, Text: "is empty"}}
		}
		return doc, doc.problems(err, into)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return doc, Problems{{File: file, Text: "holds more than one YAML document; keep one to a file"}}
	}
	return doc, nil
}

// Decode reads a node of the document into what into points to. Keys that a struct does not
// have are no problem.
func (d *Doc) Decode(n *yaml.Node, into any) Problems {
	if err := n.Decode(into); err != nil {
		return d.problems(err, into)
	}
	return nil
}

// Keys returns the YAML keys that the struct which of points to takes, sorted.
func Keys(of any) []string {
	t := reflect.TypeOf(of).Elem()
	return keysOf(t, map[string][]string{})[t.String()]
}

// At returns a problem at the node that a path of keys and indices leads to, or
// at its nearest ancestor that exists.
func (d *Doc) At(text string, path ...any) Problem {
	return Problem{File: d.File, Line: d.line(path), Text: text}
}

// Say returns a problem at a path, as At does, with the words of a message.
func (d *Doc) Say(words *text.Renderer, m text.Message, path ...any) Problem {
	return Problem{File: d.File, Line: d.line(path), Text: words.Text(m), Message: m}
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

func (d *Doc) problems(err error, into any) Problems {
	var typed *yaml.TypeError
	texts := []string{strings.TrimPrefix(err.Error(), "yaml: ")}
	if errors.As(err, &typed) {
		texts = typed.Errors
	}
	known := keysOf(reflect.TypeOf(into), map[string][]string{})
	var ps Problems
	for _, t := range texts {
		p := Problem{File: d.File, Text: t}
		if m := lineText.FindStringSubmatch(t); m != nil {
			p.Line, _ = strconv.Atoi(m[1])
			p.Text = m[2]
		}
		if m := unknownField.FindStringSubmatch(p.Text); m != nil {
			p.Text = fmt.Sprintf("unknown key %q; known here: %s", m[1], strings.Join(known[m[2]], ", "))
		}
		if m := wrongType.FindStringSubmatch(p.Text); m != nil {
			p.Text = fmt.Sprintf("%s is not right here; want %s", got(m[1], m[2]), want(m[3], known))
		}
		ps = append(ps, p)
	}
	return ps
}

// got and want rewrite the decoder's words for a wrong type.
func got(tag, text string) string {
	switch tag {
	case "!!seq":
		return "a list"
	case "!!map":
		return "a map"
	}
	return strconv.Quote(text)
}

func want(goType string, known map[string][]string) string {
	switch {
	case goType == "time.Duration":
		return "a duration with its unit, such as 1.5s or 24h"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "a text"
	case strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"):
		return "a whole number"
	case strings.HasPrefix(goType, "float"):
		return "a number"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case known[goType] != nil:
		return "a map of " + strings.Join(known[goType], ", ")
	case strings.HasPrefix(goType, "map["):
		return "a map"
	}
	return "one value"
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
