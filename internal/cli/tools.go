package cli

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/yamlfile"
)

// version is the version of this source.
const version = "0.1.0"

// dayLayout is the form of a moment on the first screen.
const dayLayout = "2006-01-02 00:00:00"

// self is how the reader can start this program again.
func (a *app) self() string {
	if exe, err := os.Executable(); err == nil && strings.Contains(exe, string(filepath.Separator)+"go-build") {
		return "go run ."
	}
	return "shaxiang"
}

type versionCmd struct{}

// Run prints the version, the platform and, where the build knows it, the revision.
func (versionCmd) Run(a *app) error {
	line := fmt.Sprintf("shaxiang %s %s %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				line += " " + s.Value
			}
		}
	}
	fmt.Fprintln(a.Out, line)
	return nil
}

type lintCmd struct {
	Files []string `arg:"" help:"Catalogue files (their folder names the vendor) or shaxiang.yaml." name:"file"`
}

// Run prints every problem of every file.
func (c *lintCmd) Run(a *app) error {
	var all yamlfile.Problems
	for _, name := range c.Files {
		data, err := os.ReadFile(name)
		if err != nil {
			return fail(exitBadFile, "%w", err)
		}
		if filepath.Base(name) == defaultConfig {
			_, problems := parseConfig(name, data)
			all = append(all, problems...)
			continue
		}
		all = append(all, catalog.Lint(name, data)...)
	}
	for _, p := range all {
		fmt.Fprintln(a.Out, p.Error())
	}
	if len(all) > 0 {
		return fail(exitBadFile, "%d problems in %d files", len(all), len(c.Files))
	}
	fmt.Fprintf(a.Out, "%d files, no problem\n", len(c.Files))
	return nil
}

type readyzCmd struct {
	URL  string        `help:"Base URL of the sandbox." default:"http://127.0.0.1:2012" name:"url"`
	Wait time.Duration `help:"Ask again until it is ready, for so long." placeholder:"10s"`
}

// Run asks /readyz.
func (c *readyzCmd) Run(a *app) error {
	ctx, cancel := context.WithTimeout(a.ctx, c.Wait+2*time.Second)
	defer cancel()
	end := a.now().Add(c.Wait)
	for {
		err := ask(ctx, c.URL+"/readyz")
		if err == nil {
			fmt.Fprintln(a.Out, "ready")
			return nil
		}
		if !a.now().Before(end) {
			return fmt.Errorf("not ready: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func ask(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("HTTP %s", resp.Status)
	}
	return nil
}
