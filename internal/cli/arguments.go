package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/signature"
)

// arguments is the business part of a call: members in the order given, or JSON
// that was read from a file.
type arguments struct {
	members []member
	list    bool   // the method takes a list of rows
	raw     string // from --body
}

type member struct {
	name  string
	value json.RawMessage
}

var plainNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?$`)

// arguments reads name=value words: a value is a number where the catalogue says
// so, JSON where it is an object or a list, and a text otherwise.
func (f *callFlags) arguments(a *app, e *catalog.Endpoint) (arguments, error) {
	if f.Body != "" {
		if len(f.Args) > 0 {
			return arguments{}, fail(exitUsage, "give either --body or name=value arguments, not both")
		}
		return readBody(a, f.Body)
	}
	var args arguments
	if e != nil && len(e.Args) == 1 {
		args.list = e.Args[0].Type == catalog.TypeList
	}
	for _, word := range f.Args {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return arguments{}, fail(exitUsage, "%q is no argument; write name=value", word)
		}
		args.set(name, encodeArgument(param(e, name), value))
	}
	return args, nil
}

func readBody(a *app, name string) (arguments, error) {
	read := func() ([]byte, error) { return os.ReadFile(name) }
	if name == "-" {
		read = func() ([]byte, error) { return io.ReadAll(a.In) }
	}
	data, err := read()
	if err != nil {
		return arguments{}, fail(exitBadFile, "--body: %w", err)
	}
	if !json.Valid(data) {
		return arguments{}, fail(exitBadFile, "--body: %s is no JSON", name)
	}
	return arguments{raw: string(bytes.TrimSpace(data))}, nil
}

// param finds an argument's declaration, nil when there is none.
func param(e *catalog.Endpoint, name string) *catalog.Param {
	if e == nil {
		return nil
	}
	for _, a := range e.Args {
		for _, p := range a.Fields {
			if p.Name == name {
				return p
			}
		}
	}
	return nil
}

func encodeArgument(p *catalog.Param, value string) json.RawMessage {
	number := p != nil && !p.Comma && (p.Type == catalog.TypeInt || p.Type == catalog.TypeDecimal) && plainNumber.MatchString(value)
	structured := strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")
	if number || structured && json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return catalog.JSON{}.AppendString(nil, value)
}

func (a *arguments) set(name string, value json.RawMessage) {
	i := slices.IndexFunc(a.members, func(m member) bool { return m.name == name })
	if i < 0 {
		a.members = append(a.members, member{name, value})
		return
	}
	a.members[i].value = value
}

// object returns the arguments as one JSON object.
func (a *arguments) object() string {
	if a.raw != "" {
		return a.raw
	}
	dst := []byte{'{'}
	for i, m := range a.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(catalog.JSON{}.AppendString(dst, m.name), ':')
		dst = append(dst, m.value...)
	}
	return string(append(dst, '}'))
}

// positional returns the arguments as a JSON array of one argument.
func (a *arguments) positional() string {
	switch {
	case a.raw != "":
		return a.raw
	case a.list:
		return "[[" + a.object() + "]]"
	}
	return "[" + a.object() + "]"
}

// pairs returns the arguments as form fields: texts as they are, everything else
// as its JSON.
func (a *arguments) pairs() []signature.Pair {
	var pairs []signature.Pair
	members := a.members
	if a.raw != "" {
		var fields map[string]json.RawMessage
		if json.Unmarshal([]byte(a.raw), &fields) == nil {
			for name, value := range fields {
				members = append(members, member{name, value})
			}
			slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
		}
	}
	for _, m := range members {
		text := string(m.value)
		var s string
		if json.Unmarshal(m.value, &s) == nil {
			text = s
		}
		pairs = append(pairs, signature.Pair{Name: m.name, Value: text})
	}
	return pairs
}

// indent lays JSON out for reading; what is no JSON stays as it is.
func indent(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return string(body)
	}
	return fmt.Sprint(b.String())
}
