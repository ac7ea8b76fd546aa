package control

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// Snapshot is a tenant's whole state as one document. What stands in it is not documented and
// may change with the program's version.
type Snapshot struct{ from io.Reader }

func (s *Snapshot) setReader(from io.Reader) { s.from = from }

func (Snapshot) schema() map[string]any {
	return map[string]any{"type": "object", "required": []string{"seed", "orders_per_day", "clock", "scenario", "rules", "rows"},
		"description": "a tenant's whole state, its credentials and the calls of its journal excepted; of any size, only for being put back as it is"}
}

// showSnapshot writes the snapshot while it is made.
func (a *API) showSnapshot(c *call) error {
	c.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	out := bufio.NewWriterSize(c.w, 64<<10)
	err := c.tenant.WriteSnapshot(out)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // so that the client does not take the part that it has for a whole
	}
	return nil
}

// restore reads the snapshot while it is sent, of whatever length.
func (a *API) restore(c *change, in Snapshot) (TenantInfo, error) {
	if err := c.tenant.Restore(in.from, c.wall, a.plays); err != nil {
		return TenantInfo{}, err
	}
	c.state = c.tenant.State()
	return a.info(c), nil
}

// steadyReader reads a body of any length, of which each part must come in time.
type steadyReader struct {
	io.Reader
	timer *time.Timer
}

// partTime is how long a part of a body may take.
const partTime = 30 * time.Second

// steady returns the body of the request, with a deadline for each part of it in place of the
// server's deadline for all. Only the writers of tests have no deadlines.
func (c *call) steady() io.Reader {
	out := http.NewResponseController(c.w)
	_ = out.SetReadDeadline(time.Time{})
	timer := time.AfterFunc(partTime, func() { _ = out.SetReadDeadline(time.Unix(1, 0)) })
	context.AfterFunc(c.r.Context(), func() { timer.Stop() }) // when the call is over
	return &steadyReader{c.r.Body, timer}
}

func (r *steadyReader) Read(p []byte) (int, error) {
	r.timer.Reset(partTime)
	return r.Reader.Read(p)
}

// plays refuses a snapshot whose rules name what this server does not have.
func (a *API) plays(s *tenant.Snapshot) error {
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
