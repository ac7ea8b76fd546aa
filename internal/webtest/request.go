package webtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shaxiang/signature"
)

// dialect is how a vendor's requests are put together.
type dialect struct {
	scheme      signature.Scheme
	timestamps  signature.Timestamps
	path        string // with {} for the method
	contentType string
	// public are the parameters every call carries, in order: name=value,
	// or a name whose value is the method, the time, the text of the body
	// lines or stands in the credential.
	public string
	// text names the parameter that the body lines become.
	text string
	// empty is that parameter in a call without body lines.
	empty string
	// detached says that this parameter travels as the body, not among the
	// others.
	detached bool
	// encode returns the raw query and the body.
	encode func(signature.Request) (query, body string)
}

var dialects = map[string]dialect{
	// A plain request is a call with a body and no parameters that nobody signs.
	"": {
		path:     "{}",
		public:   "body",
		text:     "body",
		detached: true,
		encode:   func(r signature.Request) (string, string) { return "", r.Body },
	},
	"openapi": {
		scheme:      signature.OpenAPI{},
		timestamps:  signature.Timestamps{Epoch: 1325347200},
		path:        "/openapi",
		contentType: "application/json",
		public:      "sid key salt method v=1.0 timestamp body",
		text:        "body",
		empty:       "[]",
		detached:    true,
		encode:      func(r signature.Request) (string, string) { return urlencoded(r.Pairs), r.Body },
	},
	"openapi2": {
		scheme:      signature.OpenAPI2{},
		path:        "/openapi2/{}",
		contentType: "application/x-www-form-urlencoded",
		public:      "sid appkey timestamp",
		encode:      func(r signature.Request) (string, string) { return "", urlencoded(r.Pairs) },
	},
	"fubei": {
		scheme:      signature.Fubei{},
		path:        "/gateway",
		contentType: "application/json; charset=utf-8",
		// The nonce of the vendor's own example: it makes signatures
		// repeatable, and real clients send constants too.
		public: "app_id method format=json sign_method=md5 nonce=pp2kiwi version=1.0 biz_content",
		text:   "biz_content",
		empty:  "{}",
		encode: func(r signature.Request) (string, string) { return "", envelope(r.Pairs) },
	},
}

// draft is a request in the making.
type draft struct {
	dialect
	config     Config
	credential Credential
	verb       string
	secret     string
	pairs      []signature.Pair
	written    bool // a body line has replaced the empty text
	header     http.Header
}

// request makes the HTTP request of a case. An error begins with its line.
func (c *exchange) request(config Config, v vars) (*http.Request, error) {
	d, err := c.draft(config, v)
	if err != nil {
		return nil, fmt.Errorf("%d: %w", c.line, err)
	}
	// Two rounds, so that it does not matter whether a script tampers first.
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
		if !late && d.scheme != nil {
			d.put("sign", d.scheme.Sign(d.secret, d.signable()))
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
	credential, ok := config.Credentials[c.vendor]
	if !ok && c.vendor != "" {
		return nil, fmt.Errorf("there is no credential for %s", c.vendor)
	}
	d := &draft{
		dialect:    dialects[c.vendor],
		config:     config,
		credential: credential,
		verb:       c.verb,
		secret:     credential.Secret,
		header:     http.Header{},
	}
	if slices.ContainsFunc(c.steps, func(s statement) bool { return s.word == "as" }) {
		d.public = strings.Replace(d.public, "app_id", "vendor_sn", 1)
		d.secret = credential.VendorSecret
	}
	d.path = strings.Replace(d.path, "{}", target, 1)
	if d.contentType != "" {
		d.header.Set("Content-Type", d.contentType)
	}
	for _, name := range strings.Fields(d.public) {
		if value, ok := d.usual(name, target); ok {
			name, _, _ = strings.Cut(name, "=")
			d.pairs = append(d.pairs, signature.Pair{Name: name, Value: value})
		}
	}
	return d, nil
}

// usual is the value of a public parameter; one the credential lacks is not
// sent.
func (d *draft) usual(name, method string) (string, bool) {
	if _, fixed, ok := strings.Cut(name, "="); ok {
		return fixed, true
	}
	switch name {
	case "method":
		return method, true
	case "timestamp":
		return d.timestamps.Format(d.config.Now()), true
	case d.text:
		return d.empty, true
	}
	value, ok := d.credential.Values[name]
	return value, ok
}

// steer makes the request differ from the usual one.
func (d *draft) steer(s statement) error {
	switch s.word {
	case "body", "biz", "raw":
		d.write(s.value)
	case "repeat":
		n, _ := strconv.Atoi(s.name) // the parser has read it
		d.write(strings.Repeat(s.value, n))
	case "as": // the draft was made so
	case "secret":
		d.secret = s.value
	case "header":
		d.header.Set(s.name, s.value)
	case "content-type":
		d.header.Set("Content-Type", s.value)
	case "http-method":
		d.verb = s.value
	case "path":
		d.path = s.value
	case "sign":
		d.put("sign", s.value)
	default:
		return d.change(s)
	}
	return nil
}

// change is set, unset and tamper. To change what is not there would be a slip
// of the script that nobody notices.
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

// write adds to the text of the body lines.
func (d *draft) write(text string) {
	if at := d.find(d.text); at >= 0 && d.written {
		text = d.pairs[at].Value + text
	}
	d.put(d.text, text)
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

// signable takes the detached parameter out of the others.
func (d *draft) signable() signature.Request {
	at := d.find(d.text)
	if !d.detached || at < 0 {
		return signature.Request{Pairs: d.pairs}
	}
	return signature.Request{
		Pairs: slices.Delete(slices.Clone(d.pairs), at, at+1),
		Body:  d.pairs[at].Value,
	}
}

func (d *draft) http() (*http.Request, error) {
	query, body := d.encode(d.signable())
	target := strings.TrimSuffix(d.config.BaseURL, "/") + d.path
	if query != "" {
		target += "?" + query
	}
	request, err := http.NewRequest(d.verb, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = d.header
	// The client takes the name of the host from here, not from the header.
	request.Host = d.header.Get("Host")
	return request, nil
}

// urlencoded writes pairs as a query or a form. url.Values would sort them and
// so could not show that the order on the wire does not matter.
func urlencoded(pairs []signature.Pair) string {
	var fields []string
	for _, p := range pairs {
		fields = append(fields, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	return strings.Join(fields, "&")
}

// envelope writes pairs as a JSON object of strings. encoding/json could not
// write a name twice, and would replace invalid bytes that have been signed.
func envelope(pairs []signature.Pair) string {
	var fields []string
	for _, p := range pairs {
		fields = append(fields, quote(p.Name)+":"+quote(p.Value))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

func quote(text string) string {
	out := []byte{'"'}
	for _, b := range []byte(text) {
		switch {
		case b == '"' || b == '\\':
			out = append(out, '\\', b)
		case b < ' ':
			out = fmt.Appendf(out, `\u%04x`, b)
		default:
			out = append(out, b)
		}
	}
	return string(append(out, '"'))
}
