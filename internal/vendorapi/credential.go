package vendorapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"shaxiang/catalog"
)

// Credential is what a vendor gave one client.
type Credential struct {
	Vendor   string
	Param    string   // the parameter that carries App, such as sid or app_id
	App      string   // identifies the client
	KeyParam string   // the parameter that carries Key, "" where the vendor has none
	Key      string   // a second identifier
	Secrets  []string // as the scheme uses them, at least one
	Salt     string   // the part of the issued secret that travels with each call, "" where the vendor has none
	Fields   []Field  // as declared
}

// Field is one field of a credential.
type Field struct{ Name, Value string }

// Read makes the credentials of one entry: a credential for each app in the entry, with the
// fields that follow the app.
func (v *Vendor) Read(d *catalog.Credential, values map[string]string) ([]*Credential, error) {
	var list []*Credential
	for _, group := range d.Apps() {
		c := &Credential{Vendor: v.Name}
		missing := false
		for _, f := range group {
			value := values[f.Name]
			switch f.Role {
			case catalog.RoleApp:
				c.Param, c.App = f.Name, value
			case catalog.RoleKey:
				c.KeyParam, c.Key = f.Name, value
			case catalog.RoleSecret:
				if value != "" || !f.Optional {
					c.Secrets = append(c.Secrets, value)
				}
			}
			missing = missing || value == "" && !f.Optional
			if value != "" {
				c.Fields = append(c.Fields, Field{f.Name, value})
			}
		}
		if c.App == "" && len(d.Apps()) > 1 {
			continue // the entry has another app
		}
		if err := c.split(v); err != nil {
			return nil, err
		}
		if missing || slices.Contains(c.Secrets, "") {
			return nil, fmt.Errorf("%s: a credential needs its app, key and secret", v.Name)
		}
		list = append(list, c)
	}
	return list, nil
}

// split separates issued secrets into secret and salt, for a vendor that issues both together.
func (c *Credential) split(v *Vendor) (err error) {
	if v.Split == nil {
		return nil
	}
	for i := range c.Secrets {
		if c.Secrets[i], c.Salt, err = v.Split(c.Secrets[i]); err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
	}
	return nil
}

// Reissue replaces the secret as the vendor would issue it.
func (c *Credential) Reissue(v *Vendor, issued string) error {
	c.Secrets, c.Salt = []string{issued}, ""
	return c.split(v)
}

// Identify reads the app and the key of a call from its public parameters, unless the wire has
// read them.
func (c *Call) Identify(d *catalog.Credential) {
	for _, f := range d.Fields {
		switch {
		case f.Role == catalog.RoleApp && c.App == "":
			c.App = c.Public.Get(f.Name)
		case f.Role == catalog.RoleKey && c.Key == "":
			c.Key = c.Public.Get(f.Name)
		}
	}
}

// Default returns the credential of a tenant that declares none. It follows from the
// tenant's name: a tenant that is made again has the same credential.
func (v *Vendor) Default(d *catalog.Credential, tenant string) map[string]string {
	if v.DefaultCredential != nil {
		return v.DefaultCredential(tenant)
	}
	values := map[string]string{}
	digits, secrets := Digits(tenant)[16:], 0
	for _, f := range d.Fields {
		switch f.Role {
		case catalog.RoleApp:
			values[f.Name] = tenant
		case catalog.RoleKey:
			values[f.Name] = tenant + "-" + f.Name
		case catalog.RoleSecret:
			if secrets > 0 { // all secrets of a credential differ
				digits = Digits(tenant + " " + f.Name)
			}
			values[f.Name] = digits[:32]
			secrets++
		}
	}
	return values
}

// Digits returns 64 hex digits that follow from a tenant's name.
func Digits(tenant string) string {
	sum := sha256.Sum256([]byte("shaxiang tenant " + tenant))
	return hex.EncodeToString(sum[:])
}
