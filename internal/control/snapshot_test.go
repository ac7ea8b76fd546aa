package control

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestSnapshot holds that a snapshot moves a tenant's whole state to another one.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.make("from")
	s.make("to")
	mustDo[ScenarioInfo](t)(s.client.PlayScenario(bg(), "from", "reconcile-mismatch"))
	mustDo[Clock](t)(s.client.AdvanceClock(bg(), "from", "3h"))
	mustDo[Rule](t)(s.client.AddRule(bg(), "from", JSON, []byte(`{"then":{"delay":"1s"}}`)))
	snap := mustDo[json.RawMessage](t)(s.client.Snapshot(bg(), "from"))
	info := mustDo[TenantInfo](t)(s.client.Restore(bg(), "to", snap))
	if info.Name != "to" || info.Scenario != "reconcile-mismatch" || info.Clock.Now != "2022-12-28 21:00:00" {
		t.Errorf("the tenant became %+v", info.TenantSummary)
	}
	if again := mustDo[json.RawMessage](t)(s.client.Snapshot(bg(), "to")); string(again) != string(snap) {
		t.Errorf("the snapshot of the restored tenant differs: %d and %d bytes", len(again), len(snap))
	}
	for body, words := range map[string]string{
		`{"sed":1}`:  `unknown field "sed"`,
		`{"tick":5}`: "this is no snapshot",
		`{}`:         "scenario: is missing",
		strings.Replace(string(snap), `"delay":"1s"`, `"refuse":"nobody"`, 1):                                       `"nobody"`,
		strings.Replace(string(snap), `"name":"reconcile-mismatch"`, `"name":"x","rules":[{"then":{"http":9}}]`, 1): "9 is no status",
	} {
		_, err := s.client.Restore(bg(), "to", json.RawMessage(body))
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%.60s: %v, want %s", body, err, words)
		}
	}
}
