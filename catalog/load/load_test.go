package load_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

const small = `endpoints:
  - {method: x, title: TITLE, kind: query, evidence: inferred, source: a page, rows: {collection: order, fields: [{name: no, type: string}]}, paged: false, answer: {rows: $rows}}
`

func titled(title string) string { return strings.ReplaceAll(small, "TITLE", title) }

func TestShippedEndpoints(t *testing.T) {
	t.Parallel()
	c := mustShipped(t)
	if diff := cmp.Diff([]string{"fubei", "openapi", "openapi2"}, c.Vendors()); diff != "" {
		t.Errorf("vendors differ (-want +got):\n%s", diff)
	}
	var got []string
	for _, e := range c.Endpoints() {
		got = append(got, e.Vendor+" "+string(e.Kind)+" "+e.Method+" "+e.File)
		if c.Endpoint(e.Vendor, e.Method) != e {
			t.Errorf("%s is not found by its name", e.Method)
		}
	}
	want := []string{
		"fubei query openapi.payment.order.reconciliation fubei/methods/openapi.payment.order.reconciliation.yaml",
		"openapi write fenxiao.finance.AccountRecharge.createGxRechargeOrder openapi/methods/fenxiao.finance.AccountRecharge.createGxRechargeOrder.yaml",
		"openapi write finance.RawPayment.push openapi/methods/finance.RawPayment.push.yaml",
		"openapi query finance.RawPayment.search openapi/methods/finance.RawPayment.search.yaml",
		"openapi query sales.Payment.queryWithDetail openapi/methods/sales.Payment.queryWithDetail.yaml",
		"openapi2 query fa_alipay_account_check_query.php openapi2/methods/fa_alipay_account_check_query.php.yaml",
	}
	for _, line := range want {
		found := false
		for _, g := range got {
			found = found || g == line
		}
		if !found {
			t.Errorf("no endpoint %s", line)
		}
	}
	if c.Endpoint("openapi", "nothing") != nil || c.Vendor("nobody") != nil || c.Endpoint("nobody", "x") != nil {
		t.Error("found what is not there")
	}
}

