package handlers

import (
	"shaxiang/catalog"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// openapi2 is 旺店通企业版: one form for public parameters and arguments, the
// method in the URL.
type openapi2 struct{}

func (openapi2) vendor() string { return "openapi2" }

func (openapi2) scheme() signature.Scheme { return signature.OpenAPI2{} }

func (openapi2) place() string { return "a form in the body (application/x-www-form-urlencoded)" }

func (openapi2) decode(c *call, v *catalog.Vendor) *catalog.Refusal {
	c.method = c.file
	pairs, refused := query(c.body)
	if refused != nil {
		return refused
	}
	c.keep(pairs, v)
	c.app, c.key = c.public.get("sid"), c.public.get("appkey")
	return nil
}

func (openapi2) arguments(c *call) ([]wire.Node, *catalog.Refusal) {
	form := wire.Node{Kind: wire.ObjectNode, Items: make([]wire.Node, len(c.public))}
	for i, p := range c.public {
		form.Items[i] = wire.Node{Name: p.Name, Kind: wire.TextNode, Text: p.Value}
	}
	return []wire.Node{form}, nil
}
