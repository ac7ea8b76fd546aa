package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"shaxiang/internal/control"
)

// checkReport checks at the start that the report's folder exists. At the end the error
// would come too late.
func (c *serveCmd) checkReport() error {
	if c.CoverageReport == "" {
		return nil
	}
	dir := filepath.Dir(c.CoverageReport)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fail(exitUsage, "--coverage-report: there is no folder %s to write it to", dir)
	}
	return nil
}

// report writes what the tenants' calls have covered: an object with the answer
// of the control API's coverage for each tenant that was called, by its name.
// steer is that API. A tenant that was deleted took its calls with it.
func (c *serveCmd) report(steer http.Handler, tenants []string) error {
	if c.CoverageReport == "" {
		return nil
	}
	client := &control.Client{BaseURL: "http://localhost", Token: c.ControlToken, HTTP: &http.Client{Transport: direct{steer}}}
	all := map[string]control.Coverage{}
	for _, name := range tenants {
		cover, err := client.Coverage(context.Background(), name)
		var gone *control.Error
		switch {
		case errors.As(err, &gone) && gone.Status == http.StatusNotFound:
			continue // the tenant's time to live has just ended
		case err != nil:
			return fail(exitFailed, "--coverage-report: %w", err)
		}
		if called(&cover) {
			all[name] = cover
		}
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fail(exitFailed, "--coverage-report: %w", err)
	}
	// Under another name first: a process that waits for the report must not read half of it.
	half := c.CoverageReport + ".part"
	if err := os.WriteFile(half, append(text, '\n'), 0o644); err != nil {
		return fail(exitBadFile, "--coverage-report: %w", err)
	}
	if err := os.Rename(half, c.CoverageReport); err != nil {
		return fail(exitBadFile, "--coverage-report: %w", err)
	}
	return nil
}

func called(c *control.Coverage) bool {
	for _, e := range c.Endpoints {
		if e.Calls > 0 {
			return true
		}
	}
	for _, k := range c.Kinds {
		if k.Calls > 0 {
			return true // such as calls of a method that does not exist
		}
	}
	return false
}

// direct sends requests to a handler without a network. At the end the listener is closed.
type direct struct{ to http.Handler }

// RoundTrip lets the handler answer.
func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := &memory{header: http.Header{}, status: http.StatusOK}
	d.to.ServeHTTP(w, r)
	return &http.Response{StatusCode: w.status, Header: w.header, Body: io.NopCloser(&w.body), Request: r}, nil
}

// memory is an answer in memory.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header returns the answer's header.
func (m *memory) Header() http.Header { return m.header }

// WriteHeader keeps the status.
func (m *memory) WriteHeader(status int) { m.status = status }

// Write keeps a piece of the body.
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }
