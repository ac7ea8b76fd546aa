package catalog

import (
	"regexp"
	"slices"
	"strings"

	"shaxiang/internal/text"
)

// Kind is a neutral failure. Only a vendor's error table knows its code and its text.
type Kind string

// The kinds of failure, in the order in which a call can meet them.
const (
	Malformed        Kind = "malformed"          // the wire cannot be read
	MissingPublic    Kind = "missing_public"     // a public parameter is missing: {name}
	BadVersion       Kind = "bad_version"        // v is not the version that is served: {value}
	UnknownApp       Kind = "unknown_app"        // no tenant has this sid or app_id: {value}
	UnknownKey       Kind = "unknown_key"        // the app is known, but its key is not: {value}
	WrongEnvironment Kind = "wrong_environment"  // the app belongs to another address: {value}
	AppRefused       Kind = "app_not_authorised" // the app may not call
	KeyStopped       Kind = "key_stopped"        // the app's key was stopped
	OutOfCredit      Kind = "out_of_credit"      // the app has not paid
	TokenRequired    Kind = "token_required"     // a one-time password is required
	IPBlocked        Kind = "ip_blocked"         // the caller's address is not allowed
	BadSignature     Kind = "bad_signature"      // the signature is wrong
	BadTimestamp     Kind = "bad_timestamp"      // the timestamp is not a number of its size: {value}
	StaleTimestamp   Kind = "stale_timestamp"    // the timestamp is too far from the server's: {value}
	UnknownMethod    Kind = "unknown_method"     // no such method: {method}
	NoPermission     Kind = "no_permission"      // the app did not apply for the method: {method}
	TooFrequent      Kind = "too_frequent"       // over the calls of a minute
	TooConcurrent    Kind = "too_concurrent"     // over the calls at a time
	NotPaged         Kind = "not_paged"          // a paged method called without a page: {method}
	BadPage          Kind = "bad_page"           // an impossible page or size: {name} {value}
	ArgCount         Kind = "arg_count"          // wrong number of arguments
	UnknownParam     Kind = "unknown_param"      // an argument that the method does not have: {name}
	MissingWindow    Kind = "missing_window"     // one end of the time span is missing: {name} {label}
	MissingParam     Kind = "missing_param"      // a required argument is missing: {name} {label}
	BadType          Kind = "bad_type"           // an argument of another type: {name} {value}
	BadDate          Kind = "bad_date"           // not a time in the vendor's format: {name} {value}
	BadList          Kind = "bad_list"           // not a comma list of whole numbers: {name} {label}
	TooLong          Kind = "too_long"           // a text over its length: {name} {length}
	BadEnum          Kind = "bad_enum"           // not one of the allowed values: {name} {value}
	TooLarge         Kind = "too_large"          // larger than allowed: {name} {max}
	TooSmall         Kind = "too_small"          // smaller than allowed: {name} {min}
	SpanTooWide      Kind = "span_too_wide"      // a time span over the limit: {limit}
	NotFound         Kind = "not_found"          // what an argument names does not exist: {name} {value}
	Conflict         Kind = "conflict"           // the document's state forbids it
	Database         Kind = "database"           // the vendor's database failed
	Internal         Kind = "internal"           // the vendor failed
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Malformed, MissingPublic, BadVersion, UnknownApp, UnknownKey, WrongEnvironment,
		AppRefused, KeyStopped, OutOfCredit, TokenRequired, IPBlocked, BadSignature, BadTimestamp,
		StaleTimestamp, UnknownMethod, NoPermission, TooFrequent, TooConcurrent, NotPaged, BadPage,
		ArgCount, UnknownParam, MissingWindow, MissingParam, BadType, BadDate, BadList, TooLong,
		BadEnum, TooLarge, TooSmall, SpanTooWide, NotFound, Conflict, Database, Internal}
}

// BeforeMethod reports whether calls are refused with the kind before their method is
// known. The answer then has the shape that all methods share. A method may have another
// shape for the other kinds.
func (k Kind) BeforeMethod() bool {
	return slices.Index(Kinds(), k) < slices.Index(Kinds(), NotPaged)
}

// kindVars are the names that may be between braces in the text of a kind.
var kindVars = map[Kind][]string{
	MissingPublic:    {"name"},
	BadVersion:       {"value"},
	UnknownApp:       {"value"},
	UnknownKey:       {"value"},
	WrongEnvironment: {"value"},
	BadTimestamp:     {"value"},
	StaleTimestamp:   {"value"},
	UnknownMethod:    {"method"},
	NoPermission:     {"method"},
	NotPaged:         {"method"},
	BadPage:          {"name", "value", "max"},
	UnknownParam:     {"name"},
	MissingWindow:    {"name", "label"},
	MissingParam:     {"name", "label"},
	BadType:          {"name", "label", "value"},
	BadDate:          {"name", "label", "value"},
	BadList:          {"name", "label", "value"},
	TooLong:          {"name", "label", "length"},
	BadEnum:          {"name", "label", "value"},
	TooLarge:         {"name", "label", "value", "max"},
	TooSmall:         {"name", "label", "value", "min"},
	SpanTooWide:      {"limit", "from", "to"},
	NotFound:         {"name", "label", "value"},
}

