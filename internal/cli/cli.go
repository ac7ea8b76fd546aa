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
	"path"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
	"shaxiang/vendors"
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
	In          io.Reader
	Out, Err    io.Writer
	Terminal    bool // Out is a terminal
	LogTerminal bool // Err is a terminal
}

// grammar is the command line.
type grammar struct {
	Config      string
	Catalog     string
	ShowVersion kong.VersionFlag `help:"Print the version." name:"version"`

	Serve      serveCmd      `cmd:"" default:"withargs" help:"Start the sandbox (the default)."`
	Call       callCmd       `cmd:"" help:"Make one signed call and print the answer."`
	Sign       signCmd       `cmd:"" help:"Show how a call is signed: canonical text, signature, curl."`
	Endpoints  endpointsCmd  `cmd:"" help:"List the endpoints, or one of them in full."`
	Scenarios  scenariosCmd  `cmd:"" help:"List the scenarios of the library, or print one."`
	Lint       lintCmd       `cmd:"" help:"Check catalogue files, scenarios, shaxiang.yaml and expectations; report problems with file and line."`
	Verify     verifyCmd     `cmd:"" help:"Check a running sandbox's journal against a file of expected calls."`
	Coverage   coverageCmd   `cmd:"" help:"Print what the calls to a running sandbox have covered."`
	Readyz     readyzCmd     `cmd:"" help:"Ask a running sandbox whether it is ready."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
	Completion completionCmd `cmd:"" help:"Print the completion script of a shell."`
	Complete   completeCmd   `cmd:"" hidden:"" name:"__complete" help:"Completions of a command line." passthrough:"all"`
}

// app is what commands work with.
type app struct {
	Streams
	log     io.Writer // Err, to which the log writes colors
	ctx     context.Context
	now     func() time.Time
	vars    map[string]string
	file    *fileConfig
	fileErr error // what is wrong with the file; commands that do not use the file ignore the error
	parser  *kong.Kong
	grammar *grammar
}

// exitError is an error that knows its exit code.
type exitError struct {
	code    int
	message text.Message
	cause   error // nil for none
}

// Error writes the words of the message.
func (e *exitError) Error() string { return text.In(text.English).Text(e.message) }

// Unwrap returns the cause.
func (e *exitError) Unwrap() error { return e.cause }

// fail returns an error with its exit code. An argument that is an error is its cause.
func fail(code int, id text.ID, args ...any) error {
	e := &exitError{code: code, message: text.Say(id, args...)}
	for i, a := range args {
		if inner, ok := a.(*exitError); ok {
			args[i] = inner.message
		}
		if err, ok := a.(error); ok {
			e.cause = err
		}
	}
	return e
}

// because gives an error of another package an exit code.
func because(code int, err error) error { return &exitError{code, text.Of(err), err} }

// Main runs the program and returns its exit code. env is as from os.Environ.
func Main(args, env []string, s Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	return run(ctx, args, env, s)
}

// visible writes to a terminal, and no control characters but the ends of lines and tabs.
type visible struct{ io.Writer }

func (v visible) Write(p []byte) (int, error) {
	if _, err := io.WriteString(v.Writer, text.Visible(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func run(ctx context.Context, args, env []string, s Streams) int {
	log := s.Err
	if s.Terminal {
		s.Out = visible{s.Out}
	}
	if s.LogTerminal {
		s.Err = visible{s.Err}
	}
	a := &app{Streams: s, log: log, ctx: ctx, now: time.Now, vars: environment(env), grammar: new(grammar)}
	a.file, a.fileErr = readConfig(args, a.vars)
	exit := -1
	values := &values{vars: a.vars, file: a.file, from: map[string]string{}}
	a.parser = mustParser(a.grammar, s, values, func(code int) { exit = code })
	kctx, err := a.parser.Parse(argumentsLast(a.parser, args))
	switch {
	case exit >= 0:
		return exit // help or version was asked for and printed
	case err != nil:
		fmt.Fprintf(s.Err, "shaxiang: %s%s\n%s\n", err, values.origin(err), a.hint(err))
		return exitUsage
	}
	return a.report(kctx.Run(a))
}

// mustParser makes the parser of a grammar that is a constant of this package.
func mustParser(g *grammar, s Streams, values kong.Resolver, exit func(int)) *kong.Kong {
	p, err := kong.New(g, kong.Name("shaxiang"), kong.Description(about),
		kong.Vars{"version": versionLine(), "vendors": vendors.List().Choice()}, kong.PostBuild(declare), kong.Resolvers(values), kong.Writers(s.Out, s.Err),
		kong.Exit(exit), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err)
	}
	return p
}

// argumentsLast moves name=value words behind the flags, because kong wants them together.
// People write call METHOD a=1 --page-no 2 b=3.
func argumentsLast(p *kong.Kong, args []string) []string {
	takesValue := map[string]bool{}
	for _, command := range p.Model.Children {
		for _, group := range command.AllFlags(false) {
			for _, f := range group {
				takesValue["--"+f.Name] = !f.IsBool()
			}
		}
	}
	var rest, last []string
	for i, word := range args {
		isValue := i > 0 && takesValue[args[i-1]]
		if name, _, ok := strings.Cut(word, "="); ok && !isValue && !strings.HasPrefix(name, "-") && i > 0 && args[0] != "__complete" {
			last = append(last, word)
			continue
		}
		rest = append(rest, word)
	}
	return append(rest, last...)
}

const about = `沙箱: an offline sandbox of 旺店通 (openapi, openapi2) and 付呗 (fubei).

Without a command it starts the sandbox. Every flag is also a variable (--addr is SHAXIANG_ADDR), and those of serve may stand in shaxiang.yaml (addr: …). A flag wins over a variable, and a variable over the file.`

// hint names the help that explains an error of usage.
func (a *app) hint(err error) string {
	var parse *kong.ParseError
	if !errors.As(err, &parse) || parse.Context == nil || parse.Context.Selected() == nil {
		return "Run shaxiang --help to see what there is, and shaxiang serve --help for its flags."
	}
	node := parse.Context.Selected()
	if node.Name == "serve" && strings.HasPrefix(err.Error(), "unexpected argument") {
		return "The commands are " + strings.Join(names(a.parser.Model.Children), ", ") + "; shaxiang --help tells more."
	}
	return "Run shaxiang " + node.Name + " --help to see how it is written."
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

// values gives flags that are not on the command line their values: from the environment,
// or else from the file.
type values struct {
	vars map[string]string
	file *fileConfig
	from map[string]string // flag → the variable that gave its value
}

// Validate has nothing to do: the file was checked when it was read.
func (*values) Validate(*kong.Application) error { return nil }

// Resolve returns a flag's value, or nil. An empty variable counts as missing: a Compose
// file has one for nothing behind the equals sign.
func (v *values) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "help" || flag.Name == "version" {
		return nil, nil // these flags are no settings
	}
	if text := v.vars[variable(flag.Name)]; text != "" {
		v.from[flag.Name] = variable(flag.Name)
		return text, nil
	}
	if text, ok := v.file.flag(flag.Name); ok {
		return text, nil
	}
	return nil, nil
}

// origin names the variable that a refused value came from.
func (v *values) origin(err error) string {
	for flag, name := range v.from {
		if text, ok := strings.CutPrefix(err.Error(), "--"+flag); ok && strings.IndexAny(text, ": =") == 0 {
			return " (from the variable " + name + ")"
		}
	}
	return ""
}

// catalog returns the shipped catalogue with the user's own over it. It warns of files in
// the old form.
func (a *app) catalog() (*catalog.Catalog, error) {
	c, err := a.readCatalog()
	if err == nil && c.OldForm != "" {
		fmt.Fprintln(a.Err, "warning: "+oldForm(c.OldForm))
	}
	return c, err
}

// oldForm is the warning about a file that holds a list of endpoints.
func oldForm(name string) string {
	return fmt.Sprintf("--catalog: %s has a list of endpoints, which is the old form; write a file for each endpoint, %s/methods/METHOD.yaml", name, path.Dir(name))
}

func (a *app) readCatalog() (*catalog.Catalog, error) {
	c := vendors.Shipped().Catalog
	if dir := a.grammar.Catalog; dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, fail(exitUsage, "cli.catalog_folder", "folder", dir)
		}
		root, err := os.OpenRoot(dir) // a link that leads out of the folder is not followed
		if err != nil {
			return nil, fail(exitBadFile, "cli.catalog", "problem", err)
		}
		defer root.Close()
		if c, err = load.Catalog(vendors.Files(), root.FS()); err != nil {
			return nil, err
		}
	}
	if err := handlers.Check(c); err != nil {
		return nil, because(exitBadFile, err)
	}
	return c, nil
}
