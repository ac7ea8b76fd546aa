package control

import (
	"net/http"
	"strings"
	"testing"

	"shaxiang/scenarios"
	"shaxiang/signature"
	"shaxiang/vendors/openapi2"
)

func TestCatalogue(t *testing.T) {
	t.Parallel()
	s := start(t)
	list := mustDo[Endpoints](t)(s.client.Endpoints(bg())).Endpoints
	if len(list) != len(s.api.Catalog.Endpoints()) {
		t.Errorf("%d endpoints", len(list))
	}
	for _, e := range list {
		d := mustDo[Declaration](t)(s.client.Endpoint(bg(), e.Vendor, e.Method))
		if d.Vendor != e.Vendor || len(d.Paths) == 0 || !strings.Contains(string(d.Declaration), `"method":"`+e.Method+`"`) {
			t.Errorf("%s", asText(d))
		}
	}
	_, err := s.client.Endpoint(bg(), "fubei", "no.such")
	wantError(t, err, http.StatusNotFound, "there are 83, from fbpay.attachment.area.list to openapi.store.update")
	_, err = s.client.Endpoint(bg(), "alipay", "x")
	wantError(t, err, http.StatusNotFound, "openapi2")
	if got := mustDo[ScenarioLibrary](t)(s.client.Scenarios(bg())).Scenarios; len(got) != len(scenarios.Names()) || got[0].Title == "" {
		t.Errorf("%s", asText(got))
	}
	if v := mustDo[VersionInfo](t)(s.client.Version(bg())); v.Version != "1.2.3" {
		t.Errorf("%s", asText(v))
	}
}

func TestSign(t *testing.T) {
	t.Parallel()
	s := start(t)
	do := mustDo[SignResult](t)
	params := SignParams{{"sid", "test2"}, {"appkey", "test2-xx"}, {"timestamp", "1384325163"}, {"page_no", "0"}}
	want := openapi2.Scheme{}.Sign("12345", signature.Request{Pairs: []signature.Pair{{Name: "sid", Value: "test2"}, {Name: "appkey", Value: "test2-xx"}, {Name: "timestamp", Value: "1384325163"}, {Name: "page_no", Value: "0"}}})
	got := do(s.client.Sign(bg(), SignRequest{Vendor: "openapi2", Params: params}))
	if got.Sign != want || got.App != "test2" || got.Right != nil || strings.Contains(got.Canonical, "12345") || !strings.Contains(got.Canonical, "‹secret›") {
		t.Errorf("%s", asText(got))
	}
	right := do(s.client.Sign(bg(), SignRequest{Vendor: "openapi2", Params: params, Sign: want}))
	if right.Right == nil || !*right.Right || right.Autopsy != nil {
		t.Errorf("%s", asText(right))
	}
	wrong := do(s.client.Sign(bg(), SignRequest{Vendor: "openapi2", Params: params, Sign: strings.ToUpper(want)}))
	if *wrong.Right || len(wrong.Autopsy) != 1 || wrong.Autopsy[0].Text == "" {
		t.Errorf("%s", asText(wrong))
	}
	flagship := s.raw("POST", "/_sandbox/sign", JSON, `{"vendor": "openapi", "params": {"sid": "sandbox", "key": "sandbox", "salt": "testsalt", "method": "m", "v": "1.0", "timestamp": 400000000, "page_no": 0}, "body": "[{}]"}`)
	wantBad(t, flagship, 200, "body[{}]", "page_no0")
	s.make("other")
	till := do(s.client.Sign(bg(), SignRequest{Vendor: "fubei", Tenant: "other", Params: SignParams{{"method", "m"}}}))
	if till.App == "20170224132045932173" || till.Sign == "" {
		t.Errorf("%s", asText(till))
	}
	for body, c := range map[string]struct {
		status int
		words  string
	}{
		`{"vendor": "alipay", "params": {}}`:                                  {400, "want openapi, openapi2 or fubei"},
		`{"vendor": "fubei"}`:                                                 {400, "params: is missing"},
		`{"vendor": "fubei", "params": 5}`:                                    {400, "want an object, or a list of {name, value}"},
		`{"vendor": "fubei", "params": [{"nam": "x"}]}`:                       {400, "params.0"},
		`{"vendor": "fubei", "params": {"biz_content": {"a": 1}}}`:            {400, "exact text"},
		`{"vendor": "fubei", "params": {}, "body": "x"}`:                      {400, "leave it out"},
		`{"vendor": "fubei", "params": {"app_id": "1"}}`:                      {404, "20170224132045932173"},
		`{"vendor": "openapi", "params": {"sid": "sandbox", "key": "nokey"}}`: {404, "sandbox sandbox"},
		`{"vendor": "fubei", "params": {}, "tenant": "nobody"}`:               {404, "nobody"},
	} {
		wantBad(t, s.raw("POST", "/_sandbox/sign", JSON, body), c.status, c.words)
	}
}
