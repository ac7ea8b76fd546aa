// Package vendorapi is what the sandbox asks of a vendor's folder: which requests are its
// own, how a call is read, signed and sent, and what a credential consists of. Everything
// else about a vendor is data, in its vendor.yaml.
package vendorapi

import (
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// Vendor is one vendor's folder.
type Vendor struct {
	Name   string // of the folder, and in every file and flag
	Wire   Wire
	Signer Signer
	Form   Form

	// Carrier says where the parameters of every call travel, for hints.
	Carrier string
	// Habits returns the mistakes that only this vendor's clients make when they sign a
	// request; nil for none.
	Habits func(*Credential, signature.Request) autopsy.Habits
	// Split reads an issued secret that is more than a secret; nil where it is one.
	Split func(issued string) (secret, salt string, err error)
	// DefaultCredential returns the credential of a tenant that declares none; nil for what the
	// fields of the credential suggest: see Default.
	DefaultCredential func(tenant string) map[string]string
}

// List is the vendors of a program. Where vendors share a path, the first one that claims
// a request gets it.
type List []*Vendor

// Named returns the vendor of that name, nil for none.
func (l List) Named(name string) *Vendor {
	if i := slices.IndexFunc(l, func(v *Vendor) bool { return v.Name == name }); i >= 0 {
		return l[i]
	}
	return nil
}

// Names returns the names of the vendors in their order.
func (l List) Names() []string {
	names := make([]string, len(l))
	for i, v := range l {
		names[i] = v.Name
	}
	return names
}

// Choice returns the names as a sentence lists them: a, b or c.
func (l List) Choice() string {
	names := l.Names()
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Shipped is the vendors of a program with what their files declare.
type Shipped struct {
	List
	Catalog *catalog.Catalog
}

// Declared returns the credential of a vendor as its vendor.yaml declares it.
func (s *Shipped) Declared(vendor string) *catalog.Credential {
	return &s.Catalog.Vendor(vendor).Credential
}
