package scenarios

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"shaxiang/internal/text"
)

// part is one step of a patch's path.
type part struct {
	text string // a member's name, or an element's number
	all  bool   // *: every element or member
	add  bool   // + before a name: a member that need not be there; + alone: a new last element
}

// check reads the path and looks at the value.
func (p *Patch) check() ([]part, error) {
	parts, err := parsePath(p.Path)
	if err != nil {
		return nil, text.Fail("scenarios.path", "path", p.Path, "problem", err)
	}
	if p.Delete && parts[len(parts)-1].add {
		return nil, text.Fail("scenarios.path_added", "path", p.Path)
	}
	if !p.Delete && !json.Valid(p.Value) {
		return nil, text.Fail("scenarios.path_value", "path", p.Path)
	}
	return parts, nil
}

// parsePath reads parts that are joined with points. A backslash makes a point, a star, a
// plus or a backslash stand for itself.
func parsePath(path string) ([]part, error) {
	var parts []part
	var name strings.Builder
	var p part
	escaped, plain := false, false // plain: something was escaped, so * and + are letters
	end := func() error {
		p.text = name.String()
		p.all = p.text == "*" && !plain && !p.add
		if p.text == "" && !p.add {
			return text.Fail("scenarios.path_empty", "part", len(parts)+1)
		}
		parts = append(parts, p)
		name.Reset()
		p, plain = part{}, false
		return nil
	}
	for _, c := range []byte(path) {
		switch {
		case escaped:
			escaped = false
			name.WriteByte(c)
		case c == '\\':
			escaped, plain = true, true
		case c == '.':
			if err := end(); err != nil {
				return nil, err
			}
		case c == '+' && name.Len() == 0 && !p.add && !plain:
			p.add = true
		default:
			name.WriteByte(c)
		}
	}
	if escaped {
		return nil, text.Fail("scenarios.path_backslash")
	}
	if err := end(); err != nil {
		return nil, err
	}
	for i, p := range parts[:len(parts)-1] {
		if p.add {
			return nil, text.Fail("scenarios.path_adds", "part", i+1)
		}
	}
	return parts, nil
}

// Apply makes changes in a JSON text, one after the other. Every other byte stays: digits,
// order, escapes and spaces.
//
// A path is names and numbers joined with points: data.payment_list.0.status. A
// number counts elements from 0; -1 is the last one; * is every element or member, also
// when there is none. The path must exist, unless its last part begins with a plus:
// data.+note sets a member that may be new, data.list.+ adds a last element. Of members with
// the same name the last counts, as for most readers of JSON. On an error nothing is
// changed; the error says where the path ended.
func Apply(body []byte, patches []Patch) ([]byte, error) {
	if len(patches) == 0 {
		return body, nil
	}
	if !json.Valid(body) {
		return nil, text.Fail("scenarios.patch_body")
	}
	for i := range patches {
		p := &patches[i]
		parts, err := p.check()
		if err != nil {
			return nil, text.Fail("scenarios.patch", "problem", err)
		}
		e := editor{src: body, patch: p}
		if err := e.walk(gjson.ParseBytes(body), parts, nil); err != nil {
			return nil, text.Fail("scenarios.patch_at", "path", p.Path, "problem", err)
		}
		body = e.result()
	}
	return body, nil
}

// editor collects the changes of one patch, in the order of the text.
type editor struct {
	src   []byte
	patch *Patch
	edits []edit
}

type edit struct {
	from, to int
	text     []byte
}

func (e *editor) result() []byte {
	out := make([]byte, 0, len(e.src)+len(e.edits)*(len(e.patch.Value)+16))
	at := 0
	for _, x := range e.edits {
		out = append(append(out, e.src[at:x.from]...), x.text...)
		at = x.to
	}
	return append(out, e.src[at:]...)
}

