package tenant

import (
	"fmt"
	"time"

	"shaxiang/fixtures"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
)

// Snapshot is the whole state of a tenant as one document: put into any tenant,
// it makes that tenant answer as this one does. Credentials, the journal, the
// notifications, and the calls that a quota counted within the present minute are
// not part of it.
type Snapshot struct {
	Seed         uint64                          `json:"seed"`
	OrdersPerDay int                             `json:"orders_per_day"`
	Tick         string                          `json:"tick"`
	Master       string                          `json:"master,omitempty"` // the text of the master data; empty for the shipped one
	Clock        SnapshotClock                   `json:"clock"`
	Scenario     *scenarios.Scenario             `json:"scenario"`
	Rules        scenarios.Progress              `json:"rules"`
	Rows         map[string][]fixtures.StoredRow `json:"rows"`
	Answers      []fixtures.Answer               `json:"answers"`
}

// SnapshotClock is a clock with everything that was done to it.
type SnapshotClock struct {
	Mode    string `json:"mode"`
	Now     string `json:"now,omitempty"` // frozen: Beijing time
	Offset  string `json:"offset"`
	Advance string `json:"advance"`
}

// Snapshot returns the tenant's state.
func (t *Tenant) Snapshot() Snapshot {
	s := t.State()
	var master string
	if s.master != nil {
		master = string(s.master.Source)
	}
	return Snapshot{Seed: s.seed, Master: master, OrdersPerDay: s.ordersPerDay, Tick: s.Scenario.World.Tick.String(), Clock: s.Clock.snapshot(),
		Scenario: s.Scenario, Rules: s.Rules.Progress(), Rows: s.World.Export(), Answers: s.Answers}
}

// Restore puts a snapshot in the place of the tenant's state. wall is the time of the server's
// clock. Nothing changes when the snapshot cannot be restored.
func (t *Tenant) Restore(snap Snapshot, wall time.Time) error {
	if snap.Scenario == nil {
		return fmt.Errorf("scenario: is missing; a snapshot has the one that was played")
	}
	tick, err := time.ParseDuration(snap.Tick)
	if err != nil {
		return fmt.Errorf("tick: %q is no duration; want 0s or such as 1m0s", snap.Tick)
	}
	clock := &Clock{written: wall}
	if err := clock.restore(snap.Clock); err != nil {
		return err
	}
	var master *fixtures.Master
	if snap.Master != "" {
		if master, err = t.registry.cache.Master("master", []byte(snap.Master)); err != nil {
			return err
		}
	}
	world, err := t.registry.world(fixtures.Config{Seed: snap.Seed, OrdersPerDay: snap.OrdersPerDay, Tick: tick, Master: master})
	if err != nil {
		return err
	}
	if err := world.Import(snap.Rows); err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	rules := scenarios.NewEngine(snap.Scenario, snap.Seed)
	if err := rules.Resume(snap.Rules); err != nil {
		return fmt.Errorf("rules: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.replace(&State{World: world, Clock: clock, Scenario: snap.Scenario, Answers: snap.Answers, Rules: rules,
		Meter: scenarios.NewMeter(snap.Scenario.Quota), seed: snap.Seed, ordersPerDay: snap.OrdersPerDay, master: master})
	return nil
}

func (c *Clock) snapshot() SnapshotClock {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := SnapshotClock{Mode: c.mode, Offset: c.offset.String(), Advance: c.advance.String()}
	if c.mode == "frozen" {
		s.Now = c.frozen.In(wire.Beijing).Format(wire.TimeLayout)
	}
	return s
}

func (c *Clock) restore(s SnapshotClock) error {
	offset, err := time.ParseDuration(s.Offset)
	if err != nil {
		return fmt.Errorf("clock: offset: %q is no duration; want 0s or such as -36h0m0s", s.Offset)
	}
	advance, err := time.ParseDuration(s.Advance)
	if err != nil {
		return fmt.Errorf("clock: advance: %q is no duration; want 0s or such as 36h0m0s", s.Advance)
	}
	if err := c.Set(ClockConfig{Mode: s.Mode, Now: s.Now, Offset: offset}); err != nil {
		return err
	}
	c.Advance(advance)
	return nil
}
