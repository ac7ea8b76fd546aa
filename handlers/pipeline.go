package handlers

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// exchange is one call on its way through the pipeline.
type exchange struct {
	*server
	vendor *catalog.Vendor
	codec  codec
	body   string

	call       *call
	credential *tenant.Credential
	tenant     *tenant.Tenant
	endpoint   *catalog.Endpoint
	checker    *catalog.Checker
	entry      journal.Entry
}

// serve is the way of a request, from top to bottom: the wire, the vendor's
// checks in the vendor's order, the work, the answer, the record.
func (s *server) serve(w http.ResponseWriter, r *http.Request, x *exchange) {
	x.entry = journal.Entry{Time: s.Tenants.Wall(), Vendor: x.vendor.Name, Request: requestText(r, x.body)}
	var refused *catalog.Refusal
	x.call, refused = x.codec.decode(r, x.body, x.vendor)
	if x.missing() {
		s.notFound(w, r)
		return
	}
	for i := 0; refused == nil && i < len(x.vendor.Checks.Value); i++ {
		refused = x.check(x.vendor.Checks.Value[i])
	}
	answer := x.answer(refused)
	x.record()
	w.Header().Set("Content-Type", x.vendor.ContentType.Value)
	w.Header().Set(CallHeader, x.entry.ID)
	if _, err := w.Write(answer); err != nil {
		s.Log.Debug("the client went away", "id", x.entry.ID, "error", err)
	}
}

// missing reports whether the URL itself names a method that does not exist:
// then the vendor has no such file, and nothing of the vendor's answers.
func (x *exchange) missing() bool {
	inPath := strings.Contains(x.vendor.Paths[0], "{")
	return inPath && x.Catalog.Endpoint(x.vendor.Name, x.call.method) == nil
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
	case "method":
		return x.checkMethod()
	case "permission":
		return x.checkPermission()
	case "shape":
		return x.checkShape()
	case "known":
		return x.checkKnown()
	}
	return x.checker.Run(name)
}

// answer does the work of a call that passed, and writes what the vendor would.
// A panic below becomes the vendor's own internal error.
func (x *exchange) answer(refused *catalog.Refusal) (body []byte) {
	defer func() {
		if p := recover(); p != nil {
			x.Log.Error("panic", "id", x.entry.ID, "panic", p, "stack", string(debug.Stack()))
			body = x.refuse(catalog.Refuse(catalog.Internal).Because(fmt.Sprint("panic: ", p)))
			x.entry.Outcome = journal.Broken
		}
	}()
	if refused != nil {
		return x.refuse(refused)
	}
	p := x.plans[x.endpoint]
	if p.err != nil {
		return x.broken(p.err)
	}
	if x.endpoint.Kind == catalog.KindQuery {
		return x.read(p)
	}
	return x.write(p)
}

func (x *exchange) broken(err error) []byte {
	body := x.refuse(catalog.Refuse(catalog.Internal).Because(err.Error()))
	x.entry.Outcome = journal.Broken
	return body
}

// refuse writes a refusal in the vendor's words.
func (x *exchange) refuse(r *catalog.Refusal) []byte {
	shape, own := &x.vendor.Refusal, []catalog.ErrorRow(nil)
	gateway := ""
	if x.call != nil {
		gateway = x.call.gateway
	}
	if x.endpoint != nil {
		shape, own = &x.endpoint.Refusal, x.endpoint.Refusals
	}
	row := catalog.Find(r, gateway, own, x.vendor.Errors)
	x.entry.Outcome, x.entry.Kind, x.entry.Hint = journal.Refused, string(r.Kind), r.Hint
	j := x.vendor.JSON.Value
	return shape.Append(nil, j, func(dst []byte, name string) ([]byte, bool) {
		if name == "code" {
			return append(dst, row.Code.JSON()...), true
		}
		return j.AppendString(dst, rowText(row, r)), true
	})
}

// rowText is the text of a refusal: the endpoint's own where its check has one.
func rowText(row *catalog.ErrorRow, r *catalog.Refusal) string {
	if r.Message != "" {
		return r.Message
	}
	return row.Text(r.Vars)
}

// requestText is what the journal keeps of a request: the query string without
// its signature's secret parts is all public, so both are kept as they came.
func requestText(r *http.Request, body string) string {
	if r.URL.RawQuery == "" {
		return body
	}
	return "?" + r.URL.RawQuery + "\n" + body
}

// record writes the call into the journal of its tenant and one line into the log.
func (x *exchange) record() {
	e := &x.entry
	j := x.Tenants.Stray()
	if x.tenant != nil {
		j, e.Tenant = x.tenant.Journal, x.tenant.Name
	}
	if x.call != nil {
		e.Method = x.call.method
	}
	e.ID = j.NextID()
	e.Duration = x.Tenants.Wall().Sub(e.Time)
	j.Add(*e)
	attrs := []any{"vendor", e.Vendor, "method", e.Method, "outcome", string(e.Outcome)}
	for _, a := range []struct{ key, value string }{
		{"kind", e.Kind}, {"hint", e.Hint}, {"autopsy", strings.Join(e.Autopsy, "; ")}, {"canonical", e.Canonical}} {
		if a.value != "" {
			attrs = append(attrs, a.key, a.value)
		}
	}
	x.Log.Info("call", append(attrs, "rows", e.Rows, "tenant", e.Tenant, "took", e.Duration.Round(time.Microsecond).String(), "id", e.ID)...)
}
