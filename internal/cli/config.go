package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/internal/yamlfile"
	"shaxiang/vendors"
)

// defaultConfig is read when it is there and no other file is named.
const defaultConfig = "shaxiang.yaml"

// fileConfig is shaxiang.yaml.
type fileConfig struct {
	Addr         string  `yaml:"addr"`
	AddrFile     string  `yaml:"addr_file"`
	Catalog      string  `yaml:"catalog"`
	Seed         *uint64 `yaml:"seed"`
	OrdersPerDay int     `yaml:"orders_per_day"`
	Scenario     string  `yaml:"scenario"`
	Log          string  `yaml:"log"`
	ControlAddr  string  `yaml:"control_addr"`
	ControlToken string  `yaml:"control_token"`

	NotifyAnywhere bool `yaml:"notify_anywhere"`

	HeaderTimeout  time.Duration `yaml:"header_timeout"`
	ReadTimeout    time.Duration `yaml:"read_timeout"`
	WriteTimeout   time.Duration `yaml:"write_timeout"`
	IdleTimeout    time.Duration `yaml:"idle_timeout"`
	MaxHeaderBytes int           `yaml:"max_header_bytes"`
	MaxBodyBytes   int64         `yaml:"max_body_bytes"`
	MaxConnections int64         `yaml:"max_connections"`
	MaxKeptBytes   int64         `yaml:"max_kept_bytes"`
	CoverageReport string        `yaml:"coverage_report"`

	Tenants []tenant.Config `yaml:"tenants"` // beside the default one
}

// flag returns the file's value for a flag.
func (f *fileConfig) flag(name string) (string, bool) {
	values := map[string]string{"addr": f.Addr, "addr-file": f.AddrFile, "catalog": f.Catalog, "scenario": f.Scenario, "log": f.Log,
		"control-addr": f.ControlAddr, "control-token": f.ControlToken, "coverage-report": f.CoverageReport}
	for _, l := range f.limits() {
		if l.value != 0 {
			values[strings.ReplaceAll(l.key, "_", "-")] = l.text()
		}
	}
	if f.NotifyAnywhere {
		values["notify-anywhere"] = "true"
	}
	if f.Seed != nil {
		values["seed"] = strconv.FormatUint(*f.Seed, 10)
	}
	if f.OrdersPerDay != 0 {
		values["orders-per-day"] = strconv.Itoa(f.OrdersPerDay)
	}
	return values[name], values[name] != ""
}

// fileLimit is one of the file's limits.
type fileLimit struct {
	key   string
	value int64
	text  func() string
}

// limits are the file's limits in the order of its keys; one that the file does
// not have is 0.
func (f *fileConfig) limits() []fileLimit {
	span := func(key string, d time.Duration) fileLimit { return fileLimit{key, int64(d), d.String} }
	size := func(key string, n int64) fileLimit {
		return fileLimit{key, n, func() string { return strconv.FormatInt(n, 10) }}
	}
	return []fileLimit{span("header_timeout", f.HeaderTimeout), span("read_timeout", f.ReadTimeout),
		span("write_timeout", f.WriteTimeout), span("idle_timeout", f.IdleTimeout),
		size("max_header_bytes", int64(f.MaxHeaderBytes)), size("max_body_bytes", f.MaxBodyBytes), size("max_connections", f.MaxConnections),
		size("max_kept_bytes", f.MaxKeptBytes)}
}

// readConfig reads the file that --config or SHAXIANG_CONFIG names, or the
// default one. It looks at the arguments itself because the flags' own values
// depend on what the file says.
func readConfig(args []string, vars map[string]string) (*fileConfig, error) {
	none := &fileConfig{}
	name := vars[variable("config")]
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			name = v
		}
		if a == "--config" && i+1 < len(args) {
			name = args[i+1]
		}
	}
	named := name != ""
	if !named {
		name = defaultConfig
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return none, nil
	case err != nil:
		return none, fail(exitBadFile, "the configuration cannot be read: %w", err)
	}
	c, problems := parseConfig(name, data)
	if problems != nil {
		return none, problems
	}
	return c, nil
}

// parseConfig reads shaxiang.yaml and holds it against what a server would say.
func parseConfig(name string, data []byte) (*fileConfig, yamlfile.Problems) {
	c := &fileConfig{}
	if blank(data) {
		return c, nil
	}
	doc, problems := yamlfile.Decode(name, data, c)
	for i := range c.Tenants {
		problems = append(problems, c.Tenants[i].Resolve(vendors.Shipped(), doc, "tenants", i)...)
	}
	if problems != nil {
		slices.SortStableFunc(problems, byLine)
		return c, problems
	}
	if c.Log != "" && !slices.Contains(logModes(), c.Log) {
		problems = append(problems, doc.At(fmt.Sprintf("log: %q is not known; want %s", c.Log, strings.Join(logModes(), ", ")), "log"))
	}
	if err := checkAddr(c.Addr); c.Addr != "" && err != nil {
		problems = append(problems, doc.At(fmt.Sprintf("addr: %q: %v", c.Addr, err), "addr"))
	}
	for _, l := range c.limits() {
		if l.value < 0 {
			problems = append(problems, doc.At(fmt.Sprintf("%s: must be more than 0, not %s", l.key, l.text()), l.key))
		}
	}
	registry := tenant.NewRegistry(func() time.Time { return time.Time{} }, vendors.Shipped())
	registry.Files = os.ReadFile
	first := tenant.Default(vendors.Shipped())
	first.OrdersPerDay = c.OrdersPerDay
	if _, err := registry.Add(first); err != nil {
		problems = append(problems, doc.At("orders_per_day: "+err.Error(), "orders_per_day"))
		first.OrdersPerDay = 0 // its name and credentials are taken all the same
		_, _ = registry.Add(first)
	}
	for i, t := range c.Tenants {
		if t.Name == "" {
			problems = append(problems, doc.At("name: a tenant needs a name", "tenants", i))
			continue
		}
		if _, err := registry.Add(t); err != nil {
			problems = append(problems, doc.At(err.Error(), "tenants", i))
		}
	}
	slices.SortStableFunc(problems, byLine)
	return c, problems
}

func byLine(a, b yamlfile.Problem) int { return a.Line - b.Line }

// blank reports whether a file says nothing: it has only comments, as one has
// whose every line was commented out.
func blank(data []byte) bool {
	for line := range bytes.Lines(data) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return false
		}
	}
	return true
}

// registry makes the server's tenants: the default one, which the caller may change as
// he may the registry, and those of the file.
func (a *app) registry(change func(*tenant.Registry, *tenant.Config)) (*tenant.Registry, error) {
	if a.fileErr != nil {
		return nil, a.fileErr
	}
	r := tenant.NewRegistry(a.now, vendors.Shipped())
	r.Files = os.ReadFile
	first := tenant.Default(vendors.Shipped())
	change(r, &first)
	if _, err := r.Add(first); err != nil {
		return nil, fail(exitUsage, "%w", err)
	}
	for _, c := range a.file.Tenants {
		if _, err := r.Add(c); err != nil {
			return nil, fail(exitBadFile, "%w", err)
		}
	}
	return r, nil
}

// asDeclared leaves the default tenant as it is.
func asDeclared(*tenant.Registry, *tenant.Config) {}
