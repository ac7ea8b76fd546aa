package control

import (
	"net/http"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
)

// The years that a clock may show. Within them no sum of advances overflows.
const firstYear, lastYear = 1970, 2200

func clockOf(s tenant.ClockState) Clock {
	return Clock{Mode: s.Mode, Now: beijingText(s.Now), Wall: beijingText(s.Wall), Offset: s.Offset.String()}
}

func beijingText(t time.Time) string { return t.In(wire.Beijing).Format(wire.TimeLayout) }

func outside(t time.Time) bool {
	y := t.In(wire.Beijing).Year()
	return y < firstYear || y > lastYear
}

// config reads the durations of a setting. The clock checks the rest.
func (s *ClockSetting) config(name string) (tenant.ClockConfig, error) {
	c := tenant.ClockConfig{Mode: s.Mode, Now: s.Now}
	if t, err := time.ParseInLocation(wire.TimeLayout, s.Now, wire.Beijing); err == nil && outside(t) {
		return c, refuse(http.StatusUnprocessableEntity, "control.year_now", "now", s.Now, "first", firstYear, "last", lastYear)
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
		return c, refuse(http.StatusUnprocessableEntity, "control.century", "name", name, "value", s.Offset)
	}
	return c, nil
}

func (a *API) showClock(c *call) (Clock, error) { return clockOf(c.state.Clock.State(c.wall)), nil }

func (a *API) setClock(c *change, in ClockSetting) (Clock, error) {
	config, err := in.config("offset")
	if err != nil {
		return Clock{}, err
	}
	if err := c.state.Clock.Set(config); err != nil {
		return Clock{}, err
	}
	return clockOf(c.state.Clock.State(c.wall)), nil
}

func (a *API) advanceClock(c *change, in Advance) (Clock, error) {
	by, err := duration("by", in.By)
	if err != nil {
		return Clock{}, err
	}
	if err := a.advance(c, by); err != nil {
		return Clock{}, err
	}
	return clockOf(c.state.Clock.State(c.wall)), nil
}

func (a *API) advance(c *change, by time.Duration) error {
	a.clocks.Lock()
	defer a.clocks.Unlock()
	to := c.businessNow().Add(by)
	if outside(to) {
		return refuse(http.StatusUnprocessableEntity, "control.year_by", "by", by, "year", to.Year(), "first", firstYear, "last", lastYear)
	}
	c.state.Clock.Advance(by)
	return nil
}
