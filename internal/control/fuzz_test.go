package control

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzBodies sends anything as the body of every operation that has one: whatever
// comes, the answer is the operation's or a refusal in its own words.
func FuzzBodies(f *testing.F) {
	for _, body := range []string{"", "{}", "[]", "null", `{"name": "x"}`, `{"clock": {"mode": "frozen", "now": "2022-12-28 12:00:00"}}`,
		`{"mode": "offset", "offset": "-1h"}`, `{"by": "36h"}`, "rules:\n- {when: {call: {nth: [1, 2]}}, then: {refuse: internal}}\n",
		`{"when": {"probability": 0.5}, "then": {"delay": {"p50": "1ms", "p99": "2ms"}}}`, `[{"shop_no": "A", "shop_id": 1}]`,
		`{"match": {"args": {"a": 1}}, "count": {"exactly": 1}}`, `{"vendor": "fubei", "params": [{"name": "a", "value": "b"}], "sign": "x"}`,
		"a: &a [*a]", "\x00\xff", strings.Repeat("[", 200), `{"by": "9223372036s"}`, "world: {rows: {shop: [{shop_no: 1}]}}"} {
		f.Add(body)
	}
	s := start(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, r := range routes() {
			if r.in == nil {
				continue
			}
			path := strings.NewReplacer("{tenant}", "default", "{collection}", "shop", "{key}", "2000000000").Replace(r.path)
			req := httptest.NewRequest(r.method, "http://localhost"+path, strings.NewReader(body))
			req.Header.Set("Content-Type", JSON)
			w := httptest.NewRecorder()
			s.api.ServeHTTP(w, req)
			if w.Code >= 500 {
				t.Errorf("%s: %d %s", r.id, w.Code, w.Body)
			}
			if w.Code != r.status && w.Code != http.StatusExpectationFailed {
				validate(t, []string{"components", "schemas", "ErrorBody"}, w.Body.Bytes())
			}
			if w.Code == http.StatusCreated && r.id == "createTenant" {
				s.tenants.Delete(strings.TrimPrefix(w.Header().Get("Location"), Prefix+"/tenants/"))
			}
		}
		if _, err := s.api.resetDefault(); err != nil {
			t.Fatal(err)
		}
	})
}

func (a *API) resetDefault() (TenantInfo, error) {
	t := a.Tenants.Tenant(defaultTenant)
	t.State().Rules.Clear()
	if err := t.Reset(noon); err != nil {
		return TenantInfo{}, err
	}
	return TenantInfo{TenantSummary: summary(t, t.State(), noon)}, nil
}
