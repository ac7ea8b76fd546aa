package tenant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
)

// A snapshot is a checkpoint of a tenant as one JSON object: put into any tenant, it makes that
// tenant answer as this one does, and go on as this one does. The credentials and the calls of
// the journal are not part of it. Its head comes first, and then lists, which are written and
// read one item at a time.

// SnapshotFormat is the format of the snapshots that this program writes. It reads format 0 as
// well, of before checkpoints: rows without their earlier versions, and nothing of quota,
// notifications and journal.
const SnapshotFormat = 1

// Snapshot is the head of a snapshot.
type Snapshot struct {
	Format        int                  `json:"format"`
	Seed          uint64               `json:"seed"`
	OrdersPerDay  int                  `json:"orders_per_day"`
	Tick          string               `json:"tick"`
	Master        string               `json:"master,omitempty"` // the text of the master data; empty for the shipped one
	Clock         SnapshotClock        `json:"clock"`
	Scenario      *scenarios.Scenario  `json:"scenario"`
	Rules         scenarios.Progress   `json:"rules"`
	Quota         scenarios.QuotaCount `json:"quota"`
	Journal       journal.Position     `json:"journal"`
	Calls         []journal.Tally      `json:"calls"`         // counts of the calls since the journal was cleared
	Notifications int                  `json:"notifications"` // how many there ever were
	World         *fixtures.Checkpoint `json:"world"`
}

// SnapshotClock is a clock with everything that was done to it.
type SnapshotClock struct {
	Mode    string    `json:"mode"`
	Now     string    `json:"now,omitempty"` // frozen: Beijing time
	Offset  string    `json:"offset"`
	Advance string    `json:"advance"`
	Written time.Time `json:"written"` // the latest wall time of a write, UTC
}

// The lists of a snapshot beside the sections of its world.
const (
	listAnswers = "answers" // fixtures.Answer
	listNotify  = "notify"  // notify.Saved
)

// MaxSnapshotValue is the longest item or head that is read, in bytes. Snapshots themselves may
// be of any length.
const MaxSnapshotValue = 8 << 20

// WriteSnapshot writes the tenant's state. Each part of it is of one moment. Calls that are
// answered meanwhile may be in one part and not in another.
func (t *Tenant) WriteSnapshot(w io.Writer) error {
	s := t.State()
	world, items := s.World.Checkpoint()
	notes, last := s.Notify.Checkpoint()
	head := Snapshot{Format: SnapshotFormat, Seed: s.seed, OrdersPerDay: s.ordersPerDay, Tick: s.Scenario.World.Tick.String(),
		Clock: s.Clock.snapshot(), Scenario: s.Scenario, Rules: s.Rules.Progress(), Quota: s.Meter.Count(),
		Journal: t.Journal.Position(), Notifications: last, World: &world}
	if s.master != nil {
		head.Master = string(s.master.Source)
	}
	head.Calls, _ = t.Journal.Counts()
	data, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if _, err := w.Write(bytes.TrimSuffix(data, []byte("}"))); err != nil {
		return err
	}
	if err := writeList(w, listAnswers, s.Answers); err != nil {
		return err
	}
	if err := writeList(w, listNotify, notes); err != nil {
		return err
	}
	if _, err := io.WriteString(w, ","); err != nil {
		return err
	}
	if err := fixtures.WriteSections(w, items); err != nil {
		return err
	}
	_, err = io.WriteString(w, "}\n")
	return err
}

func writeList[T any](w io.Writer, name string, list []T) error {
	open := `,"` + name + `":[`
	for _, x := range list {
		data, err := json.Marshal(x)
		if err != nil {
			return err
		}
		if _, err := w.Write(append([]byte(open+"\n"), data...)); err != nil {
			return err
		}
		open = ","
	}
	if len(list) > 0 {
		open = ""
	}
	_, err := io.WriteString(w, open+"]")
	return err
}

// snapshotReader makes a state of a snapshot.
type snapshotReader struct {
	t     *Tenant
	wall  time.Time
	check func(*Snapshot) error
	in    boundedReader
	dec   *json.Decoder

	raw     map[string]json.RawMessage // members of the head
	done    []string                   // lists that were read
	head    *Snapshot                  // nil before the first list
	state   *State                     // likewise
	world   *fixtures.Restoring        // likewise
	notes   []notify.Saved
	answers []fixtures.Answer
}

// Restore puts a snapshot in the place of the tenant's state. wall is the time of the server's
// clock. check says whether the head can be restored. Nothing changes when the snapshot cannot
// be restored.
func (t *Tenant) Restore(snapshot io.Reader, wall time.Time, check func(*Snapshot) error) error {
	r := &snapshotReader{t: t, wall: wall, check: check, in: boundedReader{snapshot, MaxSnapshotValue}, raw: map[string]json.RawMessage{}, answers: []fixtures.Answer{}}
	r.dec = json.NewDecoder(&r.in)
	err := fixtures.Members(r.dec, r.member)
	if err == nil && r.head == nil {
		err = r.begin()
	}
	if r.world != nil {
		r.world.Done()
	}
	if err != nil {
		return err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return text.Fail("tenant.behind_snapshot")
	}
	r.state.Answers = r.answers
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.replace(r.state, r.notes, r.head.Notifications); err != nil {
		return err
	}
	t.Journal.Resume(r.head.Journal, r.head.Calls)
	return nil
}

