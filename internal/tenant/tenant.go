// Package tenant keeps the isolated worlds of one server, each found by the
// credential that a request carries.
package tenant

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
)

// Tenant is one isolated world: its business, its clock, its rules, its journal.
type Tenant struct {
	Name    string
	Journal *journal.Journal

	registry    *Registry
	config      Config
	credentials []*Credential
	expires     time.Time // of the server's clock; zero for never

	mu    sync.Mutex // held by whoever puts a new state in place
	state atomic.Pointer[State]
}

// State is what a tenant's calls work with from one reset to the next. A call
// takes it once, so that a reset in its middle does not tear it.
type State struct {
	World    *fixtures.World
	Clock    *Clock
	Rules    *scenarios.Engine
	Meter    *scenarios.Meter
	Notify   *notify.Queue       // of what its clients are still to be told
	Scenario *scenarios.Scenario // with everything that it extends
	Answers  []fixtures.Answer   // what the scenario planted in the books

	seed         uint64 // of the world and of the rules' dice
	ordersPerDay int
	master       *fixtures.Master // nil for the shipped one
}

// Credential is what one vendor gave one of a tenant's clients.
type Credential struct {
	vendorapi.Credential
	Tenant *Tenant
	Refuse catalog.Kind // every call is refused so
	Deny   []string     // patterns of methods that the app did not apply for

	denied []text.Pattern // Deny, compiled
}

// Allows reports whether the app applied for the method.
func (c *Credential) Allows(method string) bool {
	return !slices.ContainsFunc(c.denied, func(p text.Pattern) bool { return p.Match(method) })
}

// State returns what a call works with.
func (t *Tenant) State() *State { return t.state.Load() }

// Credentials returns the tenant's credentials in the order of their declaration.
func (t *Tenant) Credentials() []*Credential { return t.credentials }

// Expires returns when the tenant goes, zero for never.
func (t *Tenant) Expires() time.Time { return t.expires }

// Play puts a scenario, with everything that it extends, in the place of the one
// before: a new world, a new clock, new rules. wall is the time of the server's clock. Nothing
// changes when the scenario cannot be played.
func (t *Tenant) Play(s *scenarios.Scenario, wall time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	master, err := t.master(s)
	if err != nil {
		return err
	}
	return t.play(s, master, wall)
}

// master reads the master data of the tenant's configuration, or that of a scenario.
func (t *Tenant) master(s *scenarios.Scenario) (*fixtures.Master, error) {
	return t.registry.master(cmp.Or(t.config.Master, s.World.Master))
}

// Reset returns the tenant to its first state and forgets its journal. Scenario and master
// data stay, and no file is read.
func (t *Tenant) Reset(wall time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.play(t.State().Scenario, t.State().master, wall); err != nil {
		return err
	}
	t.Journal.Clear()
	return nil
}

// play builds the state of a scenario. What the tenant's own configuration says
// goes before what the scenario says.
func (t *Tenant) play(s *scenarios.Scenario, master *fixtures.Master, wall time.Time) error {
	seed := DefaultSeed
	if s.Seed != nil {
		seed = *s.Seed
	}
	if t.config.Seed != nil {
		seed = *t.config.Seed
	}
	clock, err := newClock(t.clockConfig(s))
	if err != nil {
		return err
	}
	volume := s.World.OrdersPerDay
	if t.config.OrdersPerDay != 0 {
		volume = t.config.OrdersPerDay
	}
	world, err := t.registry.world(fixtures.Config{Seed: seed, OrdersPerDay: volume, Tick: s.World.Tick, Master: master})
	if err != nil {
		return err
	}
	clock.Write(wall)
	answers, err := applyWorld(world, &s.World, clock.Now(wall))
	if err != nil {
		return err
	}
	return t.replace(&State{World: world, Clock: clock, Scenario: s, Answers: answers,
		Rules: scenarios.NewEngine(s, seed), Meter: scenarios.NewMeter(s.Quota), seed: seed, ordersPerDay: volume, master: master}, nil, 0)
}

// replace puts a state in the place of the one before, whose notifications are forgotten. The
// new state has the notifications of a snapshot, and their number of all time. The caller holds
// the lock.
func (t *Tenant) replace(s *State, notes []notify.Saved, notified int) error {
	s.Notify = notify.NewQueue(notify.Config{Tenant: t.Name, Sender: t.registry.Notify, Clock: s.Clock, Rules: s.Rules,
		Journal: t.Journal, Over: t.Expired})
	if err := s.Notify.Restore(notes, notified, t.signer); err != nil {
		s.Notify.Close()
		return err
	}
	s.Clock.moved = s.Notify.Wake
	if before := t.state.Swap(s); before != nil {
		before.Notify.Close()
	}
	if len(notes) > 0 {
		s.Notify.Wake()
	}
	return nil
}

func (t *Tenant) clockConfig(s *scenarios.Scenario) ClockConfig {
	if t.config.Clock == (ClockConfig{}) && s.Clock != nil {
		return ClockConfig{Mode: s.Clock.Mode, Now: s.Clock.Now, Offset: s.Clock.Offset}
	}
	return t.config.Clock
}

// applyWorld inserts the rows of a scenario into a world and plants its discrepancies.
func applyWorld(w *fixtures.World, s *scenarios.World, now time.Time) ([]fixtures.Answer, error) {
	for _, collection := range slices.Sorted(maps.Keys(s.Rows)) { // in one order, so that keys are the same each time
		for _, row := range s.Rows[collection] {
			if _, err := w.Insert(collection, row, now); err != nil {
				return nil, fmt.Errorf("world.rows: %w", err)
			}
		}
	}
	answers := []fixtures.Answer{}
	for _, d := range s.Discrepancies {
		from, err := moment(d.From, 0)
		if err != nil {
			return nil, fmt.Errorf("world.discrepancies: from: %w", err)
		}
		to, err := moment(d.To, 24*time.Hour-time.Second)
		if err != nil {
			return nil, fmt.Errorf("world.discrepancies: to: %w", err)
		}
		planted, err := w.Plant(fixtures.Discrepancy{Kind: d.Kind, Collection: d.Collection, Count: max(d.Count, 1), From: from, To: to}, now)
		if err != nil {
			return nil, err
		}
		answers = append(answers, planted...)
	}
	return answers, nil
}

// moment reads a moment, or a day to which a part of it is added; zero for no text.
func moment(s string, part time.Duration) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := text.MomentOrDay(s, part)
	if err != nil {
		return t, fmt.Errorf("%q %w", s, err)
	}
	return t, nil
}

// Expired reports whether the tenant's time to live is over at a time of the server's clock.
func (t *Tenant) Expired(wall time.Time) bool { return !t.expires.IsZero() && !wall.Before(t.expires) }

// Known is what scenarios can name: what the catalogue and the world have.
func Known(c *catalog.Catalog) scenarios.Known {
	k := scenarios.Known{Vendors: c.Vendors(), Methods: map[string][]string{}, Columns: map[string][]string{},
		Notifications: notify.Names(), Discrepancies: fixtures.DiscrepancyKinds(), MaxOrdersPerDay: fixtures.MaxOrdersPerDay,
		Master: LintMaster}
	for _, vendor := range k.Vendors {
		k.Methods[vendor] = c.Methods(vendor)
	}
	for _, kind := range catalog.Kinds() {
		k.Kinds = append(k.Kinds, string(kind))
	}
	for _, collection := range fixtures.Collections() {
		k.Columns[collection] = fixtures.Columns(collection)
	}
	return k
}
