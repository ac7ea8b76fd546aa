package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"shaxiang/catalog"
	"shaxiang/signature"
)

// codec reads one vendor's wire. It decides nothing: whether what it read is
// right is the business of the checks.
type codec interface {
	vendor() string
	scheme() signature.Scheme
	// place says where the public parameters travel, for hints.
	place() string
	// decode reads what every call carries. It returns a call even when it refuses.
	decode(r *http.Request, body string, v *catalog.Vendor) (*call, *catalog.Refusal)
	// arguments reads the business arguments, once the signature has been seen to fit.
	arguments(c *call) ([]any, *catalog.Refusal)
}

func codecs() []codec { return []codec{openapi{}, openapi2{}, fubei{}} }

// call is a request in the words that the vendors share.
type call struct {
	method  string
	gateway string            // the URL path
	public  map[string]string // parameters by name, the business arguments of a form among them
	app     string            // sid, app_id or vendor_sn
	key     string
	salt    string
	sign    string
	request signature.Request
	payload string // the text that holds the business arguments
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

// keep takes one value of each parameter, the one that counts for the vendor,
// in the order of the wire.
func (c *call) keep(pairs []signature.Pair, v *catalog.Vendor) {
	c.public = make(map[string]string, len(pairs))
	c.request.Pairs = make([]signature.Pair, 0, len(pairs))
	for _, p := range pairs {
		_, again := c.public[p.Name]
		if !again {
			c.request.Pairs = append(c.request.Pairs, p)
		}
		if !again || v.Duplicates.Value == "last" {
			c.public[p.Name] = p.Value
		}
	}
	if len(c.public) < len(pairs) {
		for i, p := range c.request.Pairs {
			c.request.Pairs[i].Value = c.public[p.Name]
		}
	}
	c.sign = c.public["sign"]
}

// parseJSON reads one JSON value and keeps its numbers' digits.
func parseJSON(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the JSON value")
	}
	return value, nil
}

// members reads a JSON object's members in the order of the wire, repeated
// names included. Values that are no text are kept as they stand: clients send
// numbers. An object where a vendor wants its text would be another message, so
// it is refused.
func members(text string) ([]signature.Pair, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("the body must be one JSON object")
	}
	var pairs []signature.Pair
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, err
		}
		if bytes.Equal(raw, []byte("null")) {
			continue // SDKs leave out what they have no value for; null says the same
		}
		value := string(raw)
		switch raw[0] {
		case '{', '[':
			return nil, fmt.Errorf("%s must be a text: its JSON between quotes", name)
		case '"':
			if err := json.Unmarshal(raw, &value); err != nil {
				return nil, err
			}
		}
		pairs = append(pairs, signature.Pair{Name: name.(string), Value: value})
	}
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands after the JSON object")
	}
	return pairs, nil
}
