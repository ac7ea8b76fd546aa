package control

import (
	"net/http"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
)

// Business may stand in these years: within them no sum of moves overflows.
const firstYear, lastYear = 1970, 2200

func clockOf(c *tenant.Clock) Clock {
	s := c.State()
	text := func(t time.Time) string { return t.In(catalog.Beijing).Format(catalog.TimeLayout) }
	return Clock{Mode: s.Mode, Now: text(s.Now), Wall: text(s.Wall), Offset: s.Offset.String()}
}

func outside(t time.Time) bool {
	y := t.In(catalog.Beijing).Year()
	return y < firstYear || y > lastYear
}

// config reads the durations of a setting. What else can be wrong with it the
// clock tells.
func (s *ClockSetting) config(name string) (tenant.ClockConfig, error) {
	c := tenant.ClockConfig{Mode: s.Mode, Now: s.Now}
	if t, err := time.ParseInLocation(catalog.TimeLayout, s.Now, catalog.Beijing); err == nil && outside(t) {
		return c, refuse(http.StatusUnprocessableEntity, "now: %s is too far away; keep within the years %d and %d", s.Now, firstYear, lastYear)
	}
	if s.Offset == "" {
		return c, nil
	}
	var err error
	if c.Offset, err = duration(name, s.Offset); err != nil {
		return c, err
	}
	const century = 100 * 365 * 24 * time.Hour
	if c.Offset.Abs() > century {
		return c, refuse(http.StatusUnprocessableEntity, "%s: %s is more than a century; give less", name, s.Offset)
	}
	return c, nil
}

func (a *api) showClock(c *call) (Clock, error) { return clockOf(c.state.Clock), nil }

func (a *api) setClock(c *call, in ClockSetting) (Clock, error) {
	config, err := in.config("offset")
	if err != nil {
		return Clock{}, err
	}
	if err := c.state.Clock.Set(config); err != nil {
		return Clock{}, err
	}
	return clockOf(c.state.Clock), nil
}

func (a *api) advanceClock(c *call, in Advance) (Clock, error) {
	by, err := duration("by", in.By)
	if err != nil {
		return Clock{}, err
	}
	a.clocks.Lock()
	defer a.clocks.Unlock()
	to := c.state.Clock.Now().Add(by)
	if outside(to) {
		return Clock{}, refuse(http.StatusUnprocessableEntity, "by: %s would bring business to the year %d; keep within %d and %d", in.By, to.Year(), firstYear, lastYear)
	}
	c.state.Clock.Advance(by)
	return clockOf(c.state.Clock), nil
}
