package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
)

// Orderer decides on the order of commands. Order has the command applied when it is its turn,
// by Apply on each server that shares the order, and returns what Apply returned on this one.
// An error says that the command was not ordered and never will be.
type Orderer interface {
	Order(ctx context.Context, c tenant.Command) (any, error)
}

// message is a call in a command.
type message struct {
	Vendor  string      `json:"vendor"`
	Path    string      `json:"path"`
	Name    string      `json:"name,omitempty"`
	Header  http.Header `json:"header"`
	Query   []byte      `json:"query,omitempty"`
	Body    []byte      `json:"body"`
	Running int         `json:"running,omitempty"` // calls of its method that ran when it came, where a quota counts them
}

// ordered has the call applied, by whoever orders calls if its order matters, and returns the
// exchange that has its answer.
func (x *exchange) ordered() *exchange {
	if x.Order == nil {
		x.apply()
		return x
	}
	of, free := x.free()
	if free {
		x.apply()
		return x
	}
	done, err := x.order(of.Name)
	if err != nil {
		x.tenant = of
		x.body = x.refuse(catalog.Refuse(catalog.Internal).Because(err.Error()))
		return x
	}
	x.end()
	return done
}

func (x *exchange) order(tenantName string) (*exchange, error) {
	m := &x.call.Message
	body, err := json.Marshal(message{x.vendor.Name, m.Path, m.Name, m.Header, []byte(m.Query), []byte(m.Body), x.running})
	if err != nil {
		return nil, err
	}
	done, err := x.Order.Order(x.ctx, tenant.Command{Wall: x.wall, Tenant: tenantName, Kind: tenant.CallCommand, Body: body})
	if err != nil {
		return nil, err
	}
	answered := done.(*exchange)
	answered.meter = x.meter
	return answered, nil
}

// Apply answers a call that was handed over as a command. What it returns is for the server
// that handed it over.
func (s *Sandbox) Apply(c tenant.Command) (any, error) {
	var m message
	if err := json.Unmarshal(c.Body, &m); err != nil {
		return nil, fmt.Errorf("a command of a call: %w", err)
	}
	x := s.begin(context.Background()) // a command is not given up when its client goes away
	i := slices.IndexFunc(s.Vendors.List, func(v *vendorapi.Vendor) bool { return v.Name == m.Vendor })
	if i < 0 {
		return nil, fmt.Errorf("a command of a call: no vendor is called %q", m.Vendor)
	}
	x.text = string(m.Body)
	if len(m.Query) > 0 {
		x.text = "?" + string(m.Query) + "\n" + x.text
	}
	x.call.Message = vendorapi.Message{Path: m.Path, Name: m.Name, Header: m.Header, Query: string(m.Query), Body: x.text[len(x.text)-len(m.Body):]}
	x.counted, x.running = true, m.Running
	x.folder, x.vendor, x.wall = s.Vendors.List[i], s.Catalog.Vendor(m.Vendor), c.Wall
	x.apply()
	return x, nil
}

// free reports whether the call changes nothing, so that its order does not matter: it is a
// query, or is refused before anything else; no rule of the tenant fits it, whatever the rules'
// state; and no quota counts its method. It returns the tenant of a call that is not free. What
// free reads of the call, apply does not read again.
func (x *exchange) free() (of *tenant.Tenant, free bool) {
	defer func() {
		if recover() != nil {
			free = true // apply meets it again, and answers as the vendor does
		}
	}()
	if x.decode() != nil {
		return nil, true
	}
	x.call.Identify(&x.vendor.Credential)
	c, err := x.Tenants.Credential(x.vendor.Name, x.call.App, x.call.Key, x.wall)
	if err != nil {
		return nil, true
	}
	if e := x.Catalog.Endpoint(x.vendor.Name, x.call.Method); e != nil && e.Kind != catalog.KindQuery {
		return c.Tenant, false
	}
	state := c.Tenant.State()
	if state.Meter.Meters(x.call.Method) {
		x.enter(state.Meter)
		return c.Tenant, false
	}
	return c.Tenant, state.Rules.Idle() ||
		!state.Rules.Could(scenarios.Call{Vendor: x.vendor.Name, Method: x.call.Method, Params: x.params()})
}
