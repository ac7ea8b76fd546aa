package notify

import (
	"slices"
	"strconv"
	"time"

	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
	"shaxiang/signature"
)

// Saved is a notification in a checkpoint.
type Saved struct {
	Seq      int              `json:"seq"`
	Vendor   string           `json:"vendor"`
	Name     string           `json:"name"`
	About    string           `json:"about"`
	URL      string           `json:"url"`
	Fields   []signature.Pair `json:"fields"`
	App      string           `json:"app"`           // of the credential that signs
	Key      string           `json:"key,omitempty"` // likewise
	State    State            `json:"state"`
	Attempts int              `json:"attempts"`
	Due      time.Time        `json:"due"` // of the next attempt, on the tenant's clock
	Calls    []string         `json:"calls,omitempty"`
	Decided  *Decision        `json:"decided,omitempty"` // about the next attempt
	Held     bool             `json:"held,omitempty"`    // until another one is sent
}

// Decision is what rules decided about an attempt.
type Decision struct {
	Rule string        `json:"rule,omitempty"`
	How  string        `json:"how,omitempty"`
	Late time.Duration `json:"late_ns,omitempty"`
}

// Checkpoint returns all kept notifications, and how many there ever were.
func (q *Queue) Checkpoint() (all []Saved, last int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, it := range q.items {
		s := Saved{Seq: it.seq, Vendor: it.Vendor, Name: it.Name, About: it.About, URL: it.URL, Fields: it.Fields, App: it.Credential.App, Key: it.Credential.Key,
			State: it.state, Attempts: it.attempts, Due: it.due.UTC(), Calls: slices.Clone(it.calls), Held: it.held}
		if it.decided {
			s.Decided = &Decision{it.effect.Rule, it.effect.Notify.How, it.effect.Notify.Late}
		}
		all = append(all, s)
	}
	return all, q.last
}

// Restore gives a new queue the notifications of another one, in their order, and how many
// there ever were. credential returns who signs a notification, nil when nobody can.
func (q *Queue) Restore(all []Saved, last int, credential func(*Saved) (vendorapi.Signer, *vendorapi.Credential)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range all {
		signer, cred := credential(&s)
		if cred == nil || s.Seq <= q.last || s.Seq > last {
			return text.Fail("notify.bad_saved", "seq", s.Seq, "vendor", s.Vendor)
		}
		q.last = s.Seq
		it := &item{seq: s.Seq, id: "n" + strconv.Itoa(s.Seq), state: s.State, attempts: s.Attempts, due: s.Due, calls: s.Calls, held: s.Held,
			Notification: Notification{Vendor: s.Vendor, Name: s.Name, About: s.About, URL: s.URL, Fields: s.Fields, Signer: signer, Credential: cred, Due: s.Due}}
		if d := s.Decided; d != nil {
			it.decided = true
			it.effect = scenarios.Effect{Rule: d.Rule, Notify: scenarios.Notify{How: d.How, Late: d.Late}}
		}
		q.items = append(q.items, it)
	}
	q.last = last
	return nil
}
