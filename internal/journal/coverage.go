package journal

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Stretch is a span of time that no window covers, or that two windows cover. Both ends
// are included.
type Stretch struct {
	From int64 `json:"from"` // unix seconds
	To   int64 `json:"to"`
}

// Sweep compares the windows of one query. The usual bug of incremental synchronisation is
// a second between two windows, or a second in both.
type Sweep struct {
	Vendor     string        `json:"vendor"`
	Method     string        `json:"method"`
	Collection string        `json:"collection"`
	Column     string        `json:"column"`
	Filters    string        `json:"filters"` // the arguments other than window and page
	Windows    int           `json:"windows"`
	From       int64         `json:"from"` // of all windows, unix seconds
	To         int64         `json:"to"`
	Gaps       []Stretch     `json:"gaps"`
	Overlaps   []Stretch     `json:"overlaps"`
	Keys       map[int64]int `json:"-"` // how often each row was served
}

// Sweeps groups the answered queries by their arguments other than window and page, and
// compares the windows of each group. besides returns the arguments of a method that are
// its window or its page.
func Sweeps(entries []Entry, besides func(vendor, method string) []string) []Sweep {
	groups := map[string][]Entry{}
	for _, e := range entries {
		if e.Window == nil || e.Outcome != OK || e.Window.empty() {
			continue
		}
		key := strings.Join([]string{e.Vendor, e.Method, e.Window.Column, filters(e.Args, besides(e.Vendor, e.Method))}, "\x00")
		groups[key] = append(groups[key], e)
	}
	var sweeps []Sweep
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		sweeps = append(sweeps, sweep(groups[key], strings.Split(key, "\x00")[3]))
	}
	return sweeps
}

// empty reports whether a window has no bounds, or ends before it begins. Such a window
// shows no gap.
func (w *Window) empty() bool {
	return w.From > w.To || *w == Window{Collection: w.Collection, Column: w.Column}
}

func filters(args map[string]string, besides []string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(besides, name) {
			parts = append(parts, name+"="+args[name])
		}
	}
	return strings.Join(parts, "&")
}

// sweep compares the distinct windows of a group. The pages of one window are one window.
func sweep(entries []Entry, filters string) Sweep {
	first := entries[0]
	s := Sweep{Vendor: first.Vendor, Method: first.Method, Collection: first.Window.Collection, Column: first.Window.Column,
		Filters: filters, Gaps: []Stretch{}, Overlaps: []Stretch{}, Keys: map[int64]int{}}
	var windows []Window
	for _, e := range entries {
		if !slices.Contains(windows, *e.Window) {
			windows = append(windows, *e.Window)
		}
		for _, k := range e.Keys {
			s.Keys[k]++
		}
	}
	slices.SortFunc(windows, func(a, b Window) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	s.Windows, s.From, s.To = len(windows), windows[0].From, windows[0].To
	for _, w := range windows[1:] {
		switch {
		case w.From > s.To+1:
			s.Gaps = append(s.Gaps, Stretch{s.To + 1, w.From - 1})
		case w.From <= s.To:
			s.Overlaps = append(s.Overlaps, Stretch{w.From, min(s.To, w.To)})
		}
		s.To = max(s.To, w.To)
	}
	return s
}
