package cli

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

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

// lintScenario checks a scenario's file against all names that it can use. Its files are read from
// the machine, unless known says how.
func lintScenario(ref string, known scenarios.Known) error {
	if !isFile(ref) {
		return nil
	}
	if known.Read == nil {
		known.Read = os.ReadFile
	}
	data, err := known.Read(ref)
	if err != nil {
		return fail(exitBadFile, "cli.scenario", "problem", err)
	}
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
