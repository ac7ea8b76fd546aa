package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/signature"
)

// request is one signed call, ready to be sent.
type request struct {
	vendor      *catalog.Vendor
	credential  *tenant.Credential
	scheme      signature.Scheme
	url         string
	contentType string
	body        string
	signed      signature.Request
	sign        string
	canonical   string // with the secret masked
}

// callFlags say what is called, by whom and where.
type callFlags struct {
	Method string   `arg:"" help:"The vendor's name of the method; shaxiang endpoints lists them."`
	Args   []string `arg:"" optional:"" name:"name=value" help:"Business arguments, such as start_time=\"2022-12-01 00:00:00\"."`

	Vendor    string `help:"openapi, openapi2 or fubei; found by the method when not given." placeholder:"NAME"`
	Body      string `help:"Read the business arguments as JSON from a file, - for standard input." placeholder:"FILE" name:"body"`
	PageNo    *int   `help:"Page number, as the vendor counts."`
	PageSize  *int   `help:"Rows of a page."`
	CalcTotal bool   `help:"Ask for the total."`
	URL       string `help:"Base URL of a sandbox or of a real vendor (default: where serve listens, http://127.0.0.1:2012). A URL with a path is taken as it is." placeholder:"URL" name:"url"`
	Tenant    string `help:"Tenant whose credentials sign." default:"default"`
	App       string `help:"Another sid or app_id; vendor_sn=ID for a Fubei service provider." placeholder:"ID"`
	Key       string `help:"Another key or appkey." placeholder:"KEY"`
	Secret    string `help:"Another secret; secret:salt for openapi." placeholder:"SECRET"`
	Timestamp string `help:"Send this timestamp instead of the present one." placeholder:"TEXT"`
}

// defaultPageSize is what a paged call asks for when nobody said more.
const defaultPageSize = "10"

// vendorOf finds the vendor by the method: as the catalogue has it, or by its
// look. openapi2's SDKs write its methods without their .php; full has it.
func vendorOf(cat *catalog.Catalog, method string) (vendor, full string) {
	for _, name := range cat.Vendors() {
		if cat.Endpoint(name, method) != nil {
			return name, method
		}
	}
	switch {
	case strings.HasSuffix(method, ".php"):
		return "openapi2", method
	case cat.Endpoint("openapi2", method+".php") != nil:
		return "openapi2", method + ".php"
	case strings.HasPrefix(method, "openapi.") || strings.HasPrefix(method, "fbpay."):
		return "fubei", method
	}
	return "openapi", method
}

// build makes and signs the request.
func (f *callFlags) build(a *app) (*request, error) {
	cat, err := a.catalog()
	if err != nil {
		return nil, err
	}
	name := f.Vendor
	if name == "" {
		name, f.Method = vendorOf(cat, f.Method)
	}
	v := cat.Vendor(name)
	if v == nil {
		return nil, fail(exitUsage, "--vendor %s: want %s", name, strings.Join(cat.Vendors(), ", "))
	}
	who, err := f.identity(name)
	if err != nil {
		return nil, err
	}
	cred, err := a.credential(who)
	if err != nil {
		return nil, err
	}
	base, err := a.baseURL(f.URL)
	if err != nil {
		return nil, err
	}
	args, err := f.arguments(a, cat.Endpoint(name, f.Method))
	if err != nil {
		return nil, err
	}
	b := &builder{flags: f, base: base, vendor: v, endpoint: cat.Endpoint(name, f.Method), credential: cred, args: args, now: a.now()}
	return b.build()
}

// builder lays a call out as its vendor wants it.
type builder struct {
	flags      *callFlags
	base       string
	vendor     *catalog.Vendor
	endpoint   *catalog.Endpoint // nil when the catalogue does not know the method
	credential *tenant.Credential
	args       arguments
	now        time.Time
}

func (b *builder) build() (*request, error) {
	switch b.vendor.Name {
	case "openapi":
		return b.openapi(), nil
	case "openapi2":
		return b.openapi2(), nil
	case "fubei":
		return b.fubei(), nil
	}
	return nil, fmt.Errorf("no client for vendor %s", b.vendor.Name)
}

func (b *builder) timestamp() string {
	if b.flags.Timestamp != "" {
		return b.flags.Timestamp
	}
	return strconv.FormatInt(b.now.Unix()-b.vendor.Timestamp.Epoch, 10)
}

