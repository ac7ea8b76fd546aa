// Package scenarios reads and checks scenarios, ships a library of them, and decides which
// rule fires on a call. A scenario is a file with the contents, the clock and the quota of
// a tenant's world, and with rules of the form when … then … that change single answers.
//
// The package leaves out HTTP, carrying out the effects, and the meaning of kinds and
// columns: these are names here, checked against a Known that the server fills. Time and
// seed are inputs.
package scenarios

import "time"

// Scenario is one declared file. The doc tags are what the JSON Schema says.
type Scenario struct {
	Name    string  `yaml:"name,omitempty" doc:"what the scenario is called: small letters, digits and hyphens"`
	Title   string  `yaml:"title,omitempty" doc:"one line for lists"`
	Extends string  `yaml:"extends,omitempty" doc:"the scenario that this one adds to: a name of the library or a file"`
	Seed    *uint64 `yaml:"seed,omitempty" doc:"which world it is; the tenant's own when not given"`
	Clock   *Clock  `yaml:"clock,omitempty" doc:"what time it is for the tenant"`
	World   World   `yaml:"world,omitempty" doc:"what the tenant's world holds"`
	Quota   Quota   `yaml:"quota,omitempty" doc:"how many calls are allowed"`
	Rules   []Rule  `yaml:"rules,omitempty" doc:"when … then …; the first rule that fires decides"`
}

// Clock is the tenant's time, in the words of a tenant's own configuration.
type Clock struct {
	Mode   string        `yaml:"mode,omitempty" enum:"real,frozen,offset" doc:"real follows the server; frozen stands at now; offset is the server's plus offset"`
	Now    string        `yaml:"now,omitempty" doc:"frozen: the moment, Beijing time, as 2022-12-28 12:00:00"`
	Offset time.Duration `yaml:"offset,omitempty" doc:"offset: added to the server's clock; negative is in the past"`
}

// World has the contents of a tenant's world.
type World struct {
	OrdersPerDay  int              `yaml:"orders_per_day,omitempty" doc:"orders a day on average; the server's default when not given"`
	Tick          time.Duration    `yaml:"tick,omitempty" doc:"moments are rounded down to whole ticks, so that rows tie within one second"`
	Master        string           `yaml:"master,omitempty" doc:"a file of master data, relative to this file; the shipped shops, warehouses and goods when not given"`
	Rows          map[string][]Row `yaml:"rows,omitempty" doc:"rows to lay over the generated ones, by collection"`
	Discrepancies []Discrepancy    `yaml:"discrepancies,omitempty" doc:"faults in the books; each stands in the answer key"`
}

// Row is one row to store in a collection: column → value as text. Numbers keep their
// digits, times are wire.TimeLayout in Beijing time.
type Row map[string]string

// Discrepancy plants faults in the books.
type Discrepancy struct {
	Kind       string `yaml:"kind" doc:"what is wrong with the books"`
	Count      int    `yaml:"count,omitempty" doc:"how many are planted; 1 when not given"`
	Collection string `yaml:"collection,omitempty" doc:"where; the kind's own collection when not given"`
	From       string `yaml:"from,omitempty" doc:"not before this day or moment, Beijing time, as 2022-12-28 or 2022-12-28 12:00:00"`
	To         string `yaml:"to,omitempty" doc:"not after this day or moment"`
}

// Quota is how many calls a tenant may make of one method. Each method is counted
// alone; 0 is no limit.
type Quota struct {
	PerMinute  int           `yaml:"per_minute,omitempty" doc:"calls of one method within one calendar minute of the tenant's clock; over it: too_frequent"`
	Concurrent int           `yaml:"concurrent,omitempty" doc:"calls of one method at a time; over it: too_concurrent"`
	Methods    []MethodQuota `yaml:"methods,omitempty" doc:"other limits for some methods; the first pattern that fits decides"`
}

// MethodQuota is the quota of the methods that fit a pattern. What it leaves at 0
// is as for all methods.
type MethodQuota struct {
	Method     string `yaml:"method" doc:"a method, or a pattern with * and ?"`
	PerMinute  int    `yaml:"per_minute,omitempty" doc:"calls of one method within one calendar minute of the tenant's clock"`
	Concurrent int    `yaml:"concurrent,omitempty" doc:"calls of one method at a time"`
}

