package control

import (
	"context"
	"math"
	"slices"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// Coverage is what the calls in a tenant's journal have covered.
type Coverage struct {
	EndpointsCovered float64         `json:"endpoints_covered" doc:"percentage of all endpoints that have answered a call"`
	Endpoints        []EndpointCalls `json:"endpoints"`
	Kinds            []KindCalls     `json:"kinds"`
	Sweeps           []SweepCoverage `json:"sweeps"`
	Dropped          int64           `json:"dropped" doc:"calls that the journal no longer holds: they count for endpoints and kinds, and are in no sweep"`
	Uncounted        int64           `json:"uncounted,omitempty" doc:"of them those of a snapshot that had no counts: nothing here counts them"`
}

// EndpointCalls is how often an endpoint was called.
type EndpointCalls struct {
	Vendor   string `json:"vendor"`
	Method   string `json:"method"`
	Calls    int    `json:"calls"`
	Answered int    `json:"answered" doc:"calls that were not refused; an endpoint is covered from the first one on"`
}

// KindCalls is how often a kind was met.
type KindCalls struct {
	Kind  string `json:"kind"`
	Calls int    `json:"calls"`
}

// SweepCoverage is the windows of one query and the rows that they fetched.
type SweepCoverage struct {
	journal.Sweep
	Rows   *RowCoverage `json:"rows" doc:"null when that cannot be told"`
	Reason string       `json:"reason,omitempty" doc:"why rows is null"`
}

// RowCoverage compares the rows that a query fetched with the present rows of the world, from
// the start of the first window to the end of the last.
type RowCoverage struct {
	Total     int     `json:"total" doc:"rows of the world"`
	Missed    int     `json:"missed" doc:"never fetched"`
	Twice     int     `json:"twice" doc:"fetched more than once"`
	MissedKey []int64 `json:"missed_keys" doc:"the first of those never fetched"`
	TwiceKey  []int64 `json:"twice_keys" doc:"the first of those fetched more than once"`
}

// Limits of an answer about coverage.
const (
	mostCompared = 100_000 // rows of the world, over all sweeps
	widestSweep  = 400 * 24 * 60 * 60
	mostKeys     = 20 // of missed rows, and of rows fetched twice
)

func (a *API) coverage(c *call) (Coverage, error) {
	return CoverageOf(c.r.Context(), a.Catalog, c.tenant, c.wall), nil
}

// CoverageOf returns what the calls of a tenant have covered, at a time of the server's clock.
func CoverageOf(ctx context.Context, cat *catalog.Catalog, t *tenant.Tenant, wall time.Time) Coverage {
	entries := t.Journal.Entries()
	counts, uncounted := t.Journal.Counts()
	cover := Coverage{Dropped: t.Journal.Dropped(), Uncounted: uncounted, Kinds: kindCalls(counts), Sweeps: []SweepCoverage{}}
	cover.Endpoints, cover.EndpointsCovered = endpointCalls(cat, counts)
	left := mostCompared
	besides := func(vendor, method string) []string { return besides(cat.Endpoint(vendor, method)) }
	for _, s := range journal.Sweeps(entries, besides) {
		sweep := SweepCoverage{Sweep: s}
		sweep.Rows, sweep.Reason = comparison{ctx, t.State(), wall}.compare(cat.Endpoint(s.Vendor, s.Method), &s, left)
		if sweep.Rows != nil {
			left -= sweep.Rows.Total
		}
		cover.Sweeps = append(cover.Sweeps, sweep)
	}
	return cover
}

func endpointCalls(cat *catalog.Catalog, counts []journal.Tally) ([]EndpointCalls, float64) {
	type key struct{ vendor, method string }
	calls, answered := map[key]int{}, map[key]int{}
	for _, t := range counts {
		k := key{t.Vendor, t.Method}
		calls[k] += int(t.Calls)
		if t.Outcome == journal.OK || t.Outcome == journal.Partial {
			answered[k] += int(t.Calls)
		}
	}
	list, covered := []EndpointCalls{}, 0
	for _, vendor := range cat.Vendors() {
		for _, method := range cat.Methods(vendor) {
			k := key{vendor, method}
			list = append(list, EndpointCalls{vendor, method, calls[k], answered[k]})
			if answered[k] > 0 {
				covered++
			}
		}
	}
	percent := 100 * float64(covered) / float64(max(len(list), 1))
	return list, math.Round(percent*100) / 100
}

func kindCalls(counts []journal.Tally) []KindCalls {
	calls := map[string]int{}
	for _, t := range counts {
		calls[t.Kind] += int(t.Calls)
	}
	list := []KindCalls{}
	for _, k := range catalog.Kinds() {
		list = append(list, KindCalls{string(k), calls[string(k)]})
	}
	return list
}

// besides returns the arguments of an endpoint that are its window or its page.
func besides(e *catalog.Endpoint) []string {
	if e == nil {
		return nil
	}
	var names []string
	if s := e.Span; s != nil {
		names = append(names, s.From, s.To)
		if cal := s.Calendar; cal != nil {
			names = append(names, cal.Year, cal.Month, cal.Day)
		}
	}
	if p := e.Paging; p != nil {
		names = append(names, p.No, p.Size, p.Total)
	}
	for _, arg := range e.Arguments() { // the journal has them by their paths
		if p := arg.Param; p.Selects != nil || slices.Contains(names, p.Name) {
			names = append(names, arg.Path) // it selects the column, which the sweep has
		}
	}
	return names
}

// comparison compares what sweeps fetched with a tenant's world, until the context ends.
type comparison struct {
	ctx   context.Context
	state *tenant.State
	wall  time.Time
}

// compare compares a sweep, or says why it cannot. At most left rows are read.
func (c comparison) compare(e *catalog.Endpoint, s *journal.Sweep, left int) (*RowCoverage, string) {
	switch {
	case s.Filters != "":
		return nil, "the query has filters, which are not applied again"
	case e == nil || e.Rows == nil:
		return nil, "the catalogue has no such query"
	case s.To-s.From > widestSweep:
		return nil, "the windows reach over more than 400 days"
	}
	q := catalog.Query{Collection: s.Collection, Column: s.Column, From: s.From, To: s.To,
		Filters: always(e), Page: catalog.Page{Size: left + 1}}
	found, err := c.state.World.Read(c.ctx, q, c.state.Clock.Now(c.wall))
	if err != nil {
		return nil, err.Error()
	}
	if len(found.Rows) > left {
		return nil, "more rows lie between the windows' ends than are compared at a time (100000 for all queries together)"
	}
	return count(found.Rows, s.Keys), ""
}

// always returns the conditions that an endpoint itself sets. They hold unless an argument lifts
// them.
func always(e *catalog.Endpoint) []catalog.Filter {
	var filters []catalog.Filter
	for _, w := range e.Rows.Where {
		filters = append(filters, catalog.Filter{Column: w.Column, In: append(w.In, w.NotIn...), Not: w.In == nil})
	}
	return filters
}

func count(rows []fixtures.Row, fetched map[int64]int) *RowCoverage {
	r := &RowCoverage{Total: len(rows), MissedKey: []int64{}, TwiceKey: []int64{}}
	note := func(n *int, keys *[]int64, key int64) {
		*n++
		if len(*keys) < mostKeys {
			*keys = append(*keys, key)
		}
	}
	for i := range rows {
		key := rows[i].Key()
		switch n := fetched[key]; {
		case n == 0:
			note(&r.Missed, &r.MissedKey, key)
		case n > 1:
			note(&r.Twice, &r.TwiceKey, key)
		}
	}
	return r
}
