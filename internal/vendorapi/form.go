package vendorapi

import (
	"net/http"
	"net/url"
	"strings"

	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// Form is how a vendor's clients put a request together: what `call`, `sign` and test
// scripts send.
type Form struct {
	// Path is where calls go; {} stands for the method. An endpoint that has gateways goes
	// to the first of them.
	Path        string
	ContentType string
	// Public are the parameters of every call in their order: name=value, or one of method,
	// timestamp, nonce, and app, key and salt, which are the credential's.
	Public []string
	// Arguments says how the business arguments travel.
	Arguments Arguments
	// Text is the parameter that holds the arguments, unless they are ArgFields.
	Text string
	// TextIsBody says that Text is no parameter but the body.
	TextIsBody bool
	// Encode writes the parameters, sign among them, and the body.
	Encode func(r signature.Request) Encoded
	// Method returns the full name of a method when it is one of this vendor's by its
	// look, else "". known says which names the catalogue has.
	Method func(name string, known func(string) bool) string
	// Steps tell in a numbered list how the vendor signs.
	Steps string
}

// Arguments is how business arguments travel.
type Arguments int

// The ways of arguments.
const (
	ArgList   Arguments = iota // a JSON array, an element for each argument
	ArgFields                  // a parameter for each argument
	ArgObject                  // one JSON object, page parameters among its members
)

// Empty returns the text of a call without arguments.
func (a Arguments) Empty() string {
	return [...]string{ArgList: "[]", ArgFields: "", ArgObject: "{}"}[a]
}

// Encoded is a request as it goes over HTTP.
type Encoded struct {
	Query  string
	Body   string
	Header http.Header // beside Content-Type; nil for none
}

// InQuery writes the parameters into the query.
func InQuery(r signature.Request) Encoded { return Encoded{Query: URLEncoded(r.Pairs), Body: r.Body} }

// InForm writes the parameters as a form.
func InForm(r signature.Request) Encoded { return Encoded{Body: URLEncoded(r.Pairs)} }

// InObject writes the parameters as texts of one JSON object.
func InObject(r signature.Request) Encoded { return Encoded{Body: objectOf(r.Pairs)} }

// URLEncoded writes pairs as a query or a form, in their order.
func URLEncoded(pairs []signature.Pair) string {
	fields := make([]string, len(pairs))
	for i, p := range pairs {
		fields[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(fields, "&")
}

// objectOf writes texts as a JSON object in their order. encoding/json cannot write a name
// twice, and replaces invalid bytes that have been signed.
func objectOf(pairs []signature.Pair) string {
	dst := []byte{'{'}
	for i, p := range pairs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = wire.AppendRawString(append(wire.AppendRawString(dst, p.Name), ':'), p.Value)
	}
	return string(append(dst, '}'))
}
