package handlers

import (
	"strconv"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
)

// parsed returns the business arguments, which it reads once.
func (x *exchange) parsed() ([]wire.Node, *catalog.Refusal) {
	if x.args == nil && x.unread == nil {
		x.args, x.unread = x.folder.Wire.Arguments(&x.call)
	}
	return x.args, x.unread
}

// params returns the parameters by name: business arguments by their path, and the public
// parameters without the signature. The map is valid until the call ends.
func (x *exchange) params() map[string]string {
	if len(x.named) > 0 {
		return x.named
	}
	if x.named == nil {
		x.named = map[string]string{}
	}
	list, _ := x.parsed()
	params := x.flatten(x.named, x.vendor, x.call.Method, list)
	for _, p := range x.call.Public {
		if _, own := params[p.Name]; !own && p.Name != "sign" && p.Name != "biz_content" {
			params[p.Name] = p.Value
		}
	}
	e := x.Catalog.Endpoint(x.vendor.Name, x.call.Method)
	if e == nil || e.Paging == nil {
		return params
	}
	if _, sent := params[e.Paging.No]; !sent && e.Paging.Default > 0 {
		params[e.Paging.No] = strconv.Itoa(e.Paging.First) // the page that is answered
	}
	return params
}

// arguments returns the business arguments by their path, none if they cannot be read.
func (x *exchange) arguments() map[string]string {
	list, _ := x.parsed()
	return x.flatten(map[string]string{}, x.vendor, x.call.Method, list)
}

// flatten puts every scalar among the arguments of a method into a map, by its path.
func (s *server) flatten(flat map[string]string, v *catalog.Vendor, method string, list []wire.Node) map[string]string {
	e := s.Catalog.Endpoint(v.Name, method)
	for i := range list {
		name := strconv.Itoa(i) // where the catalogue does not know it
		if e != nil && i < len(e.Args) {
			name = e.Args[i].Name
		}
		if list[i].Kind == wire.ObjectNode {
			name = ""
		}
		list[i].Flatten(flat, name)
	}
	for _, p := range v.Public {
		delete(flat, p.Name) // a form holds them beside the arguments
	}
	return flat
}

// recall reads the arguments of a call that the journal kept, and its page.
func (s *server) recall(e *journal.Entry) map[string]string {
	v, folder := s.Catalog.Vendor(e.Vendor), s.Vendors.Named(e.Vendor)
	var c vendorapi.Call
	query, body, ok := strings.Cut(e.Request, "\n") // see receive
	if query, asked := strings.CutPrefix(query, "?"); ok && asked {
		c.Query, c.Body = query, body
	} else {
		c.Body = e.Request
	}
	if folder.Wire.Read(&c, v) != nil {
		return map[string]string{}
	}
	list, _ := folder.Wire.Arguments(&c)
	return s.withPage(&c, v, s.flatten(map[string]string{}, v, e.Method, list))
}

// withPage adds the page that a vendor may send beside the arguments.
func (s *server) withPage(c *vendorapi.Call, v *catalog.Vendor, flat map[string]string) map[string]string {
	for _, name := range []string{v.Paging.No, v.Paging.Size, v.Paging.Total} {
		if value, sent := c.Public.Of(name); sent {
			flat[name] = value
		}
	}
	return flat
}

// fewArguments returns the arguments and the page of a large call, if they were read and are
// few.
func (x *exchange) fewArguments() map[string]string {
	const few = 1000
	if x.args == nil || wire.Count(x.args, few) > few {
		return nil
	}
	return x.withPage(&x.call, x.vendor, x.arguments())
}
