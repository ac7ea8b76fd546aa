package cli

import (
	"context"
	"crypto/sha256"
	"os"
	"time"

	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/scenarios"
)

// lookEvery is how often the files of scenarios are read. A change is played when the files are
// the same at two looks, because editors write a file in several steps.
const lookEvery = 200 * time.Millisecond

// watched is the scenario's file of one tenant, with all files that it needs. The files are read
// again and again: so a change is seen wherever it happens on the way to a file, in a link or in a
// folder.
type watched struct {
	tenant *tenant.Tenant
	file   string
	seen   map[string]digest // of all files that were read for the scenario
	next   map[string]digest // of the same files when they had changed at the last look
}

// digest is a hash of a file's content, zero when the file cannot be read.
type digest [sha256.Size]byte

// read reads a file and notes what it contains.
func (w *watched) read(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	w.seen[name] = digestOf(data, err)
	return data, err
}

func digestOf(data []byte, err error) digest {
	if err != nil {
		return digest{}
	}
	return sha256.Sum256(data)
}

// load reads the scenario and everything that it needs.
func (w *watched) load(known scenarios.Known) (*scenarios.Scenario, error) {
	w.seen = map[string]digest{}
	known.Read = w.read
	if err := lintScenario(w.file, known); err != nil {
		return nil, err
	}
	s, err := scenarios.Load(w.file, w.read)
	if err == nil && s.World.Master != "" {
		_, err = w.read(s.World.Master)
	}
	return s, err
}

// look reports whether a file has changed, and not since the last look.
func (w *watched) look() bool {
	now, changed, settled := make(map[string]digest, len(w.seen)), false, w.next != nil
	for name, before := range w.seen {
		now[name] = digestOf(os.ReadFile(name))
		changed = changed || now[name] != before
		settled = settled && now[name] == w.next[name]
	}
	if w.next = nil; changed && !settled {
		w.next = now
	}
	return changed && settled
}

// watch plays the scenarios of tenants again when one of their files changes. When a file is
// removed or wrong, the last good scenario stays. files are the names of the scenarios' files by
// tenant. stop ends the watch.
func watch(files map[string]string, s *server.Server, known scenarios.Known) (stop func()) {
	var all []*watched
	for _, t := range s.Registry.Tenants() {
		if file := files[t.Name]; isFile(file) {
			w := &watched{tenant: t, file: file}
			_, _ = w.load(known) // it was good a moment ago
			all = append(all, w)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticks := time.NewTicker(lookEvery)
		defer ticks.Stop()
		for len(all) > 0 {
			select {
			case <-ticks.C:
			case <-ctx.Done():
				return
			}
			for _, w := range all {
				if w.look() {
					w.replay(s, known)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

func (w *watched) replay(sandbox *server.Server, known scenarios.Known) {
	s, err := w.load(known)
	if err == nil {
		err = w.tenant.Play(s, sandbox.Now())
	}
	if err != nil {
		sandbox.Log.Warn("the scenario was changed and cannot be played; the last good one stays", "tenant", w.tenant.Name, "file", w.file, "error", err)
		return
	}
	sandbox.Log.Info("the scenario was changed and is played from the start", "tenant", w.tenant.Name, "file", w.file)
}
