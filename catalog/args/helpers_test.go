package args_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/catalog/load"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

// shipped is the catalogue that the program comes with, loaded once.
var shipped = sync.OnceValues(func() (*catalog.Catalog, error) { return load.Catalog(vendors.Files()) })

func mustShipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// now is the tenant's moment in these tests: 2022-12-28 16:40:58, Beijing.
var now = time.Date(2022, 12, 28, 16, 40, 58, 0, wire.Beijing)

// list decodes a JSON array of arguments as the codecs do.
func list(t testing.TB, text string) []wire.Node {
	t.Helper()
	node, err := wire.ParseJSON(text, nil, wire.Limits{})
	if err != nil || node.Kind != wire.ListNode {
		t.Fatalf("arguments %s: %v", text, err)
	}
	return node.Items
}

// check runs the checks of arguments in the vendor's order.
func check(v *catalog.Vendor, e *catalog.Endpoint, a args.Sent) (*args.Checker, *catalog.Refusal) {
	c := args.NewChecker(args.Compile(v, e), a)
	outside := catalog.CallChecks()
	for _, name := range v.Checks.Value {
		if slices.Contains(outside, name) {
			continue
		}
		if refused := c.Run(name); refused != nil {
			return c, refused
		}
	}
	return c, nil
}

// call is the arguments of one call to a shipped method.
type call struct {
	vendor, method string
	public         map[string]string
	sent           string
}

var paged = map[string]string{"page_no": "0", "page_size": "10"}

func (x call) run(t testing.TB) (*args.Checker, *catalog.Refusal) {
	t.Helper()
	c := mustShipped(t)
	e := c.Endpoint(x.vendor, x.method)
	if e == nil {
		t.Fatalf("no endpoint %s %s", x.vendor, x.method)
	}
	return check(c.Vendor(x.vendor), e, args.Sent{List: list(t, x.sent), Public: sentAs(x.public), Now: now})
}

func payment(sent string) call {
	return call{"openapi", "sales.Payment.queryWithDetail", paged, sent}
}

func push(sent string) call {
	return call{"openapi", "finance.RawPayment.push", nil, sent}
}

func recharge(sent string) call {
	return call{"openapi", "fenxiao.finance.AccountRecharge.createGxRechargeOrder", nil, sent}
}

func account(sent string) call {
	return call{"openapi2", "fa_alipay_account_check_query.php", nil, sent}
}

func reconciliation(sent string) call {
	return call{"fubei", "openapi.payment.order.reconciliation", nil, sent}
}

// acme returns an endpoint of the vendor of testdata/acme.
func acme(t testing.TB, method, yaml string) (*catalog.Vendor, *catalog.Endpoint) {
	t.Helper()
	c, err := load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/x.yaml", yaml))
	if err != nil {
		t.Fatal(err)
	}
	return c.Vendor("acme"), c.Endpoint("acme", method)
}

// archive returns the file of a golden archive of the linter.
func archive(t testing.TB, name string) string {
	t.Helper()
	a, err := txtar.ParseFile("../lint/testdata/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(a.Files[0].Data)
}

// sentAs are public parameters.
func sentAs(params map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, sent := params[name]
		return value, sent
	}
}

// acmeVendor is the conventions of an invented vendor.
func acmeVendor(t testing.TB) string { return file(t, "acme/vendor.yaml") }

// spanning is a query with arguments at several depths, and further members of its span.
func spanning(t testing.TB, span string) string {
	return strings.Replace(file(t, "nested_query.yaml"), "SPAN", span, 1)
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func layer(files ...string) fs.FS {
	m := fstest.MapFS{}
	for i := 0; i+1 < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	return m
}

// inWords is the kind of a refusal with the words of its hint.
func inWords(r *catalog.Refusal) string {
	return string(r.Kind) + ": " + text.In(text.English).Text(r.Hint)
}
