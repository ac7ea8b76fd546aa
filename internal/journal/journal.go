// Package journal records calls, bounded in entries and in bytes whatever clients send. It
// answers the questions of a test: which calls came, whether the expected ones did, and
// what they covered.
package journal

import (
	"maps"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shaxiang/internal/text"
)

// Default bounds of a journal.
const (
	DefaultEntries = 2000
	DefaultBytes   = 32 << 20
)

// Outcome is how a call ended.
type Outcome string

// Outcomes returns all outcomes.
func Outcomes() []Outcome { return []Outcome{OK, Partial, Refused, Replied, Broken} }

// The outcomes of a call.
const (
	OK      Outcome = "ok"
	Partial Outcome = "partial" // some rows of a write were refused
	Refused Outcome = "refused"
	Replied Outcome = "replied" // a rule answered in the vendor's place
	Broken  Outcome = "broken"  // the sandbox itself failed
)

// Entry is the record of one call. It holds no secret.
type Entry struct {
	ID        string            `json:"id"`
	Seq       int64             `json:"seq"`  // 1 for the journal's first call
	Time      time.Time         `json:"time"` // the server's
	Tenant    string            `json:"tenant,omitempty"`
	Vendor    string            `json:"vendor"`
	Method    string            `json:"method"`
	Args      map[string]string `json:"args,omitempty"` // business arguments by path, such as detailList.0.shop_no
	Request   string            `json:"request"`        // the query string, if there is one, and the body
	Outcome   Outcome           `json:"outcome"`
	Kind      string            `json:"kind,omitempty"` // of a refusal
	Rule      string            `json:"rule,omitempty"` // of the scenario, that decided
	Answer    string            `json:"answer"`
	Hint      string            `json:"hint,omitempty"` // what was wrong, in the sandbox's words
	HintID    text.ID           `json:"hint_id,omitempty" doc:"names the hint for programs; left out when the hint is the text of an error"`
	Canonical string            `json:"canonical,omitempty"` // the text that should have been hashed, when the signature failed
	Autopsy   []string          `json:"autopsy,omitempty"`   // the proved mistakes in a wrong signature or timestamp
	Rows      int               `json:"rows"`                // served or stored
	Window    *Window           `json:"window,omitempty"`
	Keys      []int64           `json:"keys,omitempty"` // of the rows served
	Took      time.Duration     `json:"took_ns"`

	// Unknown says that the catalogue has no such method.
	Unknown bool `json:"-"`

	// Recall reads the arguments from the recorded request when the entry is read, so that
	// a call does not pay for them. Nil when Args has the arguments.
	Recall func(*Entry) map[string]string `json:"-"`
}

// Window is the time span that a query asked for, both ends inside.
type Window struct {
	Collection string `json:"collection"`
	Column     string `json:"column"`
	From       int64  `json:"from"` // unix seconds
	To         int64  `json:"to"`
}

// size is the approximate memory of an entry in bytes.
func (e *Entry) size() int {
	n := 500 + len(e.Request) + len(e.Answer) + len(e.Hint) + len(e.Canonical) + len(e.Method) + 8*len(e.Keys) +
		len(e.ID) + len(e.Tenant) + len(e.Vendor) + len(e.Kind) + len(e.Rule)
	for _, a := range e.Autopsy {
		n += len(a) + 16
	}
	for k, v := range e.Args {
		n += len(k) + len(v) + 64
	}
	return n
}

// kept is an entry with its size, and what it is counted by.
type kept struct {
	Entry
	size int
	of   Counted
}

// Journal is a ring of entries. It is safe for use by many goroutines.
type Journal struct {
	prefix string
	limit  struct{ entries, bytes int }

	mu      sync.Mutex
	budget  *Budget // that the journal shares, nil for none
	entries []*kept // oldest first
	bytes   atomic.Int64
	counts  map[Counted]int64 // of all calls since the journal was cleared
	last    int64             // Seq of the last one
	cleared int64             // likewise when Clear was called
	news    chan struct{}     // closed by the next entry; nil when no reader waits
}

// New returns a journal whose ids begin with the prefix.
func New(prefix string, entries, bytes int) *Journal {
	j := &Journal{prefix: prefix}
	j.limit.entries, j.limit.bytes = entries, bytes
	return j
}

// Add records a call, returns its id, and drops the oldest calls beyond the bounds. Long
// texts are clipped. The arguments of a very large call are left out: the request has them.
func (j *Journal) Add(e Entry) string {
	k := &kept{Entry: e}
	k.bound()
	k.size = k.Entry.size()
	of := Counted{e.Vendor, e.Method, e.Outcome, e.Kind, e.Rule}
	if e.Unknown {
		of.Method = ""
	}
	k.of = of
	j.mu.Lock()
	j.last++
	if n, known := j.counts[of]; known {
		j.counts[of] = n + 1
	} else {
		j.tally(of, 1)
	}
	k.Seq, k.ID = j.last, j.prefix+strconv.FormatInt(j.last, 10)
	j.entries = append(j.entries, k)
	j.grow(k.size)
	for len(j.entries) > j.limit.entries || int(j.bytes.Load()) > j.limit.bytes && len(j.entries) > 1 {
		j.dropOldest()
	}
	if j.news != nil {
		close(j.news)
		j.news = nil
	}
	budget := j.budget
	j.mu.Unlock()
	budget.settle()
	return k.ID
}

