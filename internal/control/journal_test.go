package control

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
)

func TestJournal(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("j")
	var ids []string
	for i := range 6 {
		e := journal.Entry{Time: noon.Add(time.Duration(i) * time.Minute), Args: map[string]string{"n": fmt.Sprint(i)}}
		if i%2 == 1 {
			e.Vendor, e.Method, e.Outcome, e.Kind = "fubei", "openapi.payment.order.reconciliation", journal.Refused, "bad_signature"
		}
		ids = append(ids, fake(tn, e))
	}
	for _, c := range []struct {
		query   string
		want    string
		matched int
	}{
		{"", "0 1 2 3 4 5", 6},
		{"vendor=fubei", "1 3 5", 3},
		{"method=sales.*", "0 2 4", 3},
		{"outcome=refused&kind=bad_*", "1 3 5", 3},
		{"kind=internal", "", 0},
		{"limit=2", "4 5", 6},
		{"since=" + ids[2], "3 4 5", 3},
		{"since=" + ids[2] + "&limit=2", "3 4", 3},
		{"since=j-999", "", 0},
		{"since=2024-06-15T12:04:00%2B08:00", "4 5", 2},
		{"since=2024-06-15T12:04:00+08:00", "4 5", 2},
		{"since=2024-06-15T04:05:00Z&vendor=fubei", "5", 1},
	} {
		query, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		calls := mustDo[Calls](t)(s.client.Journal(bg(), "j", query))
		var got []string
		for _, e := range calls.Entries {
			got = append(got, e.Args["n"])
		}
		if strings.Join(got, " ") != c.want || calls.Matched != c.matched {
			t.Errorf("%s: got %v of %d, want %s of %d", c.query, got, calls.Matched, c.want, c.matched)
		}
	}
	one := mustDo[journal.Entry](t)(s.client.JournalEntry(bg(), "j", ids[3]))
	if kept, _ := tn.Journal.Find(ids[3]); !cmp.Equal(one, kept) {
		t.Errorf("%s", cmp.Diff(kept, one))
	}
	_, err := s.client.JournalEntry(bg(), "j", "j-77")
	wantError(t, err, 404, "j-77", "it holds 6 calls")
	for query, words := range map[string]string{"vendor=alipay": "openapi2", "outcome=good": "partial", "method=[": "no pattern", "limit=0": "from 1 to 2000",
		"since=noon": "RFC", "since=default-1": "neither the id", "limt=1": "limit"} {
		wantBad(t, s.raw("GET", "/_sandbox/tenants/j/journal?"+query, "", ""), 400, strings.Replace(words, "RFC", "neither", 1))
	}
	if err := s.client.ClearJournal(bg(), "j"); err != nil {
		t.Fatal(err)
	}
	if calls := mustDo[Calls](t)(s.client.Journal(bg(), "j", nil)); len(calls.Entries) != 0 {
		t.Errorf("%d calls are left", len(calls.Entries))
	}
}

// TestUnassignedCalls asks for the calls without a tenant by both names, of which the second
// is the former one.
func TestUnassignedCalls(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"unassigned", "stray"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testUnassigned(t, name)
		})
	}
}

func testUnassigned(t *testing.T, name string) {
	s := start(t)
	id := s.tenants.Unassigned().Add(journal.Entry{Vendor: "openapi", Outcome: journal.Refused, Kind: "unknown_app", Time: noon})
	if calls := mustDo[Calls](t)(s.client.Journal(bg(), name, url.Values{"since": {name + "-0"}})); len(calls.Entries) != 1 || calls.Entries[0].ID != id {
		t.Errorf("%s", asText(calls))
	}
	mustDo[journal.Entry](t)(s.client.JournalEntry(bg(), name, id))
	mustDo[journal.Entry](t)(s.client.JournalEntry(bg(), name, name+"-1"))
	if v := mustDo[journal.Verdict](t)(s.client.Verify(bg(), name, Expectation{Match: journal.Match{Kind: "unknown_app"}})); !v.OK {
		t.Errorf("%s", asText(v))
	}
	_, err := s.client.Coverage(bg(), name)
	wantError(t, err, 404, name)
}

