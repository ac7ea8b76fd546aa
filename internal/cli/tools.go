package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// version is the version of this source.
const version = "0.1.0"

// self is the command that starts this program, as it was started now.
func (a *app) self() string {
	name := os.Args[0]
	switch {
	case strings.Contains(name, string(filepath.Separator)+"go-build"):
		return "go run ."
	case strings.ContainsAny(name, " '"):
		return shellQuoted(name)
	}
	return name
}

type versionCmd struct{}

// Run prints the version, the platform and, where the build knows it, the revision.
func (versionCmd) Run(a *app) error {
	fmt.Fprintln(a.Out, versionLine())
	return nil
}

func versionLine() string {
	line := fmt.Sprintf("shaxiang %s %s %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				line += " " + s.Value
			}
		}
	}
	return line
}

type lintCmd struct {
	Schema bool     `help:"Print the JSON Schema of scenarios, for editors."`
	Files  []string `arg:"" optional:"" help:"Catalogue files (their folder names the vendor), shaxiang.yaml, scenarios, or master data." name:"file"`
}

// Run prints every problem of every file.
func (c *lintCmd) Run(a *app) error {
	if c.Schema {
		_, err := a.Out.Write(scenarios.Schema())
		return err
	}
	if len(c.Files) == 0 {
		return fail(exitUsage, "cli.no_file")
	}
	cat, err := a.catalog()
	if err != nil {
		return err
	}
	var all yamlfile.Problems
	for _, name := range c.Files {
		data, err := os.ReadFile(name)
		if err != nil {
			var cause *fs.PathError
			if errors.As(err, &cause) {
				err = cause.Err
			}
			all = append(all, yamlfile.Problem{File: name, Message: text.Of(err)})
			continue
		}
		if isConfig(name) {
			c, problems := parseConfig(name, data)
			all = append(append(all, problems...), c.lintScenarios(name, tenant.Known(cat))...)
			continue
		}
		all = append(all, lintFile(cat, name, data)...)
	}
	for _, p := range all {
		fmt.Fprintln(a.Out, p.Error())
	}
	if len(all) > 0 {
		return fail(exitBadFile, "cli.problems", "problems", len(all), "files", len(c.Files))
	}
	fmt.Fprintf(a.Out, "%s, no problem\n", text.Count(len(c.Files), "file"))
	return nil
}

// isConfig tells shaxiang.yaml, also under a name such as shaxiang.ci.yaml, from
// a file of the catalogue.
func isConfig(name string) bool {
	return strings.HasPrefix(filepath.Base(name), strings.TrimSuffix(defaultConfig, ".yaml"))
}

// declares is the first key of a file of the catalogue.
var declares = regexp.MustCompile(`(?m)^(endpoints|vendor|errors):`)

// masters has the keys of a file of master data that no other file has.
var masters = regexp.MustCompile(`(?m)^(shops|warehouses|goods):`)

// expects is the only key of a file of expectations.
var expects = regexp.MustCompile(`(?m)^expect:`)

// lintFile checks a file by its kind: expectations for verify, master data, a file of the
// catalogue, whose folder names the vendor, or a scenario.
func lintFile(cat *catalog.Catalog, name string, data []byte) yamlfile.Problems {
	if expects.Match(data) {
		_, problems := parseExpectations(name, data)
		return problems
	}
	if masters.Match(data) {
		return tenant.LintMaster(name, data)
	}
	abs, err := filepath.Abs(name)
	inVendor := err == nil && cat.Vendor(load.VendorOf(filepath.ToSlash(abs))) != nil
	if !inVendor && !declares.Match(data) {
		known := tenant.Known(cat)
		known.Read = os.ReadFile
		return scenarios.Lint(name, data, known)
	}
	if err == nil && load.VendorOf(filepath.ToSlash(name)) == "." {
		name = abs // it names the vendor's folder
	}
	return load.Lint(vendors.Files(), filepath.ToSlash(name), data, handlers.Missing)
}

type readyzCmd struct {
	URL  string        `help:"Base URL of the sandbox (default: where serve listens, http://127.0.0.1:2012)." placeholder:"URL" name:"url"`
	Wait time.Duration `help:"Ask again until it is ready, for so long." placeholder:"10s"`
}

// One question of readyz and the pause before the next.
const (
	askTimeout = 2 * time.Second
	askPause   = 20 * time.Millisecond
)

// Run asks /readyz. It reads the address again for each request: a sandbox that is about to
// start has not written its --addr-file yet.
func (c *readyzCmd) Run(a *app) error {
	ctx, cancel := context.WithTimeout(a.ctx, c.Wait+askTimeout)
	defer cancel()
	end := a.now().Add(c.Wait)
	for {
		err := c.ask(ctx, a)
		if err == nil {
			fmt.Fprintln(a.Out, "ready")
			return nil
		}
		var usage *exitError
		if errors.As(err, &usage) && usage.code != exitFailed || !a.now().Before(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(askPause):
		}
	}
}

func (c *readyzCmd) ask(ctx context.Context, a *app) error {
	base, err := a.baseURL(c.URL)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/readyz", nil)
	if err != nil {
		return fail(exitUsage, "cli.url", "problem", err)
	}
	resp, err := client().Do(req)
	if err != nil {
		return fail(exitFailed, "cli.not_ready", "problem", a.unreachable(req.URL, err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fail(exitFailed, "cli.not_ready_status", "url", base, "status", resp.Status)
	}
	return nil
}
