package notify

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
	"shaxiang/signature"
)

// Kinds of attempts that failed, as the journal has them.
const (
	KindUnacknowledged = "not_acknowledged" // the merchant answered something else
	KindUnreachable    = "unreachable"      // there was no answer
	KindForbidden      = "forbidden_target" // nothing is sent to such an address
	KindWithheld       = "withheld"         // a rule kept it back, or the queue is full
)

// Kinds returns the kinds of attempts that failed.
func Kinds() []string {
	return []string{KindUnacknowledged, KindUnreachable, KindForbidden, KindWithheld}
}

// longestHold is how long a notification waits for another one to be sent first, on the
// tenant's clock.
const longestHold = time.Minute

// decide consults the rules about the attempt that is due. It reports false when a rule delays
// the attempt. The caller holds q.sending.
func (q *Queue) decide(it *item) bool {
	if it.decided {
		return true
	}
	effect, _ := q.Rules.Consult(scenarios.Call{Vendor: it.Vendor, Method: it.Name, Params: it.params(), Notify: true})
	it.decided, it.effect = true, effect
	switch effect.Notify.How {
	case scenarios.NotifyLate:
		q.putOff(it, effect.Notify.Late, false)
		return false
	case scenarios.NotifyReordered:
		q.putOff(it, longestHold, true)
		return false
	}
	return true
}

// carry sends or withholds a notification as the rule that fired says.
func (q *Queue) carry(it *item, wall time.Time) outcome {
	how := sending{wall: wall, rule: it.effect.Rule}
	says := func(id text.ID) text.Message {
		return text.Say(id, "rule", how.rule, "late", it.effect.Notify.Late)
	}
	switch it.effect.Notify.How {
	case scenarios.NotifyNever:
		how.hint = says("notify.never")
		return q.withhold(it, how, Dropped)
	case scenarios.NotifyLost:
		how.hint = says("notify.lost")
		return q.withhold(it, how, "")
	case scenarios.NotifyTwice:
		first := q.send(it, how)
		if first.final != "" {
			return first
		}
		how.hint = says("notify.twice")
		again := q.send(it, how)
		again.acknowledged = again.acknowledged || first.acknowledged
		return again
	case scenarios.NotifyBadSign:
		how.badSign, how.hint = true, says("notify.bad_sign")
	case scenarios.NotifyLate:
		how.hint = says("notify.late")
	case scenarios.NotifyReordered:
		how.hint = says("notify.reordered")
	}
	return q.send(it, how)
}

func (q *Queue) putOff(it *item, by time.Duration, held bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.due, it.held = it.due.Add(by), held
}

// outcome is the result of an attempt.
type outcome struct {
	sent         bool
	acknowledged bool
	final        State // no attempt follows; empty when one may
}

// settle decides what follows an attempt.
func (q *Queue) settle(it *item, o outcome) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := it.due
	it.attempts++
	it.decided, it.held = false, false
	switch {
	case o.acknowledged:
		it.state = Acknowledged
	case o.final != "":
		it.state = o.final
	case it.attempts > len(q.Sender.Intervals):
		it.state = GivenUp
	default:
		it.due = at.Add(q.Sender.Intervals[it.attempts-1])
	}
	if !o.sent {
		return
	}
	for _, other := range q.items {
		if other != it && other.held {
			other.held, other.due = false, at
		}
	}
}

// sending is how a notification is sent.
type sending struct {
	wall    time.Time // of the command that sends it
	badSign bool
	rule    string       // that decided, for the journal
	hint    text.Message // likewise
}

