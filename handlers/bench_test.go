package handlers_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"shaxiang/handlers"
	"shaxiang/internal/tenant"
)

// again is a request that can be made many times, and an answer that nobody keeps.
type again struct {
	request *http.Request
	target  string
	body    string
	header  http.Header
	status  int
	written int
}

func newAgain(c *call) *again {
	r := c.request("")
	body, _ := io.ReadAll(r.Body) // from memory it cannot fail
	return &again{request: r, target: r.URL.String(), body: string(body), header: http.Header{}}
}

func (a *again) Header() http.Header    { return a.header }
func (a *again) WriteHeader(status int) { a.status = status }
func (a *again) Write(b []byte) (int, error) {
	a.written += len(b)
	return len(b), nil
}

// benchmark calls the handler alone, journal and all, without a network.
func benchmark(b *testing.B, s *sandbox, calls ...*call) {
	b.Helper()
	benchmarkOrdered(b, s, nil, calls...)
}

// benchmarkOrdered does the same where somebody decides on the order of commands.
func benchmarkOrdered(b *testing.B, s *sandbox, by handlers.Orderer, calls ...*call) {
	b.Helper()
	list := make([]*again, len(calls))
	for i, c := range calls {
		list[i] = newAgain(c)
	}
	quiet := handlers.New(handlers.Config{Catalog: s.catalog, Tenants: s.tenants, Order: by}) // the tests' log would keep every line
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		a := list[i%len(list)]
		i++
		clear(a.header)
		a.status, a.written = http.StatusOK, 0
		r := httptest.NewRequest(http.MethodPost, a.target, strings.NewReader(a.body))
		r.Header = a.request.Header
		quiet.ServeHTTP(a, r)
		if a.status != http.StatusOK || a.written < 20 {
			b.Fatalf("%d, %d bytes", a.status, a.written)
		}
	}
	b.ReportMetric(float64(list[0].written), "bytes/answer")
}

// aDay is a day of payments, so many rows a page.
func aDay(rows int) *call {
	return openapi("sales.Payment.queryWithDetail", `[{"start_time":"2022-12-05 00:00:00","end_time":"2022-12-06 00:00:00"}]`,
		"page_no", "0", "page_size", fmt.Sprint(rows))
}

func BenchmarkPayments40(b *testing.B) { benchmark(b, newSandbox(b), aDay(40)) }

func BenchmarkPayments1(b *testing.B) { benchmark(b, newSandbox(b), aDay(1)) }

// BenchmarkPaymentsWindows asks for a different window each time.
func BenchmarkPaymentsWindows(b *testing.B) { benchmark(b, newSandbox(b), windows()...) }

// BenchmarkFree makes free calls, each with a different window, where nobody orders commands and
// where somebody does. Rules that cannot fit are looked at too.
func BenchmarkFree(b *testing.B) {
	const rules = "rules: [{when: {method: '*push*'}, then: {delay: 1s}}, {when: {vendor: fubei}, then: {delay: 1s}}]"
	for name, by := range map[string]handlers.Orderer{"as it comes": nil, "ordered": nobody{}} {
		b.Run(name, func(b *testing.B) {
			s := newSandbox(b)
			playing(b, s.tenants.Tenant("default"), rules)
			benchmarkOrdered(b, s, by, windows()...)
		})
	}
}

// nobody orders no command: free calls need none.
type nobody struct{}

func (nobody) Order(context.Context, tenant.Command) (any, error) { panic("a free call is a command") }

// windows are calls with a different window each.
func windows() (calls []*call) {
	for i := range 90 {
		from := noon().AddDate(0, 0, -90+i)
		calls = append(calls, openapi("sales.Payment.queryWithDetail", fmt.Sprintf(`[{"start_time":"%s","end_time":"%s"}]`,
			from.Format("2006-01-02 15:04:05"), from.AddDate(0, 0, 1).Format("2006-01-02 15:04:05")), "page_no", "0", "page_size", "40"))
	}
	return calls
}

func BenchmarkAccountChecks40(b *testing.B) {
	benchmark(b, newSandbox(b), openapi2("fa_alipay_account_check_query.php", "start_time", "2022-12-05 00:00:00",
		"end_time", "2022-12-06 00:00:00", "page_size", "40", "page_no", "0"))
}

func BenchmarkReconciliation40(b *testing.B) {
	benchmark(b, newSandbox(b), fubei("openapi.payment.order.reconciliation", `{"year":2022,"month":12,"limit":40,"page":1}`))
}

// BenchmarkPush10 pushes ten bills, which are new the first time alone.
func BenchmarkPush10(b *testing.B) {
	var rows []string
	for i := range 10 {
		rows = append(rows, fmt.Sprintf(`{"shop_no":"POS","order_no":"0Be1tqsxdb","pay_order_no":"bench-%d","type":1,"in_amount":1.25}`, i))
	}
	benchmark(b, newSandbox(b), openapi("finance.RawPayment.push", "[["+strings.Join(rows, ",")+"]]"))
}

// BenchmarkRefused is a signature that does not fit, autopsy included.
func BenchmarkRefused(b *testing.B) {
	benchmark(b, newSandbox(b), aDay(40).set("sign", strings.Repeat("0", 32)))
}
