package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"shaxiang/internal/text"
)

// jsonNumber is JSON's own grammar: such a number keeps its digits, 199.0000 included.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// jsonKey is the key of a value that is written as JSON. Problems name this key.
type jsonKey string

// nodeJSON writes the YAML value of a key as JSON on one line: members in their
// order, numbers digit by digit, dates as texts.
func nodeJSON(key string, n *yaml.Node) ([]byte, error) { return jsonKey(key).append(nil, n) }

func (key jsonKey) append(dst []byte, n *yaml.Node) ([]byte, error) {
	switch n.Kind {
	case yaml.DocumentNode:
		return key.append(dst, n.Content[0])
	case yaml.MappingNode:
		return key.appendObject(dst, n)
	case yaml.SequenceNode:
		dst = append(dst, '[')
		for i, item := range n.Content {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = key.append(dst, item); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case yaml.ScalarNode:
		return key.appendScalar(dst, n)
	}
	// An alias can contain itself, or expand to more than the memory holds.
	return nil, wrong(n, string(key), "scenarios.json_alias")
}

func (key jsonKey) appendObject(dst []byte, n *yaml.Node) ([]byte, error) {
	dst = append(dst, '{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Kind != yaml.ScalarNode {
			return nil, wrong(n.Content[i], string(key), "scenarios.json_name")
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, n.Content[i].Value), ':')
		var err error
		if dst, err = key.append(dst, n.Content[i+1]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func (key jsonKey) appendScalar(dst []byte, n *yaml.Node) ([]byte, error) {
	switch n.ShortTag() {
	case "!!null":
		return append(dst, "null"...), nil
	case "!!bool":
		var b bool
		if n.Decode(&b) != nil {
			return nil, wrong(n, string(key), "scenarios.json_bool", "got", n.Value)
		}
		return strconv.AppendBool(dst, b), nil
	case "!!int", "!!float":
		if jsonNumber.MatchString(n.Value) {
			return append(dst, n.Value...), nil
		}
		return key.appendNumber(dst, n)
	}
	return appendText(dst, n.Value), nil
}

// appendNumber writes what YAML takes for a number and JSON does not: 0x1F, .5, 1_000.
func (key jsonKey) appendNumber(dst []byte, n *yaml.Node) ([]byte, error) {
	var i int64
	if n.ShortTag() == "!!int" && n.Decode(&i) == nil {
		return strconv.AppendInt(dst, i, 10), nil
	}
	var f float64
	if n.Decode(&f) != nil {
		return nil, wrong(n, string(key), "scenarios.json_number", "got", n.Value)
	}
	text, err := json.Marshal(f)
	if err != nil {
		return nil, wrong(n, string(key), "scenarios.json_number", "got", n.Value)
	}
	return append(dst, text...), nil
}

// appendText writes a JSON text without the escapes that only HTML needs.
func appendText(dst []byte, s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // of a text it cannot fail
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func textNode(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

// jsonNode returns a JSON text as a YAML value, members in their order.
func jsonNode(data []byte) (*yaml.Node, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	n, err := readNode(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, text.Fail("scenarios.json_after")
	}
	return n, nil
}

func readNode(dec *json.Decoder) (*yaml.Node, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		if t == '{' {
			n.Kind = yaml.MappingNode
		}
		for dec.More() {
			item, err := readNode(dec)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		_, err := dec.Token()
		return n, err
	case string:
		return textNode(t), nil
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(t.String(), ".eE") {
			tag = "!!float"
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: t.String()}, nil
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(t)}, nil
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
}

// MarshalJSON writes the scenario with the keys and forms of its file.
func (s Scenario) MarshalJSON() ([]byte, error) {
	type plain Scenario // without this method
	return yamlJSON(plain(s))
}

// UnmarshalJSON reads what MarshalJSON writes, as strictly as a file.
func (s *Scenario) UnmarshalJSON(data []byte) error {
	read, problems := Parse("scenario", data)
	if problems == nil {
		*s = *read
	}
	return problems.Err()
}

// MarshalJSON writes the rule with the keys and forms of its file.
func (r Rule) MarshalJSON() ([]byte, error) {
	type plain Rule
	return yamlJSON(plain(r))
}

// UnmarshalJSON reads what MarshalJSON writes, as strictly as a file.
func (r *Rule) UnmarshalJSON(data []byte) error {
	read, problems := ParseRule("rule", data)
	if problems == nil {
		*r = read
	}
	return problems.Err()
}

func yamlJSON(v any) ([]byte, error) {
	var n yaml.Node
	if err := n.Encode(v); err != nil {
		return nil, err
	}
	return nodeJSON("", &n)
}

// foreign are the escapes of JSON that YAML has not: \/ and, for characters beyond
// U+FFFF, surrogates. Escaped backslashes are matched too, so that what follows one
// is no escape.
var foreign = regexp.MustCompile(`\\\\|\\/|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}`)

// readable makes JSON readable as YAML, line by line as it is. Half a surrogate
// becomes U+FFFD, as for every reader of JSON in Go.
func readable(data []byte) []byte {
	if !json.Valid(data) {
		return data
	}
	return foreign.ReplaceAllFunc(data, func(m []byte) []byte {
		var s string
		if string(m) == `\\` || json.Unmarshal([]byte(`"`+string(m)+`"`), &s) != nil {
			return m
		}
		return []byte(s)
	})
}
