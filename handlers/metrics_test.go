package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestMetrics holds that calls are counted, and that no client makes up a label.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.call(t, sound("openapi2"))
	for _, method := range []string{"made.up.One", "made.up.Two"} {
		c := sound("openapi")
		c.set("method", method)
		s.call(t, c)
	}
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	body := answer.Body.String()
	for _, want := range []string{
		`shaxiang_calls_total{kind="",method="fa_alipay_account_check_query.php",outcome="ok",vendor="openapi2"} 1`,
		`shaxiang_calls_total{kind="unknown_method",method="unknown",outcome="refused",vendor="openapi"} 2`,
		`shaxiang_call_seconds_count{vendor="openapi"} 2`,
		`shaxiang_reads_total{from="cache"} 0`, `shaxiang_reads_total{from="query"} `,
		"shaxiang_tenants 2", "shaxiang_rules_fired_total 0", "go_goroutines ",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("without %s:\n%.3000s", want, body)
		}
	}
	if strings.Contains(body, "made.up") {
		t.Error("a method that nobody has became a label")
	}
}
