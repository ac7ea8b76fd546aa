package vendorapi

import (
	"slices"
	"strings"

	"shaxiang/signature"
)

// Client is who makes a call. Its values fill the public parameters of a Form.
type Client struct {
	*Credential
	Method    string
	Timestamp string
	Nonce     string
}

// Parameters returns the parameters of every call of a client, in their order.
func (f *Form) Parameters(c Client) []signature.Pair {
	pairs := make([]signature.Pair, 0, len(f.Public))
	for _, name := range f.Public {
		name, value, fixed := strings.Cut(name, "=")
		switch {
		case fixed:
		case name == "app":
			name, value = c.Param, c.App
		case name == "key":
			name, value = c.KeyParam, c.Key
		case name == "salt":
			value = c.Salt
		case name == "method":
			value = c.Method
		case name == "timestamp":
			value = c.Timestamp
		case name == "nonce":
			value = c.Nonce
		}
		pairs = append(pairs, signature.Pair{Name: name, Value: value})
	}
	return pairs
}

// Request returns what a client signs. Where Text is the body, the pair of that name becomes
// the body. The pairs are not changed.
func (f *Form) Request(pairs []signature.Pair) signature.Request {
	at := slices.IndexFunc(pairs, func(p signature.Pair) bool { return p.Name == f.Text })
	if !f.TextIsBody || at < 0 {
		return signature.Request{Pairs: pairs}
	}
	return signature.Request{Pairs: slices.Delete(slices.Clone(pairs), at, at+1), Body: pairs[at].Value}
}
