package cli

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/vendors"
)

// request is one signed call, ready to be sent.
type request struct {
	folder      *vendorapi.Vendor
	vendor      *catalog.Vendor
	credential  *tenant.Credential
	url         string
	contentType string
	header      http.Header // beside Content-Type
	body        string
	signed      signature.Request
	sign        string
	canonical   string // with the secret masked
}

// callFlags say what is called, by whom and where.
type callFlags struct {
	Method string   `arg:"" help:"The vendor's name of the method; shaxiang endpoints lists them."`
	Args   []string `arg:"" optional:"" name:"name=value" help:"Business arguments, such as start_time=\"2022-12-01 00:00:00\"."`

	Vendor    string `help:"${vendors}; found by the method when not given." placeholder:"NAME"`
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

// defaultPageSize is the page size of a paged call whose --page-size is not given.
const defaultPageSize = "10"

// vendorOf finds the vendor by the method: as the catalogue has it, or by its look. full is
// the method's whole name, of which SDKs leave out a part.
func vendorOf(cat *catalog.Catalog, method string) (vendor, full string) {
	for _, name := range cat.Vendors() {
		if cat.Endpoint(name, method) != nil {
			return name, method
		}
	}
	list := vendors.List()
	for _, v := range list {
		known := func(name string) bool { return cat.Endpoint(v.Name, name) != nil }
		if v.Form.Method == nil {
			continue
		}
		if full := v.Form.Method(method, known); full != "" {
			return v.Name, full
		}
	}
	return list[0].Name, method
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
	if v == nil || vendors.List().Named(name) == nil {
		return nil, fail(exitUsage, "cli.vendor", "vendor", name, "known", cat.Vendors())
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
	b := &builder{flags: f, base: base, folder: vendors.List().Named(name), vendor: v, endpoint: cat.Endpoint(name, f.Method), credential: cred, args: args, now: a.now()}
	return b.build(), nil
}

// builder puts a call together as its vendor's clients do.
type builder struct {
	flags      *callFlags
	base       string
	folder     *vendorapi.Vendor
	vendor     *catalog.Vendor
	endpoint   *catalog.Endpoint // nil when the catalogue does not know the method
	credential *tenant.Credential
	args       arguments
	now        time.Time
}

func (b *builder) build() *request {
	form := &b.folder.Form
	pairs := form.Parameters(vendorapi.Client{Credential: &b.credential.Credential, Method: b.flags.Method, Timestamp: b.timestamp(),
		Nonce: strconv.FormatUint(rand.Uint64(), 36)})
	paging := b.paging()
	text := ""
	switch form.Arguments {
	case vendorapi.ArgFields:
		pairs = append(pairs, b.args.pairs()...)
	case vendorapi.ArgList:
		text = b.args.positional()
	case vendorapi.ArgObject:
		for _, p := range paging {
			b.args.set(p.Name, json.RawMessage(p.Value))
		}
		paging, text = nil, b.args.object()
	}
	if form.Text != "" {
		pairs = append(pairs, signature.Pair{Name: form.Text, Value: text})
	}
	return b.sign(form.Request(append(pairs, paging...)))
}

func (b *builder) timestamp() string {
	if b.flags.Timestamp != "" {
		return b.flags.Timestamp
	}
	epoch := int64(0)
	if b.vendor.Timestamp != nil {
		epoch = b.vendor.Timestamp.Epoch
	}
	return strconv.FormatInt(b.now.Unix()-epoch, 10)
}

// paging returns the vendor's page parameters: those that were asked for, and
// for a method that needs a page the first one.
func (b *builder) paging() []signature.Pair {
	p := b.vendor.Paging
	needed := b.endpoint != nil && b.endpoint.Paging != nil && b.endpoint.Paging.Default == 0
	no, size := strconv.Itoa(p.First), defaultPageSize
	if b.flags.PageNo != nil {
		no = strconv.Itoa(*b.flags.PageNo)
	}
	if b.flags.PageSize != nil {
		size = strconv.Itoa(*b.flags.PageSize)
	}
	var pairs []signature.Pair
	if b.flags.PageSize != nil || needed {
		pairs = append(pairs, signature.Pair{Name: p.Size, Value: size})
	}
	if b.flags.PageNo != nil || needed {
		pairs = append(pairs, signature.Pair{Name: p.No, Value: no})
	}
	if b.flags.CalcTotal && p.Total != "" {
		pairs = append(pairs, signature.Pair{Name: p.Total, Value: "1"})
	}
	return pairs
}

// sign signs a call and writes it as it goes over HTTP.
func (b *builder) sign(signed signature.Request) *request {
	c := b.credential
	r := &request{folder: b.folder, vendor: b.vendor, credential: c, contentType: b.folder.Form.ContentType, signed: signed,
		sign: b.folder.Signer.Sign(c.Secrets, signed), canonical: vendorapi.Mask(b.folder.Signer, c.Secrets, signed)}
	sent := signed
	sent.Pairs = append(sent.Pairs[:len(sent.Pairs):len(sent.Pairs)], signature.Pair{Name: "sign", Value: r.sign})
	encoded := b.folder.Form.Encode(sent)
	path := strings.Replace(b.folder.Form.Path, "{}", url.PathEscape(b.flags.Method), 1)
	if b.endpoint != nil && len(b.endpoint.Gateways) > 0 {
		path = b.endpoint.Gateways[0]
	}
	r.url, r.body, r.header = join(b.base, path), encoded.Body, encoded.Header
	if encoded.Query != "" {
		r.url += "?" + encoded.Query
	}
	return r
}
