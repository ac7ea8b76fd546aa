package args_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
)

// TestFirstOf: of several numbers the first that is not empty counts, in a query and in a
// write. The others are ignored.
func TestFirstOf(t *testing.T) {
	t.Parallel()
	const method = "fbpay.order.query"
	for _, tt := range []struct {
		args string
		want []catalog.Filter
	}{
		{`[{"merchant_order_sn":"M"}]`, []catalog.Filter{{Column: "merchant_order_sn", In: []string{"M"}}}},
		{`[{"merchant_order_sn":"M","ins_order_sn":"I"}]`, []catalog.Filter{{Column: "ins_order_sn", In: []string{"I"}}}},
		{`[{"merchant_order_sn":"M","ins_order_sn":"I","order_sn":"O"}]`, []catalog.Filter{{Column: "order_sn", In: []string{"O"}}}},
		{`[{"merchant_order_sn":"M","order_sn":""}]`, []catalog.Filter{{Column: "merchant_order_sn", In: []string{"M"}}}},
	} {
		c, refused := call{"fubei", method, nil, tt.args}.run(t)
		if refused != nil {
			t.Fatalf("%s: %v", tt.args, refused)
		}
		if diff := cmp.Diff(tt.want, c.Query().Filters); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", tt.args, diff)
		}
	}
	c, refused := call{"fubei", "fbpay.order.close", nil, `[{"merchant_order_sn":"M","order_sn":"O"}]`}.run(t)
	if refused != nil {
		t.Fatal(refused)
	}
	in := &c.Inputs()[0]
	if given(in, "merchant_order_sn") || !in.Passes("merchant_order_sn") || in.Passes("order_sn") || !given(in, "order_sn") {
		t.Errorf("the input is %+v", in)
	}
}

// TestRequiredWith: a service provider names the merchant, a merchant does not.
func TestRequiredWith(t *testing.T) {
	t.Parallel()
	args := `[{"order_sn":"O"}]`
	if _, refused := (call{"fubei", "fbpay.order.query", map[string]string{"app_id": "1"}, args}).run(t); refused != nil {
		t.Errorf("a merchant is refused: %v", refused)
	}
	_, refused := call{"fubei", "fbpay.order.query", map[string]string{"vendor_sn": "1"}, args}.run(t)
	if refused == nil || refused.Kind != catalog.MissingParam || refused.Vars["name"] != "merchant_id" {
		t.Errorf("a service provider gets %v", refused)
	}
}

// TestSumsAreAsked: the query has the columns of the sums, in order.
func TestSumsAreAsked(t *testing.T) {
	t.Parallel()
	c, refused := call{"fubei", "openapi.payment.order.bill", nil, `[{}]`}.run(t)
	if refused != nil {
		t.Fatal(refused)
	}
	if diff := cmp.Diff([]string{"total_fee", "refund_num", "refund_money", "fee"}, c.Query().Sums); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
