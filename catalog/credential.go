package catalog

import (
	"fmt"
	"sort"
)

// Credential is what a vendor gives its clients.
type Credential struct {
	// Fields in the order in which they are shown. An app begins a credential; the fields
	// up to the next app belong to that app.
	Fields []CredentialField `yaml:"fields"`
	// Default are the default tenant's.
	Default []CredentialEntry `yaml:"default"`
}

// CredentialField is one field of a credential.
type CredentialField struct {
	Name     string `yaml:"name"` // in shaxiang.yaml and in the control API; of an app or a key, the parameter that carries it
	Role     Role   `yaml:"role"`
	Optional bool   `yaml:"optional"`
	Doc      string `yaml:"doc"`
}

// Role is what a field of a credential is.
type Role string

// The roles. An app identifies the client; a key is a second identifier; a secret signs.
const (
	RoleApp    Role = "app"
	RoleKey    Role = "key"
	RoleSecret Role = "secret"
)

// CredentialEntry is one credential as a file declares it: the vendor's fields, and limits.
type CredentialEntry struct {
	Values map[string]string `yaml:",inline"`
	Limits `yaml:",inline"`
}

// Limits is what a credential may not do.
type Limits struct {
	Refuse Kind     `yaml:"refuse"` // every call is refused with this kind
	Deny   []string `yaml:"deny"`   // patterns of methods that are refused with no_permission
}

// CheckRefuse returns what is wrong with the kind.
func (l Limits) CheckRefuse() error {
	if l.Refuse != "" && !l.Refuse.Credential() {
		return fmt.Errorf("refuse: %q is no refusal of a credential; want wrong_environment, app_not_authorised, key_stopped, out_of_credit, token_required or ip_blocked", l.Refuse)
	}
	return nil
}

// Apps returns the fields by app.
func (c *Credential) Apps() [][]CredentialField {
	var groups [][]CredentialField
	for i, f := range c.Fields {
		if f.Role == RoleApp || i == 0 {
			groups = append(groups, nil)
		}
		last := &groups[len(groups)-1]
		*last = append(*last, f)
	}
	return groups
}

// AppParams returns the parameters that may carry an app, the usual one first.
func (c *Credential) AppParams() []string {
	var names []string
	for _, f := range c.Fields {
		if f.Role == RoleApp {
			names = append(names, f.Name)
		}
	}
	return names
}

// Secret returns the first secret.
func (c *Credential) Secret() CredentialField {
	for _, f := range c.Fields {
		if f.Role == RoleSecret {
			return f
		}
	}
	return CredentialField{}
}

// Keys returns the keys of an entry, sorted.
func (c *Credential) Keys() []string {
	keys := []string{"deny", "refuse"}
	for _, f := range c.Fields {
		keys = append(keys, f.Name)
	}
	sort.Strings(keys)
	return keys
}