// TestOpenVerdict: what dropped calls would have to decide is open, for the client and for the
// command line. A rule's answer is an outcome like others.
func TestOpenVerdict(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("o")
	fake(tn, journal.Entry{Vendor: "openapi", Method: "finance.RawPayment.push", Outcome: journal.Replied, Args: map[string]string{"no": "1"}})
	for range journal.DefaultEntries + 500 {
		fake(tn, journal.Entry{Vendor: "openapi", Method: "finance.RawPayment.search", Outcome: journal.OK})
	}
	do := mustDo[journal.Verdict](t)
	one := 1
	if v := do(s.client.Verify(bg(), "o", Expectation{Match: journal.Match{Outcome: "replied"}, Count: journal.Count{Exactly: &one}})); !v.OK {
		t.Errorf("%s", asText(v))
	}
	open := Expectation{Match: journal.Match{Method: "finance.RawPayment.push", Args: map[string]string{"no": "1"}}}
	if v := do(s.client.Verify(bg(), "o", open)); v.OK || v.Count != 0 || v.Most != 1 || !strings.Contains(v.Unknown, "501 calls were dropped") {
		t.Errorf("%s", asText(v))
	}
	wantBad(t, s.raw("POST", "/_sandbox/tenants/o/verify", JSON, `{"match": {"args": {"no": "1"}}}`), http.StatusConflict, `"ok":false`, "journal_calls")
	cover := mustDo[Coverage](t)(s.client.Coverage(bg(), "o"))
	for _, e := range cover.Endpoints {
		if want := map[string]int{"finance.RawPayment.push": 1, "finance.RawPayment.search": journal.DefaultEntries + 500}[e.Method]; e.Calls != want {
			t.Errorf("%s: %d calls, want %d", e.Method, e.Calls, want)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("v")
	for _, shop := range []string{"POS", "POS", "WEB"} {
		fake(tn, journal.Entry{Args: map[string]string{"shop_no": shop, "page_no": "0"}})
	}
	fake(tn, journal.Entry{Vendor: "fubei", Method: "openapi.payment.order.reconciliation", Outcome: journal.Refused, Kind: "too_frequent"})
	two, three := 2, 3
	match := journal.Match{Vendor: "openapi", Args: map[string]string{"shop_no": "POS"}}
	do := mustDo[journal.Verdict](t)
	if v := do(s.client.Verify(bg(), "v", Expectation{Match: match, Count: journal.Count{Exactly: &two}})); !v.OK || v.Count != 2 || len(v.IDs) != 2 {
		t.Errorf("%s", asText(v))
	}
	missed := do(s.client.Verify(bg(), "v", Expectation{Match: match, Count: journal.Count{AtLeast: &three}}))
	want := []journal.Near{{ID: "v-3", Differs: []string{`argument shop_no is "WEB", not "POS"`}, DifferIDs: []text.ID{"journal.argument"}},
		{ID: "v-4", Differs: []string{`vendor is "fubei", not "openapi"`, "argument shop_no was not sent"}, DifferIDs: []text.ID{"journal.column", "journal.not_sent"}}}
	if diff := cmp.Diff(want, missed.Nearest); diff != "" || missed.OK {
		t.Error(diff)
	}
	const path = "/_sandbox/tenants/v/verify"
	wantBad(t, s.raw("POST", path, JSON, `{"match": {"args": {"page_no": 1}}}`), http.StatusExpectationFailed, `"ok":false`, "page_no")
	wantBad(t, s.raw("POST", path, JSON, `{"match": {"args": {"page_no": 0}}, "count": {"exactly": 3}}`), http.StatusOK, `"ok":true`)
	for body, words := range map[string]string{
		`{}`:                                                    "match: is missing",
		`{"match": {"methd": "x"}}`:                             `match: unknown key \"methd\"; known here: vendor, method`,
		`{"match": {"args": {"x": [1]}}}`:                       "match.args.x: a list is not right here; want one value",
		`{"match": {}, "count": 3}`:                             "count: 3 is not right here; want an object of at_least, at_most, exactly",
		`{"match": {}, "count": {"exactly": "3"}}`:              `count.exactly: \"3\" is not right here; want a whole number`,
		`{"match": {}, "count": {"exactly": -1}}`:               "from 0 on",
		`{"match": {"method": "finance.RawPayment.pus"}}`:       "did you mean finance.RawPayment.push?",
		`{"match": {"kind": "too_frequentt"}}`:                  "did you mean too_frequent?",
		`{"match": {"outcome": "repliedd"}}`:                    "did you mean replied?",
		`{"match": {"vendor": "alipay"}}`:                       "openapi2",
		`{"match": {"outcome": "fine"}}`:                        "refused",
		`{"match": {"method": "["}}`:                            "no pattern",
		`{"match": {}, "count": {"at_least": 3, "at_most": 2}}`: "can never both hold",
	} {
		wantBad(t, s.raw("POST", path, JSON, body), 400, words)
	}
}

// sync pulls one window as a client does: the rows that the world has there, page by page.
func pull(t *testing.T, tn *tenant.Tenant, from, to string) []int64 {
	t.Helper()
	at := func(text string) int64 {
		m, err := time.ParseInLocation(wire.TimeLayout, text, wire.Beijing)
		if err != nil {
			t.Fatal(err)
		}
		return m.Unix()
	}
	w := journal.Window{Collection: "payment", Column: "modified", From: at(from), To: at(to)}
	cat, err := shippedCatalog()
	if err != nil {
		t.Fatal(err)
	}
	found, err := tn.State().World.Read(t.Context(), catalog.Query{Collection: w.Collection, Column: w.Column, From: w.From, To: w.To,
		Filters: always(cat.Endpoint("openapi", "sales.Payment.queryWithDetail"))}, tn.State().Clock.Now(noon))
	if err != nil {
		t.Fatal(err)
	}
	e := callOf("sales.Payment.queryWithDetail")
	e.Window, e.Args = &w, map[string]string{"start_time": from, "end_time": to, "page_no": "0"}
	for i := range found.Rows {
		e.Keys = append(e.Keys, found.Rows[i].Key())
	}
	fake(tn, e)
	return e.Keys
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("cov")
	pull(t, tn, "2024-06-01 00:00:00", "2024-06-01 11:59:59")
	pull(t, tn, "2024-06-01 14:00:00", "2024-06-01 20:00:00") // two hours are left out
	pull(t, tn, "2024-06-01 18:00:00", "2024-06-01 23:59:59") // two hours are taken twice
	missed := pull(t, s.make("left-out"), "2024-06-01 12:00:00", "2024-06-01 13:59:59")
	twice := pull(t, s.make("taken-twice"), "2024-06-01 18:00:00", "2024-06-01 20:00:00")
	fake(tn, journal.Entry{Vendor: "fubei", Method: "openapi.payment.order.reconciliation", Outcome: journal.Refused, Kind: "too_frequent"})
	c := mustDo[Coverage](t)(s.client.Coverage(bg(), "cov"))
	if len(c.Sweeps) != 1 {
		t.Fatalf("%s", asText(c.Sweeps))
	}
	sweep := c.Sweeps[0]
	if len(sweep.Gaps) != 1 || sweep.Gaps[0].To-sweep.Gaps[0].From != 2*60*60-1 || len(sweep.Overlaps) != 1 || sweep.Overlaps[0].To-sweep.Overlaps[0].From != 2*60*60 {
		t.Errorf("gaps %v, overlaps %v", sweep.Gaps, sweep.Overlaps)
	}
	if sweep.Rows == nil || len(missed) == 0 || len(twice) == 0 || sweep.Rows.Missed != len(missed) || sweep.Rows.Twice != len(twice) {
		t.Fatalf("%s; want %d missed, %d twice", asText(sweep), len(missed), len(twice))
	}
	if diff := cmp.Diff(missed[:min(len(missed), mostKeys)], sweep.Rows.MissedKey); diff != "" {
		t.Error(diff)
	}
	counts := map[string]int{}
	for _, e := range c.Endpoints {
		counts[e.Method] = 100*e.Calls + e.Answered
	}
	if counts["sales.Payment.queryWithDetail"] != 303 || counts["openapi.payment.order.reconciliation"] != 100 {
		t.Errorf("%v", counts)
	}
	if want := 100.0 / float64(len(c.Endpoints)); c.EndpointsCovered < want-0.01 || c.EndpointsCovered > want+0.01 {
		t.Errorf("%v percent, want %v", c.EndpointsCovered, want)
	}
	for _, k := range c.Kinds {
		if (k.Kind == "too_frequent") != (k.Calls == 1) {
			t.Errorf("%s: %d", k.Kind, k.Calls)
		}
	}
}

func TestCoverageThatCannotBeTold(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("odd")
	e := callOf("sales.Payment.queryWithDetail")
	e.Window, e.Args = &journal.Window{Collection: "payment", Column: "modified", From: 1, To: 2}, map[string]string{"shop_no": "POS"}
	fake(tn, e)
	e.Window, e.Args = &journal.Window{Collection: "payment", Column: "created", From: 1, To: 2_000_000_000}, nil
	fake(tn, e)
	e.Window, e.Method = &journal.Window{Collection: "nothing", Column: "created", From: 1, To: 2}, "no.such"
	fake(tn, e)
	got := map[string]bool{}
	for _, sweep := range mustDo[Coverage](t)(s.client.Coverage(bg(), "odd")).Sweeps {
		if sweep.Rows != nil {
			t.Errorf("%s", asText(sweep))
		}
		got[sweep.Reason] = true
	}
	for _, want := range []string{"the query has filters, which are not applied again", "the windows reach over more than 400 days", "the catalogue has no such query"} {
		if !got[want] {
			t.Errorf("nobody says %q: %v", want, got)
		}
	}
}
