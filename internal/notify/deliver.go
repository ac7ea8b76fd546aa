package notify

import (
	"context"
	"math"
	"slices"
	"time"
)

// mostAtOnce is how many notifications of a tenant are sent at a time.
const mostAtOnce = 16

// patience is how long the next notification waits for the one before it to be acknowledged. So
// fast merchants get notifications in the order in which they are due, and a slow merchant does
// not hold the next one up.
const patience = 100 * time.Millisecond

// delivery is notifications that are sent side by side. Those about one document are sent one
// after the other. Rules are consulted in the order of due moments and ids, however long the
// merchants take: see before.
type delivery struct {
	*Queue
	now     func() time.Time // the server's clock
	flying  []*item          // that are being sent
	results chan result
	made    int
}

// result is what came of an attempt.
type result struct {
	*item
	outcome
}

// Deliver makes all attempts that are due at a time of the server's clock, and returns how many
// were made. An attempt that was not acknowledged is due again an interval after it was due, so a
// clock that jumps over several of them makes them all. When another one delivers, Deliver waits
// for it. When ctx ends, no more attempts are made.
func (q *Queue) Deliver(ctx context.Context, wall time.Time) int {
	if !q.begin(ctx) {
		return 0
	}
	defer func() { <-q.sending }()
	d := &delivery{Queue: q, now: func() time.Time { return wall }, results: make(chan result)}
	for d.launch(ctx); len(d.flying) > 0; d.launch(ctx) {
		d.land(<-d.results)
	}
	return d.made
}

// live delivers notifications when they are due, until none is pending.
func (q *Queue) live() {
	for {
		q.deliverMore()
		wait, more := q.rest(q.Sender.now())
		if !more {
			return
		}
		q.pause(wait, nil, nil)
	}
}

// deliverMore delivers what is due, and what becomes due while merchants take their time.
func (q *Queue) deliverMore() {
	if !q.begin(q.life) {
		return
	}
	defer func() { <-q.sending }()
	d := &delivery{Queue: q, now: q.Sender.now, results: make(chan result)}
	for d.launch(q.life); len(d.flying) > 0; d.launch(q.life) {
		q.pause(d.restBeside(), d.results, d.land)
	}
}

// pause waits until a time has passed on the tenant's clock, the clock was moved, something was
// added, a result came, which it hands over, or the queue ends.
func (q *Queue) pause(wait time.Duration, results <-chan result, land func(result)) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	due := timer.C
	if q.Clock.Frozen() {
		due = nil // a frozen clock does not move by itself
	}
	ended := q.life.Done()
	if results != nil {
		ended = nil // what is being sent is aborted, and comes back
	}
	select {
	case <-due:
	case <-q.wake:
	case r := <-results:
		land(r)
	case <-ended:
	}
}

// launch sends what is due, as long as that may be sent beside what is being sent.
func (d *delivery) launch(ctx context.Context) {
	for len(d.flying) < mostAtOnce && ctx.Err() == nil && d.life.Err() == nil {
		wall := d.now()
		if d.Over != nil && d.Over(wall) {
			d.Close()
			return
		}
		it := d.next(d.Clock.Now(wall))
		if it == nil {
			return
		}
		d.flying = append(d.flying, it)
		go func() { d.results <- result{it, d.carry(it, wall)} }()
		timer := time.NewTimer(patience)
		select {
		case r := <-d.results:
			d.land(r)
		case <-timer.C:
		}
		timer.Stop()
	}
}

// land takes a result.
func (d *delivery) land(r result) {
	for i, it := range d.flying {
		if it == r.item {
			d.flying = append(d.flying[:i], d.flying[i+1:]...)
			break
		}
	}
	d.settle(r.item, r.outcome)
	d.made++
}

// next decides about what is due, in its order, and returns the first that is to be sent and that
// needs not wait for what is being sent.
func (d *delivery) next(now time.Time) *item {
	about := func(it *item) func(*item) bool { return func(o *item) bool { return o.About == it.About } }
	var waiting []*item // decided, behind one about the same document
	for {
		it := d.first(now, slices.Concat(waiting, d.flying))
		if it == nil || len(waiting) == mostAtOnce || !d.decided(it) {
			return nil
		}
		if !d.decide(it) {
			continue
		}
		if !slices.ContainsFunc(d.flying, about(it)) && !slices.ContainsFunc(waiting, about(it)) {
			return it
		}
		waiting = append(waiting, it)
	}
}

// decided reports whether everything was decided that comes before the attempt: nothing that is
// being sent may be due again before it.
func (d *delivery) decided(it *item) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !slices.ContainsFunc(d.flying, func(f *item) bool { return d.before(f, it) })
}

// before reports whether what is being sent may be due again, or release one that waits for it,
// before another one is due. Its next attempt is decided first. The caller holds the lock.
func (d *delivery) before(it, other *item) bool {
	for _, waiting := range d.items {
		if waiting.held {
			return true
		}
	}
	if it.attempts >= len(d.Sender.Intervals) {
		return false
	}
	again := it.due.Add(d.Sender.Intervals[it.attempts])
	return again.Before(other.due) || again.Equal(other.due) && it.seq < other.seq
}

// restBeside returns the time until the next notification becomes due, or never when none will:
// what is due already waits for what is being sent.
func (d *delivery) restBeside() time.Duration {
	now, rest := d.Clock.Now(d.now()), never
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, it := range d.items {
		if it.state == Pending && it.due.After(now) {
			rest = min(rest, it.due.Sub(now))
		}
	}
	return rest
}

// never is a pause that only a result, a clock that is moved or something new ends.
const never = time.Duration(math.MaxInt64)
