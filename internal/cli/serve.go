package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/lmittmann/tint"

	"shaxiang/handlers"
	"shaxiang/internal/tenant"
)

type serveCmd struct {
	Addr         string `help:"Address to listen on; port 0 picks a free one." default:"127.0.0.1:2012"`
	AddrFile     string `help:"Write the address that was picked to this file." placeholder:"FILE"`
	Seed         uint64 `help:"Seed of the default tenant's world." default:"2012"`
	OrdersPerDay int    `help:"Orders of a day in the default tenant's world, on average." default:"120"`
	Log          string `help:"One line a call: auto, text, json or off." enum:"auto,text,json,off" default:"auto"`
}

// Timeouts keep a slow or silent client from holding a connection for ever.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 60 * time.Second
	idleTimeout   = 120 * time.Second
	drainTimeout  = 5 * time.Second
	maxHeader     = 1 << 20
)

// Run listens until the context ends, and then lets calls in flight finish.
func (c *serveCmd) Run(a *app) error {
	cat, err := loadCatalog()
	if err != nil {
		return err
	}
	if err := handlers.Check(cat); err != nil {
		return fail(exitBadFile, "%w", err)
	}
	tenants, err := a.registry(c.Seed, c.OrdersPerDay)
	if err != nil {
		return err
	}
	l, err := c.listen()
	if err != nil {
		return err
	}
	log := c.logger(a)
	srv := &http.Server{
		Handler:           handlers.New(handlers.Config{Catalog: cat, Tenants: tenants, Log: log}),
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	if c.AddrFile != "" {
		if err := writeAddr(c.AddrFile, l.Addr().String()); err != nil {
			return fail(exitBadFile, "--addr-file: %w", err)
		}
	}
	a.welcome(l.Addr().String(), tenants)
	return serve(a.ctx, srv, l)
}

func serve(ctx context.Context, srv *http.Server, l net.Listener) error {
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	if err := srv.Shutdown(drain); err != nil {
		return srv.Close()
	}
	return nil
}

func (c *serveCmd) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", c.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fail(exitPort, "%s is in use by another program (or another sandbox).\n"+
			"Choose a port with --addr 127.0.0.1:2013, or --addr 127.0.0.1:0 for any free one", c.Addr)
	case err != nil:
		return nil, fail(exitUsage, "--addr %s: %w", c.Addr, err)
	}
	return l, nil
}

// writeAddr writes the file in one step, so that whoever waits for it never
// reads half an address.
func writeAddr(name, addr string) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".addr-*")
	if err != nil {
		return err
	}
	_, err = tmp.WriteString(addr + "\n")
	if err = errors.Join(err, tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return os.Rename(tmp.Name(), name)
}

// logger writes for people on a terminal and JSON elsewhere, unless told otherwise.
func (c *serveCmd) logger(a *app) *slog.Logger {
	mode := c.Log
	if mode == "auto" && a.Terminal {
		mode = "text"
	}
	switch mode {
	case "off":
		return slog.New(slog.DiscardHandler)
	case "text":
		return slog.New(tint.NewHandler(a.Err, &tint.Options{TimeFormat: time.TimeOnly, NoColor: !a.Terminal}))
	}
	return slog.New(slog.NewJSONHandler(a.Err, nil))
}

// welcome is the first screen.
func (a *app) welcome(addr string, tenants *tenant.Registry) {
	base := "http://" + strings.Replace(addr, "[::]", "127.0.0.1", 1)
	to := a.now()
	from := to.AddDate(0, 0, -7)
	flag := ""
	if base != defaultURL {
		flag = " --url " + base
	}
	fmt.Fprintf(a.Out, `Shaxiang 沙箱 %s listens on %s

  旺店通旗舰版  %s/openapi       sid sandbox  key sandbox  appsecret testsecret:testsalt
  旺店通企业版  %s/openapi2/     sid test2  appkey test2-xx  appsecret 12345
  付呗 Fubei    %s/gateway       app_id 20170224132045932173
                secret 0123456789abcdef0123456789abcdef

A signed call that shows data, to copy:

  %s call sales.Payment.queryWithDetail start_time="%s" end_time="%s"%s

More: %[6]s endpoints, %[6]s sign METHOD --explain, %[6]s --help
`, version, addr, base, base, base, a.self(), from.Format(dayLayout), to.Format(dayLayout), flag)
	if n := len(tenants.Names()); n > 1 {
		fmt.Fprintf(a.Out, "Tenants: %s\n", strings.Join(tenants.Names(), ", "))
	}
}
