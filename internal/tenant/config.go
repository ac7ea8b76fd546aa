package tenant

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"gopkg.in/yaml.v3"

	"shaxiang/catalog"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/yamlfile"
)

// Config is one tenant as a file declares it.
type Config struct {
	Name         string        `yaml:"name"`
	Seed         *uint64       `yaml:"seed"`           // DefaultSeed when neither this nor the scenario says
	OrdersPerDay int           `yaml:"orders_per_day"` // likewise fixtures.DefaultOrdersPerDay
	Clock        ClockConfig   `yaml:"clock"`
	Scenario     string        `yaml:"scenario"` // a name of the library, or a file
	Master       string        `yaml:"master"`   // a file of master data; the scenario's, or the shipped one, when empty
	TTL          time.Duration `yaml:"ttl"`      // after which the tenant goes; 0 for never

	// Credentials by vendor. A file has a section for each vendor, beside the keys above:
	// Resolve reads them.
	Credentials Credentials          `yaml:"-"`
	Sections    map[string]yaml.Node `yaml:",inline"`
}

// Credentials are declared credentials by vendor.
type Credentials map[string][]catalog.CredentialEntry

// DefaultSeed is the seed of a world that names none.
const DefaultSeed uint64 = 2012

// DefaultName is the name of the tenant that every server has.
const DefaultName = "default"

// Default returns the tenant that every server has. Its credentials stand in the vendors'
// vendor.yaml.
func Default(v *vendorapi.Shipped) Config {
	c := Config{Name: DefaultName, Credentials: Credentials{}}
	for _, vendor := range v.List {
		c.Credentials[vendor.Name] = v.Declared(vendor.Name).Default
	}
	return c
}

// Resolve reads the sections of the vendors. It returns their problems; path is where the
// tenant stands in the file.
func (c *Config) Resolve(v *vendorapi.Shipped, doc *yamlfile.Doc, path ...any) yamlfile.Problems {
	var problems yamlfile.Problems
	report := func(m text.Message, below ...any) {
		problems = append(problems, doc.Say(m, append(slices.Clone(path), below...)...))
	}
	for _, name := range slices.Sorted(maps.Keys(c.Sections)) {
		if v.Named(name) == nil {
			report(yamlfile.UnknownKey(name, slices.Sorted(slices.Values(append(yamlfile.Keys(c), v.Names()...)))), name)
			continue
		}
		section, keys := c.Sections[name], v.Declared(name).Keys()
		var entries []catalog.CredentialEntry
		problems = append(problems, doc.Decode(&section, &entries, keys)...)
		for i, e := range entries {
			for _, field := range slices.Sorted(maps.Keys(e.Values)) {
				if !slices.Contains(keys, field) {
					report(yamlfile.UnknownKey(field, slices.Sorted(slices.Values(keys))), name, i, field)
				}
			}
		}
		if c.Credentials == nil {
			c.Credentials = Credentials{}
		}
		c.Credentials[name] = entries
	}
	return problems
}

// checkLimits checks the limits of a credential and returns the compiled patterns of Deny.
func checkLimits(l catalog.Limits) (denied []text.Pattern, err error) {
	if err := l.CheckRefuse(); err != nil {
		return nil, err
	}
	for _, pattern := range l.Deny {
		p, err := text.NamePattern(pattern)
		if err != nil {
			return nil, fmt.Errorf("deny: %w", err)
		}
		denied = append(denied, p)
	}
	return denied, nil
}

// credentials returns what the tenant's clients sign with.
func (c *Config) credentials(v *vendorapi.Shipped) ([]*Credential, error) {
	var list []*Credential
	for _, vendor := range v.List {
		for _, e := range c.Credentials[vendor.Name] {
			read, err := vendor.Read(v.Declared(vendor.Name), e.Values)
			if err != nil {
				return nil, err
			}
			denied, err := checkLimits(e.Limits)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", vendor.Name, err)
			}
			for _, cred := range read {
				list = append(list, &Credential{Credential: *cred, Refuse: e.Refuse, Deny: e.Deny, denied: denied})
			}
		}
	}
	return list, nil
}

// addDefaults gives a tenant a credential of each vendor.
func (c *Config) addDefaults(v *vendorapi.Shipped) {
	c.Credentials = Credentials{}
	for _, vendor := range v.List {
		c.Credentials[vendor.Name] = []catalog.CredentialEntry{{Values: vendor.Default(v.Declared(vendor.Name), c.Name)}}
	}
}

// none reports whether no credential is declared.
func (c Credentials) none() bool {
	for _, entries := range c {
		if len(entries) > 0 {
			return false
		}
	}
	return true
}
