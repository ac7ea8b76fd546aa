package cli

import (
	"context"
	"encoding/json"
	"slices"

	"shaxiang/internal/control"
	"shaxiang/internal/server"
)

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
	_, err = publish("--coverage-report", c.CoverageReport, append(text, '\n'))
	return err
}

// called reports whether there was a call. A call of a method that does not exist has a kind.
func called(c *control.Coverage) bool {
	return slices.ContainsFunc(c.Endpoints, func(e control.EndpointCalls) bool { return e.Calls > 0 }) ||
		slices.ContainsFunc(c.Kinds, func(k control.KindCalls) bool { return k.Calls > 0 })
}
