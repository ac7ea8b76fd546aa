package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"shaxiang/internal/tenant"
)

// A tenant whose clients have written as much as it may keep refuses what they write in
// the vendor's words, and tells what would help. Others write on, and so does it when it
// was reset.
func TestFull(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.tenants.KeptBytes = 64 << 10
	small, err := s.tenants.Add(tenant.Config{Name: "small"}, s.tenants.Now())
	if err != nil {
		t.Fatal(err)
	}
	push := func(of *tenant.Tenant, number int) answer {
		t.Helper()
		rows := make([]string, 20)
		for i := range rows {
			rows[i] = fmt.Sprintf(`{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"F-%d-%d","in_amount":1}`, number, i)
		}
		return s.call(t, openapi("finance.RawPayment.push", "[["+strings.Join(rows, ",")+"]]").as(of))
	}
	const done, many = `{"status":0,"data":[]}`, 50
	number := 0
	for ; number < many && push(small, number).body == done; number++ {
	}
	if number < 5 || number > 20 {
		t.Fatalf("after %d pushes of 20 rows the tenant is full", number)
	}
	a := push(small, number)
	if want := `{"status":99,"message":"其他错误"}`; a.body != want || a.entry.Outcome != "refused" || a.entry.Kind != "internal" ||
		!strings.HasSuffix(a.entry.Hint, "reset the tenant, or raise max_kept_bytes") {
		t.Errorf("%s, %s %s %q; want %s", a.body, a.entry.Outcome, a.entry.Kind, a.entry.Hint, want)
	}
	if a := push(s.tenants.Tenant("default"), 1); a.body != done {
		t.Errorf("another tenant is answered %s", a.body)
	}
	if err := small.Reset(noon()); err != nil {
		t.Fatal(err)
	}
	if a := push(small, 1); a.body != done {
		t.Errorf("after a reset: %s", a.body)
	}
}
