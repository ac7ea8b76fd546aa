package scenarios

import (
	"regexp"
	"shaxiang/internal/text"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
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
