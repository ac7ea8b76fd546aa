package wire

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// NodeKind is what a Node is: a text, a list, ….
type NodeKind uint8

// The kinds of nodes.
const (
	NullNode NodeKind = iota
	BoolNode
	NumberNode
	TextNode
	ListNode
	ObjectNode
)

// Node is a JSON value as it was read. A member of an object also has its name.
type Node struct {
	Name  string
	Text  string // of a text; a number as it was sent; true or false
	Items []Node // of a list its elements; of an object its members in their order
	Kind  NodeKind
}

// Scalar returns the text of a text, a number or a boolean. ok is false for other nodes.
func (v *Node) Scalar() (text string, ok bool) {
	return v.Text, v.Kind == BoolNode || v.Kind == NumberNode || v.Kind == TextNode
}

// Flatten stores every scalar of the node under its path. Names of members are joined with
// points, and elements are numbered from 0. name is the path of the node itself; members of
// an unnamed object keep their names. null is left out.
func (v *Node) Flatten(into map[string]string, name string) {
	if text, ok := v.Scalar(); ok {
		into[name] = text
	}
	for i := range v.Items {
		part := v.Items[i].Name
		if v.Kind == ListNode {
			part = strconv.Itoa(i)
		}
		if name != "" {
			part = name + "." + part
		}
		v.Items[i].Flatten(into, part)
	}
}

// Memory holds the nodes of a call. A nil *Memory allocates them one by one.
type Memory = Arena[Node]

// ParseJSON reads one JSON value as encoding/json would, with numbers as they were sent. Of
// members with one name the last counts. Texts may be parts of the text that is read: clone
// them before storing them. Errors are those of encoding/json.
//
// Every call carries some JSON, and the reader takes a fourth of the time of encoding/json.
// It reads what is plainly valid; encoding/json reads and judges the rest.
func ParseJSON(text string, in *Memory) (Node, error) {
	r := reader{text: text, memory: in, wide: usualMembers}
	var read Node
	if r.value(&read) && r.ended() {
		return read, nil
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return Node{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Node{}, errors.New("something stands after the JSON value")
	}
	return nodeOf("", v), nil
}

// nodeOf converts a value of encoding/json. Members of objects are sorted by name.
func nodeOf(name string, read any) Node {
	v := Node{Name: name}
	switch read := read.(type) {
	case bool:
		v.Kind, v.Text = BoolNode, strconv.FormatBool(read)
	case json.Number:
		v.Kind, v.Text = NumberNode, string(read)
	case string:
		v.Kind, v.Text = TextNode, read
	case []any:
		v.Kind, v.Items = ListNode, make([]Node, len(read))
		for i := range read {
			v.Items[i] = nodeOf("", read[i])
		}
	case map[string]any:
		v.Kind, v.Items = ObjectNode, make([]Node, 0, len(read))
		for _, name := range slices.Sorted(maps.Keys(read)) {
			v.Items = append(v.Items, nodeOf(name, read[name]))
		}
	}
	return v
}

// errNoObject is the error for any JSON value but an object.
var errNoObject = errors.New("it must be one JSON object")

// ParseMembers reads the members of an object in their order, repeated names included.
// It fails for any other JSON value.
func ParseMembers(text string, in *Memory) ([]Node, error) {
	r := reader{text: text, memory: in, wide: usualMembers}
	if members, ok := r.object(); ok && r.ended() {
		return members, nil
	}
	v, err := ParseJSON(text, in)
	if err != nil {
		return nil, err
	}
	if v.Kind != ObjectNode {
		return nil, errNoObject
	}
	return slowMembers(text)
}

// slowMembers reads an object by encoding/json, which has accepted it.
func slowMembers(text string) (members []Node, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	_, err = dec.Token()
	for err == nil && dec.More() {
		var name json.Token
		var value any
		if name, err = dec.Token(); err == nil {
			err = dec.Decode(&value)
			members = append(members, nodeOf(name.(string), value))
		}
	}
	return members, err
}
