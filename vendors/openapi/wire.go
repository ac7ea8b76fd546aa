// Package openapi is 旺店通旗舰版: public parameters in the query string, a JSON array of
// positional arguments in the body.
package openapi

import (
	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
)

// New returns the vendor.
func New() *vendorapi.Vendor {
	return &vendorapi.Vendor{
		Name:              "openapi",
		Wire:              reader{},
		Signer:            vendorapi.OneSecret(Scheme()),
		Form:              form(),
		Carrier:           "the query string",
		Habits:            Habits,
		Split:             split,
		DefaultCredential: defaultCredential,
	}
}

type reader struct{}

// Claims takes every request to the vendor's path.
func (reader) Claims(*vendorapi.Message) bool { return true }

// Read reads the query string.
func (reader) Read(c *vendorapi.Call, v *catalog.Vendor) *catalog.Refusal {
	c.Payload, c.Request.Body = c.Body, c.Body
	pairs, refused := vendorapi.Query(c.Query)
	if refused != nil {
		return refused
	}
	c.Keep(pairs, v)
	c.Method, c.Salt = c.Public.Get("method"), c.Public.Get("salt")
	return nil
}

// Arguments reads the body.
func (reader) Arguments(c *vendorapi.Call) ([]wire.Node, *catalog.Refusal) {
	value, err := wire.ParseJSON(c.Payload, c.Memory, c.Limits)
	if err != nil {
		return nil, vendorapi.Unread("the body", err)
	}
	if value.Kind != wire.ListNode {
		return nil, catalog.Refuse(catalog.Malformed).Because("the body must be a JSON array of the method's arguments, such as [{…}]")
	}
	return value.Items, nil
}

// form is how clients of the flagship edition send a call.
func form() vendorapi.Form {
	return vendorapi.Form{
		Path:        "/openapi",
		ContentType: "application/json",
		Public:      []string{"app", "key", "salt", "method", "v=1.0", "timestamp"},
		Arguments:   vendorapi.ArgList,
		Text:        "body",
		TextIsBody:  true,
		Encode:      vendorapi.InQuery,
		Steps: `  1. timestamp is unix seconds minus 1325347200 (2012-01-01 00:00:00 in Beijing)
  2. take all query parameters but sign, and the raw body as a parameter called body
  3. sort them by name, and write name and value one after the other, with nothing between
  4. put the secret (the appsecret before the colon) in front and behind
  5. MD5 of the UTF-8 bytes, 32 hex digits in lower case
`,
	}
}
