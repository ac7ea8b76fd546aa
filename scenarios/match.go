package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"shaxiang/internal/text"
)

// conditions are those of a rule on single calls, with compiled patterns.
type conditions struct {
	vendor, state string // any when empty
	method        methods
	params        []paramCondition // in the order of their names
}

func (w *When) compile() conditions {
	return conditions{vendor: w.Vendor, state: w.State, method: compileMethod(w.Method), params: w.Params.compile()}
}

// fit reports whether a call matches in any state.
func (w *conditions) fit(c *Call) bool {
	return (w.vendor == "" || w.vendor == c.Vendor) && w.method.fit(c.Method) && fitAll(w.params, c.Params)
}

// cover reports whether all calls that match other conditions match these.
func (w *conditions) cover(other *conditions) bool {
	return (w.vendor == "" || w.vendor == other.vendor) &&
		(w.state == "" || w.state == other.state) &&
		w.method.cover(&other.method) && coverParams(w.params, other.params)
}

// methods is a compiled pattern of methods.
type methods struct {
	all     bool // the pattern is empty: every method fits
	none    bool // the pattern is wrong, which the linter reports: no method fits
	pattern text.Pattern
}

func compileMethod(pattern string) methods {
	p, err := text.NamePattern(pattern)
	return methods{all: pattern == "", none: err != nil, pattern: p}
}

func (m *methods) fit(method string) bool { return m.all || !m.none && m.pattern.Match(method) }

// cover reports whether these methods include other ones.
func (m *methods) cover(other *methods) bool {
	return m.all || !m.none && !other.all && !other.none && m.pattern.Covers(&other.pattern)
}

// paramCondition is the pattern of an argument's value. The name may be a pattern too:
// detail_list.*.spec_no.
type paramCondition struct {
	name, value text.Pattern
	exact       bool // the name is no pattern
}

func (p Params) compile() []paramCondition {
	list := make([]paramCondition, 0, len(p))
	for _, name := range slices.Sorted(maps.Keys(p)) {
		list = append(list, paramCondition{text.ValuePattern(name), text.ValuePattern(valueText(p[name])), !strings.ContainsAny(name, "*?")})
	}
	return list
}

// valueText is a value of a rule as text.
func valueText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(value)
}

// fitAll reports whether every condition has an argument with a value that fits.
func fitAll(params []paramCondition, given map[string]string) bool {
	for i := range params {
		if !params[i].fit(given) {
			return false
		}
	}
	return true
}

func (p *paramCondition) fit(given map[string]string) bool {
	if p.exact {
		value, ok := given[p.name.String()]
		return ok && p.value.Match(value)
	}
	for name, value := range given {
		if p.name.Match(name) && p.value.Match(value) {
			return true
		}
	}
	return false
}

// coverParams reports whether the first conditions hold for every call for which the
// others hold. An empty pattern is the empty text here, and not every text.
func coverParams(params, others []paramCondition) bool {
	for i := range params {
		p := &params[i]
		if !slices.ContainsFunc(others, func(o paramCondition) bool {
			return o.name.String() == p.name.String() && p.value.Covers(&o.value)
		}) {
			return false
		}
	}
	return true
}
