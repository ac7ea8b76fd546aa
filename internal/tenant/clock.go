package tenant

import (
	"fmt"
	"sync"
	"time"

	"shaxiang/internal/wire"
)

// ClockConfig is a setting of a tenant's clock.
type ClockConfig struct {
	Mode   string        `yaml:"mode"`   // real (the default), frozen or offset
	Now    string        `yaml:"now"`    // frozen: wire.TimeLayout, Beijing time
	Offset time.Duration `yaml:"offset"` // offset: added to the server's clock
}

// Clock is a tenant's time. The business follows Now; timestamps are checked by Wall. A frozen
// or advanced business still talks to clients whose clocks run. An offset moves both, so that
// timestamps of good calls become stale.
//
// A clock does not ask for the time: each call hands its own wall time down. Business
// does not go back to before the latest write when the server's clock goes back, so that
// nothing that was written is hidden. It is safe for use by many goroutines.
type Clock struct {
	moved func() // told when somebody put the clock to another time; nil for nobody

	mu      sync.Mutex
	written time.Time // the latest wall time of a write
	mode    string
	frozen  time.Time     // where business stands, when it is frozen
	offset  time.Duration // of both
	advance time.Duration // of business alone, beside offset
}

// ClockState is a clock at one moment.
type ClockState struct {
	Mode   string
	Now    time.Time     // of business
	Wall   time.Time     // by which timestamps are judged
	Offset time.Duration // of both against the server's clock
}

func newClock(c ClockConfig) (*Clock, error) {
	clock := &Clock{}
	return clock, clock.Set(c)
}

// Set changes the setting of the clock. On an error nothing changes.
func (c *Clock) Set(to ClockConfig) error {
	var frozen time.Time
	switch to.Mode {
	case "", "real":
		to.Mode = "real"
		if to.Now != "" || to.Offset != 0 {
			return fmt.Errorf("clock: a real clock takes no now and no offset; set mode to frozen or offset")
		}
	case "frozen":
		t, err := time.ParseInLocation(wire.TimeLayout, to.Now, wire.Beijing)
		if err != nil {
			return fmt.Errorf("clock: now: %q is no time; write it as 2022-12-28 12:00:00", to.Now)
		}
		if to.Offset != 0 {
			return fmt.Errorf("clock: a frozen clock takes no offset; set mode to offset")
		}
		frozen = t
	case "offset":
		if to.Now != "" {
			return fmt.Errorf("clock: an offset clock takes no now; set mode to frozen")
		}
	default:
		return fmt.Errorf("clock: mode: %q is not known; want real, frozen or offset", to.Mode)
	}
	c.put(to, frozen)
	c.tell()
	return nil
}

func (c *Clock) put(to ClockConfig, frozen time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mode, c.frozen, c.offset, c.advance = to.Mode, frozen, to.Offset, 0
}

// tell reports that the clock was changed. The caller holds no lock, because the receiver reads
// the clock.
func (c *Clock) tell() {
	if c.moved != nil {
		c.moved()
	}
}

// Advance moves the business clock, back when by is negative. Timestamps are checked as before.
func (c *Clock) Advance(by time.Duration) {
	if by == 0 {
		return
	}
	c.push(by)
	c.tell()
}

func (c *Clock) push(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mode == "frozen" {
		c.frozen = c.frozen.Add(by)
		return
	}
	c.advance += by
}

// State returns what the clock shows at a time of the server's clock.
func (c *Clock) State(wall time.Time) ClockState {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := ClockState{Mode: c.mode, Wall: wall.Add(c.offset), Offset: c.offset}
	if wall.Before(c.written) {
		wall = c.written
	}
	s.Now = wall.Add(c.offset + c.advance)
	if c.mode == "frozen" {
		s.Now = c.frozen
	}
	return s
}

// Now returns the moment at which the tenant's business stands, at a time of the server's
// clock.
func (c *Clock) Now(wall time.Time) time.Time { return c.State(wall).Now }

// Write records that a call writes at a time of the server's clock.
func (c *Clock) Write(wall time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if wall.After(c.written) {
		c.written = wall
	}
}

// Frozen reports whether the business clock stands until a user moves it.
func (c *Clock) Frozen() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mode == "frozen"
}