// paging returns the vendor's page parameters: those that were asked for, and
// for a method that demands a page a first one.
func (b *builder) paging() []signature.Pair {
	p := b.vendor.Paging
	demanded := b.endpoint != nil && b.endpoint.Paging != nil && b.endpoint.Paging.Default == 0
	no, size := strconv.Itoa(p.First), defaultPageSize
	if b.flags.PageNo != nil {
		no = strconv.Itoa(*b.flags.PageNo)
	}
	if b.flags.PageSize != nil {
		size = strconv.Itoa(*b.flags.PageSize)
	}
	var pairs []signature.Pair
	if b.flags.PageSize != nil || demanded {
		pairs = append(pairs, signature.Pair{Name: p.Size, Value: size})
	}
	if b.flags.PageNo != nil || demanded {
		pairs = append(pairs, signature.Pair{Name: p.No, Value: no})
	}
	if b.flags.CalcTotal && p.Total != "" {
		pairs = append(pairs, signature.Pair{Name: p.Total, Value: "1"})
	}
	return pairs
}

func (b *builder) openapi() *request {
	pairs := append([]signature.Pair{
		{Name: "sid", Value: b.credential.App}, {Name: "key", Value: b.credential.Key}, {Name: "salt", Value: b.credential.Salt},
		{Name: "method", Value: b.flags.Method}, {Name: "v", Value: "1.0"}, {Name: "timestamp", Value: b.timestamp()},
	}, b.paging()...)
	r := b.sign(signature.OpenAPI{}, signature.Request{Pairs: pairs, Body: b.args.positional()})
	r.url = join(b.base, "/openapi") + "?" + encode(append(pairs, signature.Pair{Name: "sign", Value: r.sign}))
	r.contentType, r.body = "application/json", r.signed.Body
	return r
}

func (b *builder) openapi2() *request {
	pairs := append([]signature.Pair{
		{Name: "sid", Value: b.credential.App}, {Name: "appkey", Value: b.credential.Key}, {Name: "timestamp", Value: b.timestamp()},
	}, append(b.args.pairs(), b.paging()...)...)
	r := b.sign(signature.OpenAPI2{}, signature.Request{Pairs: pairs})
	r.url = join(b.base, "/openapi2/"+url.PathEscape(b.flags.Method))
	r.contentType = "application/x-www-form-urlencoded"
	r.body = encode(append(pairs, signature.Pair{Name: "sign", Value: r.sign}))
	return r
}

func (b *builder) fubei() *request {
	for _, p := range b.paging() {
		b.args.set(p.Name, json.RawMessage(p.Value))
	}
	gateway := b.vendor.Paths[0]
	if b.endpoint != nil && len(b.endpoint.Gateways) > 0 {
		gateway = b.endpoint.Gateways[0]
	}
	pairs := []signature.Pair{
		{Name: b.credential.Param, Value: b.credential.App}, {Name: "method", Value: b.flags.Method}, {Name: "format", Value: "json"},
		{Name: "sign_method", Value: "md5"}, {Name: "nonce", Value: strconv.FormatUint(rand.Uint64(), 36)},
		{Name: "version", Value: "1.0"}, {Name: "biz_content", Value: b.args.object()},
	}
	r := b.sign(signature.Fubei{}, signature.Request{Pairs: pairs})
	r.url = join(b.base, gateway)
	r.contentType = "application/json; charset=utf-8"
	r.body = envelope(append(pairs, signature.Pair{Name: "sign", Value: r.sign}))
	return r
}

func (b *builder) sign(s signature.Scheme, signed signature.Request) *request {
	return &request{vendor: b.vendor, credential: b.credential, scheme: s, signed: signed,
		sign: s.Sign(b.credential.Secret, signed), canonical: signature.Mask(s, signed)}
}

func encode(pairs []signature.Pair) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	return strings.Join(parts, "&")
}

// envelope writes texts as a JSON object in their order.
func envelope(pairs []signature.Pair) string {
	dst := []byte{'{'}
	for i, p := range pairs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(wire.JSON{}.AppendString(dst, p.Name), ':')
		dst = wire.JSON{}.AppendString(dst, p.Value)
	}
	return string(append(dst, '}'))
}
