package handlers_test

import (
	"encoding/json"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"shaxiang/catalog"
	"shaxiang/handlers"
	"shaxiang/internal/tenant"
)

// TestEveryKindRenders writes every kind of refusal as each vendor would, before
// an endpoint is known and for each of its endpoints.
func TestEveryKindRenders(t *testing.T) {
	t.Parallel()
	c := newSandbox(t).catalog
	codes := map[string]string{"openapi": "status", "openapi2": "code", "fubei": "result_code"}
	texts := map[string]string{"openapi": "message", "openapi2": "message", "fubei": "result_message"}
	for _, vendor := range c.Vendors() {
		endpoints := []*catalog.Endpoint{nil}
		for _, e := range c.Endpoints() {
			if e.Vendor == vendor {
				endpoints = append(endpoints, e)
			}
		}
		for _, kind := range catalog.Kinds() {
			var vars []string
			for _, name := range kind.Vars() {
				vars = append(vars, name, "‹"+name+"›")
			}
			for _, e := range endpoints {
				for _, path := range c.Vendor(vendor).Paths {
					body := handlers.Refusal(c, vendor, path, e, catalog.Refuse(kind, vars...))
					named := e != nil || gjson.Get(body, codes[vendor]).Exists() && gjson.Get(body, texts[vendor]).String() != ""
					if !json.Valid([]byte(body)) || !named || unfilled(body) {
						t.Errorf("%s on %s: %s renders as %s", vendor, path, kind, body)
					}
				}
			}
		}
	}
}

// unfilled reports whether an answer still has a placeholder in a text.
func unfilled(body string) bool {
	return slices.ContainsFunc(texts(gjson.Parse(body)), func(text string) bool { return strings.ContainsAny(text, "{}$") })
}

// texts returns every scalar of an answer.
func texts(v gjson.Result) []string {
	if !v.IsObject() && !v.IsArray() {
		return []string{v.String()}
	}
	var list []string
	v.ForEach(func(_, member gjson.Result) bool {
		list = append(list, texts(member)...)
		return true
	})
	return list
}

// TestEveryRowIsFound: no row of an error table is hidden behind another, and each
// gives its own code and text on its own path and for its own argument.
func TestEveryRowIsFound(t *testing.T) {
	t.Parallel()
	c := newSandbox(t).catalog
	for _, vendor := range c.Vendors() {
		v := c.Vendor(vendor)
		checkRows(t, c, v, nil, v.Errors)
		for _, e := range c.Endpoints() {
			if e.Vendor == vendor {
				checkRows(t, c, v, e, e.Refusals)
			}
		}
	}
}

func checkRows(t *testing.T, c *catalog.Catalog, v *catalog.Vendor, e *catalog.Endpoint, rows []catalog.ErrorRow) {
	t.Helper()
	names := map[string][2]string{"openapi": {"status", "message"}, "openapi2": {"code", "message"}, "fubei": {"result_code", "result_message"}}[v.Name]
	for _, row := range rows {
		r := catalog.Refuse(row.Kind)
		want := row.Message
		for _, name := range row.Kind.Vars() {
			r.Vars[name] = "‹" + name + "›"
			if name == "name" && row.Param != "" {
				r.Vars[name] = row.Param
			}
			want = strings.ReplaceAll(want, "{"+name+"}", r.Vars[name])
		}
		path := v.Paths[0]
		if row.Gateway != "" {
			path = row.Gateway
		}
		body := handlers.Refusal(c, v.Name, path, e, r)
		said := gjson.Get(body, names[1]).String() == want && gjson.Get(body, names[0]).Raw == row.Code.JSON()
		if e != nil && !e.Refusal.IsZero() { // the method may have a shape of its own
			said = slices.Contains(texts(gjson.Parse(body)), want) && (said || strings.Contains(body, row.Code.JSON()) || !slices.Contains(e.Refusal.Placeholders(), "code"))
		}
		if !said {
			t.Errorf("%s, %s %s %s: %s, want %s %s", v.Name, row.Kind, row.Param, row.Gateway, body, row.Code.JSON(), want)
		}
	}
}

