package control

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/text"
	"shaxiang/scenarios"
)

// defaultCalls is how many entries an answer has at most when the query has no limit.
const defaultCalls = 100

// matchParams choose among calls.
var matchParams = []param{
	{"vendor", "string", "calls of this vendor"},
	{"method", "string", "calls of this method, or of a pattern with * and ?"},
	{"outcome", "string", strings.Join(outcomes(), ", ")},
	{"kind", "string", "calls refused with this kind"},
}

var callParams = append(slices.Clone(matchParams),
	param{"since", "string", "calls after the one with this id, or not before this moment (RFC 3339)"},
	param{"limit", "integer", "entries at most, 1 to 2000; 100 when not given. The latest are kept, or with since the earliest"})

// outcomes are the names of the journal's outcomes.
func outcomes() (names []string) {
	for _, o := range journal.Outcomes() {
		names = append(names, string(o))
	}
	return names
}

// match reads the filters of calls in the query.
func (a *API) match(values url.Values) (journal.Match, error) {
	m := journal.Match{Vendor: values.Get("vendor"), Method: values.Get("method"), Outcome: values.Get("outcome"), Kind: values.Get("kind")}
	return m, a.canMatch(&m)
}

// canMatch refuses filters that no call can match. With a misspelt name, a test that expects
// no call would always pass.
func (a *API) canMatch(m *journal.Match) error {
	methods, kinds := notify.Names(), notify.Kinds()
	for _, vendor := range a.Catalog.Vendors() {
		methods = append(methods, a.Catalog.Methods(vendor)...)
	}
	for _, k := range catalog.Kinds() {
		kinds = append(kinds, string(k))
	}
	for _, want := range []struct {
		name, value string
		known       []string
	}{{"vendor", m.Vendor, a.Catalog.Vendors()}, {"outcome", m.Outcome, outcomes()}, {"method", m.Method, methods}, {"kind", m.Kind, kinds}} {
		if want.value == "" {
			continue
		}
		pattern, err := text.NamePattern(want.value)
		if err != nil {
			return badInput("control.named_problem", "name", want.name, "problem", err)
		}
		if !slices.ContainsFunc(want.known, pattern.Match) {
			return badInput("control.not_known", "name", want.name, "value", want.value, "meant", scenarios.Meant(want.value, want.known), "known", want.known)
		}
	}
	return nil
}

func (a *API) listCalls(c *call) (Calls, error) {
	values := c.r.URL.Query()
	m, err := a.match(values)
	if err != nil {
		return Calls{}, err
	}
	limit, err := c.number("limit", defaultCalls, 1, journal.DefaultEntries)
	if err != nil {
		return Calls{}, err
	}
	since, err := c.since(values.Get("since"))
	if err != nil {
		return Calls{}, err
	}
	list := Calls{Entries: []journal.Entry{}, Dropped: c.journal.Dropped()}
	matcher := m.Matcher()
	for _, e := range c.journal.Entries() {
		if since(&e) && matcher.Differs(&e) == nil {
			list.Entries = append(list.Entries, e)
		}
	}
	list.Matched = len(list.Entries)
	if extra := list.Matched - limit; extra > 0 && values.Get("since") == "" {
		list.Entries = list.Entries[extra:]
	} else if extra > 0 {
		list.Entries = list.Entries[:limit]
	}
	return list, nil
}

// since reads after which call or moment a list begins. The journal may have dropped the call
// of the id.
func (c *call) since(text string) (func(*journal.Entry) bool, error) {
	if text == "" {
		return func(*journal.Entry) bool { return true }, nil
	}
	// The + of a time zone arrives as a blank when the client did not escape it.
	if t, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")); err == nil {
		return func(e *journal.Entry) bool { return !e.Time.Before(t) }, nil
	}
	if number, ok := strings.CutPrefix(c.callID(text), c.name()+"-"); ok {
		if seq, err := strconv.ParseInt(number, 10, 64); err == nil {
			return func(e *journal.Entry) bool { return e.Seq > seq }, nil
		}
	}
	return nil, badInput("control.since", "value", text, "journal", c.name())
}

// name returns the name of the journal, with which its ids begin.
func (c *change) name() string {
	if c.tenant == nil {
		return unassignedName
	}
	return c.tenant.Name
}

// callID returns the id of a call. The ids of calls without a tenant may be written with
// the former name.
func (c *call) callID(id string) string {
	if number, ok := strings.CutPrefix(id, formerName+"-"); ok && c.tenant == nil {
		return unassignedName + "-" + number
	}
	return id
}

func (a *API) showCall(c *call) (journal.Entry, error) {
	id := c.callID(c.path["id"])
	e, ok := c.journal.Find(id)
	if !ok {
		return e, refuse(http.StatusNotFound, "control.no_call", "journal", c.name(), "id", id, "count", len(c.journal.Entries()), "dropped", c.journal.Dropped())
	}
	return e, nil
}

func (a *API) clearCalls(c *change) (nothing, error) {
	c.journal.Clear()
	return nothing{}, nil
}

func (a *API) verify(c *call, in Expectation) (Verdict, error) {
	if err := a.canMatch(&in.Match); err != nil {
		return Verdict{}, err
	}
	for name, n := range map[string]*int{"at_least": in.Count.AtLeast, "at_most": in.Count.AtMost, "exactly": in.Count.Exactly} {
		if n != nil && *n < 0 {
			return Verdict{}, badInput("control.negative_count", "name", name, "number", *n)
		}
	}
	if least, most := in.Count.AtLeast, in.Count.AtMost; least != nil && most != nil && *least > *most {
		return Verdict{}, badInput("control.count_never", "least", *least, "most", *most)
	}
	return Verdict{c.journal.Verify(in.Match, in.Count)}, nil
}
