package handlers

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/wire"
	"shaxiang/scenarios"
)

// call is a request as its vendor reads it.
type call struct {
	vendorapi.Call
	text string // what the journal keeps: a line with the query, if there is one, and the body
}

// exchange is one call on its way through the pipeline.
type exchange struct {
	*server
	ctx    context.Context // of the request
	vendor *catalog.Vendor
	folder *vendorapi.Vendor

	call       call
	args       []wire.Node       // the business arguments, once they were read
	unread     *catalog.Refusal  // why they could not be
	named      map[string]string // parameters by name, once they were needed
	credential *tenant.Credential
	tenant     *tenant.Tenant
	state      *tenant.State     // of the tenant, taken once
	at         tenant.ClockState // when all of the call happens
	endpoint   *catalog.Endpoint
	checker    args.Checker     // whose memory the next call uses again
	memory     wire.Memory      // likewise
	effect     scenarios.Effect // of the rule that fired
	metered    bool             // the call counts as running
	entry      journal.Entry
	scratch    *[]byte // what the answer is written into, nil for none
}

// end forgets the call, but keeps memory that the next call uses again.
func (x *exchange) end() {
	x.checker.End()
	x.memory.Empty()
	const maxKept = 256 // names
	if len(x.named) > maxKept {
		x.named = nil
	}
	clear(x.named)
}

// buffer returns an empty buffer, which returns to the pool when the answer is sent.
func (x *exchange) buffer() []byte {
	x.scratch = x.buffers.Get().(*[]byte)
	return (*x.scratch)[:0]
}

// serve is the way of a request, from top to bottom: the wire, the vendor's
// checks in the vendor's order, the work, the answer, the record.
func (s *server) serve(w http.ResponseWriter, r *http.Request, x *exchange) {
	x.entry = journal.Entry{Time: s.Tenants.Wall(), Vendor: x.vendor.Name, Request: x.call.text}
	defer func() {
		if x.metered {
			x.state.Meter.Release(x.call.Method)
		}
	}()
	answer := x.patched(x.answer())
	x.record(answer)
	if x.state != nil {
		x.state.Clock.Advance(x.effect.Advance)
	}
	x.send(w, r, answer)
	if x.scratch != nil && len(x.effect.Patch) == 0 {
		x.giveBack(x.scratch, answer)
	}
}

// answer writes what the vendor would. A panic below becomes the vendor's own
// internal error.
func (x *exchange) answer() (body []byte) {
	defer func() {
		if p := recover(); p != nil {
			x.Log.Error("panic", "vendor", x.vendor.Name, "panic", p, "stack", string(debug.Stack()))
			body = x.broken(fmt.Errorf("panic: %v", p))
		}
	}()
	if refused := x.checks(); refused != nil {
		return x.refuse(refused)
	}
	if x.effect.Reply != nil {
		x.entry.Outcome = journal.Replied
		return x.effect.Reply
	}
	p := x.plans.of(x.vendor, x.endpoint)
	if p.err != nil {
		return x.broken(p.err)
	}
	if x.endpoint.Kind == catalog.KindQuery {
		return x.read(p)
	}
	return x.write(p)
}

// checks reads the call and does the vendor's checks until one refuses.
func (x *exchange) checks() *catalog.Refusal {
	if refused := x.folder.Wire.Read(&x.call.Call, x.vendor); refused != nil {
		return refused
	}
	for _, name := range x.vendor.Checks.Value {
		x.yield()
		if refused := x.check(name); refused != nil {
			return refused
		}
		if x.effect.Reply != nil {
			return nil // the rule's answer stands for everything that would follow
		}
	}
	return nil
}

// check does the check of that name; the arguments' own checks are the catalogue's.
func (x *exchange) check(name string) *catalog.Refusal {
	switch name {
	case "public":
		return x.checkPublic()
	case "version":
		return x.checkVersion()
	case "app":
		return x.checkApp()
	case "signature":
		return x.checkSignature()
	case "timestamp":
		return x.checkTimestamp()
	case "rules":
		return x.checkRules()
	case "method":
		return x.checkMethod()
	case "permission":
		return x.checkPermission()
	case "quota":
		return x.checkQuota()
	case "shape":
		return x.checkShape()
	case "known":
		return x.checkKnown()
	}
	return x.checker.Run(name)
}

func (x *exchange) broken(err error) []byte {
	body := x.refuse(catalog.Refuse(catalog.Internal).Because(err.Error()))
	x.entry.Outcome = journal.Broken
	return body
}

// refuse writes a refusal in the vendor's words.
func (x *exchange) refuse(r *catalog.Refusal) []byte {
	shape, own := &x.vendor.Refusal, []catalog.ErrorRow(nil)
	if x.endpoint != nil {
		own = x.endpoint.Refusals
		if !r.Kind.BeforeMethod() || r.Message != "" { // a check of the method's own says so in its own words
			shape = &x.endpoint.Refusal
		}
	}
	row := catalog.Find(r, x.call.Path, own, x.vendor.Errors)
	if row == nil { // a rule has an unknown kind: lint reports it, and a client must get an answer all the same
		row = catalog.Find(catalog.Refuse(catalog.Internal), x.call.Path, x.vendor.Errors)
	}
	x.entry.Outcome, x.entry.Kind = journal.Refused, string(r.Kind)
	x.hint(r.Hint)
	return shape.Append(nil, x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		return x.refusalPart(dst, name, row, r), true
	})
}

