package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
	"shaxiang/vendors"
)

// defaultConfig is read if it exists and no other file is named.
const defaultConfig = "shaxiang.yaml"

// fileConfig is shaxiang.yaml: a value for settings, and the tenants beside the default
// one.
type fileConfig struct {
	Addr           string        `yaml:"addr"`
	AddrFile       string        `yaml:"addr_file"`
	Catalog        string        `yaml:"catalog"`
	Seed           *uint64       `yaml:"seed"`
	OrdersPerDay   int           `yaml:"orders_per_day"`
	Scenario       string        `yaml:"scenario"`
	Master         string        `yaml:"master"`
	Log            string        `yaml:"log"`
	ControlAddr    string        `yaml:"control_addr"`
	ControlToken   string        `yaml:"control_token"`
	NotifyAnywhere bool          `yaml:"notify_anywhere"`
	Limits         server.Limits `yaml:",inline"`
	CoverageReport string        `yaml:"coverage_report"`

	Tenants []tenant.Config `yaml:"tenants"`
}

// readConfig reads the file that --config or SHAXIANG_CONFIG names, or the default file. It
// reads the arguments itself, because the values of the flags depend on the file.
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
		return none, fail(exitBadFile, "cli.config", "problem", err)
	}
	c, problems := parseConfig(name, data)
	if problems != nil {
		return none, problems
	}
	return c, nil
}

// parseConfig reads shaxiang.yaml and checks it as a server would.
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
		problems = append(problems, doc.Say(text.Say("cli.log_mode", "mode", c.Log, "known", logModes()), "log"))
	}
	if err := checkAddr(c.Addr); c.Addr != "" && err != nil {
		problems = append(problems, doc.Say(text.Say("cli.file_addr", "addr", c.Addr, "problem", err), "addr"))
	}
	for _, l := range limitValues(c.Limits) {
		if l.number < 0 {
			problems = append(problems, doc.Say(text.Say("cli.file_limit", "key", key(l.flag), "value", l.value), key(l.flag)))
		}
	}
	registry := tenant.NewRegistry(func() time.Time { return time.Time{} }, vendors.Shipped())
	registry.Files = os.ReadFile
	first := tenant.Default(vendors.Shipped())
	first.OrdersPerDay = c.OrdersPerDay
	if _, err := registry.Add(first, time.Time{}); err != nil {
		problems = append(problems, doc.Say(text.Plain("orders_per_day: "+err.Error()), "orders_per_day"))
		first.OrdersPerDay = 0 // the name and the credentials are still reserved
		_, _ = registry.Add(first, time.Time{})
	}
	for i, t := range c.Tenants {
		if t.Name == "" {
			problems = append(problems, doc.Say(text.Say("cli.tenant_name"), "tenants", i))
			continue
		}
		if _, err := registry.Add(t, time.Time{}); err != nil {
			problems = append(problems, doc.Say(text.Of(err), "tenants", i))
		}
	}
	slices.SortStableFunc(problems, byLine)
	return c, problems
}

func byLine(a, b yamlfile.Problem) int { return a.Line - b.Line }

// blank reports whether a file has only comments and blank lines.
func blank(data []byte) bool {
	for line := range bytes.Lines(data) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return false
		}
	}
	return true
}

// sandbox makes a sandbox with the tenants of the file.
func (a *app) sandbox(c server.Config) (*server.Server, error) {
	if a.fileErr != nil {
		return nil, a.fileErr
	}
	c.Now, c.Version, c.Files, c.Others = a.now, version, os.ReadFile, a.file.Tenants
	s, err := server.New(c)
	if err != nil {
		return nil, because(exitUsage, err) // the default tenant's: the others were checked when the file was read
	}
	return s, nil
}
