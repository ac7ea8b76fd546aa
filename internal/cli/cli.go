// Package cli is the program shaxiang: a function of its arguments, its
// environment and its streams. Clocks, signals and files are read here and
// nowhere below.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"shaxiang/catalog"
	"shaxiang/internal/yamlfile"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitBadFile = 3
	exitPort    = 4
)

// Streams is what the program reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // Out is a person's terminal
}

// grammar is the command line.
type grammar struct {
	Config string `help:"Configuration file (default: shaxiang.yaml, if it is there)." placeholder:"FILE" type:"path"`

	Serve      serveCmd      `cmd:"" default:"withargs" help:"Start the sandbox (the default)."`
	Call       callCmd       `cmd:"" help:"Make one signed call and print the answer."`
	Sign       signCmd       `cmd:"" help:"Show how a call is signed: canonical text, signature, curl."`
	Endpoints  endpointsCmd  `cmd:"" help:"List the endpoints, or one of them in full."`
	Lint       lintCmd       `cmd:"" help:"Check catalogue files and shaxiang.yaml; report all problems."`
	Readyz     readyzCmd     `cmd:"" help:"Ask a running sandbox whether it is ready."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
	Completion completionCmd `cmd:"" help:"Print the completion script of a shell."`
	Complete   completeCmd   `cmd:"" hidden:"" name:"__complete" help:"Completions of a command line." passthrough:"all"`
}

// app is what commands work with.
type app struct {
	Streams
	ctx    context.Context
	now    func() time.Time
	file   *fileConfig
	parser *kong.Kong
}

// exitError is an error that knows its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }

func (e *exitError) Unwrap() error { return e.err }

func fail(code int, format string, args ...any) error {
	return &exitError{code, fmt.Errorf(format, args...)}
}

// Main runs the program and returns its exit code. env is as from os.Environ.
func Main(args, env []string, s Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, env, s)
}

func run(ctx context.Context, args, env []string, s Streams) int {
	var g grammar
	a := &app{Streams: s, ctx: ctx, now: time.Now}
	exit := -1
	parser, err := kong.New(&g, kong.Name("shaxiang"),
		kong.Description("沙箱: an offline sandbox of 旺店通 (openapi, openapi2) and 付呗 Fubei.\n\nEvery flag is also an environment variable: --addr is SHAXIANG_ADDR."),
		kong.Writers(s.Out, s.Err), kong.Exit(func(code int) { exit = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.UsageOnError())
	if err != nil {
		panic(err) // the grammar is a constant of this package
	}
	a.parser = parser
	vars := environment(env)
	if a.file, err = readConfig(args, vars); err != nil {
		return a.report(err)
	}
	parser.Model.HelpFlag.Hidden = false
	kctx, err := parse(parser, args, resolver(vars, a.file))
	if exit >= 0 {
		return exit // help was asked for and printed
	}
	if err != nil {
		fmt.Fprintf(s.Err, "shaxiang: %v\nRun shaxiang --help to see what there is.\n", err)
		return exitUsage
	}
	return a.report(kctx.Run(a))
}

// parse is kong's parse with the values of environment and file under the flags.
func parse(p *kong.Kong, args []string, r kong.Resolver) (*kong.Context, error) {
	if err := kong.Resolvers(r).Apply(p); err != nil {
		return nil, err
	}
	return p.Parse(args)
}

// report prints an error and returns its exit code.
func (a *app) report(err error) int {
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(a.Err, "shaxiang: %v\n", err)
	var coded *exitError
	var problems yamlfile.Problems
	switch {
	case errors.As(err, &coded):
		return coded.code
	case errors.As(err, &problems):
		return exitBadFile
	}
	return exitFailed
}

func environment(env []string) map[string]string {
	vars := make(map[string]string, len(env))
	for _, kv := range env {
		if name, value, ok := strings.Cut(kv, "="); ok {
			vars[name] = value
		}
	}
	return vars
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "SHAXIANG_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// resolver gives flags that were not written their value from the environment
// or else from the file.
func resolver(vars map[string]string, file *fileConfig) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if v, ok := vars[variable(flag.Name)]; ok {
			return v, nil
		}
		if v, ok := file.flag(flag.Name); ok {
			return v, nil
		}
		return nil, nil
	})
}

// loadCatalog reads the shipped catalogue.
func loadCatalog() (*catalog.Catalog, error) { return catalog.Load(catalog.Shipped()) }
