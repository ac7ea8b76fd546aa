package vendorapi

import (
	"slices"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// Signer is how a vendor signs, with the secrets of one credential in the order of their
// declaration. No method fails or panics on text that is not valid UTF-8.
type Signer interface {
	// Canonical returns the exact text that is hashed, secrets included.
	Canonical(secrets []string, r signature.Request) string
	// Sign returns the signature that the vendor's own SDK would send.
	Sign(secrets []string, r signature.Request) string
	// Verify returns nil, or a *signature.Mismatch. Its time does not depend on how much
	// of sign is right.
	Verify(secrets []string, r signature.Request, sign string) error
}

// Reader is a Signer whose refused signatures can be explained.
type Reader interface {
	// Readings returns the recipes under which r may be signed. Mistakes are told from
	// the first.
	Readings(r signature.Request) []signature.Recipe
}

// OneSecret returns the Signer of a scheme that uses the first secret only.
func OneSecret[S interface {
	signature.Scheme
	Reader
}](s S) Signer {
	return oneSecret{s, s}
}

type oneSecret struct {
	scheme signature.Scheme
	Reader
}

// Canonical returns the exact text that is hashed.
func (o oneSecret) Canonical(secrets []string, r signature.Request) string {
	return o.scheme.Canonical(secrets[0], r)
}

// Sign returns the signature of r.
func (o oneSecret) Sign(secrets []string, r signature.Request) string {
	return o.scheme.Sign(secrets[0], r)
}

// Verify returns nil or a *signature.Mismatch.
func (o oneSecret) Verify(secrets []string, r signature.Request, sign string) error {
	return o.scheme.Verify(secrets[0], r, sign)
}

// Mask returns the canonical text with ‹secret› where a secret stands. The text is made
// with the marker as secret, not by replacing: a secret that happens to occur in a value
// does not change the text.
func Mask(s Signer, secrets []string, r signature.Request) string {
	return s.Canonical(slices.Repeat([]string{signature.Marker}, len(secrets)), r)
}

// Case returns the case of a refused signature, to be explained. The caller adds Others
// and Brief.
func (l List) Case(c *Credential, r signature.Request, sign string) autopsy.Case {
	v := l.Named(c.Vendor)
	k := autopsy.Case{Vendor: v.Name, Secret: c.Secrets[0], Request: r, Sign: sign, Readings: v.readings(r)}
	if v.Habits != nil {
		k.Habits = v.Habits(c, r)
	}
	for _, other := range l {
		if other == v {
			continue
		}
		if readings := other.readings(signature.Request{}); len(readings) > 0 {
			k.Schemes = append(k.Schemes, autopsy.Other{Vendor: other.Name, Recipe: readings[0]})
		}
	}
	return k
}

func (v *Vendor) readings(r signature.Request) []signature.Recipe {
	if reader, ok := v.Signer.(Reader); ok {
		return reader.Readings(r)
	}
	return nil
}

// Known returns the secrets of a credential as an autopsy tries them.
func (c *Credential) Known(name string) []autopsy.Known {
	list := make([]autopsy.Known, len(c.Secrets))
	for i, secret := range c.Secrets {
		list[i] = autopsy.Known{Name: name, Secret: secret}
	}
	if c.Salt != "" {
		list[0].Issued = c.Secrets[0] + ":" + c.Salt
	}
	return list
}