// refusalPart appends the code of a refusal, or its text.
func (x *exchange) refusalPart(dst []byte, name string, row *catalog.ErrorRow, r *catalog.Refusal) []byte {
	j := x.vendor.JSON.Value
	if name == "code" {
		return append(dst, rewritten(j, rowCode(row, r))...)
	}
	return j.AppendString(dst, rowText(row, r))
}

// hint puts a hint into the journal's entry.
func (x *exchange) hint(m text.Message) {
	x.entry.Hint, x.entry.HintID = x.words.Text(m), m.ID
}

// rowText is the text of a refusal: the endpoint's own where its check has one.
func rowText(row *catalog.ErrorRow, r *catalog.Refusal) string {
	if r.Message != "" {
		return r.Message
	}
	return row.Text(r.Vars)
}

// rowCode is the code of a refusal as JSON: the rule's own where it has one.
func rowCode(row *catalog.ErrorRow, r *catalog.Refusal) string {
	if r.Code != "" {
		return r.Code
	}
	return row.Code.JSON()
}

// record writes the call into the journal of its tenant and one line into the log.
func (x *exchange) record(answer []byte) {
	e := &x.entry
	j := x.Tenants.Unassigned()
	if x.tenant != nil {
		j, e.Tenant, e.Recall = x.tenant.Journal, x.tenant.Name, x.recalling
	}
	e.Method, e.Hint = clip(x.call.Method), clip(e.Hint)
	if len(x.effect.Patch) > 0 || e.Answer == "" {
		e.Answer = string(answer)
	}
	x.hide(&e.Method, &e.Request, &e.Canonical, &e.Hint, &e.Answer)
	e.Took = x.Tenants.Wall().Sub(e.Time)
	e.ID = j.Add(*e)
	x.metrics.count(e, x.endpoint != nil || x.Catalog.Endpoint(x.vendor.Name, x.call.Method) != nil)
	if !x.Log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	attrs := []any{"vendor", e.Vendor, "method", e.Method, "outcome", string(e.Outcome)}
	for _, a := range []struct{ key, value string }{
		{"rule", e.Rule}, {"kind", e.Kind}, {"hint", e.Hint}, {"autopsy", strings.Join(e.Autopsy, "; ")}, {"canonical", clip(e.Canonical)}} {
		if a.value != "" {
			attrs = append(attrs, a.key, a.value)
		}
	}
	x.Log.Info("call", append(attrs, "rows", e.Rows, "tenant", e.Tenant, "took", e.Took.Round(time.Microsecond).String(), "id", e.ID)...)
}

// hide takes secrets out of texts when the client sent one as a value, which no
// vendor asks for. It goes by whole values, because a short secret such as 12345 may
// stand in any number.
func (x *exchange) hide(texts ...*string) {
	may := x.Tenants.SecretLengths()
	for value := range x.values {
		if !may.May(value) && strings.IndexByte(value, ':') < 0 {
			continue // as of most, for its length
		}
		secret := value
		if !x.isSecret(value) {
			before, _, salted := strings.Cut(value, ":")
			if !salted || !x.isSecret(before) {
				continue
			}
			secret = before
		}
		masked := strings.NewReplacer(secret, "‹secret›", url.QueryEscape(secret), "‹secret›")
		for _, text := range texts {
			*text = masked.Replace(*text)
		}
	}
}

// values yields what was sent as a value: of a parameter, or a text in the body.
func (x *exchange) values(yield func(string) bool) {
	c := &x.call
	for _, p := range c.Request.Pairs {
		if !yield(p.Value) {
			return
		}
	}
	if c.Request.Pairs == nil { // what could not be read may still say something
		for part := range strings.SplitSeq(c.Query+"&"+c.Body, "&") {
			if _, value, _ := strings.Cut(part, "="); !yield(value) {
				return
			}
		}
	}
	if x.args != nil {
		texts(x.args, yield)
		return
	}
	_, rest, _ := strings.Cut(c.Body, `"`)
	for { // the quote that ends a text may begin one, in what is no JSON
		text, after, ends := strings.Cut(rest, `"`)
		if !ends || !yield(strings.TrimRight(text, `\`)) { // quotes within a text are escaped
			return
		}
		rest = after
	}
}

// texts yields what stands in JSON as text, and reports whether to go on.
func texts(values []wire.Node, yield func(string) bool) bool {
	for i := range values {
		v := &values[i]
		if v.Kind == wire.TextNode && !yield(v.Text) || len(v.Items) > 0 && !texts(v.Items, yield) {
			return false
		}
	}
	return true
}

// isSecret reports whether a text is the secret of the call's credential, or of any
// other: clients mix them up. A short secret of another credential may be an ordinary
// number, so it counts only while the credential of the call is not known.
func (x *exchange) isSecret(text string) bool {
	const short = 8
	if x.credential != nil && len(text) < short {
		return slices.Contains(x.credential.Secrets, text)
	}
	return x.Tenants.Secret(text)
}

// clip keeps what stands in a log line within 2 KB; the journal keeps more.
func clip(s string) string { return text.Clip(s, text.LogClip) }
