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
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// arguments is the business part of a call: members in the order given, or JSON
// that was read from a file.
type arguments struct {
	members []member
	places  []*catalog.Param // the positional arguments; none for a method that nobody knows
	raw     string           // from --body
}

// member is one value, or an object of members.
type member struct {
	name    string
	value   json.RawMessage
	members []member
}

var plainNumber = regexp.MustCompile(`^-?(0|[1-9]\d*)(\.\d+)?$`)

// arguments reads name=value words. The catalogue says whether a value is a number; an object
// or a list is JSON; any other value is a text. receiver.name is a member of an object when
// the catalogue has that object.
func (f *callFlags) arguments(a *app, e *catalog.Endpoint) (arguments, error) {
	if f.Body != "" {
		if len(f.Args) > 0 {
			return arguments{}, fail(exitUsage, "cli.body_or_arguments")
		}
		return readBody(a, f.Body)
	}
	var args arguments
	if e != nil {
		args.places = e.Args
	}
	names := nameable(e)
	for _, word := range f.Args {
		name, value, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return arguments{}, fail(exitUsage, "cli.argument", "word", word)
		}
		path, param := []string{name}, (*catalog.Param)(nil)
		if i := slices.IndexFunc(names, func(n named) bool { return n.path == name }); i >= 0 {
			path, param = strings.Split(name, "."), names[i].param
		}
		args.members = set(args.members, path, encodeArgument(param, value))
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
		return arguments{}, fail(exitBadFile, "cli.body", "problem", err)
	}
	if !json.Valid(data) {
		return arguments{}, fail(exitBadFile, "cli.body_json", "file", name)
	}
	return arguments{raw: string(bytes.TrimSpace(data))}, nil
}

// named is an argument that name=value can give.
type named struct {
	path  string
	param *catalog.Param
}

// nameable returns the arguments of a method that name=value can give. These are positional
// arguments that are no object, members of positional objects and of objects inside them
// (receiver.name=…), and members of the one row of a positional list.
func nameable(e *catalog.Endpoint) []named {
	if e == nil {
		return nil
	}
	var list []named
	for _, p := range e.Args {
		if p.Type != catalog.TypeObject {
			list = append(list, named{p.Name, p})
		}
		list = append(list, nameableIn("", p.Fields)...)
	}
	return list
}

func nameableIn(prefix string, params []*catalog.Param) []named {
	var list []named
	for _, p := range params {
		if p.Type == catalog.TypeObject {
			list = append(list, nameableIn(prefix+p.Name+".", p.Fields)...)
		}
		list = append(list, named{prefix + p.Name, p})
	}
	return list
}

func encodeArgument(p *catalog.Param, value string) json.RawMessage {
	number := p != nil && !p.Comma && (p.Type == catalog.TypeInt || p.Type == catalog.TypeDecimal) && plainNumber.MatchString(value)
	structured := strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")
	if number || structured && json.Valid([]byte(value)) {
		return json.RawMessage(value)
	}
	return wire.JSON{}.AppendString(nil, value)
}

// set sets the value of the member at a path. A new member becomes the last one.
func set(members []member, path []string, value json.RawMessage) []member {
	i := slices.IndexFunc(members, func(m member) bool { return m.name == path[0] })
	if i < 0 {
		i = len(members)
		members = append(members, member{name: path[0]})
	}
	if len(path) == 1 {
		members[i].value, members[i].members = value, nil
		return members
	}
	members[i].value, members[i].members = nil, set(members[i].members, path[1:], value)
	return members
}

func (a *arguments) set(name string, value json.RawMessage) {
	a.members = set(a.members, []string{name}, value)
}

// object returns the arguments as one JSON object.
func (a *arguments) object() string {
	if a.raw != "" {
		return a.raw
	}
	return object(a.members)
}

func object(members []member) string {
	dst := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(wire.JSON{}.AppendString(dst, m.name), ':')
		dst = append(dst, m.json()...)
	}
	return string(append(dst, '}'))
}

func (m *member) json() string {
	if m.members != nil {
		return object(m.members)
	}
	return string(m.value)
}

// positional returns the arguments as a JSON array. A name is a positional argument, or a
// member of the first object or list that has a member of this name.
func (a *arguments) positional() string {
	if a.raw != "" {
		return a.raw
	}
	if len(a.places) == 0 {
		return "[" + object(a.members) + "]"
	}
	whole := make([]*member, len(a.places))
	parts := make([][]member, len(a.places)+1)
	for i := range a.members {
		m := &a.members[i]
		at, itself := a.place(m.name)
		if itself {
			whole[at] = m
		} else {
			parts[at] = append(parts[at], *m)
		}
	}
	list := make([]string, len(a.places))
	last := 0
	for i, p := range a.places {
		switch {
		case whole[i] != nil:
			list[i] = whole[i].json()
		case p.Type == catalog.TypeObject:
			list[i] = object(parts[i])
		case p.Type == catalog.TypeList && (parts[i] != nil || len(a.places) == 1):
			list[i] = "[" + object(parts[i]) + "]"
		default:
			list[i] = "null"
			continue
		}
		last = i
	}
	if parts[len(list)] != nil {
		return "[" + strings.Join(append(list, object(parts[len(list)])), ",") + "]"
	}
	return "[" + strings.Join(list[:last+1], ",") + "]" // what is missing at the end is not sent
}

// place finds the positional argument that has the name or a member of the name. An unknown
// name becomes a member of the first object or list. Without one it becomes the last
// argument, so that the vendor refuses it.
func (a *arguments) place(name string) (at int, itself bool) {
	at = slices.IndexFunc(a.places, func(p *catalog.Param) bool { return p.Name == name && p.Type != catalog.TypeObject })
	if at >= 0 {
		return at, true
	}
	at = slices.IndexFunc(a.places, func(p *catalog.Param) bool {
		return slices.ContainsFunc(p.Fields, func(f *catalog.Param) bool { return f.Name == name })
	})
	if at < 0 {
		at = slices.IndexFunc(a.places, func(p *catalog.Param) bool { return p.Fields != nil })
	}
	if at < 0 {
		at = len(a.places)
	}
	return at, false
}

// pairs returns the arguments as form fields. Texts stay as they are; other values become
// JSON.
func (a *arguments) pairs() []signature.Pair {
	var pairs []signature.Pair
	members := a.members
	if a.raw != "" {
		var fields map[string]json.RawMessage
		if json.Unmarshal([]byte(a.raw), &fields) == nil {
			for name, value := range fields {
				members = append(members, member{name: name, value: value})
			}
			slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
		}
	}
	for _, m := range members {
		text := m.json()
		var s string
		if json.Unmarshal([]byte(text), &s) == nil {
			text = s
		}
		pairs = append(pairs, signature.Pair{Name: m.name, Value: text})
	}
	return pairs
}

// indent formats JSON for people. Other texts stay as they are.
func indent(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return string(body)
	}
	return fmt.Sprint(b.String())
}
