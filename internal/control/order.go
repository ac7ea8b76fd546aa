package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// Orderer decides on the order of commands. Order has the command applied when it is its turn,
// by Apply on each server that shares the order, and returns what Apply returned on this one.
// An error says that the command was not ordered and never will be.
type Orderer interface {
	Order(ctx context.Context, c tenant.Command) (any, error)
}

// message is a changing operation in a command.
type message struct {
	Operation string            `json:"operation"` // its id
	Path      map[string]string `json:"path,omitempty"`
	Body      []byte            `json:"body,omitempty"`
}

// change is an operation that is applied: with its input and the state of the tenants, it is
// all that the outcome depends on.
type change struct {
	wall    time.Time         // of the server's clock when the call came
	path    map[string]string // the values of the path's variables
	tenant  *tenant.Tenant    // of the path, nil when it names none, or the calls without a tenant
	state   *tenant.State     // the tenant's when the operation began
	journal *journal.Journal  // the tenant's, or that of calls without a tenant
}

// use makes a tenant the one that the operation is about.
func (c *change) use(t *tenant.Tenant) { c.tenant, c.state, c.journal = t, t.State(), t.Journal }

// businessNow returns the time of the tenant's business.
func (c *change) businessNow() time.Time { return c.state.Clock.Now(c.wall) }

// write returns the time of the tenant's business for an operation that changes rows.
func (c *change) write() time.Time {
	c.state.Clock.Write(c.wall)
	return c.businessNow()
}

// Outcome is what came of a changing operation that was applied.
type Outcome struct {
	Answer any
	Err    error // why it was refused

	change *change
}

// ordered has a changing operation applied, by whoever orders them.
func (a *API) ordered(r *route, c *call, b *body, in any) (any, error) {
	if a.Order == nil {
		done := a.applied(r, &c.change, in)
		return done.Answer, done.Err
	}
	m := message{Operation: r.id, Path: c.path}
	if b != nil {
		m.Body = b.data
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	done, err := a.Order.Order(c.r.Context(), tenant.Command{Wall: c.wall, Tenant: c.path["tenant"], Kind: tenant.ControlCommand, Body: data})
	if err != nil {
		return nil, refuse(http.StatusServiceUnavailable, "control.not_ordered", "problem", err)
	}
	of := done.(*Outcome)
	c.change = *of.change
	return of.Answer, of.Err
}

// Apply applies an operation that was handed over as a command, and returns its *Outcome.
func (a *API) Apply(c tenant.Command) (any, error) {
	var m message
	if err := json.Unmarshal(c.Body, &m); err != nil {
		return nil, fmt.Errorf("a command of the control API: %w", err)
	}
	r := a.changing[m.Operation]
	if r == nil {
		return nil, fmt.Errorf("a command of the control API: no changing operation is called %q", m.Operation)
	}
	ch := &change{wall: c.Wall, path: m.Path}
	var in any
	if r.read != nil {
		var err error
		if in, err = r.read(&body{data: m.Body}); err != nil {
			return &Outcome{change: ch, Err: err}, nil
		}
	}
	return a.applied(r, ch, in), nil
}

// applied applies a change, after the tenants were removed whose time to live is over.
func (a *API) applied(r *route, c *change, in any) *Outcome {
	a.Tenants.Sweep(c.wall)
	done := &Outcome{change: c}
	if done.Err = a.find(c, c.path["tenant"], r.unassigned); done.Err == nil {
		done.Answer, done.Err = r.apply(a, c, in)
	}
	return done
}
