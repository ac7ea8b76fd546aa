package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
	"shaxiang/vendors/fubei"
)

// merchant takes notifications, from the second one on.
type merchant struct {
	*httptest.Server
	mu  sync.Mutex
	got []string // ids
}

func newMerchant(t *testing.T) *merchant {
	m := &merchant{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.got = append(m.got, r.Header.Get(notify.Header))
		if len(m.got) > 1 {
			fmt.Fprint(w, "success")
		}
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *merchant) ids() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return fmt.Sprint(m.got)
}

func tell(to *tenant.Tenant, target string, late time.Duration) {
	s := to.State()
	s.Notify.Add(notify.Notification{Vendor: "fubei", Name: notify.Pay, About: "20221228180000000001", URL: target,
		Fields: notify.Envelope(`{"merchant_order_sn":"A1"}`), Signer: vendorapi.OneSecret(fubei.Scheme()), Credential: &vendorapi.Credential{Secrets: []string{"s"}}, Due: s.Clock.Now(noon).Add(late)}, noon)
}

// frozen is a tenant whose clock stands.
func (s *server) frozen(name string) *tenant.Tenant {
	s.t.Helper()
	made := s.make(name)
	mustDo[Clock](s.t)(s.client.SetClock(bg(), name, ClockSetting{Mode: "frozen", Now: "2022-12-28 18:00:00"}))
	return made
}

// TestNotifications: a clock that is moved delivers before its mover is answered.
func TestNotifications(t *testing.T) {
	t.Parallel()
	s, m := start(t), newMerchant(t)
	list := func() string {
		return asText(mustDo[Notifications](t)(s.client.Notifications(bg(), "a")).Notifications)
	}
	shop := s.frozen("a")
	if got := list(); got != "[]" {
		t.Error(got)
	}
	tell(shop, m.URL, 0)
	tell(shop, m.URL, time.Hour)
	first := `{"id":"n1","vendor":"fubei","method":"notify.pay","about":"20221228180000000001","url":"` + m.URL + `",`
	second := `{"id":"n2",` + first[len(`{"id":"n1",`):]
	if got, want := list(), "["+first+`"state":"pending","attempts":0,"due":"2022-12-28 18:00:00","calls":[]},`+
		second+`"state":"pending","attempts":0,"due":"2022-12-28 19:00:00","calls":[]}]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "a", "1s"))
	if got := m.ids(); got != "[n1]" {
		t.Errorf("after a second: %s", got)
	}
	mustDo[Clock](t)(s.client.SetClock(bg(), "a", ClockSetting{Mode: "frozen", Now: "2022-12-28 18:59:59"}))
	if got := m.ids(); got != "[n1 n1]" {
		t.Errorf("after an hour: %s", got)
	}
	sent := mustDo[Notification](t)(s.client.SendNotification(bg(), "a", "n2"))
	if got, want := asText(sent), second+`"state":"acknowledged","attempts":1,"calls":["a-3"]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "a", "36h"))
	if got := m.ids(); got != "[n1 n1 n2]" {
		t.Errorf("in the end: %s", got)
	}
	if got := shop.Journal.Entries(); len(got) != 3 || got[0].Kind != notify.KindUnacknowledged || got[2].Method != notify.Pay {
		t.Errorf("journal: %s", asText(got))
	}
	_, err := s.client.SendNotification(bg(), "a", "n3")
	wantError(t, err, 404, `tenant a has no notification "n3"`)
	tell(shop, m.URL, time.Hour)
	before, snapshot := list(), mustDo[json.RawMessage](t)(s.client.Snapshot(bg(), "a"))
	mustDo[TenantInfo](t)(s.client.ResetTenant(bg(), "a"))
	if got := list(); got != "[]" {
		t.Errorf("after a reset: %s", got)
	}
	mustDo[TenantInfo](t)(s.client.Restore(bg(), "a", snapshot))
	if got := list(); got != before || before == "[]" {
		t.Errorf("after a restore: %s, before %s", got, before)
	}
}

// TestNotificationRules: a one-off rule of notifications is read, told, counted, and
// named in the journal.
func TestNotificationRules(t *testing.T) {
	t.Parallel()
	s, m := start(t), newMerchant(t)
	shop := s.frozen("a")
	added := mustDo[Rule](t)(s.client.AddRule(bg(), "a", YAML, []byte("{when: {method: notify.pay}, then: {notify: {late: 30s}}, times: 1}")))
	if got, want := string(added.Rule), `{"when":{"method":"notify.pay"},"then":{"notify":{"late":"30s"}},"times":1}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	_, err := s.client.AddRule(bg(), "a", YAML, []byte("{when: {method: notify.buy}, then: {notify: lost}}"))
	wantError(t, err, 400, `"notify.buy" fits no notification`, "notify.pay")
	tell(shop, m.URL, 0)
	fake(shop, journal.Entry{}) // a call, which the rule does not see
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "a", "29s"))
	if got := m.ids(); got != "[]" {
		t.Errorf("early: %s", got)
	}
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "a", "1s"))
	rule := mustDo[Rules](t)(s.client.Rules(bg(), "a")).Rules[0]
	if got := m.ids(); got != "[n1]" || rule.Matched != 1 || rule.Fired != 1 {
		t.Errorf("%s, matched %d, fired %d", got, rule.Matched, rule.Fired)
	}
	v := mustDo[journal.Verdict](t)(s.client.Verify(bg(), "a", Expectation{Match: journal.Match{Method: "notify.*", Rule: "one-off-1",
		Kind: notify.KindUnacknowledged, Args: map[string]string{"attempt": "1", "merchant_order_sn": "A1"}}}))
	if !v.OK || v.Count != 1 {
		t.Errorf("verify: %s", asText(v))
	}
}

// TestNotificationsDoNotMeet: the tenants' clocks deliver their own alone.
func TestNotificationsDoNotMeet(t *testing.T) {
	t.Parallel()
	s := start(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			m := newMerchant(t)
			name := fmt.Sprintf("n%d", i)
			shop, err := s.tenants.Add(tenant.Config{Name: name, OrdersPerDay: 40,
				Clock: tenant.ClockConfig{Mode: "frozen", Now: noon.Format(wire.TimeLayout)}}, s.tenants.Now())
			if err != nil {
				t.Error(err)
				return
			}
			tell(shop, m.URL, time.Minute)
			for _, by := range []string{"59s", "1s", "5s", "1h"} {
				if _, err := s.client.AdvanceClock(bg(), name, by); err != nil {
					t.Error(err)
				}
			}
			if got := m.ids(); got != "[n1 n1]" {
				t.Errorf("%s: %s", name, got)
			}
		})
	}
	all.Wait()
}

// TestNotificationsDoNotSteer: a call-back URL that is the control API's does nothing.
func TestNotificationsDoNotSteer(t *testing.T) {
	t.Parallel()
	s := start(t)
	shop := s.frozen("a")
	tell(shop, s.URL+"/_sandbox/tenants/a/reset", 0)
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "a", "1s"))
	calls := shop.Journal.Entries()
	if len(calls) != 1 || calls[0].Kind != notify.KindUnacknowledged {
		t.Fatalf("journal: %s", asText(calls))
	}
	wantBad(t, sent{403, http.Header{}, calls[0].Answer}, 403, "may not steer the sandbox")
	mustDo[Clock](t)(s.client.Clock(bg(), "a"))
}
