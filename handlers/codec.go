package handlers

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// codec reads one vendor's wire. It decides nothing: whether what it read is
// right is the business of the checks.
type codec interface {
	vendor() string
	scheme() signature.Scheme
	// place says where the public parameters travel, for hints.
	place() string
	// decode reads what every call carries out of its message.
	decode(c *call, v *catalog.Vendor) *catalog.Refusal
	// arguments reads the business arguments, once the signature has been seen to fit.
	arguments(c *call) ([]wire.Node, *catalog.Refusal)
}

func codecs() []codec { return []codec{openapi{}, openapi2{}, fubei{}} }

// codecOf returns the codec of a vendor.
func codecOf(vendor string) codec {
	list := codecs()
	return list[slices.IndexFunc(list, func(c codec) bool { return c.vendor() == vendor })]
}

// message is what came over HTTP.
type message struct {
	gateway string // the URL path
	file    string // what the path names, for a vendor whose methods are files
	query   string // as it stood in the URL
	body    string
	text    string // what the journal keeps: a line with the query, if there is one, and the body
}

// appendQuery begins the text of a message.
func (m *message) appendQuery(dst []byte) []byte {
	if m.query == "" {
		return dst
	}
	return append(append(append(dst, '?'), m.query...), '\n')
}

// messageIn is the message of a text.
func messageIn(text string) message {
	query, body, ok := strings.Cut(text, "\n")
	if query, asked := strings.CutPrefix(query, "?"); ok && asked {
		return message{query: query, body: body}
	}
	return message{body: text}
}

// call is a request in the words that the vendors share.
type call struct {
	message
	method  string
	public  parameters // the business arguments of a form among them
	app     string     // sid, app_id or vendor_sn
	key     string
	salt    string
	sign    string
	request signature.Request
	payload string // the text that holds the business arguments
	memory  *wire.Memory
}

// query reads a query string or a form in the order of the wire. It refuses bad
// percent escapes.
func query(raw string) ([]signature.Pair, *catalog.Refusal) {
	pairs := make([]signature.Pair, 0, strings.Count(raw, "&")+1)
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, catalog.Refuse(catalog.Malformed).Because(errors.Join(err1, err2).Error())
		}
		pairs = append(pairs, signature.Pair{Name: n, Value: v})
	}
	return pairs, nil
}

// parameters have one value each, in the order of the wire. There are few of them,
// among which looking is quicker than making a map.
type parameters []signature.Pair

func (p parameters) of(name string) (value string, sent bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value, true
		}
	}
	return "", false
}

func (p parameters) get(name string) string {
	value, _ := p.of(name)
	return value
}

// keep takes one value of each parameter, the one that counts for the vendor,
// in the order of the wire.
func (c *call) keep(pairs []signature.Pair, v *catalog.Vendor) {
	if repeat(pairs) {
		pairs = once(pairs, v.Duplicates.Value == "last")
	}
	c.public, c.request.Pairs = pairs, pairs
	c.sign = c.public.get("sign")
}

// repeat reports whether a name may stand twice, which it says of very many.
func repeat(pairs []signature.Pair) bool {
	const few = 32
	if len(pairs) > few {
		return true
	}
	for i := range pairs {
		if _, before := parameters(pairs[:i]).of(pairs[i].Name); before {
			return true
		}
	}
	return false
}

// once keeps the first or the last value of each name, in the place of the first.
func once(pairs []signature.Pair, last bool) []signature.Pair {
	kept, place := pairs[:0], make(map[string]int, len(pairs))
	for _, p := range pairs {
		at, again := place[p.Name]
		switch {
		case !again:
			place[p.Name] = len(kept)
			kept = append(kept, p)
		case last:
			kept[at].Value = p.Value
		}
	}
	return kept
}

// envelope reads a JSON object's members in the order of the wire, repeated names
// included. Values that are no text are kept as they stand: clients send numbers. An
// object where a vendor wants its text would be another message, so it is refused.
func envelope(text string, in *wire.Memory) ([]signature.Pair, error) {
	members, err := wire.ParseMembers(text, in)
	if err != nil {
		return nil, err
	}
	pairs := make([]signature.Pair, 0, len(members))
	for i := range members {
		m := &members[i]
		if m.Kind == wire.NullNode {
			continue // SDKs leave out what they have no value for; null says the same
		}
		value, ok := m.Scalar()
		if !ok {
			return nil, fmt.Errorf("%s must be a text: its JSON between quotes", m.Name)
		}
		pairs = append(pairs, signature.Pair{Name: m.Name, Value: value})
	}
	return pairs, nil
}
