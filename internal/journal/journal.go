// Package journal keeps the record of calls: bounded in entries and in bytes,
// whatever is sent.
package journal

import (
	"strconv"
	"sync"
	"time"
)

// Default bounds of a journal.
const (
	DefaultEntries = 2000
	DefaultBytes   = 32 << 20
)

// Outcome is how a call ended.
type Outcome string

// The outcomes of a call.
const (
	OK      Outcome = "ok"
	Partial Outcome = "partial" // some rows of a write were refused
	Refused Outcome = "refused"
	Broken  Outcome = "broken" // the sandbox itself failed
)

// Entry is the record of one call. It holds no secret.
type Entry struct {
	ID        string
	Time      time.Time // the server's
	Tenant    string
	Vendor    string
	Method    string
	Request   string // the body, and before it the query string
	Outcome   Outcome
	Kind      string // of a refusal
	Answer    string
	Hint      string   // what was wrong, in the sandbox's words
	Canonical string   // the text that should have been hashed, when the signature failed
	Autopsy   []string // the proved mistakes in a wrong signature or timestamp
	Rows      int      // served or stored
	Duration  time.Duration
}

// clipAt is the longest text that an entry keeps of a request or an answer, in bytes.
const clipAt = 64 << 10

func (e *Entry) size() int {
	n := 400 + len(e.Request) + len(e.Answer) + len(e.Hint) + len(e.Canonical) + len(e.Method)
	for _, a := range e.Autopsy {
		n += len(a)
	}
	return n
}

// Journal is a ring of entries. It is safe for use by many goroutines.
type Journal struct {
	mu      sync.Mutex
	prefix  string
	entries []Entry // oldest first
	bytes   int
	last    int64
	limit   struct{ entries, bytes int }
}

// New returns a journal whose ids begin with the prefix.
func New(prefix string, entries, bytes int) *Journal {
	j := &Journal{prefix: prefix}
	j.limit.entries, j.limit.bytes = entries, bytes
	return j
}

// NextID returns the id of a call that begins.
func (j *Journal) NextID() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	return j.prefix + strconv.FormatInt(j.last, 10)
}

// Add records a call and drops the oldest ones beyond the bounds. Long texts are clipped.
func (j *Journal) Add(e Entry) {
	e.Request, e.Answer, e.Canonical = clip(e.Request), clip(e.Answer), clip(e.Canonical)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	drop := 0
	for len(j.entries)-drop > j.limit.entries || j.bytes > j.limit.bytes && drop < len(j.entries)-1 {
		j.bytes -= j.entries[drop].size()
		j.entries[drop] = Entry{}
		drop++
	}
	j.entries = j.entries[drop:]
}

func clip(s string) string {
	if len(s) <= clipAt {
		return s
	}
	return s[:clipAt] + "…(" + strconv.Itoa(len(s)) + " bytes)"
}

// Entries returns the record, oldest first.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry(nil), j.entries...)
}

// Find returns the entry with the id, if it is still kept.
func (j *Journal) Find(id string) (Entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := len(j.entries) - 1; i >= 0; i-- {
		if j.entries[i].ID == id {
			return j.entries[i], true
		}
	}
	return Entry{}, false
}
