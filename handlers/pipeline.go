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

// exchange is one call on its way through the pipeline.
type exchange struct {
	*server
	ctx    context.Context // of the request
	vendor *catalog.Vendor
	folder *vendorapi.Vendor

	text       string // what the journal keeps: a line with the query, if there is one, and the body
	call       vendorapi.Call
	decoded    bool              // the call was read from its message, or
	unreadable *catalog.Refusal  // it could not be read
	args       []wire.Node       // the business arguments, once they were read
	unread     *catalog.Refusal  // why they could not be
	named      map[string]string // parameters by name, once they were needed
	credential *tenant.Credential
	tenant     *tenant.Tenant
	wall       time.Time         // of the server's clock, taken once
	state      *tenant.State     // of the tenant, taken once
	at         tenant.ClockState // when all of the call happens
	endpoint   *catalog.Endpoint
	compiled   *endpoint        // the same endpoint
	checker    args.Checker     // whose memory the next call uses again
	memory     wire.Memory      // likewise
	effect     scenarios.Effect // of the rule that fired
	counted    bool             // the call was counted among those that run, with
	running    int              // so many others of its method, by
	meter      *scenarios.Meter // which it must leave; nil for a call that was handed over
	entry      journal.Entry
	buffer     []byte // for the request and then for the answer; likewise
	body       []byte // of the answer
}

// serve is the way of a request from top to bottom. The numbers are those of the steps in
// docs/architecture.md.
func (s *server) serve(w http.ResponseWriter, r *http.Request, sharing []claimant, name string) {
	x := s.begin(r.Context())

	// 1: HTTP in, limits, and the vendor that claims the request.
	x.call.Message = vendorapi.Message{Path: r.URL.Path, Name: name, Query: r.URL.RawQuery, Header: r.Header}
	if err := x.receive(w, r); err != nil {
		s.refuseBody(w, r, err)
		return
	}
	claimed := &sharing[len(sharing)-1]
	if len(sharing) > 1 {
		claimed = claiming(sharing, &x.call.Message)
	}
	x.folder, x.vendor, x.wall = claimed.Vendor, claimed.declared, s.Tenants.Now()

	// 2 to 8: the call is read, checked and answered, in its order if that matters.
	x = x.ordered()

	// 9: the journal has the call before the client has the answer. Sending may panic to cut
	// the connection.
	if x.meter != nil {
		defer x.meter.Leave(x.call.Method)
	}
	x.record()
	x.send(w, r)
	x.end()
}

// begin returns an exchange that has the memory of an earlier one.
func (s *server) begin(ctx context.Context) *exchange {
	x := s.exchanges.Get().(*exchange)
	*x = exchange{server: s, ctx: ctx, checker: x.checker, memory: x.memory, named: x.named, buffer: x.buffer}
	x.call.Memory, x.call.Request.Yield = &x.memory, yield
	x.call.Limits.Values = s.BodyValues
	return x
}

// end lets the memory of the call serve the next one.
func (x *exchange) end() {
	const maxNames, maxBytes = 256, 8 << 20
	if len(x.named) > maxNames {
		x.named = nil
	}
	if cap(x.buffer) > maxBytes {
		x.buffer = nil
	}
	clear(x.named)
	x.checker.End()
	x.memory.Empty()
	x.exchanges.Put(x)
}

// apply answers the call, and changes the state of its tenant. Both depend on nothing else than
// that state, the wall time of the call, and its message.
func (x *exchange) apply() {
	x.body = x.answer()
	if len(x.effect.Patch) > 0 {
		x.body = x.patch(x.body)
	}
	if x.effect.Advance != 0 {
		x.state.Clock.Advance(x.effect.Advance)
	}
}

// decode reads the call, once: wire → Call.
func (x *exchange) decode() *catalog.Refusal {
	if !x.decoded {
		x.unreadable = x.folder.Wire.Read(&x.call, x.vendor)
		x.decoded = true
	}
	return x.unreadable
}

