package control

import (
	"encoding/json"
	"net/http"
	"time"

	"shaxiang/fixtures"
	"shaxiang/internal/journal"
)

// VersionInfo names the program.
type VersionInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// NewTenant describes a tenant to create. All fields are optional.
type NewTenant struct {
	Name         string        `json:"name,omitempty" doc:"letters, digits, - and _, at most 64; invented when not given"`
	Seed         *uint64       `json:"seed,omitempty" doc:"which world it is; the scenario's, or 2012"`
	OrdersPerDay int           `json:"orders_per_day,omitempty" doc:"1 to 30000; the scenario's, or 120"`
	Clock        *ClockSetting `json:"clock,omitempty" doc:"the scenario's, or the server's"`
	Scenario     string        `json:"scenario,omitempty" doc:"a name of the library"`
	TTL          string        `json:"ttl,omitempty" doc:"after which the tenant goes, such as 10m; never when not given"`
}

// TenantInfo is a tenant with its secrets.
type TenantInfo struct {
	TenantSummary
	Credentials Credentials       `json:"credentials"`
	BaseURLs    map[string]string `json:"base_urls" doc:"by vendor: where its clients are to be pointed"`
}

// TenantSummary is a tenant without its secrets.
type TenantSummary struct {
	Name     string     `json:"name"`
	Scenario string     `json:"scenario"`
	Clock    Clock      `json:"clock"`
	Calls    int        `json:"calls" doc:"that the journal holds"`
	Expires  *time.Time `json:"expires,omitempty" doc:"when the tenant goes"`
}

// Tenants is all tenants in the order in which they were made.
type Tenants struct {
	Tenants []TenantSummary `json:"tenants"`
}

// ClockSetting is a new setting of a clock.
type ClockSetting struct {
	Mode   string `json:"mode,omitempty" doc:"real (the default), frozen or offset"`
	Now    string `json:"now,omitempty" doc:"frozen: the moment, Beijing time, as 2022-12-28 12:00:00"`
	Offset string `json:"offset,omitempty" doc:"offset: added to the server's clock, such as -36h"`
}

// Clock is a tenant's clock at one moment. Times are in Beijing's time zone.
type Clock struct {
	Mode   string `json:"mode" enum:"real,frozen,offset"`
	Now    string `json:"now" doc:"where business stands"`
	Wall   string `json:"wall" doc:"by which timestamps are judged"`
	Offset string `json:"offset" doc:"of both against the server's clock"`
}

// Advance moves a clock.
type Advance struct {
	By string `json:"by" doc:"a duration such as 36h; back when negative"`
}

// ScenarioInfo is the scenario that a tenant plays.
type ScenarioInfo struct {
	Name     string          `json:"name"`
	Title    string          `json:"title"`
	State    string          `json:"state" doc:"that rules have come to; start at first"`
	Scenario json.RawMessage `json:"scenario" schema:"ScenarioFile" doc:"with everything that it extends"`
}

// Rule is one rule with its counts.
type Rule struct {
	ID      string          `json:"id"`
	Rule    json.RawMessage `json:"rule" schema:"RuleFile"`
	Matched int             `json:"matched" doc:"calls that fitted vendor, method, params and state"`
	Fired   int             `json:"fired" doc:"calls that it decided"`
	OneOff  bool            `json:"one_off" doc:"added at run time, not of the scenario"`
}

// Rules is all rules of a tenant in the order in which they are consulted.
type Rules struct {
	State string `json:"state" doc:"that rules have come to; start at first"`
	Rules []Rule `json:"rules"`
}

// Row is one row: every column as text.
type Row struct {
	Key      int64                          `json:"key"`
	Row      map[string]string              `json:"row"`
	Lines    map[string][]map[string]string `json:"lines,omitempty" doc:"what a document consists of, by name"`
	Warnings []Problem                      `json:"warnings,omitempty" doc:"why no query shows the row now, after it was added or changed"`
}

// Rows is one page of rows, or the rows that were added.
type Rows struct {
	Rows  []Row `json:"rows"`
	Page  int   `json:"page" doc:"from 0"`
	Size  int   `json:"size"`
	Total *int  `json:"total,omitempty" doc:"of all pages, when it was asked for"`
}

// Answers is the answer key.
type Answers struct {
	Answers []fixtures.Answer `json:"answers"`
}

// Notification is a notification to a merchant.
type Notification struct {
	ID       string   `json:"id"`
	Vendor   string   `json:"vendor"`
	Method   string   `json:"method" doc:"as rules and the journal have it, such as notify.pay"`
	About    string   `json:"about" doc:"the document that it tells of, such as an order_sn"`
	URL      string   `json:"url"`
	State    string   `json:"state" enum:"pending,acknowledged,given_up,dropped"`
	Attempts int      `json:"attempts" doc:"made so far, those that a rule lost included"`
	Due      string   `json:"due,omitempty" doc:"when the next attempt is, Beijing time; left out when none follows"`
	Calls    []string `json:"calls" doc:"the journal's entries of the attempts"`
}

// Notifications are the notifications of a tenant in the order in which they arose. Of those no
// longer pending, only the latest are kept.
type Notifications struct {
	Notifications []Notification `json:"notifications"`
}

// Calls is a part of a journal, oldest first.
type Calls struct {
	Entries []journal.Entry `json:"entries"`
	Matched int             `json:"matched" doc:"entries that fit the filters, whatever the limit"`
	Dropped int64           `json:"dropped" doc:"calls that the journal no longer holds"`
}

// Expectation says which calls a test expects, and how many.
type Expectation struct {
	Match journal.Match `json:"match"`
	Count journal.Count `json:"count,omitzero" doc:"at least one when not given"`
}

// Verdict is the answer to an expectation.
type Verdict struct{ journal.Verdict }

func (v Verdict) status() int {
	switch {
	case v.OK:
		return http.StatusOK
	case v.Unknown != "":
		return http.StatusConflict
	}
	return http.StatusExpectationFailed
}

// ScenarioLibrary is the scenarios that are part of the program.
type ScenarioLibrary struct {
	Scenarios []ScenarioName `json:"scenarios"`
}

// ScenarioName is the name of a scenario of the library.
type ScenarioName struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}
