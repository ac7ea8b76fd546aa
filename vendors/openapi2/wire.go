// Package openapi2 is 旺店通企业版: one form for public parameters and arguments, the
// method in the URL.
package openapi2

import (
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
)

// New returns the vendor.
func New() *vendorapi.Vendor {
	return &vendorapi.Vendor{
		Name:    "openapi2",
		Wire:    reader{},
		Signer:  vendorapi.OneSecret(Scheme{}),
		Form:    form(),
		Carrier: "a form in the body (application/x-www-form-urlencoded)",
		Habits:  Habits,
	}
}

type reader struct{}

// Claims takes every request to the vendor's path.
func (reader) Claims(*vendorapi.Message) bool { return true }

// Read reads the form.
func (reader) Read(c *vendorapi.Call, v *catalog.Vendor) *catalog.Refusal {
	c.Method = c.Name
	pairs, refused := vendorapi.Query(c.Body)
	if refused != nil {
		return refused
	}
	c.Keep(pairs, v)
	return nil
}

// Arguments returns the form's fields as one object.
func (reader) Arguments(c *vendorapi.Call) ([]wire.Node, *catalog.Refusal) {
	fields := wire.Node{Kind: wire.ObjectNode, Items: make([]wire.Node, len(c.Public))}
	for i, p := range c.Public {
		fields.Items[i] = wire.Node{Name: p.Name, Kind: wire.TextNode, Text: p.Value}
	}
	return []wire.Node{fields}, nil
}

// form is how clients of the enterprise edition send a call.
func form() vendorapi.Form {
	return vendorapi.Form{
		Path:        "/openapi2/{}",
		ContentType: "application/x-www-form-urlencoded",
		Public:      []string{"app", "key", "timestamp"},
		Arguments:   vendorapi.ArgFields,
		Encode:      vendorapi.InForm,
		Method:      method,
		Steps: `  1. take all form fields but sign, with their values before URL encoding
  2. sort them by name
  3. write each as LL-name:LLLL-value, where LL and LLLL count characters, padded with zeros
  4. join them with ; and append the appsecret
  5. MD5 of the UTF-8 bytes, 32 hex digits in lower case
`,
	}
}

// method adds the .php that the vendor's SDKs leave out of method names.
func method(name string, known func(string) bool) string {
	switch {
	case strings.HasSuffix(name, ".php"):
		return name
	case known(name + ".php"):
		return name + ".php"
	}
	return ""
}
