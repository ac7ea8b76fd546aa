package control

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// nameShape is the form of a tenant's name, which is part of paths, ids and credentials.
var nameShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// longestTTL bounds a tenant's time to live, so that its end is a valid time.
const longestTTL = 10 * 365 * 24 * time.Hour

func (a *API) createTenant(c *change, in NewTenant) (TenantInfo, error) {
	config, err := in.config()
	if err != nil {
		return TenantInfo{}, err
	}
	t, err := a.add(config, c.wall)
	if err != nil {
		return TenantInfo{}, err
	}
	c.use(t)
	return a.info(c), nil
}

// addLocation says where a new tenant is.
func (a *API) addLocation(c *call, info *TenantInfo) {
	c.w.Header().Set("Location", Prefix+"/tenants/"+info.Name)
}

// add makes the tenant. A name that the registry chooses may be taken by a client that
// chose it: then the next name is tried.
func (a *API) add(config tenant.Config, wall time.Time) (*tenant.Tenant, error) {
	for {
		t, err := a.Tenants.Add(config, wall)
		switch {
		case err == nil:
			return t, nil
		case errors.Is(err, tenant.ErrTaken) && config.Name != "":
			return nil, because(http.StatusConflict, err)
		case !errors.Is(err, tenant.ErrTaken):
			return nil, err
		}
	}
}

// config checks what can be wrong with a tenant before it is made.
func (in *NewTenant) config() (tenant.Config, error) {
	c := tenant.Config{Name: in.Name, Seed: in.Seed, OrdersPerDay: in.OrdersPerDay, Scenario: in.Scenario}
	if in.Name != "" && !nameShape.MatchString(in.Name) {
		return c, badInput("control.bad_name", "name", in.Name)
	}
	if in.Name == unassignedName || in.Name == formerName {
		return c, badInput("control.name_reserved", "name", in.Name)
	}
	if in.OrdersPerDay < 0 {
		return c, refuse(http.StatusUnprocessableEntity, "control.orders_per_day", "number", in.OrdersPerDay)
	}
	// The registry may read files for the user who started the server. Over HTTP there
	// are none: the caller may be another user.
	if in.Scenario != "" && !slices.Contains(scenarios.Names(), in.Scenario) {
		return c, unknownScenario(in.Scenario)
	}
	var err error
	if in.Clock != nil {
		if c.Clock, err = in.Clock.config("clock.offset"); err != nil {
			return c, err
		}
	}
	c.TTL, err = in.ttl()
	return c, err
}

func (in *NewTenant) ttl() (time.Duration, error) {
	if in.TTL == "" {
		return 0, nil
	}
	d, err := duration("ttl", in.TTL)
	if err != nil {
		return 0, err
	}
	if d <= 0 || d > longestTTL {
		return 0, refuse(http.StatusUnprocessableEntity, "control.bad_ttl", "ttl", in.TTL, "limit", longestTTL)
	}
	return d, nil
}

// duration reads a duration such as 36h.
func duration(name, text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, badInput("control.bad_duration", "name", name, "value", text)
	}
	return d, nil
}

func (a *API) listTenants(c *call) (Tenants, error) {
	list := Tenants{Tenants: []TenantSummary{}}
	for _, t := range a.Tenants.Tenants() {
		if t.Expired(c.wall) {
			continue
		}
		list.Tenants = append(list.Tenants, summary(t, t.State(), c.wall))
	}
	return list, nil
}

func (a *API) showTenant(c *call) (TenantInfo, error) { return a.info(&c.change), nil }

// info describes the tenant, without its URLs.
func (a *API) info(c *change) TenantInfo {
	return TenantInfo{TenantSummary: summary(c.tenant, c.state, c.wall), Credentials: credentials(c.tenant, a.Tenants.Vendors())}
}

func summary(t *tenant.Tenant, s *tenant.State, wall time.Time) TenantSummary {
	info := TenantSummary{Name: t.Name, Scenario: s.Scenario.Name, Clock: clockOf(s.Clock.State(wall)), Calls: len(t.Journal.Entries())}
	if at := t.Expires(); !at.IsZero() {
		info.Expires = &at
	}
	return info
}

// addURLs adds the URL for each vendor's clients: the part of the vendor's first path that all
// methods share.
func (a *API) addURLs(c *call, info *TenantInfo) {
	base := ""
	if a.BaseURL != nil {
		base = a.BaseURL(c.r)
	} else {
		scheme := "http"
		if c.r.TLS != nil {
			scheme = "https"
		}
		base = scheme + "://" + c.r.Host
	}
	info.BaseURLs = map[string]string{}
	for _, v := range a.Catalog.Vendors() {
		paths := a.Catalog.Vendor(v).Paths
		if len(paths) == 0 {
			continue
		}
		path, _, _ := strings.Cut(paths[0], "/{")
		info.BaseURLs[v] = strings.TrimSuffix(base, "/") + path
	}
}

func (a *API) deleteTenant(c *change) (nothing, error) {
	if c.tenant.Name == defaultTenant {
		return nothing{}, refuse(http.StatusConflict, "control.undeletable", "tenant", defaultTenant)
	}
	a.Tenants.Delete(c.tenant.Name) // another caller may have been faster
	return nothing{}, nil
}

func (a *API) resetTenant(c *change) (TenantInfo, error) {
	if err := c.tenant.Reset(c.wall); err != nil {
		return TenantInfo{}, err
	}
	c.state = c.tenant.State()
	return a.info(c), nil
}
