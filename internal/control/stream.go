package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"shaxiang/internal/journal"
)

// Gap is a range of calls that a stream leaves out, because the journal dropped them before
// they were read.
type Gap struct {
	From int64 `json:"from"` // Seq of the first
	To   int64 `json:"to"`   // and of the last
}

// feed is one reader of a journal. A slow reader delays nobody: it gets a Gap for the calls
// that the journal dropped in the meantime.
type feed struct {
	*call
	match *journal.Matcher
	last  int64 // Seq of the last entry that was looked at
	out   *http.ResponseController
	buf   bytes.Buffer
}

// streamCalls sends each new call as a server-sent event.
func (a *API) streamCalls(c *call) error {
	m, err := a.match(c.r.URL.Query())
	if err != nil {
		return err
	}
	f := &feed{call: c, match: m.Matcher(), out: http.NewResponseController(c.w)}
	if f.last, err = c.begin(); err != nil {
		return err
	}
	_ = f.out.SetWriteDeadline(time.Time{}) // a stream may take longer than an answer; some writers have no deadline
	h := c.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no")
	c.w.WriteHeader(http.StatusOK)
	f.buf.WriteString(": a stream of calls\n\n") // so that the headers go out before the first call
	a.follow(f)
	return nil
}

// begin returns the Seq after which a stream begins: that of the reader's last event, or of
// the latest call. A Seq that is too large comes from an earlier run of the server.
func (c *call) begin() (int64, error) {
	end := c.journal.Last()
	text := c.r.Header.Get("Last-Event-ID")
	if text == "" {
		return end, nil
	}
	seq, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seq < 0 {
		return 0, badInput("control.last_event", "id", text)
	}
	if seq > end {
		return 0, nil
	}
	return seq, nil
}

// atOnce is how many calls are read from the journal at a time, and so how many a slow reader
// keeps in memory.
const atOnce = 16

// follow writes until the reader or the tenant is gone.
func (a *API) follow(f *feed) {
	beat := time.NewTicker(a.heartbeat)
	defer beat.Stop()
	for f.r.Context().Err() == nil {
		entries, news := f.journal.After(f.last, atOnce)
		if !f.write(entries) {
			return
		}
		if len(entries) == atOnce {
			continue // there may be more
		}
		select {
		case <-f.r.Context().Done():
			return
		case <-news:
		case <-beat.C:
			a.Tenants.Sweep(a.Tenants.Now())
			if f.tenant != nil && a.Tenants.Tenant(f.tenant.Name) != f.tenant {
				f.event("", "gone", struct{}{})
				f.flush()
				return
			}
			f.buf.WriteString(": heartbeat\n\n")
		}
	}
}

// write sends entries. It reports false when the reader is gone.
func (f *feed) write(entries []journal.Entry) bool {
	for i := range entries {
		e := &entries[i]
		if e.Seq > f.last+1 {
			f.event("", "dropped", Gap{f.last + 1, e.Seq - 1})
		}
		f.last = e.Seq
		if f.match.Differs(e) == nil {
			f.event(strconv.FormatInt(e.Seq, 10), "call", e)
		}
		const flushAbove = 64 << 10 // bytes
		if f.buf.Len() <= flushAbove {
			continue
		}
		if !f.flush() {
			return false
		}
		time.Sleep(time.Millisecond) // with one processor the network is not polled while any goroutine is runnable
	}
	return f.flush()
}

func (f *feed) event(id, name string, data any) {
	if id != "" {
		fmt.Fprintf(&f.buf, "id: %s\n", id)
	}
	fmt.Fprintf(&f.buf, "event: %s\ndata: ", name)
	enc := json.NewEncoder(&f.buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(data) // one line, which is what an event's data must be
	f.buf.WriteByte('\n')
}

func (f *feed) flush() bool {
	if f.buf.Len() == 0 {
		return true
	}
	_, err := f.w.Write(f.buf.Bytes())
	f.buf.Reset()
	return err == nil && f.out.Flush() == nil
}
