// Package fubei is 付呗: a JSON envelope, whatever the Content-Type says, with the
// arguments as JSON text in biz_content.
package fubei

import (
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
)

// New returns the vendor.
func New() *vendorapi.Vendor {
	return &vendorapi.Vendor{
		Name:              "fubei",
		Wire:              reader{},
		Signer:            vendorapi.OneSecret(Scheme()),
		Form:              form(),
		Carrier:           "one JSON object in the body",
		Habits:            Habits,
		DefaultCredential: defaultCredential,
	}
}

type reader struct{}

// Claims takes every request to the vendor's paths.
func (reader) Claims(*vendorapi.Message) bool { return true }

// Read reads the envelope.
func (reader) Read(c *vendorapi.Call, v *catalog.Vendor) *catalog.Refusal {
	pairs, refused := vendorapi.Members(c.Body, c.Memory)
	if refused != nil {
		return refused
	}
	c.Keep(pairs, v)
	c.Method, c.Payload = c.Public.Get("method"), c.Public.Get("biz_content")
	return nil
}

// Arguments reads biz_content.
func (reader) Arguments(c *vendorapi.Call) ([]wire.Node, *catalog.Refusal) {
	value, err := wire.ParseJSON(c.Payload, c.Memory, c.Limits)
	if err != nil {
		return nil, vendorapi.Unread("biz_content", err)
	}
	if value.Kind != wire.ObjectNode {
		return nil, catalog.Refuse(catalog.Malformed).Because("biz_content must be the text of one JSON object")
	}
	return []wire.Node{value}, nil
}

// form is how clients of 付呗 send a call.
func form() vendorapi.Form {
	return vendorapi.Form{
		Path:        "/gateway",
		ContentType: "application/json; charset=utf-8",
		Public:      []string{"app", "method", "format=json", "sign_method=md5", "nonce", "version=1.0"},
		Arguments:   vendorapi.ArgObject,
		Text:        "biz_content",
		Encode:      vendorapi.InObject,
		Method:      method,
		Steps: `  1. take all members of the envelope but sign; biz_content is the text as it is sent
  2. sort them by name, write name=value, join with &
  3. append the secret, with nothing between
  4. MD5 of the UTF-8 bytes, 32 hex digits in upper case
`,
	}
}

func method(name string, _ func(string) bool) string {
	if strings.HasPrefix(name, "openapi.") || strings.HasPrefix(name, "fbpay.") {
		return name
	}
	return ""
}
