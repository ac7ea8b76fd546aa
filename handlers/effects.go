package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/text"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
)

// checkRules consults the tenant's rules, once for each call. What the rule that
// fired does before the work happens here; the rest when the answer is sent.
func (x *exchange) checkRules() *catalog.Refusal {
	if x.state.Rules.Idle() {
		return nil // nobody looks at the arguments
	}
	effect, fired := x.state.Rules.Consult(scenarios.Call{Vendor: x.vendor.Name, Method: x.call.Method, Params: x.params()})
	if !fired {
		return nil
	}
	x.effect, x.entry.Rule = effect, effect.Rule
	return x.ruled()
}

// checkQuota counts the call against the tenant's quota of the method.
func (x *exchange) checkQuota() *catalog.Refusal {
	kind, ok := x.state.Meter.Take(x.call.Method, x.at.Now)
	if !ok {
		return catalog.Refuse(catalog.Kind(kind), "method", x.call.Method).Say(hintQuota)
	}
	x.metered = true
	return nil
}

// patched applies the rule's changes to the answer, a refusal as well. A change
// that finds no place leaves the answer as it was, and is told in log and journal.
func (x *exchange) patched(answer []byte) []byte {
	if len(x.effect.Patch) == 0 {
		return answer
	}
	patches := slices.Clone(x.effect.Patch) // the rule's own are shared by all its calls
	for i := range patches {
		patches[i].Value = styled(x.vendor.JSON.Value, patches[i].Value)
	}
	changed, err := scenarios.Apply(answer, patches)
	if err != nil {
		x.Log.Warn("the rule's patch does not fit the answer, which is sent unchanged", "rule", x.effect.Rule, "error", err)
		if x.entry.Hint == "" {
			x.hint(text.Say(hintPatch, "rule", x.effect.Rule, "error", err))
		}
		return answer
	}
	return changed
}

// styled writes a JSON value's texts as the vendor writes its own, \uXXXX for
// one that does: a patch is a part of the vendor's answer. All else stays, above
// all the digits of numbers.
func styled(j wire.JSON, value []byte) []byte {
	var out []byte
	for len(value) > 0 {
		start := bytes.IndexByte(value, '"')
		if start < 0 {
			break
		}
		var decoded string
		end := text.EndOfString(value, start)
		if json.Unmarshal(value[start:end], &decoded) != nil {
			break // no JSON, which Apply will tell
		}
		out = j.AppendString(append(out, value[:start]...), decoded)
		value = value[end:]
	}
	return append(out, value...)
}

// send writes the answer as the rule wants it: late, under another status, or lost.
func (x *exchange) send(w http.ResponseWriter, r *http.Request, answer []byte) {
	if !wait(r.Context(), x.effect.Delay) {
		return // the client went away
	}
	h := w.Header()
	h.Set("Content-Type", x.contentType(answer))
	h[CallHeader] = []string{x.entry.ID}
	status := http.StatusOK
	if x.effect.HTTP != 0 {
		status = x.effect.HTTP
	}
	switch x.effect.Drop {
	case scenarios.DropReset:
		reset(w)
		return
	case scenarios.DropEmpty:
		answer = nil
	case scenarios.DropGarbage:
		answer = garbage(len(answer))
	}
	if status == http.StatusNoContent || status == http.StatusNotModified {
		w.WriteHeader(status) // HTTP gives these neither a body nor the length of one
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(answer)))
	w.WriteHeader(status)
	x.put(w, r, answer)
}

// contentType is the vendor's, unless a rule replies with what is no JSON: that
// stands for a proxy or a page between client and vendor, which would name its own.
func (x *exchange) contentType(answer []byte) string {
	if x.entry.Outcome == journal.Replied && len(answer) > 0 && !json.Valid(answer) {
		return http.DetectContentType(answer)
	}
	return x.vendor.ContentType.Value
}

// put writes a body whole, or in the way in which the rule loses it.
func (x *exchange) put(w http.ResponseWriter, r *http.Request, body []byte) {
	piece, pause := len(body), time.Duration(0)
	switch x.effect.Drop {
	case scenarios.DropTruncate:
		body = body[:len(body)/2]
	case scenarios.DropDribble:
		piece, pause = dribbled, dribblePause
	}
	for len(body) > 0 {
		n := min(piece, len(body))
		if _, err := w.Write(body[:n]); err != nil {
			x.Log.Debug("the client went away", "id", x.entry.ID, "error", err)
			return
		}
		if body = body[n:]; len(body) > 0 {
			_ = http.NewResponseController(w).Flush() // a writer that cannot flush sends it all at the end
			if !wait(r.Context(), pause) {
				return
			}
		}
	}
	if x.effect.Drop == scenarios.DropTruncate {
		_ = http.NewResponseController(w).Flush() // what is not flushed is not sent when the connection ends
		panic(http.ErrAbortHandler)               // net/http's own way to end a connection in the middle of a body
	}
}

// A dribbled body comes in pieces of so many bytes, with so long a pause.
const (
	dribbled     = 16
	dribblePause = 10 * time.Millisecond
)

// wait holds the answer back; it reports false when the client went away meanwhile.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// reset ends the connection with a TCP reset, before a byte is sent.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // no connection of its own: the nearest thing is to end it
	}
	if tcp, ok := conn.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0) // makes Close send a reset; where it cannot, the client sees an end
	}
	_ = conn.Close()
}

// garbage is a body of that length which no parser takes.
func garbage(n int) []byte {
	return bytes.Repeat([]byte("\x00\xff{]<"), n/5+1)[:n]
}
