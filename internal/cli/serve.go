package cli

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/lmittmann/tint"

	"shaxiang/handlers"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// serveCmd has the values of the settings; see settings for what they are.
type serveCmd struct {
	Addr         string
	AddrFile     string
	Seed         *uint64
	OrdersPerDay *int
	Scenario     string
	Master       string
	controlFlags
	notifyFlags
	Log            string
	CoverageReport string
	limits
}

// drainTimeout is how long calls in flight may take to end. A stop may take five seconds;
// the rest is for the coverage report.
const drainTimeout = 4 * time.Second

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
	tenants, err := c.tenants(a, tenant.Known(cat))
	if err != nil {
		return err
	}
	if err := errors.Join(c.limits.check(), c.checkReport()); err != nil {
		return err
	}
	if c.AddrFile != "" {
		_ = os.Remove(c.AddrFile) // a killed sandbox leaves its file, and no sandbox listens there any more
	}
	l, err := c.listen()
	if err != nil {
		return err
	}
	log := c.logger(a)
	if cat.OldForm != "" {
		log.Warn(oldForm(cat.OldForm))
	}
	defer c.notifyFlags.start(tenants, log)()
	all, steer := c.compose(handlers.Config{Catalog: cat, Tenants: tenants, Log: log, BodyLimit: c.MaxBodyBytes}, reachable(l.Addr().String()))
	steered, stopControl, err := c.listenControl(a.ctx, steer, log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer stopControl()
	if c.AddrFile != "" {
		if err := writeAddr(c.AddrFile, l.Addr().String()); err != nil {
			return errors.Join(fail(exitBadFile, "cli.addr_file", "problem", err), l.Close())
		}
		defer os.Remove(c.AddrFile) // otherwise the next waiting process reads an old address
	}
	a.welcome(l.Addr().String(), steered, tenants)
	if isFile(c.Scenario) {
		stop, err := watch(c.Scenario, tenants.Tenant(tenant.DefaultName), tenant.Known(cat), log)
		if err != nil {
			return errors.Join(fail(exitBadFile, "cli.scenario", "problem", err), l.Close())
		}
		defer stop()
	}
	err = c.limits.run(a.ctx, c.limits.server(a.ctx, all, log), l, log)
	return errors.Join(err, c.report(cat, tenants))
}

// tenants makes the tenants. The flags change the default one.
func (c *serveCmd) tenants(a *app, known scenarios.Known) (*tenant.Registry, error) {
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
	registry, err := a.registry(func(all *tenant.Registry, first *tenant.Config) {
		all.KeptBytes = int(c.MaxKeptBytes)
		first.Scenario, first.Master = c.Scenario, c.Master
		if c.Seed != nil {
			first.Seed = c.Seed
		}
		if c.OrdersPerDay != nil {
			first.OrdersPerDay = *c.OrdersPerDay
		}
	})
	if err != nil && isFile(c.Scenario) {
		return nil, because(exitBadFile, err)
	}
	return registry, err
}

// run serves until the context ends, and then lets calls in flight finish.
func (l *limits) run(ctx context.Context, srv *http.Server, on net.Listener, log *slog.Logger) error {
	done := make(chan error, 1)
	go func() { done <- l.serve(srv, on) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	log.Info("stopping: calls in flight are finished first", "within", drainTimeout.String())
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return srv.Close()
	}
	return nil
}

func (c *serveCmd) listen() (net.Listener, error) {
	if err := checkAddr(c.Addr); err != nil {
		return nil, fail(exitUsage, "cli.addr", "addr", c.Addr, "problem", err)
	}
	l, err := net.Listen("tcp", c.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fail(exitPort, "cli.port_taken", "addr", c.Addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fail(exitUsage, "cli.root_port", "addr", c.Addr)
	case err != nil:
		return nil, fail(exitUsage, "cli.addr", "addr", c.Addr, "problem", err)
	}
	return l, nil
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
		return slog.New(tint.NewTextHandler(a.Err, &tint.Options{TimeFormat: time.TimeOnly, NoColor: plain}))
	}
	return slog.New(slog.NewJSONHandler(a.Err, nil))
}
