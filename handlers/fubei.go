package handlers

import (
	"shaxiang/catalog"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// fubei is 付呗: a JSON envelope, whatever the Content-Type says, with the
// arguments as JSON text in biz_content.
type fubei struct{}

func (fubei) vendor() string { return "fubei" }

func (fubei) scheme() signature.Scheme { return signature.Fubei{} }

func (fubei) place() string { return "one JSON object in the body" }

func (fubei) decode(c *call, v *catalog.Vendor) *catalog.Refusal {
	pairs, err := envelope(c.body, c.memory)
	if err != nil {
		return catalog.Refuse(catalog.Malformed).Because(err.Error())
	}
	c.keep(pairs, v)
	c.method, c.payload = c.public.get("method"), c.public.get("biz_content")
	c.app = c.public.get("app_id")
	if c.app == "" {
		c.app = c.public.get("vendor_sn")
	}
	return nil
}

func (fubei) arguments(c *call) ([]wire.Node, *catalog.Refusal) {
	value, err := wire.ParseJSON(c.payload, c.memory)
	if err != nil {
		return nil, catalog.Refuse(catalog.Malformed).Because("biz_content is no JSON: " + err.Error())
	}
	if value.Kind != wire.ObjectNode {
		return nil, catalog.Refuse(catalog.Malformed).Because("biz_content must be the text of one JSON object")
	}
	return []wire.Node{value}, nil
}
