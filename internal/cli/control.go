package cli

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"shaxiang/internal/control"
	"shaxiang/internal/server"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
	"shaxiang/scenarios"
)

// The exit codes of an expectation that was not met, and of one that dropped calls leave open.
const (
	exitUnmet = 5
	exitOpen  = 6
)

// clientFlags say which sandbox is asked.
type clientFlags struct {
	URL          string `help:"Base URL of the sandbox's control API (default: the address that the settings name)." name:"url" placeholder:"URL"`
	Tenant       string `help:"Tenant that is asked about." default:"default"`
	ControlToken string `help:"Bearer token of the control API." placeholder:"TOKEN"`
}

func (f *clientFlags) client(a *app) (*control.Client, error) {
	url := f.URL
	if apart := a.setting("control-addr"); url == "" && apart != "" {
		url = server.BaseURL(apart)
	}
	base, err := a.baseURL(url)
	if err != nil {
		return nil, err
	}
	return &control.Client{BaseURL: base, Token: f.ControlToken}, nil
}

type verifyCmd struct {
	File string `arg:"" help:"Expectations: expect: and a YAML list of {match, count}."`
	clientFlags
}

// expectations is a file of them.
type expectations struct {
	Expect []control.Expectation `yaml:"expect"`
}

// parseExpectations reads a file of expectations.
func parseExpectations(name string, data []byte) (expectations, yamlfile.Problems) {
	var file expectations
	doc, problems := yamlfile.Decode(name, data, &file)
	if problems == nil && len(file.Expect) == 0 {
		problems = yamlfile.Problems{doc.Say(text.Say("cli.no_expectation"), "expect")}
	}
	return file, problems
}

// Run checks the journal against every expectation. An expectation that is not met gives
// exit code 5, and the nearest calls are printed.
func (c *verifyCmd) Run(a *app) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return because(exitBadFile, err)
	}
	file, problems := parseExpectations(c.File, data)
	if problems != nil {
		return problems
	}
	client, err := c.client(a)
	if err != nil {
		return err
	}
	unmet, open := 0, 0
	for i, e := range file.Expect {
		v, err := client.Verify(a.ctx, c.Tenant, e)
		if err != nil {
			return err
		}
		mark := "ok  "
		switch {
		case v.OK:
		case v.Unknown != "":
			mark = "OPEN"
			open++
		default:
			mark = "MISS"
			unmet++
		}
		calls := "calls"
		if v.Count == 1 {
			calls = "call"
		}
		fmt.Fprintf(a.Out, "%s  %d. %s: %d %s\n", mark, i+1, told(e), v.Count, calls)
		if v.Unknown != "" {
			fmt.Fprintf(a.Out, "        %s\n", v.Unknown)
		}
		for _, near := range v.Nearest {
			fmt.Fprintf(a.Out, "        nearly: %s, but %s\n", near.ID, strings.Join(near.Differs, ", "))
		}
	}
	if unmet > 0 {
		return fail(exitUnmet, "cli.unmet", "unmet", unmet, "count", len(file.Expect))
	}
	if open > 0 {
		return fail(exitOpen, "cli.open", "open", open, "count", len(file.Expect))
	}
	return nil
}

// told is an expectation in one line.
func told(e control.Expectation) string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+value)
		}
	}
	m := e.Match
	add("vendor", m.Vendor)
	add("method", m.Method)
	add("outcome", m.Outcome)
	add("kind", m.Kind)
	add("rule", m.Rule)
	for _, name := range slices.Sorted(maps.Keys(m.Args)) {
		add(name, m.Args[name])
	}
	if len(parts) == 0 {
		parts = append(parts, "any call")
	}
	for _, limit := range []struct {
		words string
		n     *int
	}{{"exactly", e.Count.Exactly}, {"at least", e.Count.AtLeast}, {"at most", e.Count.AtMost}} {
		if limit.n != nil {
			parts = append(parts, fmt.Sprintf("%s %d", limit.words, *limit.n))
		}
	}
	return strings.Join(parts, ", ")
}

type coverageCmd struct {
	Of        []string `help:"Endpoints that ought to be called: a pattern such as sales.*, or a part of the name; all of them when not given. May be given several times." placeholder:"PATTERN"`
	FailUnder float64  `help:"Exit with 5 when fewer percent of them were called." placeholder:"PERCENT"`
	clientFlags
}

// Run prints what the calls have covered, and the seconds that incremental
// queries left out or took twice.
func (c *coverageCmd) Run(a *app) error {
	client, err := c.client(a)
	if err != nil {
		return err
	}
	cover, err := client.Coverage(a.ctx, c.Tenant)
	if err != nil {
		return err
	}
	percent, err := c.printEndpoints(a, cover.Endpoints)
	if err != nil {
		return err
	}
	for _, s := range cover.Sweeps {
		fmt.Fprintf(a.Out, "%s by %s: %d windows, %d gaps, %d overlaps", s.Method, s.Column, s.Windows, len(s.Gaps), len(s.Overlaps))
		if s.Rows != nil {
			fmt.Fprintf(a.Out, "; of %d rows %d were never fetched and %d twice", s.Rows.Total, s.Rows.Missed, s.Rows.Twice)
		}
		fmt.Fprintln(a.Out)
	}
	fmt.Fprintf(a.Out, "%.1f %% of the endpoints were called\n", percent)
	if percent < c.FailUnder {
		return fail(exitUnmet, "cli.under", "percent", fmt.Sprintf("%.1f", percent), "limit", fmt.Sprintf("%.1f", c.FailUnder))
	}
	return nil
}

// printEndpoints prints those that were asked for, or else those that were called,
// and returns how many percent were called and answered.
func (c *coverageCmd) printEndpoints(a *app, all []control.EndpointCalls) (float64, error) {
	for _, p := range c.Of {
		if !slices.ContainsFunc(all, func(e control.EndpointCalls) bool { return matches(p, e.Method) }) {
			var known []string
			for _, e := range all {
				known = append(known, e.Method)
			}
			return 0, fail(exitUsage, "cli.of", "pattern", p, "meant", scenarios.Meant(p, known))
		}
	}
	asked := func(e control.EndpointCalls) bool {
		return slices.ContainsFunc(c.Of, func(p string) bool { return matches(p, e.Method) })
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "VENDOR\tMETHOD\tCALLS\tANSWERED")
	count, covered := 0, 0
	for _, e := range all {
		if len(c.Of) > 0 && !asked(e) {
			continue
		}
		count++
		if e.Answered > 0 {
			covered++
		}
		if len(c.Of) > 0 || e.Calls > 0 {
			fmt.Fprintf(w, "%s\t%s\t%d\t%d\n", e.Vendor, e.Method, e.Calls, e.Answered)
		}
	}
	return 100 * float64(covered) / float64(max(count, 1)), w.Flush()
}
