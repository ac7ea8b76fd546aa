package control

import (
	"bytes"
	"encoding/json"
	"net/http"

	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// Snapshot is a tenant's whole state as one document. Its form is not documented and may change
// with the program's version.
type Snapshot struct {
	tenant.Snapshot
	text []byte // as it was sent
}

func (s *Snapshot) setText(data []byte) { s.text = data }

func (Snapshot) schema() map[string]any {
	return map[string]any{"type": "object", "required": []string{"seed", "orders_per_day", "clock", "scenario", "rules", "rows"},
		"description": "a tenant's whole state; only for being put back"}
}

func (a *api) showSnapshot(c *call) (Snapshot, error) {
	return Snapshot{Snapshot: c.tenant.Snapshot()}, nil
}

func (a *api) restore(c *call, in Snapshot) (TenantInfo, error) {
	if err := sound("control.the_snapshot", in.text); err != nil {
		return TenantInfo{}, err
	}
	dec := json.NewDecoder(bytes.NewReader(in.text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in.Snapshot); err != nil {
		return TenantInfo{}, badInput("control.no_snapshot", "problem", err)
	}
	if err := a.plays(in.Snapshot); err != nil {
		return TenantInfo{}, err
	}
	if err := c.tenant.Restore(in.Snapshot, c.wall); err != nil {
		return TenantInfo{}, because(http.StatusUnprocessableEntity, err)
	}
	c.state = c.tenant.State()
	return a.showTenant(c)
}

// plays refuses a snapshot whose rules name what this server does not have.
func (a *api) plays(s tenant.Snapshot) error {
	if s.Scenario == nil {
		return nil // Restore refuses it
	}
	text, err := json.Marshal(s.Scenario)
	if err != nil {
		return badInput("control.named_problem", "name", "scenario", "problem", err)
	}
	problems := scenarios.Lint("scenario", text, a.known)
	for _, r := range s.Rules.OneOffs {
		if text, err = json.Marshal(r); err != nil {
			return badInput("control.named_problem", "name", "rules", "problem", err)
		}
		problems = append(problems, scenarios.LintRule("rules", text, a.known)...)
	}
	if problems != nil {
		return because(http.StatusBadRequest, problems)
	}
	return nil
}
