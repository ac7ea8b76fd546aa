package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"shaxiang/internal/control"
	"shaxiang/internal/server"
)

// checkReport checks at the start that the report's folder exists. At the end the error
// would come too late.
func (c *serveCmd) checkReport() error {
	if c.CoverageReport == "" {
		return nil
	}
	dir := filepath.Dir(c.CoverageReport)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fail(exitUsage, "cli.report_folder", "folder", dir)
	}
	return nil
}

// report writes what the tenants' calls have covered: an object with the coverage of each
// tenant that was called, by its name. A tenant that was deleted took its calls with it.
func (c *serveCmd) report(s *server.Server) error {
	if c.CoverageReport == "" {
		return nil
	}
	all := map[string]control.Coverage{}
	wall := s.Now()
	s.Registry.Sweep(wall)
	for _, t := range s.Registry.Tenants() {
		if cover := control.CoverageOf(context.Background(), s.Catalog, t, wall); called(&cover) {
			all[t.Name] = cover
		}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fail(exitFailed, "cli.coverage_report", "problem", err)
	}
	// Under another name first: a process that waits for the report must not read half of it.
	half := c.CoverageReport + ".part"
	if err := os.WriteFile(half, append(text, '\n'), 0o644); err != nil {
		return fail(exitBadFile, "cli.coverage_report", "problem", err)
	}
	if err := os.Rename(half, c.CoverageReport); err != nil {
		return fail(exitBadFile, "cli.coverage_report", "problem", err)
	}
	return nil
}

// called reports whether there was a call. A call of a method that does not exist has a kind.
func called(c *control.Coverage) bool {
	return slices.ContainsFunc(c.Endpoints, func(e control.EndpointCalls) bool { return e.Calls > 0 }) ||
		slices.ContainsFunc(c.Kinds, func(k control.KindCalls) bool { return k.Calls > 0 })
}
