package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
)

// TestNotice: a vendor's notices are found by id, and name their columns.
func TestNotice(t *testing.T) {
	t.Parallel()
	v := mustShipped(t).Vendor("fubei")
	if v.Notice("nothing") != nil {
		t.Error("there is a notice of nothing")
	}
	n := v.Notice("pay_1_0")
	want := []catalog.Lookup{{Collection: "fubei_order", Column: "notify_url"}, {Collection: "fubei_order", Column: "order_sn"}, {Collection: "fubei_order", Column: "pay_time"}}
	if diff := cmp.Diff(want, n.Uses()[:3]); diff != "" || len(n.Uses()) != 9 {
		t.Errorf("%d uses (-want +got):\n%s", len(n.Uses()), diff)
	}
}
