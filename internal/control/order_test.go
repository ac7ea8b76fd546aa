package control

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/tenant"
)

// inOrder applies commands as they come, once they were written down and read again.
type inOrder struct {
	api     *API
	refuses error
	kinds   []string // the operations that were handed over
}

func (o *inOrder) Order(_ context.Context, c tenant.Command) (any, error) {
	if o.refuses != nil {
		return nil, o.refuses
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var again tenant.Command
	if err := json.Unmarshal(data, &again); err != nil {
		return nil, err
	}
	var m message
	if err := json.Unmarshal(again.Body, &m); err != nil {
		return nil, err
	}
	o.kinds = append(o.kinds, m.Operation)
	return o.api.Apply(again)
}

// TestOrdered: where somebody orders commands, each changing operation is handed over and answers
// as without an order, and no other operation is handed over.
func TestOrdered(t *testing.T) {
	t.Parallel()
	o := &inOrder{}
	s := start(t, func(c *Config) { c.Order = o })
	o.api = s.api
	made := mustDo[TenantInfo](t)(s.client.CreateTenant(bg(), NewTenant{Name: "o"}))
	if len(made.BaseURLs) == 0 || len(made.Credentials) == 0 {
		t.Errorf("made %s", asText(made))
	}
	if got := s.raw("POST", "/_sandbox/tenants", JSON, `{"name":"p","ttl":"1h"}`); got.status != http.StatusCreated || got.header.Get("Location") != "/_sandbox/tenants/p" {
		t.Errorf("%d %v", got.status, got.header)
	}
	mustDo[Clock](t)(s.client.SetClock(bg(), "o", ClockSetting{Mode: "frozen", Now: "2022-12-28 12:00:00"}))
	if c := mustDo[Clock](t)(s.client.AdvanceClock(bg(), "o", "1h")); c.Now != "2022-12-28 13:00:00" {
		t.Errorf("the clock is %s", asText(c))
	}
	mustDo[ScenarioInfo](t)(s.client.PlayScenario(bg(), "o", "slow"))
	rule := mustDo[Rule](t)(s.client.AddRule(bg(), "o", YAML, []byte("then: {http: 502}")))
	mustDo[Rules](t)(s.client.Rules(bg(), "o"))
	snapshot, err := s.client.Snapshot(bg(), "o")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.RemoveRule(bg(), "o", rule.ID); err != nil {
		t.Error(err)
	}
	added := mustDo[Rows](t)(s.client.AddRows(bg(), "o", "distributor", []map[string]string{{"fx_nick_no": "x"}}))
	key := RowRef{"o", "distributor", added.Rows[0].Key}
	if r := mustDo[Row](t)(s.client.PatchRow(bg(), key, map[string]string{"balance": "5"})); r.Row["balance"] != "5" {
		t.Errorf("patched to %s", asText(r))
	}
	if err := s.client.DeleteRow(bg(), key); err != nil {
		t.Error(err)
	}
	wantBad(t, s.raw("DELETE", "/_sandbox/tenants/o/rows/distributor/1", "", ""), http.StatusNotFound, "no row")
	if _, err := s.client.Restore(bg(), "o", snapshot); err != nil {
		t.Error(err)
	}
	if r := mustDo[Rules](t)(s.client.Rules(bg(), "o")); len(r.Rules) == 0 || r.Rules[0].ID != rule.ID {
		t.Errorf("restored %s", asText(r))
	}
	mustDo[Rows](t)(s.client.Rows(bg(), "o", "distributor", url.Values{}))
	mustDo[TenantInfo](t)(s.client.ResetTenant(bg(), "o"))
	if err := s.client.DeleteTenant(bg(), "o"); err != nil {
		t.Error(err)
	}
	s.hand.move(2 * time.Hour)
	wantBad(t, s.raw("GET", "/_sandbox/tenants/p/clock", "", ""), http.StatusNotFound, "p") // its time is over, though no command came
	want := []string{"createTenant", "createTenant", "setClock", "advanceClock", "setScenario", "addRule", "removeRule", "addRows", "patchRow", "deleteRow", "deleteRow", "restore", "resetTenant", "deleteTenant"}
	if len(o.kinds) != len(want) {
		t.Fatalf("handed over %q, want %q", o.kinds, want)
	}
	for i := range want {
		if o.kinds[i] != want[i] {
			t.Errorf("handed over %q, want %q", o.kinds[i], want[i])
		}
	}
	o.refuses = errors.New("the log is full")
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "http://localhost/_sandbox/tenants/default/reset", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"code":"unavailable","message":"the operation was not done: the log is full"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for body, words := range map[string]string{`{`: "a command of the control API", `{"operation":"tenants"}`: `no changing operation is called "tenants"`} {
		if _, err := s.api.Apply(tenant.Command{Wall: noon, Kind: tenant.ControlCommand, Body: []byte(body)}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
