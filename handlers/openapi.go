package handlers

import (
	"shaxiang/catalog"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// openapi is 旺店通旗舰版: public parameters in the query string, a JSON array of
// positional arguments in the body.
type openapi struct{}

func (openapi) vendor() string { return "openapi" }

func (openapi) scheme() signature.Scheme { return signature.OpenAPI{} }

func (openapi) place() string { return "the query string" }

func (openapi) decode(c *call, v *catalog.Vendor) *catalog.Refusal {
	c.payload, c.request.Body = c.body, c.body
	pairs, refused := query(c.query)
	if refused != nil {
		return refused
	}
	c.keep(pairs, v)
	c.method, c.app, c.key, c.salt = c.public.get("method"), c.public.get("sid"), c.public.get("key"), c.public.get("salt")
	return nil
}

func (openapi) arguments(c *call) ([]wire.Node, *catalog.Refusal) {
	value, err := wire.ParseJSON(c.payload, c.memory)
	if err != nil {
		return nil, catalog.Refuse(catalog.Malformed).Because("the body is no JSON: " + err.Error())
	}
	if value.Kind != wire.ListNode {
		return nil, catalog.Refuse(catalog.Malformed).Because("the body must be a JSON array of the method's arguments, such as [{…}]")
	}
	return value.Items, nil
}
