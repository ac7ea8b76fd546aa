package scenarios

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"shaxiang/internal/text"
)

// container is an object or a list of a valid JSON text, with the offsets of its items.
type container struct {
	open  byte // { or [, 0 for any other value
	start int
	items []item
}

type item struct {
	name  string // of a member
	start int    // of the name in an object, of the value in a list
	value int
	end   int // of the value
}

// split returns the items of the value at an offset.
func split(src []byte, at int) container {
	c := container{start: at}
	if src[at] != '{' && src[at] != '[' {
		return c
	}
	c.open = src[at]
	for at = skipSpace(src, at+1); src[at] != '}' && src[at] != ']'; at = skipSpace(src, at) {
		if src[at] == ',' {
			at++
			continue
		}
		i := item{start: at, value: at}
		if c.open == '{' {
			end := text.EndOfString(src, at)
			_ = json.Unmarshal(src[at:end], &i.name) // the text is valid
			i.value = skipSpace(src, skipSpace(src, end)+1)
		}
		i.end = skipValue(src, i.value)
		c.items = append(c.items, i)
		at = i.end
	}
	return c
}

func skipSpace(src []byte, at int) int {
	for at < len(src) && (src[at] == ' ' || src[at] == '\t' || src[at] == '\r' || src[at] == '\n') {
		at++
	}
	return at
}

// skipValue returns the offset behind the value at an offset. It does not call
// itself, so that deep texts cost no stack.
func skipValue(src []byte, at int) int {
	depth := 0
	for {
		switch src[at] {
		case '"':
			at = text.EndOfString(src, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\t', '\r', '\n':
			at++
		default:
			at = skipWord(src, at)
		}
		if depth == 0 {
			return at
		}
	}
}

// skipWord passes over a number, true, false or null.
func skipWord(src []byte, at int) int {
	for at < len(src) && !slices.Contains([]byte(" \t\r\n,:{}[]"), src[at]) {
		at++
	}
	return at
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
		return nil, fmt.Errorf("is an object; write + and the new member's name")
	case p.add:
		return nil, nil
	}
	return nil, fmt.Errorf("has no member %q; write +%s to add it", p.text, p.text)
}

func (c *container) element(p part) ([]int, error) {
	n := len(c.items)
	switch {
	case p.add && p.text == "":
		return nil, nil
	case p.add || p.text != "-1" && !elementNumber.MatchString(p.text):
		return nil, fmt.Errorf("is a list; want the number of an element, -1, * or +, not %q", p.name())
	case p.text == "-1" && n > 0:
		return []int{n - 1}, nil
	}
	i, _ := strconv.Atoi(p.text) // elementNumber has matched
	if i < 0 || i >= n {
		return nil, fmt.Errorf("has %d elements, so no element %s", n, p.text)
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
