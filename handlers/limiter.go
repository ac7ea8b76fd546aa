package handlers

import (
	"sync"
	"time"

	"shaxiang/signature/autopsy"
)

// A full autopsy costs a hundred times as much as an answer. A client that sends wrong
// signatures as fast as it can must not delay others.
const (
	autopsyBurst    = 20 // full autopsies that may follow each other at once
	autopsiesASec   = 5  // and after them
	autopsyInterval = time.Second / autopsiesASec
	autopsyBacklog  = autopsyBurst * autopsyInterval
)

// autopsyLimiter limits full autopsies, by the server's clock. Its zero value is ready. It
// is safe for use by many goroutines.
type autopsyLimiter struct {
	mu   sync.Mutex
	next time.Time // when the whole burst is allowed again

	one sync.Mutex // held by a full autopsy: clients with wrong signatures can wait
}

// take reports whether one more full autopsy is allowed.
func (r *autopsyLimiter) take(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next.Before(now) || r.next.Sub(now) > autopsyBacklog { // a clock that was put back
		r.next = now
	}
	if r.next.Sub(now)+autopsyInterval > autopsyBacklog {
		return false
	}
	r.next = r.next.Add(autopsyInterval)
	return true
}

// perform does an autopsy. One full autopsy runs at a time.
func (r *autopsyLimiter) perform(c autopsy.Case) []autopsy.Finding {
	if !c.Brief {
		r.one.Lock()
		defer r.one.Unlock()
	}
	return autopsy.Perform(c)
}

// longText is the number of bytes from which a call's text is long: each step of the call
// takes milliseconds, and other requests run between the steps.
const longText = 256 << 10

// yield sleeps 1 ms so that other requests can run. runtime.Gosched is not enough: with
// GOMAXPROCS=1 the network poller is not polled while any goroutine is runnable, and a
// shorter sleep ends before all others have run.
func yield() { time.Sleep(time.Millisecond) }