// walk follows a path from a value. where is the path so far.
func (e *editor) walk(v gjson.Result, parts []part, where []string) error {
	p := parts[0]
	c := split(v)
	if c.open == 0 {
		return text.Fail("scenarios.path_ends", "where", whereabouts(where), "part", p.name())
	}
	last := len(parts) == 1
	chosen, err := c.choose(p)
	switch {
	case err == nil && len(chosen) == 0 && p.add:
		e.add(&c, p)
		return nil
	case err != nil:
		return text.Fail("scenarios.path_at", "where", whereabouts(where), "problem", err)
	case last && e.patch.Delete:
		e.remove(&c, chosen)
		return nil
	}
	for _, i := range chosen {
		item := c.items[i]
		if last {
			e.edits = append(e.edits, edit{item.value.Index, item.end(), e.patch.Value})
			continue
		}
		if err := e.walk(item.value, parts[1:], append(where[:len(where):len(where)], c.label(i))); err != nil {
			return err
		}
	}
	return nil
}

// add puts a member or an element behind the last one.
func (e *editor) add(c *container, p part) {
	text := e.patch.Value
	if c.open == '{' {
		text = append(append(appendText(nil, p.text), ':'), text...)
	}
	at := c.start + 1
	if n := len(c.items); n > 0 {
		at = c.items[n-1].end()
		text = append([]byte{','}, text...)
	}
	e.edits = append(e.edits, edit{at, at, text})
}

// remove removes items, each with one comma: the comma before the item, or the one behind
// while no item before it is left.
func (e *editor) remove(c *container, chosen []int) {
	stays := false
	next := 0
	for i, item := range c.items {
		if next >= len(chosen) || chosen[next] != i {
			stays = true
			continue
		}
		next++
		from, to := item.start, item.end()
		switch {
		case stays:
			from = c.items[i-1].end()
		case i+1 < len(c.items):
			to = c.items[i+1].start
		}
		e.edits = append(e.edits, edit{from: from, to: to})
	}
}

func (p part) name() string {
	if p.add {
		return "+" + p.text
	}
	return p.text
}

func whereabouts(where []string) any {
	if len(where) == 0 {
		return text.Say("scenarios.body")
	}
	return strings.Join(where, ".")
}

// container is an object or a list of a valid JSON text, with the offsets of its items.
type container struct {
	open  byte // { or [, 0 for any other value
	start int
	items []item
}

type item struct {
	name  string // of a member
	start int    // of the name in an object, of the value in a list
	value gjson.Result
}

// end is the offset behind the item.
func (i *item) end() int { return i.value.Index + len(i.value.Raw) }

// split returns the items of a value.
func split(v gjson.Result) container {
	c := container{start: v.Index}
	if !v.IsObject() && !v.IsArray() {
		return c
	}
	c.open = v.Raw[0]
	v.ForEach(func(key, value gjson.Result) bool {
		i := item{start: value.Index, value: value}
		if c.open == '{' {
			i.name, i.start = key.Str, key.Index
		}
		c.items = append(c.items, i)
		return true
	})
	return c
}

var elementNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)

// choose returns the indexes of the items that a part means. A part that adds an item has
// none, and no error.
func (c *container) choose(p part) ([]int, error) {
	switch {
	case p.all:
		all := make([]int, len(c.items))
		for i := range all {
			all[i] = i
		}
		return all, nil
	case c.open == '{':
		return c.member(p)
	}
	return c.element(p)
}

func (c *container) member(p part) ([]int, error) {
	for i, item := range slices.Backward(c.items) {
		if item.name == p.text && (p.text != "" || !p.add) {
			return []int{i}, nil
		}
	}
	switch {
	case p.add && p.text == "":
		return nil, text.Fail("scenarios.path_object")
	case p.add:
		return nil, nil
	}
	return nil, text.Fail("scenarios.path_no_member", "name", p.text)
}

func (c *container) element(p part) ([]int, error) {
	n := len(c.items)
	switch {
	case p.add && p.text == "":
		return nil, nil
	case p.add || p.text != "-1" && !elementNumber.MatchString(p.text):
		return nil, text.Fail("scenarios.path_list", "got", p.name())
	case p.text == "-1" && n > 0:
		return []int{n - 1}, nil
	}
	i, _ := strconv.Atoi(p.text) // elementNumber has matched
	if i < 0 || i >= n {
		return nil, text.Fail("scenarios.path_no_element", "count", n, "number", p.text)
	}
	return []int{i}, nil
}

// label names an item in messages.
func (c *container) label(i int) string {
	if c.open == '{' {
		return c.items[i].name
	}
	return strconv.Itoa(i)
}
