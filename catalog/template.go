package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/wire"
)

// Scalar is a YAML scalar, stored as JSON: 100, "0002", true.
type Scalar struct{ json string }

// JSON returns the scalar as JSON text, null when it was not given.
func (s Scalar) JSON() string {
	if s.json == "" {
		return "null"
	}
	return s.json
}

// IsZero reports whether no scalar was given.
func (s Scalar) IsZero() bool { return s.json == "" }

// UnmarshalYAML takes any scalar.
func (s *Scalar) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.ScalarNode {
		return nodeError(n, "want one value, not a list or a map")
	}
	if isText(n) {
		s.json = string(wire.JSON{}.AppendString(nil, n.Value))
		return nil
	}
	var err error
	s.json, err = scalarJSON(n)
	return err
}

// nodeError returns an error of the type that package yaml collects, so that the other
// problems of a file are found too.
func nodeError(n *yaml.Node, format string, args ...any) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: ", n.Line) + fmt.Sprintf(format, args...)}}
}

func isText(n *yaml.Node) bool {
	switch n.ShortTag() {
	case "!!int", "!!float", "!!bool", "!!null":
		return false
	}
	return true
}

// scalarJSON returns the JSON of a scalar that is not a text. YAML allows numbers that JSON
// does not: 0x10, 0002, 1_000, .inf.
func scalarJSON(n *yaml.Node) (string, error) {
	switch n.ShortTag() {
	case "!!null":
		return "null", nil
	case "!!bool":
		return strings.ToLower(n.Value), nil
	}
	if !json.Valid([]byte(n.Value)) {
		return "", nodeError(n, "%s is no number in JSON; write it between quotes to send it as text", n.Value)
	}
	return n.Value, nil
}

// Template is the shape of an answer: JSON in the order in which it is written. "$name" is
// replaced by a part of the answer, "$json name" by the JSON of a part as a text. If the
// answer does not have the part, its key is omitted, so one template serves pages with and
// without a total.
type Template struct {
	kind  templateKind
	text  string // JSON, a text, or the name of a placeholder
	keys  []string
	items []Template
}

type templateKind uint8

const (
	noTemplate templateKind = iota
	literal
	literalText
	placeholder
	textOf // a placeholder whose JSON is sent as a text
	object
	list
)

// IsZero reports whether no template was given.
func (t *Template) IsZero() bool { return t.kind == noTemplate }

// UnmarshalYAML takes any YAML value.
func (t *Template) UnmarshalYAML(n *yaml.Node) error {
	*t = Template{} // a later layer replaces an earlier one
	switch n.Kind {
	case yaml.ScalarNode:
		return t.scalar(n)
	case yaml.SequenceNode:
		t.kind = list
		return t.children(n.Content, 0, 1)
	case yaml.MappingNode:
		t.kind = object
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || slices.Contains(t.keys, key.Value) {
				return nodeError(key, "want each key once, and as plain text")
			}
			t.keys = append(t.keys, key.Value)
		}
		return t.children(n.Content, 1, 2)
	}
	return nodeError(n, "a template takes no alias")
}

func (t *Template) scalar(n *yaml.Node) error {
	if !isText(n) {
		text, err := scalarJSON(n)
		*t = Template{kind: literal, text: text}
		return err
	}
	*t = Template{kind: literalText, text: n.Value}
	if name, ok := strings.CutPrefix(n.Value, "$"); ok {
		*t = Template{kind: placeholder, text: name}
		if of, ok := strings.CutPrefix(name, "json "); ok {
			*t = Template{kind: textOf, text: of}
		}
	}
	return nil
}

func (t *Template) children(nodes []*yaml.Node, from, step int) error {
	for i := from; i < len(nodes); i += step {
		var item Template
		if err := item.UnmarshalYAML(nodes[i]); err != nil {
			return err
		}
		t.items = append(t.items, item)
	}
	return nil
}

// Placeholders returns the names after $, in order.
func (t *Template) Placeholders() []string {
	if t.kind == placeholder || t.kind == textOf {
		return []string{t.text}
	}
	var names []string
	for i := range t.items {
		names = append(names, t.items[i].Placeholders()...)
	}
	return names
}

// Append writes the template. fill appends the part of a name and reports
// whether the answer has it.
func (t *Template) Append(dst []byte, j wire.JSON, fill func(dst []byte, name string) ([]byte, bool)) []byte {
	out, _ := t.append(dst, j, fill)
	return out
}

func (t *Template) append(dst []byte, j wire.JSON, fill func([]byte, string) ([]byte, bool)) ([]byte, bool) {
	open, shut := byte('{'), byte('}')
	switch t.kind {
	case placeholder:
		return fill(dst, t.text)
	case textOf:
		part, there := fill(nil, t.text)
		if !there {
			return dst, false
		}
		return j.AppendString(dst, string(part)), true
	case literalText:
		return j.AppendString(dst, t.text), true
	case list:
		open, shut = '[', ']'
	case object:
	default:
		return append(dst, t.text...), true
	}
	dst = append(dst, open)
	first := len(dst)
	for i := range t.items {
		start := len(dst)
		if start > first {
			dst = append(dst, ',')
		}
		if t.kind == object {
			dst = append(j.AppendString(dst, t.keys[i]), ':')
		}
		out, there := t.items[i].append(dst, j, fill)
		if dst = out; !there {
			dst = dst[:start]
		}
	}
	return append(dst, shut), true
}
