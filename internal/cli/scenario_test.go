package cli

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/catalog/load"
	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// watchedLog is a log that can be read while it is written.
type watchedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *watchedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// await waits until the log has a text n times.
func (l *watchedLog) await(t *testing.T, text string, n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		found := strings.Count(l.text.String(), text)
		l.mu.Unlock()
		if found >= n {
			return
		}
	}
	t.Fatalf("the log has no %q %d times:\n%s", text, n, l.text.String())
}

// TestWatch changes a scenario's file as people do: a good edit is played, a bad
// one and a deletion leave the last good one in force, and a new file is played.
func TestWatch(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("name: mine\ntitle: mine\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("quota: {per_minute: 1}\n")
	cat, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	first := tenant.Default(vendors.Shipped())
	first.Scenario = file
	log := &watchedLog{}
	s, err := server.New(server.Config{Now: time.Now, Files: os.ReadFile, First: &first, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	one := s.Registry.Tenant(tenant.DefaultName)
	stop, err := watch(file, s, tenant.Known(cat))
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	perMinute := func(want int) {
		t.Helper()
		got := -1
		for deadline := time.Now().Add(20 * time.Second); got != want && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			got = one.State().Scenario.Quota.PerMinute
		}
		if got != want {
			t.Errorf("the quota in force is %d, want %d", got, want)
		}
	}
	const kept = "the last good one stays"
	write("quota: {per_minute: 2}\n")
	perMinute(2)
	write("quota: {per_minute: many}\n")
	log.await(t, kept, 1)
	perMinute(2)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	log.await(t, kept, 2)
	perMinute(2)
	write("quota: {per_minute: 3}\n")
	perMinute(3)
}