// answer reads the call, does the vendor's checks in the vendor's order until one refuses,
// and writes what the vendor would. A panic below becomes the vendor's own internal error.
func (x *exchange) answer() (body []byte) {
	defer func() {
		if p := recover(); p != nil {
			x.Log.Error("panic", "vendor", x.vendor.Name, "panic", p, "stack", string(debug.Stack()))
			body = x.broken(fmt.Errorf("panic: %v", p))
		}
	}()

	// 2: wire → Call.
	if refused := x.decode(); refused != nil {
		return x.refuse(refused)
	}

	// 3 to 6: key → tenant; signature and timestamp; rules; endpoint, permission, quota, arguments.
	for _, name := range x.vendor.Checks.Value {
		if len(x.text) > longText {
			yield()
		}
		if refused := x.check(name); refused != nil {
			return x.refuse(refused)
		}
		if x.effect.Reply != nil { // the rule's answer stands for everything that would follow
			x.entry.Outcome = journal.Replied
			return x.effect.Reply
		}
	}

	// 7 and 8: read or write, and the answer in the vendor's envelope.
	switch {
	case x.compiled.err != nil:
		return x.broken(x.compiled.err)
	case x.endpoint.Kind == catalog.KindQuery:
		return x.read()
	}
	return x.write()
}

// check does the check of a name, if the vendor or the endpoint has anything to check. The
// arguments' own checks are those of package args.
func (x *exchange) check(name string) *catalog.Refusal {
	switch name {
	case "public":
		return x.checkPublic()
	case "version":
		if v, sent := x.vendor.Version, x.call.Public.Get("v"); v != nil && sent != v.Value {
			return catalog.Refuse(catalog.BadVersion, "value", sent).Say("handlers.version", "version", v.Value)
		}
	case "app":
		return x.checkApp()
	case "signature":
		c := x.credential
		if err := x.folder.Signer.Verify(c.Secrets, x.call.Request, x.call.Sign); err != nil || x.call.Salt != c.Salt {
			return x.explainSignature()
		}
	case "timestamp":
		if t := x.vendor.Timestamp; t != nil {
			return x.checkTimestamp(t)
		}
	case "rules":
		if !x.state.Rules.Idle() {
			return x.checkRules()
		}
	case "method":
		return x.checkMethod()
	case "permission":
		if !x.credential.Allows(x.call.Method) {
			return catalog.Refuse(catalog.NoPermission, "method", x.call.Method).Say("handlers.permission")
		}
	case "quota":
		if x.state.Meter != nil {
			return x.checkQuota(x.state.Meter)
		}
	case "shape":
		return x.checkShape()
	case "known":
		if x.compiled.HasReferences {
			return x.checkKnown()
		}
	default:
		return x.checker.Run(name)
	}
	return nil
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
	x.buffer = shape.Append(x.buffer[:0], x.vendor.JSON.Value, func(dst []byte, name string) ([]byte, bool) {
		return x.refusalPart(dst, name, row, r), true
	})
	return x.buffer
}

// refusalPart appends the code of a refusal, or its text. A rule, or a check of the
// endpoint, may have its own.
func (x *exchange) refusalPart(dst []byte, name string, row *catalog.ErrorRow, r *catalog.Refusal) []byte {
	j := x.vendor.JSON.Value
	switch {
	case name == "code" && r.Code != "":
		return appendScalar(dst, j, r.Code)
	case name == "code":
		return appendScalar(dst, j, row.Code.JSON())
	case r.Message != "":
		return j.AppendString(dst, r.Message)
	}
	return j.AppendString(dst, row.Text(r.Vars))
}

// hint puts a hint into the journal's entry.
func (x *exchange) hint(m text.Message) {
	x.entry.Hint, x.entry.HintID = text.In(text.English).Text(m), m.ID
}