// send posts a notification once and records the result.
func (q *Queue) send(it *item, how sending) outcome {
	e := q.entry(it, how)
	form := it.form(how.badSign)
	e.Request = it.URL + "\n" + form
	a := q.Sender.post(q.life, it.id, it.URL, form)
	e.Answer, e.Took = a.body, a.took
	o := outcome{sent: true, acknowledged: acknowledged(a)}
	switch {
	case errors.Is(a.err, errTarget):
		o = outcome{final: GivenUp}
		e.Outcome, e.Kind = journal.Refused, KindForbidden
		q.hint(&e, how.hint, text.Plain(cause(a.err)))
	case a.err != nil:
		e.Outcome, e.Kind = journal.Refused, KindUnreachable
		q.hint(&e, how.hint, text.Plain(cause(a.err)))
	case !o.acknowledged:
		e.Outcome, e.Kind = journal.Refused, KindUnacknowledged
		q.hint(&e, how.hint, text.Say("notify.not_acknowledged", "status", a.status))
		e.Canonical = vendorapi.Mask(it.Signer, it.Credential.Secrets, it.request())
	case how.badSign:
		e.Outcome = journal.OK
		q.hint(&e, how.hint, text.Say("notify.sign_unchecked"))
	default:
		e.Outcome = journal.OK
	}
	q.record(it, e)
	return o
}

// cause returns an error's text without the request, which the journal has anyway.
func cause(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}

// hint puts one or two hints into an entry.
func (q *Queue) hint(e *journal.Entry, first, then text.Message) {
	m := first
	switch {
	case first.IsZero():
		m = then
	case !then.IsZero():
		m = text.Say("notify.both", "first", first, "then", then)
	}
	e.Hint, e.HintID = text.In(text.English).Text(m), m.ID
}

// withhold records that nothing is sent.
func (q *Queue) withhold(it *item, how sending, final State) outcome {
	e := q.entry(it, how)
	e.Outcome, e.Kind = journal.Refused, KindWithheld
	e.Request = it.URL + "\n" + it.form(false)
	q.record(it, e)
	return outcome{final: final}
}

// entry begins the record of an attempt.
func (q *Queue) entry(it *item, how sending) journal.Entry {
	e := journal.Entry{Time: how.wall, Tenant: q.Tenant, Vendor: it.Vendor, Method: it.Name, Args: it.params(), Rule: how.rule}
	q.hint(&e, how.hint, text.Message{})
	return e
}

// record writes an attempt into journal and log, unless the queue was closed meanwhile.
func (q *Queue) record(it *item, e journal.Entry) {
	id := q.write(it, e)
	if id == "" {
		return
	}
	attrs := []any{"vendor", e.Vendor, "method", e.Method, "about", it.About, "outcome", string(e.Outcome)}
	for _, a := range []struct{ key, value string }{{"rule", e.Rule}, {"kind", e.Kind}, {"hint", e.Hint}} {
		if a.value != "" {
			attrs = append(attrs, a.key, a.value)
		}
	}
	q.Sender.Log.Info("notification", append(attrs, "tenant", e.Tenant, "took", e.Took.String(), "id", id)...)
}

// write returns the journal's id of the attempt, none when the queue was closed.
func (q *Queue) write(it *item, e journal.Entry) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ""
	}
	id := q.Journal.Add(e)
	it.calls = append(it.calls, id)
	return id
}

// request returns the request that is signed.
func (it *item) request() signature.Request { return signature.Request{Pairs: it.Fields} }

// form writes the fields, followed by their sign. A wrong sign is made with other secrets.
func (it *item) form(badSign bool) string {
	secrets := it.Credential.Secrets
	if badSign {
		secrets = slices.Clone(secrets)
		for i := range secrets {
			secrets[i] = "not " + secrets[i]
		}
	}
	sign := signature.Pair{Name: "sign", Value: it.Signer.Sign(secrets, it.request())}
	return vendorapi.URLEncoded(append(slices.Clip(it.Fields), sign))
}

// params returns what rules and searches of the journal can match: the number of the attempt
// from 1, the document, and the fields. The field data is given by its members.
func (it *item) params() map[string]string {
	params := map[string]string{}
	for _, f := range it.Fields {
		if data, ok := members(f); ok {
			data.Flatten(params, "")
			continue
		}
		params[f.Name] = f.Value
	}
	params["attempt"], params["about"] = strconv.Itoa(it.attempts+1), it.About
	if it.id != "" {
		params["notification"] = it.id
	}
	return params
}

// members returns the members of the field data; ok is false for any other field.
func members(f signature.Pair) (data wire.Node, ok bool) {
	if f.Name != "data" {
		return data, false
	}
	data, _ = wire.ParseJSON(f.Value, nil, wire.Limits{}) // a value that is no JSON is no object
	return data, data.Kind == wire.ObjectNode
}
