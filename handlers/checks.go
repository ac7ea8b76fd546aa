package handlers

import (
	"errors"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// others returns every other credential of the server: clients mix them up.
func (x *exchange) others() []autopsy.Known {
	var list []autopsy.Known
	for _, c := range x.credentials() {
		if c.Vendor == x.vendor.Name && slices.Equal(c.Secrets, x.credential.Secrets) {
			continue
		}
		list = append(list, c.Known("tenant "+c.Tenant.Name+", "+c.Vendor)...)
	}
	return list
}

func (x *exchange) checkPublic() *catalog.Refusal {
	sent := func(p catalog.Public) bool { return x.call.Public.Get(p.Name) != "" }
	for _, p := range x.vendor.Public {
		if !p.Required || sent(p) {
			continue
		}
		refused := catalog.Refuse(catalog.MissingPublic, "name", p.Name)
		if !slices.ContainsFunc(x.vendor.Public, sent) {
			return refused.Say("handlers.no_parameter", "name", p.Name, "carrier", x.folder.Carrier)
		}
		return refused.Say("handlers.parameter", "name", p.Name)
	}
	return nil
}

// checkApp finds the tenant by the credential that the call names.
func (x *exchange) checkApp() *catalog.Refusal {
	x.call.Identify(&x.vendor.Credential)
	if x.call.App == "" {
		params := x.vendor.Credential.AppParams()
		refused := catalog.Refuse(catalog.MissingPublic, "name", params[0])
		if len(params) == 1 {
			return refused.Say("handlers.app", "name", params[0])
		}
		return refused.Say("handlers.no_app", "names", strings.Join(params, " nor "))
	}
	c, err := x.Tenants.Credential(x.vendor.Name, x.call.App, x.call.Key, x.wall)
	switch {
	case errors.Is(err, tenant.ErrUnknownApp):
		return catalog.Refuse(catalog.UnknownApp, "value", x.call.App).Say("handlers.unknown_app", "app", x.call.App, "known", x.apps())
	case err != nil:
		return catalog.Refuse(catalog.UnknownKey, "value", x.call.Key).Say("handlers.unknown_key", "app", x.call.App, "key", x.call.Key)
	}
	x.credential, x.tenant, x.state = c, c.Tenant, c.Tenant.State()
	x.at = x.state.Clock.State(x.wall)
	if c.Refuse != "" {
		return catalog.Refuse(c.Refuse, "value", x.call.App).Say("handlers.declared")
	}
	return nil
}

// credentials returns all credentials, so that a hint can name the right one.
func (x *exchange) credentials() []*tenant.Credential {
	x.Tenants.Sweep(x.wall)
	return x.Tenants.Credentials()
}

// apps lists the known apps of the vendor, or the first few of them.
func (x *exchange) apps() string {
	const maxListed = 5
	var apps []string
	for _, c := range x.credentials() {
		if c.Vendor != x.vendor.Name || slices.Contains(apps, c.App) {
			continue
		}
		if len(apps) == maxListed {
			apps = append(apps, "…")
			break
		}
		apps = append(apps, c.App)
	}
	return strings.Join(apps, ", ")
}

// explainSignature refuses a signature, and looks for the mistake that gives it.
func (x *exchange) explainSignature() *catalog.Refusal {
	c, long := x.credential, len(x.text) > longText
	if long {
		yield()
	}
	x.entry.Canonical = vendorapi.Mask(x.folder.Signer, c.Secrets, x.call.Request)
	if long {
		yield()
	}
	refused := catalog.Refuse(catalog.BadSignature).Say("handlers.signature")
	if x.call.Salt != c.Salt {
		refused.Say("handlers.salt")
	}
	refusedSign := x.Vendors.Case(&c.Credential, x.call.Request, x.call.Sign)
	if refusedSign.Brief = !x.autopsies.take(x.wall); !refusedSign.Brief {
		refusedSign.Others = x.others()
	}
	findings := x.autopsies.perform(refusedSign)
	if len(findings) == 0 && refusedSign.Brief {
		refused.Say("handlers.few_mistakes_tried", "hint", refused.Hint)
	} else if len(findings) == 0 {
		refused.Say("handlers.no_known_mistake", "hint", refused.Hint)
	}
	for _, f := range findings {
		x.entry.Autopsy = append(x.entry.Autopsy, f.Mistake+": "+f.Text)
	}
	return refused
}

func (x *exchange) checkTimestamp(t *catalog.Timestamp) *catalog.Refusal {
	stamps := signature.Timestamps{Epoch: t.Epoch, Tolerance: t.Tolerance, Bits: t.Bits}
	text, now := x.call.Public.Get("timestamp"), x.at.Wall
	err := stamps.Check(text, now)
	if err == nil {
		return nil
	}
	if f := autopsy.ExplainTimestamp(stamps, text, now); f != nil {
		x.entry.Autopsy = append(x.entry.Autopsy, f.Mistake+": "+f.Text)
	}
	kind := catalog.StaleTimestamp
	if bad := (*signature.Malformed)(nil); errors.As(err, &bad) {
		kind = catalog.BadTimestamp
	}
	return catalog.Refuse(kind, "value", text).Because(err.Error())
}

func (x *exchange) checkMethod() *catalog.Refusal {
	e := x.Catalog.Endpoint(x.vendor.Name, x.call.Method)
	if e != nil && (len(e.Gateways) == 0 || slices.Contains(e.Gateways, x.call.Path)) {
		x.endpoint = e
		x.compiled = made(x.endpoints, e, func() *endpoint { return compile(x.vendor, e) })
		return nil
	}
	refused := catalog.Refuse(catalog.UnknownMethod, "method", x.call.Method)
	if e != nil {
		return refused.Say("handlers.gateway", "method", x.call.Method, "gateways", e.Gateways)
	}
	return refused.Say("handlers.unknown_method", "method", x.call.Method, "meant", x.closest(x.vendor.Name, x.call.Method))
}

// closest suggests a method of the same last word, or with other letter case.
func (s *server) closest(vendor, method string) string {
	last := func(m string) string {
		m = strings.TrimSuffix(strings.ToLower(m), ".php")
		return m[strings.LastIndex(m, ".")+1:]
	}
	methods := s.Catalog.Methods(vendor)
	i := slices.IndexFunc(methods, func(m string) bool { return strings.EqualFold(m, method) })
	if i < 0 {
		i = slices.IndexFunc(methods, func(m string) bool { return last(m) == last(method) })
	}
	if i < 0 {
		return ""
	}
	return "; did you mean " + methods[i] + "?"
}

// checkQuota counts a call. How many others of its method run is an input of the call, as its
// time is: where calls are ordered, they are applied one after the other.
func (x *exchange) checkQuota(m *scenarios.Meter) *catalog.Refusal {
	x.enter(m)
	kind := m.Take(x.call.Method, x.at.Now, x.running)
	if kind == "" {
		return nil
	}
	if x.meter != nil { // what is refused does not run
		x.meter.Leave(x.call.Method)
		x.meter = nil
	}
	return catalog.Refuse(catalog.Kind(kind), "method", x.call.Method).Say("handlers.quota")
}

// enter counts the call among those of its method that run, once.
func (x *exchange) enter(m *scenarios.Meter) {
	if !x.counted {
		x.counted, x.running, x.meter = true, m.Enter(x.call.Method), m
	}
}

// checkShape reads the arguments and pairs them with the method's parameters.
func (x *exchange) checkShape() *catalog.Refusal {
	list, refused := x.parsed()
	if refused != nil {
		return refused
	}
	x.checker.Begin(x.compiled.Endpoint, args.Sent{List: list, Public: x.call.Public.Of, Now: x.at.Now, Limits: x.call.Limits})
	return x.checker.Run("shape")
}

// checkKnown refuses an argument none of whose values names anything.
func (x *exchange) checkKnown() *catalog.Refusal {
	for _, ref := range x.checker.References() {
		p, in := ref.Param, ref.Param.Known
		known := func(text string) bool { return x.state.World.Has(in.Collection, in.Column, text, x.at.Now) }
		if !slices.ContainsFunc(ref.Values, known) {
			return catalog.Refuse(catalog.NotFound, "name", p.Name, "label", p.Label, "value", strings.Join(ref.Values, ",")).
				Say("handlers.unknown_value", "collection", in.Collection, "column", in.Column, "values", ref.Values)
		}
	}
	return nil
}
