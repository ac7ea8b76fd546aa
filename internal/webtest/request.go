package webtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/vendors"
)

// dialect is how a vendor's requests are put together.
type dialect struct {
	vendorapi.Form
	signer     vendorapi.Signer // nil: nobody signs
	timestamps signature.Timestamps
	apps       int // how many kinds of app a client may sign as
}

// dialects are those of the shipped vendors, and of plain requests, whose vendor is "".
var dialects = sync.OnceValue(func() map[string]dialect {
	all := map[string]dialect{
		// A plain request is a call with a body and no parameters that nobody signs.
		"": {Form: vendorapi.Form{Path: "{}", Arguments: vendorapi.ArgFields, Text: "body", TextIsBody: true,
			Encode: func(r signature.Request) vendorapi.Encoded { return vendorapi.Encoded{Body: r.Body} }}},
	}
	shipped := vendors.Shipped()
	for _, v := range shipped.List {
		d := dialect{Form: v.Form, signer: v.Signer, apps: len(shipped.Declared(v.Name).AppParams())}
		if t := shipped.Catalog.Vendor(v.Name).Timestamp; t != nil {
			d.timestamps.Epoch = t.Epoch
		}
		all[v.Name] = d
	}
	return all
})

// nonce is the nonce of 付呗's example. A constant makes signatures repeatable, and real
// clients send constants too.
const nonce = "pp2kiwi"

// draft is a request that is not sent yet.
type draft struct {
	dialect
	config  Config
	verb    string
	secrets []string
	pairs   []signature.Pair
	written bool // a directive has replaced the empty text of the body
	header  http.Header
}

// request makes the HTTP request of a case. An error begins with its line.
func (c *exchange) request(config Config, v vars) (*http.Request, error) {
	d, err := c.draft(config, v)
	if err != nil {
		return nil, fmt.Errorf("%d: %w", c.line, err)
	}
	// Directives before signing come first, wherever they stand in the script.
	for _, late := range []bool{false, true} {
		for _, s := range c.steps {
			if late != (s.word == "tamper" || s.word == "sign") {
				continue
			}
			filled, err := v.fill(s)
			if err == nil {
				err = d.steer(filled)
			}
			if err != nil {
				return nil, fmt.Errorf("%d: %s: %w", s.line, s.text, err)
			}
		}
		if !late && d.signer != nil {
			d.put("sign", d.signer.Sign(d.secrets, d.Request(d.pairs)))
		}
	}
	request, err := d.http()
	if err != nil {
		return nil, fmt.Errorf("%d: %w", c.line, err)
	}
	return request, nil
}

// draft is the usual request, not signed yet.
func (c *exchange) draft(config Config, v vars) (*draft, error) {
	target, err := v.expand(c.target)
	if err != nil {
		return nil, err
	}
	d := &draft{dialect: dialects()[c.vendor], config: config, verb: c.verb, header: http.Header{}}
	client := vendorapi.Client{Method: target, Timestamp: d.timestamps.Format(config.Now()), Nonce: nonce}
	if c.vendor != "" {
		at, known := 0, config.Credentials[c.vendor]
		if slices.ContainsFunc(c.steps, func(s statement) bool { return s.word == "as" }) {
			at = 1
		}
		if at >= len(known) {
			return nil, fmt.Errorf("there is no credential for %s", c.vendor)
		}
		client.Credential, d.secrets = known[at], known[at].Secrets
	}
	d.Path = strings.Replace(d.Path, "{}", target, 1)
	if d.ContentType != "" {
		d.header.Set("Content-Type", d.ContentType)
	}
	d.pairs = d.Parameters(client)
	if d.Text != "" {
		d.pairs = append(d.pairs, signature.Pair{Name: d.Text, Value: d.Arguments.Empty()})
	}
	return d, nil
}

// steer applies a directive to the request.
func (d *draft) steer(s statement) error {
	switch s.word {
	case "body", "biz", "raw":
		d.write(s.value)
	case "repeat":
		n, _ := strconv.Atoi(s.name) // the parser has read it
		d.write(strings.Repeat(s.value, n))
	case "as": // the draft was made so
	case "secret":
		d.secrets = []string{s.value}
	case "header":
		d.header.Set(s.name, s.value)
	case "content-type":
		d.header.Set("Content-Type", s.value)
	case "http-method":
		d.verb = s.value
	case "path":
		d.Path = s.value
	case "sign":
		d.put("sign", s.value)
	default:
		return d.change(s)
	}
	return nil
}

// change applies set, unset and tamper. A parameter that the request does not have is an
// error of the script.
func (d *draft) change(s statement) error {
	at := d.find(s.name)
	remove := s.word == "unset" || s.op == "unset"
	if at < 0 && (remove || s.word == "tamper" && s.op == "=") {
		return fmt.Errorf("the request has no %q", s.name)
	}
	switch {
	case remove:
		d.pairs = slices.Delete(d.pairs, at, at+1)
	case s.op == "timestamp":
		shift, _ := span(s.value) // fill has judged it
		d.put("timestamp", d.timestamps.Format(d.config.Now().Add(shift)))
	case s.op == "add":
		d.pairs = append(d.pairs, signature.Pair{Name: s.name, Value: s.value})
	default:
		d.put(s.name, s.value)
	}
	return nil
}

// write appends to the text of the body.
func (d *draft) write(text string) {
	if at := d.find(d.Text); at >= 0 && d.written {
		text = d.pairs[at].Value + text
	}
	d.put(d.Text, text)
	d.written = true
}

func (d *draft) find(name string) int {
	return slices.IndexFunc(d.pairs, func(p signature.Pair) bool { return p.Name == name })
}

func (d *draft) put(name, value string) {
	if at := d.find(name); at >= 0 {
		d.pairs[at].Value = value
		return
	}
	d.pairs = append(d.pairs, signature.Pair{Name: name, Value: value})
}

func (d *draft) http() (*http.Request, error) {
	encoded := d.Encode(d.Request(d.pairs))
	target := strings.TrimSuffix(d.config.BaseURL, "/") + d.Path
	if encoded.Query != "" {
		target += "?" + encoded.Query
	}
	request, err := http.NewRequest(d.verb, target, strings.NewReader(encoded.Body))
	if err != nil {
		return nil, err
	}
	for name, values := range encoded.Header {
		d.header[name] = values
	}
	request.Header = d.header
	// The client takes the name of the host from here, not from the header.
	request.Host = d.header.Get("Host")
	return request, nil
}
