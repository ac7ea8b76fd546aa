package cli

import (
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/vendors"
)

// identity is who a call is made as: what --tenant has for the vendor, with what
// --app, --key and --secret say otherwise.
type identity struct {
	tenant, vendor          string
	param, app, key, secret string
}

// identity reads the flags. --app may name its parameter: vendor_sn=2019….
func (f *callFlags) identity(vendor string) (identity, error) {
	who := identity{tenant: f.Tenant, vendor: vendor, app: f.App, key: f.Key, secret: f.Secret}
	param, app, named := strings.Cut(f.App, "=")
	if !named {
		return who, nil
	}
	if known := declared(vendor).AppParams(); !slices.Contains(known, param) {
		return who, fail(exitUsage, "cli.app", "vendor", vendor, "parameter", param, "known", strings.Join(known, "=ID or "))
	}
	who.param, who.app = param, app
	return who, nil
}

// declared returns the fields of a vendor's credential.
func declared(vendor string) *catalog.Credential { return vendors.Shipped().Declared(vendor) }

// credential finds what the identity signs with.
func (a *app) credential(who identity) (*tenant.Credential, error) {
	sandbox, err := a.sandbox(server.Config{})
	if err != nil {
		return nil, err
	}
	r := sandbox.Registry
	t := r.Tenant(who.tenant)
	if t == nil {
		return nil, fail(exitUsage, "cli.tenant", "tenant", who.tenant, "known", r.Names(), "file", defaultConfig)
	}
	own := slices.DeleteFunc(r.Credentials(), func(c *tenant.Credential) bool { return c.Tenant != t || c.Vendor != who.vendor })
	cred := &tenant.Credential{Credential: who.blank()}
	if found := who.best(own); found != nil {
		*cred = *found
	} else if who.app == "" || who.secret == "" {
		return nil, fail(exitUsage, "cli.no_credential", "tenant", who.tenant, "vendor", who.vendor)
	}
	return cred, who.override(cred)
}

// blank returns a credential without values, of the usual app.
func (who identity) blank() vendorapi.Credential {
	c := vendorapi.Credential{Vendor: who.vendor}
	for _, f := range declared(who.vendor).Apps()[0] {
		switch f.Role {
		case catalog.RoleApp:
			c.Param = f.Name
		case catalog.RoleKey:
			c.KeyParam = f.Name
		}
	}
	return c
}

// best returns the credential that fits most: one that has the given id and key
// before one that has not, one that may call everything before one that is
// declared to be refused, the usual kind of app before others.
func (who identity) best(own []*tenant.Credential) *tenant.Credential {
	usual := declared(who.vendor).AppParams()[0]
	score := func(c *tenant.Credential) (n int) {
		for i, yes := range []bool{
			c.Param == usual, c.Refuse == "" && len(c.Deny) == 0,
			c.Key == who.key, c.App == who.app, c.Param == who.param} {
			if yes {
				n += 1 << i
			}
		}
		return n
	}
	if len(own) == 0 {
		return nil
	}
	return slices.MaxFunc(own, func(a, b *tenant.Credential) int { return score(a) - score(b) })
}

// override puts what was said on the command line over what was found.
func (who identity) override(c *tenant.Credential) error {
	if who.param != "" {
		c.Param = who.param
	} else if who.app != "" && who.app != c.App {
		c.Param = declared(who.vendor).AppParams()[0]
	}
	if who.app != "" {
		c.App = who.app
	}
	if who.key != "" {
		c.Key = who.key
	}
	if who.secret == "" {
		return nil
	}
	if err := c.Reissue(vendors.List().Named(who.vendor), who.secret); err != nil {
		secret := declared(who.vendor).Secret()
		return fail(exitUsage, "cli.secret", "vendor", who.vendor, "field", secret.Name, "form", secret.Doc)
	}
	return nil
}
