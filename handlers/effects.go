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
	effect, fired := x.state.Rules.Consult(scenarios.Call{Vendor: x.vendor.Name, Method: x.call.Method, Params: x.params()})
	if !fired {
		return nil
	}
	x.effect, x.entry.Rule = effect, effect.Rule
	return x.ruleRefusal()
}

// patch applies the rule's changes to the answer, which may be a refusal. A change that
// does not fit leaves the answer as it is; log and journal say so.
func (x *exchange) patch(answer []byte) []byte {
	patches := slices.Clone(x.effect.Patch) // the rule's own are shared by all its calls
	for i := range patches {
		patches[i].Value = styled(x.vendor.JSON.Value, patches[i].Value)
	}
	changed, err := scenarios.Apply(answer, patches)
	if err != nil {
		x.Log.Warn("the rule's patch does not fit the answer, which is sent unchanged", "rule", x.effect.Rule, "error", err)
		if x.entry.Hint == "" {
			x.hint(text.Say("handlers.patch", "rule", x.effect.Rule, "error", err))
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
func (x *exchange) send(w http.ResponseWriter, r *http.Request) {
	answer := x.body
	if x.effect.Delay > 0 && !wait(r.Context(), x.effect.Delay) {
		return // the client went away
	}
	h := w.Header()
	contentType := x.vendor.ContentType.Value
	if x.entry.Outcome == journal.Replied && len(answer) > 0 && !json.Valid(answer) {
		// A rule replies with what is no JSON: a page of a proxy, which would name its own type.
		contentType = http.DetectContentType(answer)
	}
	h.Set("Content-Type", contentType)
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
	chunk := max(len(answer), 1) // bytes
	switch x.effect.Drop {
	case scenarios.DropTruncate:
		answer = answer[:len(answer)/2]
	case scenarios.DropDribble:
		chunk = dribbled
	}
	for sent := 0; sent < len(answer); sent += chunk {
		if sent > 0 { // the answer dribbles
			_ = http.NewResponseController(w).Flush() // a writer that cannot flush sends it all at the end
			if !wait(r.Context(), dribblePause) {
				return
			}
		}
		if _, err := w.Write(answer[sent:min(sent+chunk, len(answer))]); err != nil {
			x.Log.Debug("the client went away", "id", x.entry.ID, "error", err)
			return
		}
	}
	if x.effect.Drop == scenarios.DropTruncate {
		_ = http.NewResponseController(w).Flush() // what is not flushed is not sent when the connection ends
		panic(http.ErrAbortHandler)               // net/http's own way to end a connection in the middle of a body
	}
}

// A dribbled body comes in chunks of so many bytes, with so long a pause between them.
const (
	dribbled     = 16
	dribblePause = 10 * time.Millisecond
)

// wait delays the answer. It reports false when the client went away meanwhile.
func wait(ctx context.Context, d time.Duration) bool {
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
