package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/control"
	"shaxiang/signature"
	"shaxiang/vendors/fubei"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// canary is a tenant whose secrets stand nowhere else.
const canary = `tenants:
- name: canary
  openapi: [{sid: canary, key: k, appsecret: "CANARYopenapi:saltsalt"}]
  openapi2: [{sid: canary, appkey: k, appsecret: CANARYopenapi2}]
  fubei: [{app_id: "31", secret: CANARYfubei, vendor_sn: "32", vendor_secret: CANARYvendor}]
`

// mistaken is a call as one of the tenant's clients makes it, but for one value, or
// for its signature.
type mistaken struct {
	path, form, body string
	pairs            []signature.Pair
}

// set puts a value in a parameter's place, or adds it.
func (m *mistaken) set(name, value string) {
	if i := slices.IndexFunc(m.pairs, func(p signature.Pair) bool { return p.Name == name }); i >= 0 {
		m.pairs[i].Value = value
		return
	}
	m.pairs = append(m.pairs, signature.Pair{Name: name, Value: value})
}

func pairsOf(list ...string) (pairs []signature.Pair) {
	for i := 0; i < len(list); i += 2 {
		pairs = append(pairs, signature.Pair{Name: list[i], Value: list[i+1]})
	}
	return pairs
}

// canaryCalls are good ones of the three vendors, without their sign.
func canaryCalls() map[string]mistaken {
	now := time.Now()
	return map[string]mistaken{
		"openapi": {"/openapi", "query", `[{"start_time":"2022-12-28 00:00:00","end_time":"2022-12-29 00:00:00"}]`,
			pairsOf("sid", "canary", "key", "k", "salt", "saltsalt", "method", "sales.Payment.queryWithDetail", "v", "1.0",
				"timestamp", signature.Timestamps{Epoch: 1325347200}.Format(now), "page_no", "0", "page_size", "1")},
		"openapi2": {"/openapi2/fa_alipay_account_check_query.php", "form", "",
			pairsOf("sid", "canary", "appkey", "k", "timestamp", signature.Timestamps{}.Format(now), "start_time", "2022-12-28 00:00:00", "end_time", "2022-12-28 01:00:00")},
		"fubei": {"/gateway", "json", "",
			pairsOf("app_id", "31", "method", "openapi.payment.order.reconciliation", "nonce", "n", "biz_content", `{"year":2022}`)},
	}
}

