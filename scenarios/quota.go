package scenarios

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"
)

// The kinds that a Meter refuses with, as the catalogue calls them.
const (
	TooFrequent   = "too_frequent"
	TooConcurrent = "too_concurrent"
)

// Meter counts the calls of one tenant against a quota, method by method. It is
// safe for use by many goroutines.
//
// A minute is a calendar minute of the tenant's clock, from second 0 on, and a
// refused call does not count (both inferred: the vendors only say "per minute").
// A frozen clock stays in its minute until it is advanced.
type Meter struct {
	quota   Quota
	methods []methods // of the quota's methods, in their order

	mu      sync.Mutex
	minute  int64
	calls   map[string]int // of the minute
	running map[string]int
}

// NewMeter returns a meter with counts of zero, nil for a quota without limits.
func NewMeter(q Quota) *Meter {
	limited := func(m MethodQuota) bool { return m.PerMinute != 0 || m.Concurrent != 0 }
	if q.PerMinute == 0 && q.Concurrent == 0 && !slices.ContainsFunc(q.Methods, limited) {
		return nil
	}
	m := &Meter{quota: q, calls: map[string]int{}, running: map[string]int{}}
	for _, limit := range q.Methods {
		m.methods = append(m.methods, compileMethod(limit.Method))
	}
	return m
}

// Enter counts a call among those of its method that run, and returns how many others there
// are. Leave must follow.
func (m *Meter) Enter(method string) (others int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running[method]++
	return m.running[method] - 1
}

// Leave says that a call has ended.
func (m *Meter) Leave(method string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running[method]--; m.running[method] <= 0 {
		delete(m.running, method)
	}
}

// Take admits a call at a moment of the tenant's clock, while others of its method run, or
// returns the kind to refuse the call with.
func (m *Meter) Take(method string, now time.Time, others int) (kind string) {
	perMinute, concurrent := m.limits(method)
	if perMinute == 0 && concurrent == 0 {
		return ""
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	// Only one minute is kept, which bounds the memory. A clock that was moved back
	// starts with a count of zero.
	if minute := floorMinute(now); minute != m.minute {
		m.minute = minute
		clear(m.calls)
	}
	switch {
	case concurrent > 0 && others >= concurrent:
		return TooConcurrent
	case perMinute > 0 && m.calls[method] >= perMinute:
		return TooFrequent
	}
	m.calls[method]++
	return ""
}

// Meters reports whether the calls of a method are counted. A nil meter counts none.
func (m *Meter) Meters(method string) bool {
	if m == nil {
		return false
	}
	perMinute, concurrent := m.limits(method)
	return perMinute != 0 || concurrent != 0
}

// limits returns the limits of a method, 0 for none.
func (m *Meter) limits(method string) (perMinute, concurrent int) {
	perMinute, concurrent = m.quota.PerMinute, m.quota.Concurrent
	for i, limit := range m.quota.Methods {
		if !m.methods[i].all && m.methods[i].fit(method) {
			return cmp.Or(limit.PerMinute, perMinute), cmp.Or(limit.Concurrent, concurrent)
		}
	}
	return perMinute, concurrent
}

// QuotaCount is how many calls of each method a meter admitted in a minute.
type QuotaCount struct {
	Minute int64          `json:"minute"` // since 1970
	Calls  map[string]int `json:"calls"`
}

// Count returns what was counted in the latest minute.
func (m *Meter) Count() QuotaCount {
	if m == nil {
		return QuotaCount{Calls: map[string]int{}}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return QuotaCount{m.minute, maps.Clone(m.calls)}
}

// Resume gives a new meter the count of another one.
func (m *Meter) Resume(c QuotaCount) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.minute = c.Minute
	maps.Copy(m.calls, c.Calls)
}

func floorMinute(t time.Time) int64 {
	seconds := t.Unix()
	if seconds < 0 {
		seconds -= 59
	}
	return seconds / 60
}
