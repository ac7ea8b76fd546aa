package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/internal/yamlfile"
)

// defaultConfig is read when it is there and no other file is named.
const defaultConfig = "shaxiang.yaml"

// fileConfig is shaxiang.yaml.
type fileConfig struct {
	Addr         string          `yaml:"addr"`
	AddrFile     string          `yaml:"addr_file"`
	Seed         *uint64         `yaml:"seed"`
	OrdersPerDay int             `yaml:"orders_per_day"`
	Log          string          `yaml:"log"`
	Tenants      []tenant.Config `yaml:"tenants"` // beside the default one
}

// flag returns the file's value for a flag.
func (f *fileConfig) flag(name string) (string, bool) {
	values := map[string]string{"addr": f.Addr, "addr-file": f.AddrFile, "log": f.Log}
	if f.Seed != nil {
		values["seed"] = strconv.FormatUint(*f.Seed, 10)
	}
	if f.OrdersPerDay != 0 {
		values["orders-per-day"] = strconv.Itoa(f.OrdersPerDay)
	}
	return values[name], values[name] != ""
}

// readConfig reads the file that --config or SHAXIANG_CONFIG names, or the
// default one. It looks at the arguments itself because the flags' own values
// depend on what the file says.
func readConfig(args []string, vars map[string]string) (*fileConfig, error) {
	name, named := vars[variable("config")]
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			name, named = v, true
		}
		if a == "--config" && i+1 < len(args) {
			name, named = args[i+1], true
		}
	}
	if !named {
		name = defaultConfig
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return &fileConfig{}, nil
	case err != nil:
		return nil, fail(exitBadFile, "%w", err)
	}
	c, problems := parseConfig(name, data)
	return c, problems.Err()
}

// parseConfig reads shaxiang.yaml and holds it against what a server would say.
func parseConfig(name string, data []byte) (*fileConfig, yamlfile.Problems) {
	c := &fileConfig{}
	doc, problems := yamlfile.Decode(name, data, c)
	if problems != nil {
		return nil, problems
	}
	registry := tenant.NewRegistry(func() time.Time { return time.Time{} })
	for i, t := range append([]tenant.Config{tenant.Default()}, c.Tenants...) {
		if t.Name == "" {
			problems = append(problems, doc.At("name: a tenant needs a name", "tenants", i-1))
			continue
		}
		if _, err := registry.Add(t); err != nil {
			problems = append(problems, doc.At(err.Error(), "tenants", i-1))
		}
	}
	return c, problems
}

// registry makes the server's tenants: the default one, with seed and volume as
// given, and those of the file.
func (a *app) registry(seed uint64, ordersPerDay int) (*tenant.Registry, error) {
	r := tenant.NewRegistry(a.now)
	first := tenant.Default()
	first.Seed, first.OrdersPerDay = seed, ordersPerDay
	for _, c := range append([]tenant.Config{first}, a.file.Tenants...) {
		if _, err := r.Add(c); err != nil {
			return nil, fail(exitUsage, "%w", err)
		}
	}
	return r, nil
}

// credential returns the first credential of a tenant for a vendor.
func (a *app) credential(name, vendor string) (*tenant.Credential, error) {
	r, err := a.registry(tenant.Default().Seed, 0)
	if err != nil {
		return nil, err
	}
	t := r.Tenant(name)
	if t == nil {
		return nil, fail(exitUsage, "no tenant is called %q; declare it in %s", name, defaultConfig)
	}
	for _, c := range r.Credentials() {
		if c.Tenant == t && c.Vendor == vendor && c.Refuse == "" && len(c.Deny) == 0 {
			return c, nil
		}
	}
	return nil, fmt.Errorf("tenant %s has no credential for %s", name, vendor)
}
