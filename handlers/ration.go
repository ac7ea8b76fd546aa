package handlers

import (
	"sync"
	"time"
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