// Vars returns the names that every refusal of the kind has in its Vars.
func (k Kind) Vars() []string { return slices.Clone(kindVars[k]) }

// Credential reports whether a tenant's credential may be declared to be
// refused with this kind, whatever it signs.
func (k Kind) Credential() bool {
	return slices.Contains([]Kind{WrongEnvironment, AppRefused, KeyStopped, OutOfCredit, TokenRequired, IPBlocked}, k)
}

// Refusal says why a call, or one row of it, was not accepted. Vars fill the placeholders
// of the vendor's text. Hint is for the log and the journal only.
type Refusal struct {
	Kind    Kind
	Vars    map[string]string
	Message string // in place of the table's text, when an endpoint's own check or a rule has one
	Code    string // in place of the table's code, as JSON
	Hint    text.Message
}

// Refuse returns a refusal with its variables as name, value, name, value …
func Refuse(k Kind, vars ...string) *Refusal {
	r := &Refusal{Kind: k, Vars: make(map[string]string, len(vars)/2)}
	for i := 0; i+1 < len(vars); i += 2 {
		r.Vars[vars[i]] = vars[i+1]
	}
	return r
}

// Say adds the hint: a message with its arguments as name, value, name, value …
func (r *Refusal) Say(id text.ID, args ...any) *Refusal {
	r.Hint = text.Say(id, args...)
	return r
}

// Because adds a hint that is no message of its own, such as the text of an error.
func (r *Refusal) Because(hint string) *Refusal {
	r.Hint = text.Plain(hint)
	return r
}

// Error names the kind, and the hint as text.Message.String writes it. It is never sent to
// a client.
func (r *Refusal) Error() string {
	if r.Hint.IsZero() {
		return string(r.Kind)
	}
	return string(r.Kind) + ": " + r.Hint.String()
}

// Evidence says how a fact is known.
type Evidence string

// The three grades of evidence.
const (
	Documented Evidence = "documented" // on a page of the vendor
	Observed   Evidence = "observed"   // seen in clients that run against the vendor
	Inferred   Evidence = "inferred"   // assumed here; a file can override it
)

// ErrorRow is one line of an error table: what a vendor answers to a kind.
type ErrorRow struct {
	Kind     Kind     `yaml:"kind"`
	Param    string   `yaml:"param"`   // only for this argument
	Gateway  string   `yaml:"gateway"` // only on this path
	Code     Scalar   `yaml:"code"`
	Message  string   `yaml:"message"` // with {placeholders} of the kind
	Evidence Evidence `yaml:"evidence"`
	Note     string   `yaml:"note"` // where it was seen, or why it was assumed
}

// Text fills the placeholders of the message.
func (e *ErrorRow) Text(vars map[string]string) string {
	if !strings.Contains(e.Message, "{") {
		return e.Message
	}
	var filled strings.Builder
	for rest := e.Message; ; {
		before, after, brace := strings.Cut(rest, "{")
		filled.WriteString(before)
		if !brace {
			return filled.String()
		}
		name, behind, closed := strings.Cut(after, "}")
		if value, known := vars[name]; closed && known {
			filled.WriteString(value)
			rest = behind
			continue
		}
		filled.WriteByte('{')
		rest = after
	}
}

var braces = regexp.MustCompile(`\{(\w+)\}`)

// Braces returns the names between braces in a message.
func Braces(message string) []string {
	var names []string
	for _, m := range braces.FindAllStringSubmatch(message, -1) {
		names = append(names, m[1])
	}
	return names
}

// Find returns the row for a refusal, nil when there is none. Tables are searched in the
// order given, and the first table with a row that fits counts. In it, a row for the
// argument precedes a row for the path, which precedes a general row. Of equal rows the
// first counts.
func Find(r *Refusal, gateway string, tables ...[]ErrorRow) *ErrorRow {
	for _, table := range tables {
		var best *ErrorRow
		score := -1
		for i := range table {
			e := &table[i]
			if e.Kind != r.Kind || e.Param != "" && e.Param != r.Vars["name"] || e.Gateway != "" && e.Gateway != gateway {
				continue
			}
			s := 0
			if e.Param != "" {
				s += 2
			}
			if e.Gateway != "" {
				s++
			}
			if s > score {
				best, score = e, s
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}
