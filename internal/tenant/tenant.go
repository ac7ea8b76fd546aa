// Package tenant keeps the isolated worlds of one server, each found by the
// credential that a request carries.
package tenant

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
)

// Tenant is one isolated world: its business, its clock, its journal.
type Tenant struct {
	Name    string
	World   *fixtures.World
	Clock   *Clock
	Journal *journal.Journal
}

// Credential is what one vendor gave one of a tenant's clients.
type Credential struct {
	Tenant *Tenant
	Vendor string
	Param  string // the parameter that carries App: sid, app_id or vendor_sn
	App    string
	Key    string // key or appkey; none for Fubei
	Secret string
	Salt   string       // openapi only
	Refuse catalog.Kind // every call is refused so
	Deny   []string     // patterns of methods that the app did not apply for
}

// Allows reports whether the app applied for the method.
func (c *Credential) Allows(method string) bool {
	return !slices.ContainsFunc(c.Deny, func(pattern string) bool {
		ok, _ := path.Match(pattern, method) // patterns are checked when they are read
		return ok
	})
}

// Registry is all tenants of a server. It is safe for use by many goroutines.
type Registry struct {
	wall  func() time.Time
	cache *fixtures.Cache

	mu      sync.RWMutex
	tenants []*Tenant
	apps    map[appKey][]*Credential
	stray   *journal.Journal
}

type appKey struct{ vendor, app string }

// NewRegistry returns a registry without tenants. wall is the server's clock.
func NewRegistry(wall func() time.Time) *Registry {
	return &Registry{
		wall:  wall,
		cache: fixtures.NewCache(fixtures.DefaultCacheBytes),
		apps:  map[appKey][]*Credential{},
		stray: journal.New("stray-", journal.DefaultEntries, journal.DefaultBytes),
	}
}

// Wall returns the server's clock.
func (r *Registry) Wall() time.Time { return r.wall() }

// Stray returns the journal of calls that no tenant could be found for.
func (r *Registry) Stray() *journal.Journal { return r.stray }

// Add makes a tenant. Its name and each of its credentials must be new.
func (r *Registry) Add(c Config) (*Tenant, error) {
	clock, err := newClock(r.wall, c.Clock)
	if err != nil {
		return nil, fmt.Errorf("tenant %s: %w", c.Name, err)
	}
	world, err := fixtures.New(fixtures.Config{Seed: c.Seed, OrdersPerDay: c.OrdersPerDay, Cache: r.cache})
	if err != nil {
		return nil, fmt.Errorf("tenant %s: %w", c.Name, err)
	}
	t := &Tenant{Name: c.Name, World: world, Clock: clock,
		Journal: journal.New(c.Name+"-", journal.DefaultEntries, journal.DefaultBytes)}
	credentials, err := c.credentials()
	if err != nil {
		return nil, fmt.Errorf("tenant %s: %w", c.Name, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.free(c.Name, credentials); err != nil {
		return nil, err
	}
	r.tenants = append(r.tenants, t)
	for _, cred := range credentials {
		cred.Tenant = t
		k := appKey{cred.Vendor, cred.App}
		r.apps[k] = append(r.apps[k], cred)
	}
	return t, nil
}

func (r *Registry) free(name string, credentials []*Credential) error {
	if slices.ContainsFunc(r.tenants, func(t *Tenant) bool { return t.Name == name }) {
		return fmt.Errorf("tenant %s is there already; names must differ", name)
	}
	if len(credentials) == 0 {
		return fmt.Errorf("tenant %s: needs a credential of at least one vendor", name)
	}
	for _, c := range credentials {
		for _, other := range r.apps[appKey{c.Vendor, c.App}] {
			if other.Key == c.Key {
				return fmt.Errorf("tenant %s: %s credential %s is tenant %s's already; a credential is one world",
					name, c.Vendor, strings.TrimSpace(c.App+" "+c.Key), other.Tenant.Name)
			}
		}
	}
	return nil
}

// ErrUnknownApp and ErrUnknownKey say which half of a credential is not known.
var (
	ErrUnknownApp = errors.New("nobody has this app")
	ErrUnknownKey = errors.New("the app has no such key")
)

// Credential finds what a request carries.
func (r *Registry) Credential(vendor, app, key string) (*Credential, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := r.apps[appKey{vendor, app}]
	if len(list) == 0 {
		return nil, ErrUnknownApp
	}
	for _, c := range list {
		if c.Key == key {
			return c, nil
		}
	}
	return nil, ErrUnknownKey
}

// Credentials returns all credentials, tenant by tenant.
func (r *Registry) Credentials() []*Credential {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var list []*Credential
	for _, c := range r.apps {
		list = append(list, c...)
	}
	slices.SortFunc(list, func(a, b *Credential) int {
		return strings.Compare(a.Tenant.Name+"\x00"+a.Vendor+"\x00"+a.App+"\x00"+a.Key, b.Tenant.Name+"\x00"+b.Vendor+"\x00"+b.App+"\x00"+b.Key)
	})
	return list
}

// Tenant returns the tenant of that name, nil when there is none.
func (r *Registry) Tenant(name string) *Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, t := range r.tenants {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Names returns the tenants' names in the order in which they were added.
func (r *Registry) Names() []string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	names := make([]string, len(r.tenants))
	for i, t := range r.tenants {
		names[i] = t.Name
	}
	return names
}
