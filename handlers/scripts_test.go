package handlers_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/webtest"
	"shaxiang/internal/wire"
)

// TestScripts plays testdata/scripts. Each script has a server of its own, so that
// writes of one do not show in another. The built binary plays them too, on the
// machine's clock and all on one server; so only files *_clock.http may ask for
// noon, and the others are played on a clock of years later as well.
func TestScripts(t *testing.T) {
	t.Parallel()
	later := func() time.Time { return time.Date(2031, 3, 1, 0, 0, 5, 0, wire.Beijing) }
	for _, file := range scripts(t) {
		play(t, file, noon)
		if !strings.HasSuffix(file, "_clock.http") {
			play(t, file, later)
		}
	}
}

func play(t *testing.T, file string, wall func() time.Time) {
	t.Run(wall().Format(time.DateOnly), func(t *testing.T) {
		t.Parallel()
		server := newSandboxAt(t, wall).server(t)
		webtest.Run(t, webtest.Config{BaseURL: server.URL, Now: wall}, file)
	})
}

// TestScriptsTwice plays them one after the other on one server, and then once
// more: none depends on what another, or it itself, has left behind.
func TestScriptsTwice(t *testing.T) {
	t.Parallel()
	server := newSandbox(t).server(t)
	for range 2 {
		for _, file := range scripts(t) {
			if !strings.HasSuffix(file, "_clock.http") {
				webtest.Run(t, webtest.Config{BaseURL: server.URL, Now: noon}, file)
			}
		}
	}
}

func scripts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/scripts/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return files
}
