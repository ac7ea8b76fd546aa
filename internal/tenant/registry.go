package tenant

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/yamlfile"
	"shaxiang/scenarios"
)

// MaxTenants is how many tenants one server keeps.
const MaxTenants = 10000

// Registry is all tenants of a server. It is safe for use by many goroutines.
type Registry struct {
	// Files reads the scenario files that a configuration names; nil: only the
	// library's scenarios are known.
	Files func(name string) ([]byte, error)
	// KeptBytes is the memory that what clients wrote may take in a tenant's world;
	// fixtures.DefaultKeptBytes when 0.
	KeptBytes int
	// Now is the server's clock. Only the edges ask for the time: where a request arrives, and
	// in loops of the background. Everything below is handed the time.
	Now func() time.Time
	// Notify sends the notifications of all tenants.
	Notify *notify.Sender

	vendors *vendorapi.Shipped

	cache      *fixtures.Cache
	unassigned *journal.Journal           // of calls without a tenant
	calls      *journal.Budget            // of all journals
	journals   struct{ calls, bytes int } // the bounds of a tenant's

	mu      sync.RWMutex
	tenants []*Tenant
	apps    map[appKey][]*Credential
	secrets map[string]int // how many credentials have it
	lengths atomic.Uint64  // of secrets that were ever known, a bit each; those from 64 on share bits
	created int
	expiry  time.Time // no tenant's time to live is over before; zero for none
}

type appKey struct{ vendor, app string }

// NewRegistry returns a registry without tenants. now is the server's clock.
func NewRegistry(now func() time.Time, v *vendorapi.Shipped) *Registry {
	r := &Registry{
		Now: now, Notify: notify.NewSender(now),

		vendors: v,
		cache:   fixtures.NewCache(fixtures.DefaultCacheBytes),
		apps:    map[appKey][]*Credential{}, secrets: map[string]int{},
		unassigned: journal.New("unassigned-", journal.DefaultEntries, journal.DefaultBytes),
	}
	r.KeepCalls(journal.DefaultEntries, journal.DefaultBytes)
	return r
}

// world makes a world that shares the cache and the memory limit of all tenants.
func (r *Registry) world(c fixtures.Config) (*fixtures.World, error) {
	c.Cache, c.KeptBytes = r.cache, r.KeptBytes
	return fixtures.New(c)
}

// LintMaster reports every problem of a file of master data.
func LintMaster(file string, data []byte) yamlfile.Problems {
	problems, _ := fixtures.LintMaster(file, data).(yamlfile.Problems)
	return problems
}

// master reads a file of master data; nil stands for the shipped master data. Only
// configurations and the scenarios of this machine name files.
func (r *Registry) master(file string) (*fixtures.Master, error) {
	switch {
	case file == "":
		return nil, nil
	case r.Files == nil:
		return nil, fmt.Errorf("master: %q is a file, and files are not read here", file)
	}
	data, err := r.Files(file)
	if err != nil {
		return nil, fmt.Errorf("master: %w", err)
	}
	return r.cache.Master(file, data)
}

// KeepCalls sets how many calls a tenant's journal keeps, and how many bytes of them; 0 is as
// before. It is called before the first tenant is added.
func (r *Registry) KeepCalls(calls, bytes int) {
	r.journals.calls, r.journals.bytes = cmp.Or(calls, r.journals.calls), cmp.Or(bytes, r.journals.bytes)
	r.calls = journal.NewBudget(max(journal.DefaultBudget, 2*r.journals.bytes))
	r.calls.Take(r.unassigned)
}

// Vendors returns the vendors that credentials are of.
func (r *Registry) Vendors() *vendorapi.Shipped { return r.vendors }

// Unassigned returns the journal of calls whose tenant is not known.
func (r *Registry) Unassigned() *journal.Journal { return r.unassigned }

// JournalBytes returns about how much memory all journals take.
func (r *Registry) JournalBytes() int { return r.calls.Bytes() }

// ErrTaken says that a name or a credential belongs to another tenant.
var ErrTaken = errors.New("taken")

// Add makes a tenant. Its name and each of its credentials must be new. A tenant
// without a name gets one, and a tenant without credentials one of each vendor. Its time to
// live begins at wall.
func (r *Registry) Add(c Config, wall time.Time) (*Tenant, error) {
	if c.Name == "" {
		c.Name = r.newName()
	}
	if c.Credentials.none() {
		c.addDefaults(r.vendors)
	}
	t := &Tenant{Name: c.Name, registry: r, config: c,
		Journal: journal.New(c.Name+"-", r.journals.calls, r.journals.bytes)}
	if c.TTL < 0 {
		return nil, fmt.Errorf("tenant %s: ttl: %s is over already; write a time to come, or 0 for never", c.Name, c.TTL)
	}
	if c.TTL > 0 {
		t.expires = wall.Add(c.TTL)
	}
	var err error
	if t.credentials, err = c.credentials(r.vendors); err != nil {
		return nil, fmt.Errorf("tenant %s: %w", c.Name, err)
	}
	s := scenarios.Baseline()
	if c.Scenario != "" {
		if s, err = scenarios.Load(c.Scenario, r.Files); err != nil {
			return nil, fmt.Errorf("tenant %s: scenario: %w", c.Name, err)
		}
	}
	if err := t.Play(s, wall); err != nil {
		return nil, fmt.Errorf("tenant %s: %w", c.Name, err)
	}
	if err := r.keep(t, wall); err != nil {
		t.State().Notify.Close()
		return nil, err
	}
	return t, nil
}

