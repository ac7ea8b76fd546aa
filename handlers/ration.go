package handlers

import (
	"sync"
	"time"

	"shaxiang/signature"
)

// A whole autopsy costs a hundred times what an answer does. Whoever sends bad
// signatures as fast as he can must not take the machine from the others.
const (
	autopsiesAtOnce   = 20
	autopsiesASecond  = 5
	pauseOfAutopsies  = time.Second / autopsiesASecond
	autopsiesWithheld = autopsiesAtOnce * pauseOfAutopsies
)

// ration allows so many autopsies at once, and after that so many a second, by
// the server's clock. Its zero value is ready. It is safe for use by many goroutines.
type ration struct {
	mu   sync.Mutex
	next time.Time // when all that were taken are made good

	one sync.Mutex // is held by a whole autopsy: who sent a wrong signature can wait
}

// take reports whether there is one left.
func (r *ration) take(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next.Before(now) || r.next.Sub(now) > autopsiesWithheld { // a clock that was put back
		r.next = now
	}
	if r.next.Sub(now)+pauseOfAutopsies > autopsiesWithheld {
		return false
	}
	r.next = r.next.Add(pauseOfAutopsies)
	return true
}

// perform is signature.Autopsy, while others go first.
func (r *ration) perform(c signature.Case) []signature.Finding {
	if !c.Brief {
		r.one.Lock()
		defer r.one.Unlock()
	}
	return signature.Autopsy(c)
}

// breathe lets others go first between the steps of a call that is long, each of which
// takes milliseconds.
func (x *exchange) breathe() {
	if len(x.call.text) > long {
		othersFirst()
	}
}

// long is a call of so many bytes.
const long = 256 << 10

// othersFirst stops for a moment in long work. To yield would not do: with one processor
// nobody looks at the network as long as anybody has work, and a shorter stop is over
// before all others had their turn.
func othersFirst() { time.Sleep(time.Millisecond) }