// member reads one member of the snapshot.
func (r *snapshotReader) member(name string) error {
	section := slices.Contains(fixtures.Sections(), name)
	if !section && name != listAnswers && name != listNotify {
		if _, twice := r.raw[name]; twice {
			return text.Fail("tenant.snapshot_twice", "name", name)
		}
		var value json.RawMessage
		err := r.dec.Decode(&value)
		r.raw[name] = value
		return err
	}
	if slices.Contains(r.done, name) {
		return text.Fail("tenant.snapshot_twice", "name", name)
	}
	r.done = append(r.done, name)
	if r.head == nil {
		if err := r.begin(); err != nil {
			return err
		}
	}
	var err error
	switch {
	case section:
		err = r.world.ReadSection(r.dec, name, r.in.more)
	case name == listAnswers:
		r.answers, err = readList(r, r.answers)
	default:
		r.notes, err = readList(r, r.notes)
	}
	if err != nil {
		return text.Fail("tenant.snapshot_part", "name", name, "problem", err)
	}
	return nil
}

func readList[T any](r *snapshotReader, list []T) ([]T, error) {
	if start, err := r.dec.Token(); err != nil || start == nil {
		return list, err
	} else if start != json.Delim('[') {
		return nil, text.Fail("tenant.snapshot_list")
	}
	for r.dec.More() {
		r.in.more()
		var x T
		if err := r.dec.Decode(&x); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	_, err := r.dec.Token()
	return list, err
}

// begin makes the new state, once the head was read.
func (r *snapshotReader) begin() error {
	data, err := json.Marshal(r.raw)
	if err != nil {
		return err
	}
	head := &Snapshot{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(head); err != nil {
		return text.Fail("tenant.no_snapshot", "problem", err)
	}
	if head.Format > SnapshotFormat || head.Format < 0 {
		return text.Fail("tenant.snapshot_format", "format", head.Format, "known", SnapshotFormat)
	}
	if head.Scenario == nil {
		return fmt.Errorf("scenario: is missing; a snapshot has the one that was played")
	}
	if head.Format > 0 && head.World == nil {
		return text.Fail("tenant.snapshot_world")
	}
	if r.check != nil {
		if err := r.check(head); err != nil {
			return err
		}
	}
	if r.state, err = r.t.stateOf(head, r.wall); err != nil {
		return err
	}
	r.head, r.world = head, r.state.World.Restore(head.World)
	return nil
}

// stateOf makes the state of a snapshot's head.
func (t *Tenant) stateOf(head *Snapshot, wall time.Time) (*State, error) {
	tick, err := time.ParseDuration(head.Tick)
	if err != nil {
		return nil, fmt.Errorf("tick: %q is no duration; want 0s or such as 1m0s", head.Tick)
	}
	clock := &Clock{written: head.Clock.Written}
	if head.Format == 0 {
		clock.written = wall
	}
	if err := clock.restore(head.Clock); err != nil {
		return nil, err
	}
	var master *fixtures.Master
	if head.Master != "" {
		if master, err = t.registry.cache.Master("master", []byte(head.Master)); err != nil {
			return nil, err
		}
	}
	world, err := t.registry.world(fixtures.Config{Seed: head.Seed, OrdersPerDay: head.OrdersPerDay, Tick: tick, Master: master})
	if err != nil {
		return nil, err
	}
	rules := scenarios.NewEngine(head.Scenario, head.Seed)
	if err := rules.Resume(head.Rules); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	meter := scenarios.NewMeter(head.Scenario.Quota)
	meter.Resume(head.Quota)
	return &State{World: world, Clock: clock, Scenario: head.Scenario, Rules: rules, Meter: meter,
		seed: head.Seed, ordersPerDay: head.OrdersPerDay, master: master}, nil
}

// signer returns who signs a restored notification: the credential that signed it before, or
// else the tenant's first one of the vendor; nil when there is none.
func (t *Tenant) signer(s *notify.Saved) (signer vendorapi.Signer, first *vendorapi.Credential) {
	for _, c := range t.credentials {
		if c.Vendor != s.Vendor {
			continue
		}
		signer = t.registry.vendors.Named(s.Vendor).Signer
		if c.App == s.App && c.Key == s.Key {
			return signer, &c.Credential
		}
		if first == nil {
			first = &c.Credential
		}
	}
	return signer, first
}

func (c *Clock) snapshot() SnapshotClock {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := SnapshotClock{Mode: c.mode, Offset: c.offset.String(), Advance: c.advance.String(), Written: c.written.UTC()}
	if c.mode == "frozen" {
		s.Now = c.frozen.In(wire.Beijing).Format(wire.TimeLayout + ".999999999")
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

// boundedReader reads so many bytes until more allows it to read on.
type boundedReader struct {
	from io.Reader
	left int
}

// more allows one more value.
func (b *boundedReader) more() { b.left = MaxSnapshotValue }

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, text.Fail("tenant.snapshot_value", "limit", MaxSnapshotValue>>20)
	}
	n, err := b.from.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