// send sends a call, signed with a secret.
func (m mistaken) send(t *testing.T, base, secret string) {
	t.Helper()
	scheme := map[string]signature.Scheme{"query": openapi.Scheme(), "form": openapi2.Scheme{}, "json": fubei.Scheme()}[m.form]
	if !slices.ContainsFunc(m.pairs, func(p signature.Pair) bool { return p.Name == "sign" }) {
		m.set("sign", scheme.Sign(secret, signature.Request{Pairs: m.pairs, Body: m.body}))
	}
	target, contentType, body := base+m.path, "application/json", m.body
	values, members := url.Values{}, map[string]string{}
	for _, p := range m.pairs {
		values.Add(p.Name, p.Value)
		members[p.Name] = p.Value
	}
	switch m.form {
	case "query":
		target += "?" + values.Encode()
	case "form":
		contentType, body = "application/x-www-form-urlencoded", values.Encode()
	case "json":
		data, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		body = string(data)
	}
	resp, err := http.Post(target, contentType, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// mistakes sends the call with a secret in each parameter in turn, and in one that the
// vendor does not know, signed rightly and wrongly. It returns how many were sent.
func (m mistaken) mistakes(t *testing.T, base, own, told string) (sent int) {
	t.Helper()
	names := []string{"sign", "unknown"}
	for _, p := range m.pairs {
		names = append(names, p.Name)
	}
	for _, name := range names {
		for _, secret := range []string{own, "another"} {
			wrong := m
			wrong.pairs = slices.Clone(m.pairs)
			wrong.set(name, told)
			if name == "biz_content" {
				wrong.set(name, fmt.Sprintf(`{"year":%q}`, told))
			}
			wrong.send(t, base, secret)
			sent++
		}
	}
	for _, secret := range []string{own, "another"} { // as the name of a parameter, and as a key
		named := m
		named.pairs = slices.Clone(m.pairs)
		named.set(told, "1")
		named.send(t, base, secret)
		keyed := m
		keyed.pairs = slices.Clone(m.pairs)
		keyed.body = strings.Replace(keyed.body, "{", fmt.Sprintf("{%q:1,", told), 1)
		keyed.set("biz_content", fmt.Sprintf(`{"year":2022,%q:[{%q:1}]}`, told, told))
		keyed.send(t, base, secret)
		sent += 2
	}
	return sent
}

// TestNoSecretIsTold makes every mistake by which a client sends a secret where it
// does not belong, and looks for it wherever the sandbox tells of calls. The client
// itself gets back what it sent, and the answers to who asks for a tenant's
// credentials have them.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config, report := filepath.Join(dir, "c.yaml"), filepath.Join(dir, "report.json")
	if err := os.WriteFile(config, []byte(canary), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, nil, false, "--config", config, "--coverage-report", report, "--control-token", "CANARYtoken")
	base := "http://" + s.addr
	sent := 0
	own := map[string]string{"openapi": "CANARYopenapi", "openapi2": "CANARYopenapi2", "fubei": "CANARYfubei"}
	for vendor, good := range canaryCalls() {
		// Its own, and those of others, with which clients mix it up.
		for _, told := range []string{own[vendor], own[vendor] + ":saltsalt", "CANARYopenapi", "CANARYopenapi2", "CANARYfubei", "CANARYvendor"} {
			sent += good.mistakes(t, base, own[vendor], told)
		}
	}
	order := canaryCalls()["fubei"] // of which a merchant is told, that does not listen
	order.set("method", "openapi.payment.order.swipe")
	order.set("biz_content", `{"merchant_order_sn":"canary-1","auth_code":"281234567890123456","total_fee":"20.00","store_id":"2299","cashier_id":3011,"call_back_url":"http://127.0.0.1:1/"}`)
	order.send(t, base, own["fubei"])
	sent++
	for name, text := range looked(t, s.addr) {
		if i := strings.Index(text, "CANARY"); i >= 0 {
			t.Errorf("%s tells …%s…", name, text[max(0, i-300):min(len(text), i+60)])
		}
	}
	s.stop()
	data, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	log := s.log.String()
	if !strings.Contains(log, `"msg":"notification"`) {
		t.Error("nobody was told of the order")
	}
	if n := strings.Count(log, `"msg":"call"`); n != sent {
		t.Errorf("%d calls in the log, want %d", n, sent)
	}
	for name, text := range map[string]string{"the log": log, "the report": string(data), "the first screen": s.out.String()} {
		if i := strings.Index(text, "CANARY"); i >= 0 {
			t.Errorf("%s tells …%s…", name, text[max(0, i-300):min(len(text), i+60)])
		}
	}
}

// looked is everything that the sandbox tells of calls, by where.
func looked(t *testing.T, addr string) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths := []string{"/metrics", "/livez", "/readyz", "/", "/nowhere", "/_sandbox/version", "/_sandbox/tenants", "/_sandbox/nowhere", "/_sandbox/endpoints"}
	for _, tenant := range []string{"canary", "unassigned", "stray", "nobody"} {
		for _, what := range []string{"journal", "coverage", "notifications", "rules", "scenario", "clock", "answers", "snapshot"} {
			paths = append(paths, "/_sandbox/tenants/"+tenant+"/"+what)
		}
	}
	for _, path := range paths {
		for _, token := range []string{"CANARYtoken", "wrong"} {
			r, err := http.NewRequest(http.MethodGet, "http://"+addr+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			all[token+" at "+path] = bodyOf(t, resp)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := &control.Client{BaseURL: "http://" + addr, Token: "CANARYtoken"}
	miss, err := client.Verify(ctx, "canary", control.Expectation{})
	if err != nil {
		t.Fatal(err)
	}
	calls, err := client.Journal(ctx, "canary", nil)
	if err != nil || len(calls.Entries) == 0 {
		t.Fatalf("%d calls, %v", len(calls.Entries), err)
	}
	all["verify"] = fmt.Sprintf("%+v", miss)
	return all
}
