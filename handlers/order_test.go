package handlers_test

import (
	"slices"
	"strings"
	"testing"

	"shaxiang/catalog"
	"shaxiang/scenarios"
)

// fault makes a call fail one check, and says with which kind.
type fault struct {
	check string
	kind  catalog.Kind
	make  func(c *call)
}

// setting spoils parameters: name, value, …
func setting(params ...string) func(*call) { return func(c *call) { c.set(params...) } }

// putting spoils the JSON arguments, where old stands for new.
func putting(old, new string) func(*call) {
	return func(c *call) {
		if c.vendor == "fubei" {
			c.set("biz_content", strings.Replace(c.get("biz_content"), old, new, 1))
			return
		}
		c.body = strings.Replace(c.body, old, new, 1)
	}
}

// sound is a call of each vendor that passes, with something in it for every
// fault to spoil.
func sound(vendor string) *call {
	switch vendor {
	case "openapi":
		return openapi(queryPayments, `[{"start_time":"2022-09-01 00:00:00","end_time":"2022-09-02 00:00:00","status":40,"payment_no":"P","is_refund":0,"shop_nos":"POS"}]`,
			"page_no", "0", "page_size", "1")
	case "openapi2":
		return openapi2(accountChecks, "start_time", "2022-06-27 00:00:00", "end_time", "2022-06-27 23:59:59")
	}
	return fubei(reconcile, `{"year":2017,"month":2,"type":"1"}`)
}

// faults are in the order in which the vendor's table has its checks. A check
// that is not here cannot fail: see unbreakable.
func faults(vendor string) []fault {
	switch vendor {
	case "openapi":
		return []fault{
			{"public", catalog.MissingPublic, func(c *call) { c.unset("salt") }},
			{"version", catalog.BadVersion, setting("v", "2.0")},
			{"app", catalog.UnknownApp, setting("sid", "nobody")},
			{"signature", catalog.BadSignature, setting("sign", "0")},
			{"timestamp", catalog.StaleTimestamp, setting("timestamp", "1")},
			{"rules", catalog.Database, setting("trip", "rule")},
			{"method", catalog.UnknownMethod, setting("method", "no.such.Method")},
			{"permission", catalog.NoPermission, setting("key", "restricted")},
			{"shape", catalog.ArgCount, putting("}]", "},{}]")},
			{"paging", catalog.NotPaged, func(c *call) { c.unset("page_no") }},
			{"unknown", catalog.UnknownParam, putting("[{", `[{"stranger":1,`)},
			{"required", catalog.MissingWindow, putting(`"start_time":"2022-09-01 00:00:00",`, "")},
			{"type", catalog.BadType, putting(`"status":40`, `"status":"x"`)},
			{"length", catalog.TooLong, putting(`"P"`, `"`+strings.Repeat("P", 41)+`"`)},
			{"enum", catalog.TooLarge, putting(`"is_refund":0`, `"is_refund":2`)},
			{"span", catalog.SpanTooWide, putting("2022-09-02", "2023-09-02")},
			{"known", catalog.NotFound, putting("POS", "nowhere")},
		}
	case "openapi2":
		return []fault{
			{"public", catalog.MissingPublic, func(c *call) { c.unset("appkey") }},
			{"app", catalog.UnknownApp, setting("sid", "nobody")},
			{"signature", catalog.BadSignature, setting("sign", "0")},
			{"timestamp", catalog.StaleTimestamp, setting("timestamp", "1")},
			{"rules", catalog.Database, setting("trip", "rule")},
			{"permission", catalog.NoPermission, setting("appkey", "test2-denied")},
			{"required", catalog.MissingWindow, setting("start_time", "")},
			{"paging", catalog.BadPage, setting("page_size", "x")},
			{"type", catalog.BadType, setting("platform_id", "x")},
			{"length", catalog.TooLong, setting("shop_no", strings.Repeat("x", 41))},
			{"enum", catalog.TooLarge, setting("status", "9")},
			{"span", catalog.SpanTooWide, setting("end_time", "2022-07-27 23:59:59")},
		}
	}
	return []fault{
		{"public", catalog.MissingPublic, func(c *call) { c.unset("nonce") }},
		{"app", catalog.UnknownApp, setting("app_id", "1")},
		{"signature", catalog.BadSignature, setting("sign", "0")},
		{"rules", catalog.Database, setting("trip", "rule")},
		{"method", catalog.UnknownMethod, setting("method", "openapi.payment.nothing")},
		{"permission", catalog.NoPermission, func(c *call) {
			c.set("app_id", "20200818000000000002").secret = "ccccccccccccccccdddddddddddddddd"
		}},
		{"shape", catalog.Malformed, func(c *call) { c.set("biz_content", c.get("biz_content")+"}") }},
		{"type", catalog.BadType, putting("2017", `"x"`)},
		{"length", catalog.TooLong, putting(`"1"`, `"12"`)},
	}
}

