package tenant_test

import (
	"sync/atomic"
	"testing"
	"time"

	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

func TestClock(t *testing.T) {
	t.Parallel()
	const layout = wire.TimeLayout
	for _, c := range []struct {
		name           string
		config         tenant.ClockConfig
		advance        time.Duration
		now, wall      string // at noon
		laterN, laterW string // an hour later on the server
	}{
		{"real", tenant.ClockConfig{}, 0, "2022-12-29 12:00:00", "2022-12-29 12:00:00", "2022-12-29 13:00:00", "2022-12-29 13:00:00"},
		{"real, advanced", tenant.ClockConfig{Mode: "real"}, 24 * time.Hour, "2022-12-30 12:00:00", "2022-12-29 12:00:00", "2022-12-30 13:00:00", "2022-12-29 13:00:00"},
		{"frozen", tenant.ClockConfig{Mode: "frozen", Now: "2020-01-01 08:00:00"}, 0, "2020-01-01 08:00:00", "2022-12-29 12:00:00", "2020-01-01 08:00:00", "2022-12-29 13:00:00"},
		{"frozen, advanced", tenant.ClockConfig{Mode: "frozen", Now: "2020-01-01 08:00:00"}, 90 * time.Minute, "2020-01-01 09:30:00", "2022-12-29 12:00:00", "2020-01-01 09:30:00", "2022-12-29 13:00:00"},
		{"frozen, put back", tenant.ClockConfig{Mode: "frozen", Now: "2020-01-01 08:00:00"}, -time.Hour, "2020-01-01 07:00:00", "2022-12-29 12:00:00", "2020-01-01 07:00:00", "2022-12-29 13:00:00"},
		{"offset", tenant.ClockConfig{Mode: "offset", Offset: -10 * time.Minute}, 0, "2022-12-29 11:50:00", "2022-12-29 11:50:00", "2022-12-29 12:50:00", "2022-12-29 12:50:00"},
		{"offset, advanced", tenant.ClockConfig{Mode: "offset", Offset: 10 * time.Minute}, time.Hour, "2022-12-29 13:10:00", "2022-12-29 12:10:00", "2022-12-29 14:10:00", "2022-12-29 13:10:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var past atomic.Int64
			r := tenant.NewRegistry(func() time.Time { return noon().Add(time.Duration(past.Load())) }, vendors.Shipped())
			clock := making(t, r, tenant.Config{Clock: c.config}).State().Clock
			clock.Advance(c.advance)
			check := func(now, wall string) {
				t.Helper()
				n, w := clock.Now(r.Now()).In(wire.Beijing).Format(layout), clock.State(r.Now()).Wall.In(wire.Beijing).Format(layout)
				if n != now || w != wall {
					t.Errorf("now %s, wall %s; want %s, %s", n, w, now, wall)
				}
			}
			check(c.now, c.wall)
			past.Store(int64(time.Hour))
			check(c.laterN, c.laterW)
			if s := clock.State(r.Now()); s.Offset != c.config.Offset || c.config.Mode != "" && s.Mode != c.config.Mode || s.Mode == "" {
				t.Errorf("%+v", s)
			}
			if err := clock.Set(tenant.ClockConfig{}); err != nil {
				t.Fatal(err)
			}
			check("2022-12-29 13:00:00", "2022-12-29 13:00:00") // what was advanced is forgotten
		})
	}
}

func TestClockRefusals(t *testing.T) {
	t.Parallel()
	clock := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{Clock: tenant.ClockConfig{Mode: "offset", Offset: time.Hour}}).State().Clock
	clock.Advance(time.Minute)
	before := clock.State(noon())
	for _, c := range []struct {
		config tenant.ClockConfig
		want   string
	}{
		{tenant.ClockConfig{Now: "2022-12-28 12:00:00"}, "clock: a real clock takes no now and no offset; set mode to frozen or offset"},
		{tenant.ClockConfig{Mode: "real", Offset: 1}, "clock: a real clock takes no now and no offset; set mode to frozen or offset"},
		{tenant.ClockConfig{Mode: "frozen"}, `clock: now: "" is no time; write it as 2022-12-28 12:00:00`},
		{tenant.ClockConfig{Mode: "frozen", Now: "2022-02-30 00:00:00"}, `clock: now: "2022-02-30 00:00:00" is no time; write it as 2022-12-28 12:00:00`},
		{tenant.ClockConfig{Mode: "frozen", Now: "2022-12-28 12:00:00", Offset: 1}, "clock: a frozen clock takes no offset; set mode to offset"},
		{tenant.ClockConfig{Mode: "offset", Now: "2022-12-28 12:00:00"}, "clock: an offset clock takes no now; set mode to frozen"},
		{tenant.ClockConfig{Mode: "slow"}, `clock: mode: "slow" is not known; want real, frozen or offset`},
	} {
		if err := clock.Set(c.config); err == nil || err.Error() != c.want {
			t.Errorf("%+v: %v\nwant %s", c.config, err, c.want)
		}
		if after := clock.State(noon()); after != before {
			t.Errorf("%+v changed the clock to %+v", c.config, after)
		}
	}
}

// TestClockJumps moves the server's clock to and fro: business does not go back to before
// the latest write, and timestamps are judged by the server's clock as it stands.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	const written, behind, ahead = 2 * time.Second, -time.Hour, time.Hour
	for _, c := range []struct {
		name  string
		set   tenant.ClockConfig
		moved time.Duration // business against the server's clock
	}{
		{"real", tenant.ClockConfig{}, 0},
		{"offset", tenant.ClockConfig{Mode: "offset", Offset: -10 * time.Minute}, -10 * time.Minute},
	} {
		clock := making(t, tenant.NewRegistry(noon, vendors.Shipped()), tenant.Config{Clock: c.set}).State().Clock
		clock.Write(noon().Add(written))
		clock.Write(noon().Add(behind)) // by a replica whose clock is behind
		for _, step := range []struct{ wall, want time.Duration }{
			{0, written}, {behind, written}, {ahead, ahead}, {behind, written}, {written, written}} {
			wall := noon().Add(step.wall)
			s := clock.State(wall)
			if now := noon().Add(step.want + c.moved); !s.Now.Equal(now) || !s.Wall.Equal(wall.Add(c.set.Offset)) {
				t.Errorf("%s, the server's clock at %s: now %s, wall %s; want now %s", c.name, wall, s.Now, s.Wall, now)
			}
		}
		clock.Advance(-time.Minute) // somebody may put business back
		if now, want := clock.Now(noon()), noon().Add(written+c.moved-time.Minute); !now.Equal(want) {
			t.Errorf("%s, put back: %s, want %s", c.name, now, want)
		}
	}
}
