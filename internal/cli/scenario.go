package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fsnotify/fsnotify"

	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
	"shaxiang/scenarios"
)

type scenariosCmd struct {
	Name string `arg:"" optional:"" help:"Print this scenario."`
}

// Run prints a table of the library, or one of its files.
func (c *scenariosCmd) Run(a *app) error {
	if c.Name != "" {
		data, err := fs.ReadFile(scenarios.Library(), c.Name+".yaml")
		if err != nil {
			return fail(exitUsage, "cli.no_scenario", "name", c.Name, "program", a.self())
		}
		_, err = a.Out.Write(data)
		return err
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SCENARIO\tTITLE")
	for _, name := range scenarios.Names() {
		s, err := scenarios.Load(name, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%s\n", name, s.Title)
	}
	return w.Flush()
}

// isFile tells a scenario's file from a name of the library, as scenarios.Load does.
func isFile(ref string) bool {
	return strings.ContainsAny(ref, `/\`) || strings.HasSuffix(ref, ".yaml") || strings.HasSuffix(ref, ".yml")
}

// lintScenario checks a scenario's file against all names that it can use.
func lintScenario(ref string, known scenarios.Known) error {
	if !isFile(ref) {
		return nil
	}
	data, err := os.ReadFile(ref)
	if err != nil {
		return fail(exitBadFile, "cli.scenario", "problem", err)
	}
	known.Read = os.ReadFile
	return scenarios.Lint(ref, data, known).Err()
}

// lintScenarios checks the scenario files that a configuration names against all names
// that they can use.
func (f *fileConfig) lintScenarios(config string, known scenarios.Known) yamlfile.Problems {
	known.Read = os.ReadFile
	refs := []string{f.Scenario}
	for _, t := range f.Tenants {
		refs = append(refs, t.Scenario)
	}
	problems := lintMaster(config+": master", f.Master)
	for _, ref := range refs {
		if !isFile(ref) {
			continue
		}
		data, err := os.ReadFile(ref)
		if err != nil {
			problems = append(problems, yamlfile.Problem{File: config, Where: "scenario: ", Message: text.Of(err)})
			continue
		}
		problems = append(problems, scenarios.Lint(ref, data, known)...)
	}
	return problems
}

// lintMaster checks a file of master data. setting is what names the file.
func lintMaster(setting, file string) yamlfile.Problems {
	if file == "" {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return yamlfile.Problems{{File: setting, Message: text.Of(err)}}
	}
	return tenant.LintMaster(file, data)
}

// settle is how long a file must stay unchanged before it is read: editors write a file in
// several steps.
const settle = 50 * time.Millisecond

// watch plays a scenario's file again for the default tenant when the file changes. When the
// file is removed or wrong, the last good scenario stays. stop ends the watch.
func watch(file string, s *server.Server, known scenarios.Known) (stop func(), err error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	// The folder, not the file: editors put a new file in the old one's place.
	if err := w.Add(filepath.Dir(file)); err != nil {
		_ = w.Close()
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		later := time.NewTimer(time.Hour)
		defer later.Stop()
		for {
			select {
			case event, open := <-w.Events:
				if !open {
					return
				}
				if filepath.Base(event.Name) == filepath.Base(file) {
					later.Reset(settle)
				}
			case <-later.C:
				replay(file, s, known)
			case err := <-w.Errors:
				if err != nil {
					s.Log.Warn("the scenario's folder cannot be watched", "error", err)
				}
			}
		}
	}()
	return func() { _ = w.Close(); <-done }, nil
}

func replay(file string, sandbox *server.Server, known scenarios.Known) {
	err := lintScenario(file, known)
	if err == nil {
		var s *scenarios.Scenario
		if s, err = scenarios.Load(file, os.ReadFile); err == nil {
			err = sandbox.Registry.Tenant(tenant.DefaultName).Play(s, sandbox.Now())
		}
	}
	if err != nil {
		sandbox.Log.Warn("the scenario was changed and cannot be played; the last good one stays", "file", file, "error", err)
		return
	}
	sandbox.Log.Info("the scenario was changed and is played from the start", "file", file)
}