// unbreakable are the checks that no call of the vendor's endpoints can fail, with
// the reason.
var unbreakable = map[string]map[string]string{
	"openapi": {"quota": noQuota},
	"openapi2": {
		"quota": noQuota, "version": "no version is sent", "method": "an unknown file is HTTP 404", "shape": "a form is always one object",
		"unknown": "unknown fields are ignored", "known": "an unknown shop finds nothing",
	},
	"fubei": {
		"quota": noQuota, "version": "every version is served", "timestamp": "none is sent", "unknown": "unknown members are ignored",
		"required": "no argument is required", "enum": "no argument has one", "span": "a calendar has no limit",
		"paging": "impossible pages are mended", "known": "an unknown store finds nothing",
	},
}

const noQuota = "the tenant has none; TestQuota has one that stands in its place of the order"

// tripRule refuses whatever is sent with a parameter trip of the text rule.
func tripRule(t *testing.T, s *sandbox) {
	t.Helper()
	for _, name := range s.tenants.Names() {
		_, err := s.tenants.Tenant(name).State().Rules.Add(scenarios.Rule{Name: "trip",
			When: scenarios.When{Params: map[string]any{"trip": "rule"}},
			Then: scenarios.Then{Refuse: scenarios.Refusal{Kind: string(catalog.Database)}}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestOrderOfChecks pins the order of each vendor's table: of two faults in one
// call, adjacent or not, the earlier one is told.
func TestOrderOfChecks(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	tripRule(t, s)
	for _, vendor := range s.catalog.Vendors() {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			list := faults(vendor)
			checkFaultsInOrder(t, s, vendor, list)
			if a := s.call(t, sound(vendor)); a.entry.Outcome != "ok" {
				t.Fatalf("the sound call is refused: %s", a.body)
			}
			for i, first := range list {
				c := sound(vendor)
				first.make(c)
				if a := s.call(t, c); a.entry.Kind != string(first.kind) {
					t.Errorf("%s alone: %q %s", first.check, a.entry.Kind, a.body)
				}
				for _, second := range list[i+1:] {
					c := sound(vendor)
					second.make(c) // so that the earlier fault has the last word on what both change
					first.make(c)
					if a := s.call(t, c); a.entry.Kind != string(first.kind) {
						t.Errorf("%s and %s: %q %s, want %s", first.check, second.check, a.entry.Kind, a.body, first.kind)
					}
				}
			}
		})
	}
}

// checkFaultsInOrder holds the list of faults against the vendor's own table, so
// that a check that moves or comes in is noticed here.
func checkFaultsInOrder(t *testing.T, s *sandbox, vendor string, list []fault) {
	t.Helper()
	var have []string
	for _, f := range list {
		have = append(have, f.check)
	}
	var want []string
	for _, name := range s.catalog.Vendor(vendor).Checks.Value {
		if unbreakable[vendor][name] == "" {
			want = append(want, name)
		}
	}
	if !slices.Equal(have, want) {
		t.Fatalf("the faults are of %v, the table has %v", have, want)
	}
}

// TestEveryCheckIsDone: the flagship's list holds every check that there is, and a
// call that passes has been through all of them.
func TestEveryCheckIsDone(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for _, name := range append(catalog.CallChecks(), "shape", "unknown", "required", "type", "length", "enum", "span", "paging") {
		for _, vendor := range s.catalog.Vendors() {
			if !slices.Contains(s.catalog.Vendor(vendor).Checks.Value, name) {
				t.Errorf("%s does not do the check %s", vendor, name)
			}
		}
	}
	for _, vendor := range s.catalog.Vendors() {
		if a := s.call(t, sound(vendor)); a.entry.Outcome != "ok" || strings.Contains(s.log.String(), "panic") {
			t.Errorf("%s: %s\n%s", vendor, a.body, s.log)
		}
	}
}
