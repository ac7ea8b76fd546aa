package control

import (
	"github.com/tidwall/gjson"

	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
)

// Credentials are a tenant's, one of each vendor, in the vendors' words: a JSON object of
// an object for each vendor.
type Credentials []VendorCredential

// VendorCredential is a tenant's credential of one vendor.
type VendorCredential struct {
	Vendor string
	Fields []vendorapi.Field
}

// Field returns a field of a vendor's credential, "" when there is none.
func (c Credentials) Field(vendor, name string) string {
	for _, v := range c {
		if v.Vendor != vendor {
			continue
		}
		for _, f := range v.Fields {
			if f.Name == name {
				return f.Value
			}
		}
	}
	return ""
}

// MarshalJSON writes vendors and fields in their order.
func (c Credentials) MarshalJSON() ([]byte, error) {
	dst := []byte{'{'}
	for i, v := range c {
		dst = appendKey(dst, i, v.Vendor)
		dst = append(dst, '{')
		for j, f := range v.Fields {
			dst = appendKey(dst, j, f.Name)
			dst = wire.JSON{}.AppendString(dst, f.Value)
		}
		dst = append(dst, '}')
	}
	return append(dst, '}'), nil
}

func appendKey(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return append(wire.JSON{}.AppendString(dst, name), ':')
}

// UnmarshalJSON reads what MarshalJSON writes, in the same order.
func (c *Credentials) UnmarshalJSON(data []byte) error {
	*c = nil
	gjson.ParseBytes(data).ForEach(func(vendor, fields gjson.Result) bool { // encoding/json has checked the text
		v := VendorCredential{Vendor: vendor.Str}
		fields.ForEach(func(name, value gjson.Result) bool {
			v.Fields = append(v.Fields, vendorapi.Field{Name: name.Str, Value: value.Str})
			return true
		})
		*c = append(*c, v)
		return true
	})
	return nil
}

// credentials returns the first credential of each vendor and of each of its kinds of app,
// one that nothing is refused to, if there is any.
func credentials(t *tenant.Tenant, vendors *vendorapi.Shipped) Credentials {
	of := Credentials{}
	for _, name := range vendors.Names() {
		v := VendorCredential{Vendor: name}
		for _, param := range vendors.Declared(name).AppParams() {
			if c := credential(t, name, param); c != nil {
				v.Fields = append(v.Fields, c.Fields...)
			}
		}
		if v.Fields != nil {
			of = append(of, v)
		}
	}
	return of
}

func credential(t *tenant.Tenant, vendor, param string) *tenant.Credential {
	var first *tenant.Credential
	for _, c := range t.Credentials() {
		if c.Vendor != vendor || c.Param != param {
			continue
		}
		if c.Refuse == "" && c.Deny == nil {
			return c
		}
		if first == nil {
			first = c
		}
	}
	return first
}

// credentialSchema describes Credentials.
func credentialSchema(vendors *vendorapi.Shipped) map[string]any {
	all := map[string]any{}
	for _, name := range vendors.Names() {
		declared := vendors.Declared(name)
		fields, required := map[string]any{}, []string{}
		for _, f := range declared.Fields {
			field := map[string]any{"type": "string"}
			if f.Doc != "" {
				field["description"] = f.Doc
			}
			fields[f.Name] = field
			if !f.Optional && len(declared.AppParams()) == 1 {
				required = append(required, f.Name)
			}
		}
		one := map[string]any{"type": "object", "properties": fields, "additionalProperties": false}
		if len(required) > 0 {
			one["required"] = required
		}
		all[name] = one
	}
	return map[string]any{"type": "object", "properties": all, "additionalProperties": false}
}
