package vendorapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// Wire reads a vendor's requests. It decides nothing: the checks of a call decide whether
// what was read is right.
type Wire interface {
	// Claims reports whether a request is the vendor's, of those to a path that several
	// vendors have. The last of these vendors is not asked: it gets what nobody claims.
	Claims(m *Message) bool
	// Read reads what every call carries out of its message.
	Read(c *Call, v *catalog.Vendor) *catalog.Refusal
	// Arguments reads the business arguments, once the signature was found right.
	Arguments(c *Call) ([]wire.Node, *catalog.Refusal)
}

// Message is a request as it came over HTTP.
type Message struct {
	Path   string      // of the URL
	Name   string      // what stands in the path for {name}, for a vendor whose path names the method
	Query  string      // raw
	Body   string      // raw
	Header http.Header // nil when the message comes out of the journal, which keeps no headers
}

// Call is a request in the words that the vendors share.
type Call struct {
	Message
	Method  string
	Public  Parameters // parameters of every call; of a form, the business arguments too
	App     string     // see Identify
	Key     string     // likewise
	Salt    string     // likewise
	Sign    string
	Request signature.Request
	Payload string // the text that holds the business arguments
	Memory  *wire.Memory
	Limits  wire.Limits // of Payload
}

// Parameters have one value each, in the order of the wire. There are few of them, so a
// search is faster than making a map.
type Parameters []signature.Pair

// Of returns the value of a parameter, and whether the parameter was sent.
func (p Parameters) Of(name string) (value string, sent bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

// Get returns the value of a parameter, "" when it was not sent.
func (p Parameters) Get(name string) string {
	value, _ := p.Of(name)
	return value
}

// Keep takes the parameters of a message: of each name the one value that counts for the
// vendor, in the order of the wire. They are what is signed.
func (c *Call) Keep(pairs []signature.Pair, v *catalog.Vendor) {
	const maxCompared = 32 // pairs that are compared with each other
	repeated := len(pairs) > maxCompared
	for i := 1; i < len(pairs) && !repeated; i++ {
		_, repeated = Parameters(pairs[:i]).Of(pairs[i].Name)
	}
	if repeated {
		pairs = once(pairs, v.Duplicates.Value == "last")
	}
	c.Public, c.Request.Pairs = pairs, pairs
	c.Sign = c.Public.Get("sign")
}

// once keeps the first or the last value of each name, at the position of the first.
func once(pairs []signature.Pair, last bool) []signature.Pair {
	kept, index := pairs[:0], make(map[string]int, len(pairs))
	for _, p := range pairs {
		at, again := index[p.Name]
		switch {
		case !again:
			index[p.Name] = len(kept)
			kept = append(kept, p)
		case last:
			kept[at].Value = p.Value
		}
	}
	return kept
}

// maxParameters is how many parameters a message may have. No method has a tenth of them.
const maxParameters = 1000

// Query reads a query string or a form in the order of the wire. It refuses bad percent
// escapes and too many parameters.
func Query(raw string) ([]signature.Pair, *catalog.Refusal) {
	count := strings.Count(raw, "&") + 1
	if count > maxParameters {
		return nil, catalog.Refuse(catalog.Malformed).Because((&wire.LimitError{Limit: maxParameters, Of: "parameters"}).Error())
	}
	pairs := make([]signature.Pair, 0, count)
	for field := range strings.SplitSeq(raw, "&") {
		if field == "" {
			continue
		}
		name, value, _ := strings.Cut(field, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, catalog.Refuse(catalog.Malformed).Because(errors.Join(err1, err2).Error())
		}
		pairs = append(pairs, signature.Pair{Name: n, Value: v})
	}
	return pairs, nil
}

// Unread refuses a text that was not read as JSON. name says where the text stands.
func Unread(name string, err error) *catalog.Refusal {
	says := " is no JSON: "
	if tooMuch := (*wire.LimitError)(nil); errors.As(err, &tooMuch) {
		says = " has "
	}
	return catalog.Refuse(catalog.Malformed).Because(name + says + err.Error())
}

// Members reads a JSON object's members in the order of the wire, repeated names included.
// Values that are no text are kept as they are written, because clients send numbers. An
// object where a vendor wants its text would be another message, so it is refused.
func Members(text string, in *wire.Memory) ([]signature.Pair, *catalog.Refusal) {
	members, err := wire.ParseMembers(text, in, wire.Limits{Values: maxParameters})
	if err != nil {
		return nil, catalog.Refuse(catalog.Malformed).Because(err.Error())
	}
	pairs := make([]signature.Pair, 0, len(members))
	for i := range members {
		m := &members[i]
		if m.Kind == wire.NullNode {
			continue // SDKs leave out what they have no value for; null says the same
		}
		value, ok := m.Scalar()
		if !ok {
			return nil, catalog.Refuse(catalog.Malformed).Because(fmt.Sprintf("%s must be a text: its JSON between quotes", m.Name))
		}
		pairs = append(pairs, signature.Pair{Name: m.Name, Value: value})
	}
	return pairs, nil
}
