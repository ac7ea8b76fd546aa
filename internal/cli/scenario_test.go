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
// one and a deletion leave the last good one in force, and a new file is played. The file may be
// behind links, and files that it extends count too, for each tenant.
func TestWatch(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(at(name), []byte("name: mine\ntitle: mine\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		t.Helper()
		_ = os.Remove(at(name)) // the first time there is none
		if err := os.Symlink(at(to), at(name)); err != nil {
			t.Skipf("this system makes no links: %v", err)
		}
	}
	for _, folder := range []string{"d1", "d2", "d3"} {
		if err := os.Mkdir(at(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write("mine.yaml", "quota: {per_minute: 1}\n")
	write("base.yaml", "quota: {per_minute: 1}\n")
	write("extending.yaml", "extends: ./base.yaml\n")
	write("d2/real.yaml", "quota: {per_minute: 1}\n")
	link("d2/real.yaml", "d1/s.yaml")
	write("d3/s.yaml", "quota: {per_minute: 1}\n")
	link("d3", "folder")
	cat, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{tenant.DefaultName: at("mine.yaml"), "extending": at("extending.yaml"), "linked": at("d1/s.yaml"), "folder": at("folder/s.yaml"), "library": "slow"}
	first := tenant.Default(vendors.Shipped())
	first.Scenario = files[tenant.DefaultName]
	var others []tenant.Config
	for _, name := range []string{"extending", "linked", "folder", "library"} {
		others = append(others, tenant.Config{Name: name, Scenario: files[name]})
	}
	log := &watchedLog{}
	s, err := server.New(server.Config{Now: time.Now, Files: os.ReadFile, First: &first, Others: others, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer watch(files, s, tenant.Known(cat))()
	perMinute := func(name string, want int) {
		t.Helper()
		got := -1
		for deadline := time.Now().Add(20 * time.Second); got != want && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			got = s.Registry.Tenant(name).State().Scenario.Quota.PerMinute
		}
		if got != want {
			t.Errorf("%s: the quota in force is %d, want %d", name, got, want)
		}
	}
	const kept, own = "the last good one stays", tenant.DefaultName
	write("mine.yaml", "quota: {per_minute: 2}\n")
	perMinute(own, 2)
	write("mine.yaml", "quota: {per_minute: many}\n")
	log.await(t, kept, 1)
	perMinute(own, 2)
	if err := os.Remove(at("mine.yaml")); err != nil {
		t.Fatal(err)
	}
	log.await(t, kept, 2)
	perMinute(own, 2)
	write("mine.yaml", "quota: {per_minute: 3}\n")
	perMinute(own, 3)
	write("base.yaml", "quota: {per_minute: 4}\n")
	perMinute("extending", 4)
	write("d2/real.yaml", "quota: {per_minute: 5}\n")
	perMinute("linked", 5)
	link("base.yaml", "d1/s.yaml")
	perMinute("linked", 4)
	link("d2", "folder")
	write("d2/s.yaml", "quota: {per_minute: 6}\n")
	perMinute("folder", 6)
	perMinute("extending", 4)
}
