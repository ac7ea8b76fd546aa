package wire

import (
	"cmp"
	"errors"
	"strconv"
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

// Count counts nodes with all that is in them. It stops when there are more than enough.
func Count(nodes []Node, enough int) int {
	n := len(nodes)
	for i := 0; i < len(nodes) && n <= enough; i++ {
		n += Count(nodes[i].Items, enough-n)
	}
	return n
}

// Memory holds the nodes of a call. A nil *Memory allocates them one by one.
type Memory = Arena[Node]

// ParseJSON reads one JSON value as encoding/json would, with numbers as they were sent. Of
// members with one name the last counts. Texts may be parts of the text that is read: clone
// them before storing them. It returns a *LimitError for a text beyond the limits, and the
// errors of encoding/json for a text that is no JSON.
func ParseJSON(text string, in *Memory, limits Limits) (Node, error) {
	r := reader{text: text, memory: in, wide: usualMembers, left: cmp.Or(limits.Values, MaxValues)}
	if len(text) > longText {
		r.count(limits)
	}
	var read Node
	if len(text) <= cmp.Or(limits.Bytes, MaxBytes) && r.left >= 0 && r.value(&read) && r.next() == 0 && r.at == len(text) {
		return read, nil
	}
	return Node{}, r.failure(limits)
}

// errNoObject is the error for any JSON value but an object.
var errNoObject = errors.New("it must be one JSON object")

// ParseMembers reads the members of an object in their order, repeated names included.
// Members that are lists or objects have no Items: they are checked and not kept.
// ParseMembers fails as ParseJSON does, and for any JSON value but an object.
func ParseMembers(text string, in *Memory, limits Limits) ([]Node, error) {
	r := reader{text: text, memory: in, wide: usualMembers, left: cmp.Or(limits.Values, MaxValues), shallow: true}
	if len(text) <= cmp.Or(limits.Bytes, MaxBytes) {
		if members, ok := r.object(); ok && r.next() == 0 && r.at == len(text) {
			return members, nil
		}
	}
	return nil, cmp.Or(r.failure(limits), errNoObject)
}
