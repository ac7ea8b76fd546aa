package args

import (
	"strconv"

	"shaxiang/catalog"
)

// checkPaging reads the page from the arguments or, where the method has none of that
// name, from the public parameters.
func (c *Checker) checkPaging(p *catalog.Paging) *catalog.Refusal {
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
	c.page = catalog.Page{No: no - p.First, Size: size}
	switch p.Totals {
	case "asked":
		asked := c.pageText(p.Total)
		c.page.Send = asked == "1" || asked == "true"
	case "first":
		c.page.Send = c.page.No == 0
	case "always":
		c.page.Send = true
	}
	c.page.Count = c.page.Send
	return nil
}

// lastPage is the largest number of a page, so that No×Size fits an int.
const lastPage = 1<<31 - 1

// pageNumber returns the number that a parameter of the page gives, and the default when
// it gives none.
func (c *Checker) pageNumber(name string, smallest, byDefault int) (int, *catalog.Refusal) {
	p := c.endpoint.Paging
	s := c.pageText(name)
	if s == "" {
		if p.Default == 0 {
			return 0, catalog.Refuse(catalog.NotPaged, "method", c.endpoint.Method).Say("args.missing", "name", name)
		}
		return byDefault, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil && n >= int64(smallest) && n < lastPage:
		return int(n), nil
	case p.Lenient && n >= lastPage: // ParseInt gives the largest int64 for a larger number
		return lastPage, nil
	case p.Lenient:
		return byDefault, nil
	}
	return 0, c.badPage(name, s)
}

func (c *Checker) badPage(name, value string) *catalog.Refusal {
	p := c.endpoint.Paging
	refused := catalog.Refuse(catalog.BadPage, "name", name, "value", value, "max", strconv.Itoa(p.Max))
	if name == p.Size {
		return refused.Say("args.page_size", "name", name, "limit", p.Max)
	}
	return refused.Say("args.page", "name", name, "least", p.First)
}

// pageText returns what was sent as a parameter of the page, "" for nothing.
func (c *Checker) pageText(name string) string {
	if name == "" {
		return "" // the endpoint has no such parameter
	}
	for i := range c.root.args {
		if c.root.states[i].param.Name == name {
			return c.root.args[i].SentText()
		}
	}
	value, _ := c.sent.Public(name)
	return value
}