// TestPanicIsAnswered: what breaks inside becomes the vendor's own words for it,
// and is recorded as broken.
func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.Handler = handlers.Broken(handlers.Config{Catalog: s.catalog, Tenants: s.tenants, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	for vendor, want := range map[string]string{
		"openapi":  `{"status":99,"message":"其他错误"}`,
		"openapi2": `{"code":1020,"message":"\u7cfb\u7edf\u5f02\u5e38\uff0c\u8bf7\u7a0d\u540e\u518d\u8bd5\uff01"}`,
		"fubei":    `{"result_message":"系统繁忙,请稍后重试","result_code":400}`,
	} {
		a := s.call(t, sound(vendor))
		if a.status != 200 || a.body != want || a.entry.Outcome != "broken" || a.entry.Kind != "internal" || !strings.HasPrefix(a.entry.Hint, "panic: ") {
			t.Errorf("HTTP %d %s, recorded as %+v", a.status, a.body, a.entry)
		}
	}
	if log := s.log.String(); strings.Count(log, "msg=panic") != 3 || !strings.Contains(log, "handlers.(*exchange).answer") {
		t.Errorf("no stack in the log:\n%s", log)
	}
}

// TestRefusedCredentials declares credentials that a vendor refuses, in every way
// that it can: the answers that the tenant default has no credential for as well.
func TestRefusedCredentials(t *testing.T) {
	t.Parallel()
	want := map[catalog.Kind][3]string{
		catalog.WrongEnvironment: {`{"status":1,"message":"sid is not exists"}`, `2030 sid is not exists`, `{"result_message":"应用不存在","result_code":400}`},
		catalog.AppRefused:       {`{"status":1,"message":"app auth fail"}`, `2100 app auth fail`, `{"result_message":"您的帐号需要进行服务商验证,请联系您的服务商或付呗客服。","result_code":400}`},
		catalog.KeyStopped:       {`{"status":1,"message":"app auth fail"}`, `2090 appkey已停用`, `{"result_message":"应用已停用","result_code":400}`},
		catalog.OutOfCredit:      {`{"status":100,"message":"充值余额为0或应用已欠费，请联系商务充值"}`, `1060 充值余额为0或应用已欠费，请联系商务充值`, `{"result_message":"应用已欠费","result_code":400}`},
		catalog.TokenRequired:    {`{"status":3,"message":"需要动态口令"}`, `2100 需要动态口令`, `{"result_message":"需要动态口令","result_code":400}`},
		catalog.IPBlocked:        {`{"status":6,"message":"ip限制"}`, `2100 ip限制`, `{"result_message":"IP不在白名单内","result_code":400}`},
	}
	for kind, bodies := range want {
		refused := catalog.Limits{Refuse: kind}
		s := newSandbox(t, tenant.Config{Name: "refused",
			Credentials: tenant.Credentials{
				"openapi":  {{Values: map[string]string{"sid": "refused", "key": "k", "appsecret": "s:t"}, Limits: refused}},
				"openapi2": {{Values: map[string]string{"sid": "refused", "appkey": "k", "appsecret": "s"}, Limits: refused}},
				"fubei":    {{Values: map[string]string{"app_id": "refused", "secret": "s"}, Limits: refused}}},
		})
		// None is signed: who may not call is told so whatever it signs.
		if got := s.call(t, payments("[]").set("sid", "refused", "key", "k")).body; got != bodies[0] {
			t.Errorf("openapi, %s: %s", kind, got)
		}
		form := s.call(t, openapi2(accountChecks, "sid", "refused", "appkey", "k")).body
		if got := gjson.Get(form, "code").Raw + " " + gjson.Get(form, "message").String(); got != bodies[1] {
			t.Errorf("openapi2, %s: %s", kind, got)
		}
		if got := s.call(t, fubei(reconcile, "{}", "app_id", "refused")).body; got != bodies[2] {
			t.Errorf("fubei, %s: %s", kind, got)
		}
	}
}

// TestAnswerIsRecorded: the journal holds what came and what went.
func TestAnswerIsRecorded(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	good := s.call(t, sound("openapi"))
	if e := good.entry; e.Answer != good.body || e.Method != queryPayments || e.Tenant != "default" || e.Vendor != "openapi" ||
		!strings.HasPrefix(e.Request, "?sid=sandbox&") || !strings.HasSuffix(e.Request, sound("openapi").body) || !e.Time.Equal(noon()) {
		t.Errorf("recorded as %+v", e)
	}
	if n := good.header.Get("Content-Length"); n != strconv.Itoa(len(good.body)) {
		t.Errorf("Content-Length %s of %d bytes", n, len(good.body))
	}
	refused := s.call(t, payments("[]").set("sid", "nobody"))
	if e := refused.entry; e.Tenant != "" || e.Kind != "unknown_app" || e.Answer != refused.body || !strings.HasPrefix(e.ID, "unassigned-") {
		t.Errorf("recorded as %+v", e)
	}
	broken := s.call(t, payments("{"))
	if e := broken.entry; e.Kind != "malformed" || e.Outcome != "refused" {
		t.Errorf("recorded as %+v", e)
	}
	unread := s.call(t, fubei(reconcile, "{}").set("nonce", "a").set("biz_content", ""))
	if e := unread.entry; e.Kind != "missing_public" {
		t.Errorf("recorded as %+v", e)
	}
	if lines := strings.Count(s.log.String(), "msg=call "); lines != 4 {
		t.Errorf("%d lines for 4 calls:\n%s", lines, s.log)
	}
}