func (r *Registry) newName() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		r.created++
		if name := fmt.Sprintf("t%d", r.created); r.find(name) == nil {
			return name
		}
	}
}

// keep adds the tenant, unless another tenant has its name or one of its credentials.
func (r *Registry) keep(t *Tenant, wall time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(wall)
	if len(r.tenants) >= MaxTenants {
		return fmt.Errorf("tenant %s: there are %d tenants already; delete some, or give them a time to live", t.Name, MaxTenants)
	}
	if err := r.free(t); err != nil {
		return err
	}
	r.tenants = append(r.tenants, t)
	r.expire(t)
	r.calls.Take(t.Journal)
	for _, cred := range t.credentials {
		cred.Tenant = t
		k := appKey{cred.Vendor, cred.App}
		r.apps[k] = append(r.apps[k], cred)
		for _, secret := range cred.Secrets {
			r.secrets[secret]++
			r.lengths.Or(1 << (len(secret) % 64))
		}
	}
	return nil
}

func (r *Registry) free(t *Tenant) error {
	if r.find(t.Name) != nil {
		return fmt.Errorf("tenant %s is there already; names must differ: %w", t.Name, ErrTaken)
	}
	for i, c := range t.credentials {
		if slices.ContainsFunc(t.credentials[:i], c.same) {
			return fmt.Errorf("tenant %s: %s credential %s appears twice", t.Name, c.Vendor, c.label())
		}
		for _, other := range r.apps[appKey{c.Vendor, c.App}] {
			if c.same(other) {
				return fmt.Errorf("tenant %s: %s credential %s is tenant %s's already; a credential is one world: %w",
					t.Name, c.Vendor, c.label(), other.Tenant.Name, ErrTaken)
			}
		}
	}
	return nil
}

func (c *Credential) same(o *Credential) bool {
	return c.Vendor == o.Vendor && c.App == o.App && c.Key == o.Key
}

func (c *Credential) label() string { return strings.TrimSpace(c.App + " " + c.Key) }

// Delete removes a tenant with its world. It reports false when there is no such tenant.
func (r *Registry) Delete(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := r.find(name)
	if t == nil {
		return false
	}
	r.forget(t)
	return true
}

// forget removes a tenant. The caller holds the lock.
func (r *Registry) forget(t *Tenant) {
	t.State().Notify.Close()
	r.calls.Leave(t.Journal)
	r.tenants = slices.DeleteFunc(r.tenants, func(o *Tenant) bool { return o == t })
	for _, c := range t.credentials {
		k := appKey{c.Vendor, c.App}
		r.apps[k] = slices.DeleteFunc(r.apps[k], func(o *Credential) bool { return o == c })
		if len(r.apps[k]) == 0 {
			delete(r.apps, k)
		}
		for _, secret := range c.Secrets {
			if r.secrets[secret]--; r.secrets[secret] == 0 {
				delete(r.secrets, secret)
			}
		}
	}
}

// Sweep removes the tenants whose time to live is over at a time of the server's clock. An
// edge calls it before it looks at the tenants.
func (r *Registry) Sweep(wall time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(wall)
}

// sweep does the same. The caller holds the lock.
func (r *Registry) sweep(wall time.Time) {
	if r.expiry.IsZero() || wall.Before(r.expiry) {
		return
	}
	r.expiry = time.Time{}
	for _, t := range slices.Clone(r.tenants) {
		if t.Expired(wall) {
			r.forget(t)
		} else {
			r.expire(t)
		}
	}
}

// expire lets the next sweep look at the tenants when this one's time to live is over. The
// caller holds the lock.
func (r *Registry) expire(t *Tenant) {
	if !t.expires.IsZero() && (r.expiry.IsZero() || t.expires.Before(r.expiry)) {
		r.expiry = t.expires
	}
}

// ErrUnknownApp and ErrUnknownKey say which part of a credential is not known.
var (
	ErrUnknownApp = errors.New("nobody has this app")
	ErrUnknownKey = errors.New("the app has no such key")
)

// Credential returns the credential that a request names by app and key, unless its tenant's
// time to live is over.
func (r *Registry) Credential(vendor, app, key string, wall time.Time) (*Credential, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	err := ErrUnknownApp
	for _, c := range r.apps[appKey{vendor, app}] {
		if c.Tenant.Expired(wall) {
			continue
		}
		if c.Key == key {
			return c, nil
		}
		err = ErrUnknownKey
	}
	return nil, err
}

// Secret reports whether a text is the secret of a credential. Most texts of a call have
// another length than all secrets, and need no lock.
func (r *Registry) Secret(text string) bool {
	if r.lengths.Load()&(1<<(len(text)%64)) == 0 {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.secrets[text] > 0
}

// Credentials returns all credentials, tenant by tenant.
func (r *Registry) Credentials() []*Credential {
	var list []*Credential
	for _, t := range r.Tenants() {
		list = append(list, t.credentials...)
	}
	return list
}

// Tenants returns all tenants in the order in which they were added.
func (r *Registry) Tenants() []*Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.tenants)
}

// Names returns the tenants' names in the order in which they were added.
func (r *Registry) Names() []string {
	var names []string
	for _, t := range r.Tenants() {
		names = append(names, t.Name)
	}
	return names
}

// Tenant returns the tenant of that name, nil when there is none.
func (r *Registry) Tenant(name string) *Tenant {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.find(name)
}

func (r *Registry) find(name string) *Tenant {
	for _, t := range r.tenants {
		if t.Name == name {
			return t
		}
	}
	return nil
}
