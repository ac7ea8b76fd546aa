package catalog_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"shaxiang/catalog"
	"shaxiang/internal/wire"
)

// shipped is the catalogue that the program comes with, loaded once.
var shipped = sync.OnceValues(func() (*catalog.Catalog, error) { return catalog.Load(catalog.Shipped()) })

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
	args, err := wire.ParseJSON(text, nil)
	if err != nil || args.Kind != wire.ListNode {
		t.Fatalf("arguments %s: %v", text, err)
	}
	return args.Items
}

// check runs the checks of arguments in the vendor's order.
func check(v *catalog.Vendor, e *catalog.Endpoint, a catalog.Arguments) (*catalog.Checker, *catalog.Refusal) {
	c := catalog.NewChecker(v, e, a)
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
	args           string
}

var paged = map[string]string{"page_no": "0", "page_size": "10"}

func (x call) run(t testing.TB) (*catalog.Checker, *catalog.Refusal) {
	t.Helper()
	c := mustShipped(t)
	e := c.Endpoint(x.vendor, x.method)
	if e == nil {
		t.Fatalf("no endpoint %s %s", x.vendor, x.method)
	}
	return check(c.Vendor(x.vendor), e, catalog.Arguments{List: list(t, x.args), Public: sentAs(x.public), Now: now})
}

func payment(args string) call {
	return call{"openapi", "sales.Payment.queryWithDetail", paged, args}
}

func push(args string) call {
	return call{"openapi", "finance.RawPayment.push", nil, args}
}

func recharge(args string) call {
	return call{"openapi", "fenxiao.finance.AccountRecharge.createGxRechargeOrder", nil, args}
}

func account(args string) call {
	return call{"openapi2", "fa_alipay_account_check_query.php", nil, args}
}

func reconciliation(args string) call {
	return call{"fubei", "openapi.payment.order.reconciliation", nil, args}
}

// acme returns an endpoint of the vendor of testdata/acme.
func acme(t testing.TB, method, yaml string) (*catalog.Vendor, *catalog.Endpoint) {
	t.Helper()
	c, err := catalog.Load(layer("acme/vendor.yaml", acmeVendor(t), "acme/x.yaml", yaml))
	if err != nil {
		t.Fatal(err)
	}
	return c.Vendor("acme"), c.Endpoint("acme", method)
}

// archive returns the file of a golden archive of the linter.
func archive(t testing.TB, name string) string {
	t.Helper()
	a, err := txtar.ParseFile("testdata/lint/" + name + ".txtar")
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
