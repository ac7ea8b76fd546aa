package notify

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/text"
	"shaxiang/scenarios"
)

// Bounds of a queue, so that a client that never acknowledges does not fill memory.
const (
	MostPending = 2000
	KeptDone    = 1000 // the latest that are no longer pending
)

// Config is what a queue belongs to.
type Config struct {
	Tenant  string
	Sender  *Sender
	Clock   Clock
	Rules   *scenarios.Engine
	Journal *journal.Journal
	Over    func(wall time.Time) bool // reports that the tenant's time to live is over and nothing is sent any more; nil for never
}

// Clock is the time of the tenant's business.
type Clock interface {
	Now(wall time.Time) time.Time
	Frozen() bool // the clock stands until a user moves it
}

// State is the state of a notification.
type State string

// The states of a notification.
const (
	Pending      State = "pending"
	Acknowledged State = "acknowledged"
	GivenUp      State = "given_up" // never acknowledged, or its target is not allowed
	Dropped      State = "dropped"  // by a rule
)

// Status is a notification with its state and attempts.
type Status struct {
	ID       string
	Vendor   string
	Name     string
	About    string
	URL      string
	State    State
	Attempts int       // made so far, those that a rule lost included
	Due      time.Time // of the next attempt, on the tenant's clock; zero when none follows
	Calls    []string  // the journal's ids of the attempts
}

// item is a notification on its way.
type item struct {
	Notification
	seq      int
	id       string
	state    State
	attempts int
	due      time.Time
	calls    []string

	decided bool             // rules were consulted about the next attempt
	effect  scenarios.Effect // of the rule that fired
	held    bool             // until another one was sent
}

// Queue is the notifications of one tenant. It is safe for use by many goroutines.
type Queue struct {
	Config
	life    context.Context // ends with Close or with the sender
	end     context.CancelFunc
	sending chan struct{} // full while somebody delivers, who keeps the order
	wake    chan struct{} // tells the goroutine that the clock or the items have changed

	mu      sync.Mutex
	items   []*item // in the order in which they were added
	last    int     // the seq of the last one
	closed  bool
	running bool // there is a goroutine
}

// NewQueue returns a queue without notifications.
func NewQueue(c Config) *Queue {
	q := &Queue{Config: c, sending: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
	q.life, q.end = context.WithCancel(c.Sender.life)
	return q
}

// Close removes all notifications and aborts the one that is being sent. The journal does
// not record the aborted attempt.
func (q *Queue) Close() {
	q.end()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.items = true, nil
}

// Add puts a notification into the queue and returns its id. wall is the time of the server's
// clock. When the queue is full, the journal records that and the id is empty.
func (q *Queue) Add(n Notification, wall time.Time) string {
	now := q.Clock.Now(wall)
	if n.Due.Before(now) {
		n.Due = now
	}
	id, full := q.add(n)
	if full {
		q.withhold(&item{Notification: n}, sending{wall: wall, hint: text.Say("notify.full", "count", MostPending)}, Dropped)
	}
	q.Wake()
	return id
}

func (q *Queue) add(n Notification) (id string, full bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return "", false
	}
	pending := 0
	for _, it := range q.items {
		if it.state == Pending {
			pending++
		}
	}
	if pending >= MostPending {
		return "", true
	}
	q.last++
	it := &item{Notification: n, seq: q.last, id: "n" + strconv.Itoa(q.last), state: Pending, due: n.Due}
	q.items = append(q.items, it)
	q.forget(len(q.items) - pending - 1 - KeptDone)
	return it.id, false
}

// forget removes the first n notifications that are no longer pending.
func (q *Queue) forget(n int) {
	q.items = slices.DeleteFunc(q.items, func(it *item) bool {
		n--
		if it.state == Pending {
			n++
		}
		return it.state != Pending && n >= 0
	})
}

// Withdraw removes the notifications with a name about a document that were never sent, and
// returns their number. Notifications that were sent before are repeated as before.
func (q *Queue) Withdraw(name, about string) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	before := len(q.items)
	q.items = slices.DeleteFunc(q.items, func(it *item) bool {
		return it.state == Pending && it.attempts == 0 && it.Name == name && it.About == about
	})
	return before - len(q.items)
}

// List returns all kept notifications in the order in which they were added.
func (q *Queue) List() []Status {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := []Status{}
	for _, it := range q.items {
		list = append(list, it.status())
	}
	return list
}

func (it *item) status() Status {
	s := Status{ID: it.id, Vendor: it.Vendor, Name: it.Name, About: it.About, URL: it.URL, State: it.state,
		Attempts: it.attempts, Calls: slices.Clone(it.calls)}
	if it.state == Pending {
		s.Due = it.due
	}
	return s
}

// begin waits until it may send. It reports false when ctx or the queue ends first.
func (q *Queue) begin(ctx context.Context) bool {
	select {
	case q.sending <- struct{}{}:
		return true
	case <-ctx.Done():
	case <-q.life.Done():
	}
	return false
}

// first returns the notification that is due first, but for some; nil when none is due.
func (q *Queue) first(now time.Time, but []*item) *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	if it := q.earliest(but); it != nil && !it.due.After(now) {
		return it
	}
	return nil
}

// earliest returns the pending notification that is or will be due first, but for some. The
// caller holds the lock.
func (q *Queue) earliest(but []*item) *item {
	var first *item
	for _, it := range q.items {
		if it.state == Pending && (first == nil || it.due.Before(first.due)) && !slices.Contains(but, it) {
			first = it
		}
	}
	return first
}

// ErrUnknown says that a queue has no notification of that id.
var ErrUnknown = errors.New("there is no such notification")

// Send sends a notification at once, whatever its state, and returns its new status. Rules
// are not consulted, and the next attempt stays due at its moment.
func (q *Queue) Send(ctx context.Context, id string, wall time.Time) (Status, error) {
	if !q.begin(ctx) {
		return Status{}, context.Cause(ctx)
	}
	defer func() { <-q.sending }()
	q.mu.Lock()
	i := slices.IndexFunc(q.items, func(it *item) bool { return it.id == id })
	if i < 0 {
		q.mu.Unlock()
		return Status{}, ErrUnknown
	}
	it := q.items[i]
	q.mu.Unlock()
	taken := q.send(it, sending{wall: wall, hint: text.Say("notify.by_hand")})
	q.mu.Lock()
	defer q.mu.Unlock()
	it.attempts++
	if taken.acknowledged {
		it.state = Acknowledged
	}
	return it.status(), nil
}

// Wake says that the clock was moved. If the sender was started, a goroutine delivers what
// is due.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default: // the goroutine was told already
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.running && !q.closed && q.earliest(nil) != nil {
		q.running = q.Sender.run(q.live)
	}
}

// rest returns the time until the next notification is due, or false when none is pending.
func (q *Queue) rest(wall time.Time) (time.Duration, bool) {
	now := q.Clock.Now(wall)
	q.mu.Lock()
	defer q.mu.Unlock()
	first := q.earliest(nil)
	if first == nil || q.life.Err() != nil {
		q.running = false
		return 0, false
	}
	return first.due.Sub(now), true
}
