package scenarios

import (
	"encoding/json"
	"shaxiang/internal/text"
	"strings"

	"github.com/tidwall/gjson"
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
