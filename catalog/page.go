package catalog

import (
	"fmt"
	"strconv"
)

// paging reads the page from the arguments or, where the method has none of that
// name, from the public parameters.
func (c *Checker) paging() *Refusal {
	p := c.endpoint.Paging
	if p == nil {
		return nil
	}
	no, refused := c.pageNumber(p.No, p.First, p.First)
	if refused != nil {
		return refused
	}
	size, refused := c.pageNumber(p.Size, 1, p.Default)
	if refused != nil {
		return refused
	}
	if size > p.Max {
		if !p.Lenient {
			return c.badPage(p.Size, strconv.Itoa(size))
		}
		size = p.Max
	}
	c.page = Page{No: no - p.First, Size: size}
	asked, _ := c.lookup(p.Total)
	switch p.Totals {
	case "asked":
		c.page.Send = asked == "1" || asked == "true"
	case "first":
		c.page.Send = c.page.No == 0
	case "always":
		c.page.Send = true
	}
	c.page.Count = c.page.Send
	return nil
}

// lastPage keeps No×Size far from the end of an int.
const lastPage = 1<<31 - 1

func (c *Checker) pageNumber(name string, least, otherwise int) (int, *Refusal) {
	s, given := c.lookup(name)
	if !given || s == "" {
		if c.endpoint.Paging.Default == 0 {
			return 0, Refuse(NotPaged, "method", c.endpoint.Method).Because(name + " is missing")
		}
		return otherwise, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && n >= int64(least) && n < lastPage:
		return int(n), nil
	case c.endpoint.Paging.Lenient && n >= lastPage: // also of what is too large for an int64
		return lastPage, nil
	case c.endpoint.Paging.Lenient:
		return otherwise, nil
	}
	return 0, c.badPage(name, s)
}

func (c *Checker) badPage(name, value string) *Refusal {
	p := c.endpoint.Paging
	hint := fmt.Sprintf("%s must be a whole number from %d on", name, p.First)
	if name == p.Size {
		hint = fmt.Sprintf("%s must be a whole number from 1 to %d", name, p.Max)
	}
	return Refuse(BadPage, "name", name, "value", value, "max", strconv.Itoa(p.Max)).Because(hint)
}

func (c *Checker) lookup(name string) (string, bool) {
	if name == "" {
		return "", false
	}
	if c.endpoint.field(name) == nil {
		return c.args.public(name)
	}
	if x := c.arg(name); x != nil {
		return x.raw.Scalar()
	}
	return "", false
}