// bound clips long texts and copies texts that would keep a larger text in memory.
func (e *Entry) bound() {
	if len(e.Request) > text.KeepClip {
		e.recall() // the clipped request does not have them any more
		e.Recall = nil
	}
	for _, long := range []*string{&e.Request, &e.Answer, &e.Canonical, &e.Method, &e.Hint, &e.Kind, &e.Rule} {
		*long = text.ClipCounted(*long, text.KeepClip)
	}
	if e.size() > 4*text.KeepClip {
		e.Args = nil
	}
	if len(e.Request) > shortRequest || e.Args != nil {
		e.own()
	}
}

// recall reads the arguments if they are not there yet.
func (e *Entry) recall() {
	if e.Recall != nil {
		e.Args = e.Recall(e)
	}
}

// grow counts bytes; the caller holds the lock.
func (j *Journal) grow(bytes int) {
	j.bytes.Add(int64(bytes))
	if j.budget != nil {
		j.budget.used.Add(int64(bytes))
	}
}

// dropOldest drops the oldest entry; the caller holds the lock.
func (j *Journal) dropOldest() {
	j.grow(-j.entries[0].size)
	j.entries[0] = nil // otherwise the array keeps the entry in memory
	j.entries = j.entries[1:]
}

// shortRequest is the number of bytes up to which a request may stay in memory as a whole.
const shortRequest = 4 << 10

// own copies texts that may be a part of a longer text: four letters of a form of 4 MB
// would keep the whole form in memory. Texts of a short request are not copied. The map
// stays the caller's.
func (e *Entry) own() {
	if len(e.Request) <= shortRequest {
		e.Args = maps.Clone(e.Args)
		return
	}
	e.Method = strings.Clone(e.Method)
	if e.Args == nil {
		return
	}
	args := make(map[string]string, len(e.Args))
	for name, value := range e.Args {
		args[strings.Clone(name)] = strings.Clone(value)
	}
	e.Args = args
}

// Entries returns the record, oldest first.
func (j *Journal) Entries() []Entry {
	entries, _ := j.After(0, math.MaxInt)
	return entries
}

// Last returns the Seq of the call that was added last, kept or not.
func (j *Journal) Last() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last
}

// After returns kept entries with a larger Seq, at most a given number of them, and a
// channel that is closed when the next entry comes. A slow reader delays no call: it finds
// a gap in the Seqs where entries were dropped.
func (j *Journal) After(seq int64, most int) ([]Entry, <-chan struct{}) {
	entries, news := j.after(seq, most)
	for i := range entries {
		entries[i].recall()
	}
	return entries, news
}

func (j *Journal) after(seq int64, most int) ([]Entry, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	from := sort.Search(len(j.entries), func(i int) bool { return j.entries[i].Seq > seq })
	if j.news == nil {
		j.news = make(chan struct{})
	}
	var entries []Entry
	if n := min(len(j.entries)-from, most); n > 0 {
		entries = make([]Entry, 0, n)
		for _, e := range j.entries[from : from+n] {
			entries = append(entries, e.Entry)
		}
	}
	return entries, j.news
}

// Bytes returns the approximate memory of the kept calls.
func (j *Journal) Bytes() int { return int(j.bytes.Load()) }

// Dropped returns how many calls were dropped because of the bounds. Calls that Clear
// removed are not counted.
func (j *Journal) Dropped() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last - j.cleared - int64(len(j.entries))
}

// Position is how far a journal has come. A checkpoint has it; the calls themselves are not
// part of a checkpoint.
type Position struct {
	Last    int64 `json:"last"`    // Seq of the last call
	Cleared int64 `json:"cleared"` // likewise when Clear was called last
}

// Position returns how far the journal has come.
func (j *Journal) Position() Position {
	j.mu.Lock()
	defer j.mu.Unlock()
	return Position{j.last, j.cleared}
}

// Resume continues behind the position of another journal, whose calls count as dropped, and adds
// their counts. A journal that has come farther stays where it is, so that no id is given twice.
func (j *Journal) Resume(p Position, counts []Tally) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if p.Last <= j.last {
		return
	}
	if j.last == j.cleared {
		j.cleared = p.Cleared
	}
	j.last = p.Last
	for _, t := range counts {
		j.tally(t.Counted, t.Calls)
	}
}

// Find returns the entry with the id, if it is still kept.
func (j *Journal) Find(id string) (Entry, bool) {
	e, ok := j.find(id)
	e.recall()
	return e, ok
}

func (j *Journal) find(id string) (Entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := len(j.entries) - 1; i >= 0; i-- {
		if j.entries[i].ID == id {
			return j.entries[i].Entry, true
		}
	}
	return Entry{}, false
}

// Clear removes all calls. Ids continue.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.grow(-j.Bytes())
	j.entries, j.cleared, j.counts = nil, j.last, nil
	if j.budget != nil {
		j.budget.bound.Store(j.budget.limit)
	}
}
