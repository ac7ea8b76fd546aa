package handlers

import (
	"errors"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/internal/tenant"
	"shaxiang/signature"
)

// others returns every other credential of the server: clients mix them up.
func (x *exchange) others() []signature.Known {
	var list []signature.Known
	for _, c := range x.Tenants.Credentials() {
		if c.Vendor == x.vendor.Name && c.Secret == x.credential.Secret {
			continue
		}
		list = append(list, signature.Known{Name: "tenant " + c.Tenant.Name + ", " + c.Vendor, Scheme: c.Vendor, Secret: c.Secret, Salt: c.Salt})
	}
	return list
}

func (x *exchange) checkPublic() *catalog.Refusal {
	sent := func(p catalog.Public) bool { return x.call.public.get(p.Name) != "" }
	for _, p := range x.vendor.Public {
		if !p.Required || sent(p) {
			continue
		}
		hint := "the parameter " + p.Name + " is missing"
		if !slices.ContainsFunc(x.vendor.Public, sent) {
			hint += ", and so is every other; they travel in " + x.codec.place()
		}
		return catalog.Refuse(catalog.MissingPublic, "name", p.Name).Because(hint)
	}
	return nil
}

func (x *exchange) checkVersion() *catalog.Refusal {
	want := x.vendor.Version
	if want == nil || x.call.public.get("v") == want.Value {
		return nil
	}
	return catalog.Refuse(catalog.BadVersion, "value", x.call.public.get("v")).Because("v must be " + want.Value)
}

// checkApp finds the tenant by the credential that the call carries.
func (x *exchange) checkApp() *catalog.Refusal {
	if x.call.app == "" {
		return catalog.Refuse(catalog.MissingPublic, "name", "app_id").Because("neither app_id nor vendor_sn was sent")
	}
	c, err := x.Tenants.Credential(x.vendor.Name, x.call.app, x.call.key)
	switch {
	case errors.Is(err, tenant.ErrUnknownApp):
		return catalog.Refuse(catalog.UnknownApp, "value", x.call.app).Because("no tenant has the app " + x.call.app + "; known are " + x.apps())
	case err != nil:
		return catalog.Refuse(catalog.UnknownKey, "value", x.call.key).Because("the app " + x.call.app + " has no key " + x.call.key)
	}
	x.credential, x.tenant, x.state = c, c.Tenant, c.Tenant.State()
	x.at = x.state.Clock.State()
	if c.Refuse != "" {
		return catalog.Refuse(c.Refuse, "value", x.call.app).Because("this credential is declared to be refused so")
	}
	return nil
}

// apps lists the vendor's apps that would be known, or the first few of them.
func (x *exchange) apps() string {
	const enough = 5
	var apps []string
	for _, c := range x.Tenants.Credentials() {
		if c.Vendor != x.vendor.Name || slices.Contains(apps, c.App) {
			continue
		}
		if len(apps) == enough {
			apps = append(apps, "…")
			break
		}
		apps = append(apps, c.App)
	}
	return strings.Join(apps, ", ")
}

func (x *exchange) checkSignature() *catalog.Refusal {
	scheme := x.codec.scheme()
	err := scheme.Verify(x.credential.Secret, x.call.request, x.call.sign)
	wrongSalt := x.call.salt != x.credential.Salt
	if err == nil && !wrongSalt {
		return nil
	}
	x.breathe()
	x.entry.Canonical = signature.Mask(scheme, x.call.request)
	x.breathe()
	refused := catalog.Refuse(catalog.BadSignature).Because("the signature does not fit")
	if wrongSalt {
		refused.Because("the salt is not the credential's; the appsecret is secret:salt")
	}
	c := signature.Case{Scheme: scheme, Secret: x.credential.Secret, Salt: x.credential.Salt,
		Request: x.call.request, Sign: x.call.sign, Brief: !x.autopsies.take(x.entry.Time)}
	if !c.Brief {
		c.Others = x.others()
	}
	findings := x.autopsies.perform(c)
	if len(findings) == 0 && c.Brief {
		refused.Because(refused.Hint + "; so many signatures were refused just now that only the likeliest mistakes were tried, and none gives it")
	} else if len(findings) == 0 {
		refused.Because(refused.Hint + "; no known mistake gives it, so compare what you hash with the canonical text")
	}
	for _, f := range findings {
		x.entry.Autopsy = append(x.entry.Autopsy, f.Mistake+": "+f.Text)
	}
	return refused
}

func (x *exchange) checkTimestamp() *catalog.Refusal {
	t := x.vendor.Timestamp
	if t == nil {
		return nil
	}
	stamps := signature.Timestamps{Epoch: t.Epoch, Tolerance: t.Tolerance, Bits: t.Bits}
	text, now := x.call.public.get("timestamp"), x.at.Wall
	err := stamps.Check(text, now)
	if err == nil {
		return nil
	}
	if f := stamps.Explain(text, now); f != nil {
		x.entry.Autopsy = append(x.entry.Autopsy, f.Mistake+": "+f.Text)
	}
	kind := catalog.StaleTimestamp
	if bad := (*signature.Malformed)(nil); errors.As(err, &bad) {
		kind = catalog.BadTimestamp
	}
	return catalog.Refuse(kind, "value", text).Because(err.Error())
}

func (x *exchange) checkMethod() *catalog.Refusal {
	x.endpoint = x.Catalog.Endpoint(x.vendor.Name, x.call.method)
	if e := x.endpoint; e != nil && (len(e.Gateways) == 0 || slices.Contains(e.Gateways, x.call.gateway)) {
		return nil
	}
	hint := "no endpoint is called " + x.call.method + x.closest(x.vendor.Name, x.call.method)
	if x.endpoint != nil {
		hint = x.call.method + " is answered on " + strings.Join(x.endpoint.Gateways, ", ")
	}
	x.endpoint = nil
	return catalog.Refuse(catalog.UnknownMethod, "method", x.call.method).Because(hint)
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

func (x *exchange) checkPermission() *catalog.Refusal {
	if x.credential.Allows(x.call.method) {
		return nil
	}
	return catalog.Refuse(catalog.NoPermission, "method", x.call.method).Because("this credential is declared not to have applied for the method")
}

// checkShape reads the arguments and pairs them with the method's parameters.
func (x *exchange) checkShape() *catalog.Refusal {
	list, refused := x.parsed()
	if refused != nil {
		return refused
	}
	x.checker.Begin(x.compiled.Endpoint(x.vendor, x.endpoint), args.Sent{List: list, Public: x.call.public.of, Now: x.at.Now})
	return x.checker.Run("shape")
}

// checkKnown refuses an argument none of whose values names anything.
func (x *exchange) checkKnown() *catalog.Refusal {
	for _, ref := range x.checker.References() {
		p, in := ref.Param, ref.Param.Known
		known := func(text string) bool { return x.state.World.Has(in.Collection, in.Column, text, x.at.Now) }
		if !slices.ContainsFunc(ref.Values, known) {
			return catalog.Refuse(catalog.NotFound, "name", p.Name, "label", p.Label, "value", strings.Join(ref.Values, ",")).
				Because("no " + in.Collection + " has a " + in.Column + " of " + strings.Join(ref.Values, ", "))
		}
	}
	return nil
}