// TestPromises compares a few numbers of the vendors' pages with the catalogue.
func TestPromises(t *testing.T) {
	t.Parallel()
	c := mustShipped(t)
	for method, want := range map[string]int{"sales.Payment.queryWithDetail": 29, "finance.RawPayment.search": 23} {
		if got := len(c.Endpoint("openapi", method).Rows.Fields); got != want {
			t.Errorf("%s has %d fields, want %d", method, got, want)
		}
	}
	if ts := c.Vendor("openapi").Timestamp; ts.Epoch != 1325347200 || ts.Tolerance.Seconds() != 120 || ts.Bits != 32 {
		t.Errorf("openapi's timestamp is %+v", ts)
	}
	if ts := c.Vendor("openapi2").Timestamp; ts.Epoch != 0 || ts.Tolerance.Seconds() != 300 {
		t.Errorf("openapi2's timestamp is %+v", ts)
	}
	if c.Vendor("fubei").Timestamp != nil {
		t.Error("fubei has a timestamp")
	}
	recharge := c.Endpoint("openapi", "fenxiao.finance.AccountRecharge.createGxRechargeOrder")
	if diff := cmp.Diff([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, recharge.Args[0].Fields[4].EnumKeys()); diff != "" {
		t.Errorf("payment types differ (-want +got):\n%s", diff)
	}
}

func TestLayers(t *testing.T) {
	t.Parallel()
	vendor := acmeVendor(t)
	c, err := load.Catalog(
		layer("acme/vendor.yaml", vendor, "acme/x.yaml", titled("first")),
		layer("acme/x.yaml", titled("second"), "acme/vendor.yaml", strings.Replace(vendor, "refusal: {code: $code", "refusal: {errcode: $code", 1)))
	if err != nil {
		t.Fatal(err)
	}
	e := c.Endpoint("acme", "x")
	if e.Title != "second" {
		t.Errorf("title is %q, want that of the later layer", e.Title)
	}

	// A vendor of a later layer also counts for endpoints of earlier layers.
	c, err = load.Catalog(
		layer("acme/vendor.yaml", vendor, "acme/x.yaml", titled("first")),
		layer("acme/vendor.yaml", strings.Replace(vendor, "refusal: {code: $code", "refusal: {errcode: $code", 1)))
	if err != nil {
		t.Fatal(err)
	}
	refusal := c.Endpoint("acme", "x").Refusal
	got := string(refusal.Append(nil, wire.JSON{}, func(dst []byte, name string) ([]byte, bool) {
		return append(dst, `"`+name+`"`...), true
	}))
	if want := `{"errcode":"code","message":"message"}`; got != want {
		t.Errorf("the endpoint refuses with %s, want %s", got, want)
	}
}

// A user's vendor.yaml has only what is different.
func TestVendorInPart(t *testing.T) {
	t.Parallel()
	c, err := load.Catalog(
		layer("acme/vendor.yaml", acmeVendor(t)),
		layer("acme/vendor.yaml", "errors:\n  - {kind: bad_version, code: 77, message: corrected, evidence: observed}\ntimestamp: {tolerance: 90s}\n"))
	if err != nil {
		t.Fatal(err)
	}
	v := c.Vendor("acme")
	corrected := catalog.Find(catalog.Refuse(catalog.BadVersion), "", v.Errors)
	if corrected.Code.JSON() != "77" || corrected.Message != "corrected" || corrected.Evidence != catalog.Observed {
		t.Errorf("the corrected row is %+v", corrected)
	}
	if kept := catalog.Find(catalog.Refuse(catalog.UnknownApp), "", v.Errors); kept.Code.JSON() != "4" {
		t.Errorf("another row became %+v", kept)
	}
	if v.Timestamp.Tolerance != 90*time.Second || v.Timestamp.Bits != 32 || v.Title != "Acme" {
		t.Errorf("timestamp is %+v and title %q; only the tolerance was changed", v.Timestamp, v.Title)
	}
}

func TestTwoFilesOfOneMethod(t *testing.T) {
	t.Parallel()
	_, err := load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/x.yaml", titled("first"), "acme/y.yaml", titled("second")))
	if got, want := problems(t, err), "acme/y.yaml:2: method: x is declared twice, first in acme/x.yaml\n"; got != want {
		t.Errorf("problems are %q, want %q", got, want)
	}
}

// TestLintOfAUser: a user's file is checked with the shipped vendors, even if its path is
// longer, and may replace a shipped method.
func TestLintOfAUser(t *testing.T) {
	t.Parallel()
	if ps := load.Lint(vendors.Files(), "/home/me/catalog/openapi/mine.yaml", []byte(titled("mine")), nil); ps != nil {
		t.Errorf("problems of a good file: %v", ps)
	}
	again := strings.Replace(titled("mine"), "method: x", "method: sales.Payment.queryWithDetail", 1)
	if ps := load.Lint(vendors.Files(), "openapi/sales.yaml", []byte(again), nil); ps != nil {
		t.Errorf("problems of a method that is declared anew: %v", ps)
	}
	ps := load.Lint(vendors.Files(), "mine.yaml", []byte(titled("mine")), nil)
	if want := `mine.yaml: lies in folder ".", which is no vendor; known: fubei, openapi, openapi2`; ps.Error() != want {
		t.Errorf("problems are %q, want %q", ps.Error(), want)
	}
}

// TestOneFileForEachEndpoint: a file in methods holds one endpoint and is named as its
// method; a list of endpoints is the old form, which loads too.
func TestOneFileForEachEndpoint(t *testing.T) {
	t.Parallel()
	one := strings.ReplaceAll(strings.TrimPrefix(titled("one"), "endpoints:\n  - "), "\n    ", "\n")
	c, err := load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/methods/x.yaml", one))
	if err != nil || c.OldForm != "" || c.Endpoint("acme", "x").Title != "one" || c.Endpoint("acme", "x").File != "acme/methods/x.yaml" {
		t.Fatalf("%v, old form %q", err, c.OldForm)
	}
	c, err = load.Catalog(
		layer("acme/vendor.yaml", acmeVendor(t), "acme/methods/x.yaml", one),
		layer("acme/x.yaml", titled("two")))
	if err != nil || c.OldForm != "acme/x.yaml" || c.Endpoint("acme", "x").Title != "two" {
		t.Fatalf("%v, old form %q", err, c.OldForm)
	}
	_, err = load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/methods/y.yaml", one))
	if got, want := problems(t, err), "acme/methods/y.yaml:1: method: is \"x\", but the file is called y.yaml; they must agree\n"; got != want {
		t.Errorf("problems are %q, want %q", got, want)
	}
	_, err = load.Catalog(layer("acme/vendor.yaml", acmeVendor(t), "acme/methods/x.yaml", one, "acme/x.yaml", titled("two")))
	if got, want := problems(t, err), "acme/methods/x.yaml:1: method: x is declared twice, first in acme/x.yaml\n"; got != want {
		t.Errorf("problems are %q, want %q", got, want)
	}
}

// failing is a file system whose files cannot be read.
type failing struct{ fstest.MapFS }

var errDisk = errors.New("disk on fire")

func (f failing) ReadFile(string) ([]byte, error) { return nil, errDisk }

func TestLoadOfABrokenDisk(t *testing.T) {
	t.Parallel()
	var layer fs.FS = failing{fstest.MapFS{"acme/vendor.yaml": &fstest.MapFile{}}}
	if c, err := load.Catalog(layer); !errors.Is(err, errDisk) || c != nil {
		t.Errorf("loaded %v, %v; want %v", c, err, errDisk)
	}
}

func TestShippedFilesHaveNoProblems(t *testing.T) {
	t.Parallel()
	names, err := load.Files(vendors.Files())
	if err != nil || len(names) < 300 {
		t.Fatalf("found the files %v, %v; want at least 300", names, err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := fs.ReadFile(vendors.Files(), name)
			if err != nil {
				t.Fatal(err)
			}
			if ps := load.Lint(vendors.Files(), name, data, nil); ps != nil {
				t.Error(ps)
			}
		})
	}
}
