package cli

import (
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/lmittmann/tint"

	"shaxiang/catalog"
	"shaxiang/internal/control"
	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// serveCmd has the values of the settings; see settings for what they are.
type serveCmd struct {
	Addr           string
	AddrFile       string
	Seed           *uint64
	OrdersPerDay   *int
	Scenario       string
	Master         string
	ControlAddr    string
	ControlToken   string
	AllowHost      []string
	AllowOrigin    []string
	NotifyAnywhere bool
	Log            string
	CoverageReport string
	server.Limits
}

// settled is how long after the start no garbage is collected, so that the first answer
// comes soon. Then the memory that only the start needed goes back to the system, so that
// an idle sandbox in CI is small.
const settled = 300 * time.Millisecond

// usually is the value of GOGC after the start, in percent. The heap is small, and on one
// core calls are slow while garbage is collected.
const usually = 200

// Run listens until the context ends, and then lets calls in flight finish.
func (c *serveCmd) Run(a *app) error {
	if a.vars["GOGC"] == "" {
		debug.SetGCPercent(-1)
		defer debug.SetGCPercent(usually)
		settle := func() {
			debug.SetGCPercent(usually)
			debug.FreeOSMemory()
		}
		defer time.AfterFunc(settled, settle).Stop()
	}
	cat, err := a.readCatalog()
	if err != nil {
		return err
	}
	known := tenant.Known(cat)
	sandbox, err := c.sandbox(a, cat, known)
	if err != nil {
		return err
	}
	if err := errors.Join(checkLimits(c.Limits), checkPublished("--coverage-report", c.CoverageReport), checkPublished("--addr-file", c.AddrFile)); err != nil {
		return err
	}
	on, steered, err := c.listen()
	if err != nil {
		return err
	}
	defer on.Close()
	steer := on
	if steered != nil {
		defer steered.Close()
		steer = steered
	}
	if cat.OldForm != "" {
		sandbox.Log.Warn(oldForm(cat.OldForm))
	}
	if c.AddrFile != "" {
		file, err := publish("--addr-file", c.AddrFile, []byte(on.Addr().String()+"\n"))
		if err != nil {
			return err
		}
		defer file.remove() // otherwise the next waiting process reads an old address
	}
	a.welcome(on.Addr().String(), server.BaseURL(steer.Addr().String()), sandbox.Registry)
	files := map[string]string{tenant.DefaultName: c.Scenario}
	for _, t := range a.file.Tenants {
		files[t.Name] = t.Scenario
	}
	defer watch(files, sandbox, known)()
	return errors.Join(sandbox.Serve(a.ctx, on, steered), c.report(sandbox))
}

// sandbox makes the sandbox. The flags change the default tenant.
func (c *serveCmd) sandbox(a *app, cat *catalog.Catalog, known scenarios.Known) (*server.Server, error) {
	if n := c.OrdersPerDay; n != nil && (*n < 1 || *n > known.MaxOrdersPerDay) {
		return nil, fail(exitUsage, "cli.orders_per_day", "limit", known.MaxOrdersPerDay, "number", *n)
	}
	if err := lintScenario(c.Scenario, known); err != nil {
		return nil, err
	}
	if problems := a.file.lintScenarios(defaultConfig, known); problems != nil {
		return nil, problems
	}
	if problems := lintMaster("--master", c.Master); problems != nil {
		return nil, problems
	}
	first := tenant.Default(vendors.Shipped())
	first.Scenario, first.Master, first.Seed = c.Scenario, c.Master, c.Seed
	if c.OrdersPerDay != nil {
		first.OrdersPerDay = *c.OrdersPerDay
	}
	s, err := a.sandbox(server.Config{Catalog: cat, First: &first, Log: c.logger(a), Limits: c.Limits,
		ControlToken: c.ControlToken, Guard: control.Guard{Hosts: c.AllowHost, Origins: c.AllowOrigin}, NotifyAnywhere: c.NotifyAnywhere})
	if err != nil && isFile(c.Scenario) {
		return nil, because(exitBadFile, err)
	}
	return s, err
}

// listen opens the address, and the control API's own address if it has one.
func (c *serveCmd) listen() (on, steered net.Listener, err error) {
	if err := checkAddr(c.Addr); err != nil {
		return nil, nil, fail(exitUsage, "cli.addr", "addr", c.Addr, "problem", err)
	}
	on, err = listen(c.Addr)
	switch {
	case taken(err):
		return nil, nil, fail(exitPort, "cli.port_taken", "addr", c.Addr)
	case errors.Is(err, syscall.EACCES):
		return nil, nil, fail(exitUsage, "cli.root_port", "addr", c.Addr)
	case err != nil:
		return nil, nil, fail(exitUsage, "cli.addr", "addr", c.Addr, "problem", err)
	case c.ControlAddr == "":
		return on, nil, nil
	}
	if err = checkAddr(c.ControlAddr); err != nil {
		err = fail(exitUsage, "cli.control_addr_form", "addr", c.ControlAddr, "problem", err)
	} else if steered, err = listen(c.ControlAddr); err != nil {
		err = fail(exitPort, "cli.control_addr", "problem", err)
	}
	if err != nil {
		return nil, nil, errors.Join(err, on.Close())
	}
	return on, steered, nil
}

// logModes are the values of --log.
func logModes() []string { return []string{"auto", "text", "json", "off"} }

// logger returns the log. In mode auto it writes text on a terminal and JSON elsewhere.
func (c *serveCmd) logger(a *app) *slog.Logger {
	mode := c.Log
	if mode == "auto" && a.LogTerminal {
		mode = "text"
	}
	switch mode {
	case "off":
		return slog.New(slog.DiscardHandler)
	case "text":
		plain := !a.LogTerminal || a.vars["NO_COLOR"] != "" // no-color.org
		return slog.New(tint.NewTextHandler(a.log, &tint.Options{TimeFormat: time.TimeOnly, NoColor: plain}))
	}
	return slog.New(slog.NewJSONHandler(a.log, nil))
}
