package tenant

import (
	"fmt"
	"time"

	"shaxiang/catalog"
)

// ClockConfig says what time it is for a tenant.
type ClockConfig struct {
	Mode   string        `yaml:"mode"`   // real (the default), frozen or offset
	Now    string        `yaml:"now"`    // frozen: catalog.TimeLayout, Beijing time
	Offset time.Duration `yaml:"offset"` // offset: added to the server's clock
}

// Clock is a tenant's time. Business follows Now. Timestamps are judged by Wall:
// a frozen business still talks to clients whose clocks run, while an offset
// moves both, so that good signatures become stale.
type Clock struct {
	wall   func() time.Time
	frozen time.Time
	offset time.Duration
}

func newClock(wall func() time.Time, c ClockConfig) (*Clock, error) {
	clock := &Clock{wall: wall}
	switch c.Mode {
	case "", "real":
		if c.Now != "" || c.Offset != 0 {
			return nil, fmt.Errorf("clock: a real clock takes no now and no offset; set mode to frozen or offset")
		}
	case "frozen":
		t, err := time.ParseInLocation(catalog.TimeLayout, c.Now, catalog.Beijing)
		if err != nil {
			return nil, fmt.Errorf("clock: now: %q is no time; write it as 2022-12-28 12:00:00", c.Now)
		}
		clock.frozen = t
	case "offset":
		if c.Now != "" {
			return nil, fmt.Errorf("clock: an offset clock takes no now; set mode to frozen")
		}
		clock.offset = c.Offset
	default:
		return nil, fmt.Errorf("clock: mode: %q is not known; want real, frozen or offset", c.Mode)
	}
	return clock, nil
}

// Now returns the moment at which the tenant's business stands.
func (c *Clock) Now() time.Time {
	if !c.frozen.IsZero() {
		return c.frozen
	}
	return c.Wall()
}

// Wall returns the moment by which the tenant's timestamps are judged.
func (c *Clock) Wall() time.Time { return c.wall().Add(c.offset) }