// Rule changes the answer of the calls that it fires on.
type Rule struct {
	Name  string `yaml:"name,omitempty" doc:"what the journal and the log call the rule"`
	When  When   `yaml:"when,omitempty" doc:"which calls; all of them when not given. All conditions must hold"`
	Then  Then   `yaml:"then" doc:"what happens to them"`
	Times int    `yaml:"times,omitempty" doc:"how often the rule fires at most; 0 is without end"`
}

// When is the conditions of a rule. A rule with the effect notify sees attempts at
// notifications, every other one sees calls. A call matches when vendor, method, params and
// state fit; of the matching calls, Call and Probability choose those that fire.
type When struct {
	Vendor      string     `yaml:"vendor,omitempty" doc:"calls of this vendor"`
	Method      string     `yaml:"method,omitempty" doc:"calls of this method, or of a pattern with * and ?"`
	Params      Params     `yaml:"params,omitempty" doc:"arguments that must have been given with these values"`
	Call        CallNumber `yaml:"call,omitempty" doc:"which of the matching calls, counted from 1"`
	Probability *float64   `yaml:"probability,omitempty" doc:"above 0, at most 1: the share of calls, chosen by the seed"`
	State       string     `yaml:"state,omitempty" doc:"only in this state; the first one is called start"`
}

// Params is argument → value, compared as texts: 0 fits 0 and "0", 199.00 does not
// fit 199.0. A * in a value stands for any text; in a name it does too, so that
// detail_list.*.spec_no is that member of any element.
type Params map[string]any

// CallNumber chooses among the calls that match a rule, counted from 1 while the
// engine was not reset. All that is given must hold.
type CallNumber struct {
	Nth   Numbers `yaml:"nth,omitempty" doc:"these calls: a number or a list"`
	First int     `yaml:"first,omitempty" doc:"the first so many calls"`
	After int     `yaml:"after,omitempty" doc:"calls after the first so many"`
	Every int     `yaml:"every,omitempty" doc:"each so-manieth call, counted from after"`
}

// Numbers is a list that may be written as its one number.
type Numbers []int

// Then is the effects of a rule.
type Then struct {
	Refuse  Refusal       `yaml:"refuse,omitempty" doc:"a kind, told in the vendor's words, or a code and message of one's own. The call is not carried out"`
	Reply   Body          `yaml:"reply,omitempty" doc:"this body instead: a text as it stands, anything else as JSON. The call is not carried out"`
	Patch   Patches       `yaml:"patch,omitempty" doc:"path → value: changes in the body that would have been sent"`
	Delay   Delay         `yaml:"delay,omitempty" doc:"how long the answer takes: 1.5s, {min, max} or {p50, p99}"`
	Drop    string        `yaml:"drop,omitempty" enum:"reset,empty,truncate,garbage,dribble" doc:"how the answer is lost once the call was carried out"`
	HTTP    int           `yaml:"http,omitempty" doc:"the HTTP status of the answer, 200 to 599"`
	Advance time.Duration `yaml:"advance,omitempty" doc:"the tenant's clock moves on by this after the call"`
	Notify  Notify        `yaml:"notify,omitempty" doc:"what happens to a notification that is sent to the client: never, lost, twice, reordered, bad_sign or {late: 30s}. Such a rule sees notifications and no calls"`
	Become  string        `yaml:"become,omitempty" doc:"the state from now on"`
}

// How an answer can be lost. The call itself was carried out, unless the rule
// refuses or replies too.
const (
	DropReset    = "reset"    // the connection is reset before a byte is sent
	DropEmpty    = "empty"    // a status and no body
	DropTruncate = "truncate" // the headers and half of the body, then the connection ends
	DropGarbage  = "garbage"  // bytes that are no JSON in place of the body
	DropDribble  = "dribble"  // the whole body, a few bytes at a time
)

// StartState is the state of an engine that no rule has changed yet.
const StartState = "start"

func drops() []string {
	return []string{DropReset, DropEmpty, DropTruncate, DropGarbage, DropDribble}
}

// empty reports whether a rule would do nothing.
func (t *Then) empty() bool {
	return t.Refuse.IsZero() && t.Reply == nil && len(t.Patch) == 0 && t.Delay.IsZero() && t.Drop == "" &&
		t.HTTP == 0 && t.Advance == 0 && t.Notify.IsZero() && t.Become == ""
}