// record writes the call into the journal of its tenant and one line into the log.
func (x *exchange) record() {
	e := &x.entry
	e.Time, e.Vendor, e.Request, e.Method = x.wall, x.vendor.Name, x.text, x.call.Method
	known := x.endpoint != nil || x.Catalog.Endpoint(x.vendor.Name, e.Method) != nil
	if e.Unknown = !known; !known {
		e.Method = text.Clip(e.Method, text.LogClip)
	}
	if e.Hint != "" {
		e.Hint = text.Clip(e.Hint, text.LogClip)
	}
	if len(x.effect.Patch) > 0 || e.Answer == "" {
		e.Answer = string(x.body)
	}
	x.hide(&e.Method, &e.Request, &e.Canonical, &e.Hint, &e.Answer)
	e.Took = x.Tenants.Now().Sub(x.wall)
	if x.tenant == nil {
		e.ID = x.Tenants.Unassigned().Add(*e)
	} else {
		e.Tenant = x.tenant.Name
		if len(x.text) <= text.KeepClip {
			e.Recall = x.recalling
		} else { // the journal clips the request
			e.Args = x.fewArguments()
		}
		e.ID = x.tenant.Journal.Add(*e)
	}
	x.metrics.count(e, known)
	if !x.Log.Enabled(context.Background(), slog.LevelInfo) {
		return
	}
	canonical := e.Canonical
	if canonical != "" {
		canonical = text.Clip(canonical, text.LogClip)
	}
	attrs := []any{"vendor", e.Vendor, "method", e.Method, "outcome", string(e.Outcome)}
	for _, a := range []struct{ key, value string }{
		{"rule", e.Rule}, {"kind", e.Kind}, {"hint", e.Hint}, {"autopsy", strings.Join(e.Autopsy, "; ")}, {"canonical", canonical}} {
		if a.value != "" {
			attrs = append(attrs, a.key, a.value)
		}
	}
	x.Log.Info("call", append(attrs, "rows", e.Rows, "tenant", e.Tenant, "took", e.Took.Round(time.Microsecond).String(), "id", e.ID)...)
}

// hide removes secrets from texts when the client sent one as a value or a name, which no vendor
// asks for. Only whole values are compared, because a short secret such as 12345 may be a part of
// any number. Clients mix credentials up, so the secrets of all credentials are hidden. A
// short secret of another credential may be an ordinary number. It is hidden only while the
// credential of the call is not known.
func (x *exchange) hide(texts ...*string) {
	const short = 8
	for value := range x.values {
		secret, _, _ := strings.Cut(value, ":")
		for i, candidate := range [...]string{value, secret} { // the secret alone, or secret:salt
			if i > 0 && len(candidate) == len(value) {
				break
			}
			if x.credential != nil && len(candidate) < short {
				if !slices.Contains(x.credential.Secrets, candidate) {
					continue
				}
			} else if !x.Tenants.Secret(candidate) {
				continue
			}
			masked := strings.NewReplacer(candidate, "‹secret›", url.QueryEscape(candidate), "‹secret›")
			for _, text := range texts {
				*text = masked.Replace(*text)
			}
			break
		}
	}
}

// values yields what was sent as a value or as a name: of a parameter, or of JSON in the body or
// in a parameter.
func (x *exchange) values(yield func(string) bool) {
	c := &x.call
	for _, p := range c.Request.Pairs {
		if !yield(p.Value) || !yield(p.Name) || !quoted(p.Value, yield) {
			return
		}
	}
	if c.Request.Pairs == nil { // what could not be read may still say something
		for _, form := range [...]string{c.Query, c.Body} {
			for part := range strings.SplitSeq(form, "&") {
				if name, value, _ := strings.Cut(part, "="); !yield(value) || !yield(name) {
					return
				}
			}
		}
	}
	quoted(c.Body, yield)
}

// quoted yields what stands between quotes in a text, and reports whether to go on.
func quoted(s string, yield func(string) bool) bool {
	_, rest, _ := strings.Cut(s, `"`)
	for { // the quote that ends a text may begin one, in what is no JSON
		text, after, ends := strings.Cut(rest, `"`)
		if !ends {
			return true
		}
		if !yield(strings.TrimRight(text, `\`)) { // quotes within a text are escaped
			return false
		}
		rest = after
	}
}
