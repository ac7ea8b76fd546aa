package control

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 8 << 20

// route is one operation: what serves it and what describes it.
type route struct {
	id         string // the client's method, with a small letter
	method     string
	path       string
	summary    string
	status     int // of success
	query      []param
	free       bool // columns may stand in the query too
	unassigned bool // the path may have unassignedName in place of a tenant
	handling
}

// param is one parameter of the query.
type param struct{ name, typ, doc string }

// handling is a function with the types of its body and answer.
type handling struct {
	in, out reflect.Type // nil for none
	run     func(*api, *call) (any, error)
	stream  func(*api, *call) error // in place of run: it writes the answer itself
	events  bool                    // which is a stream of server-sent events
}

// call is one request on its way.
type call struct {
	w       http.ResponseWriter
	r       *http.Request
	wall    time.Time        // of the server's clock when the call came
	tenant  *tenant.Tenant   // of the path, nil when it names none, or the calls without a tenant
	state   *tenant.State    // the tenant's when the call began
	journal *journal.Journal // the tenant's, or that of calls without a tenant
}

// businessNow returns the time of the tenant's business.
func (c *call) businessNow() time.Time { return c.state.Clock.Now(c.wall) }

// write returns the time of the tenant's business for a call that changes rows.
func (c *call) write() time.Time {
	c.state.Clock.Write(c.wall)
	return c.businessNow()
}

// nothing is the answer of an operation without an answer.
type nothing struct{}

func answers[Out any](f func(*api, *call) (Out, error)) handling {
	return handling{out: reflect.TypeFor[Out](), run: func(a *api, c *call) (any, error) { return f(a, c) }}
}

func takes[In, Out any](f func(*api, *call, In) (Out, error)) handling {
	return handling{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), run: func(a *api, c *call) (any, error) {
		var in In
		if err := c.body(&in); err != nil {
			return nil, err
		}
		return f(a, c, in)
	}}
}

// dispatch serves one path by its methods.
func (a *api) dispatch(methods map[string]*route) http.Handler {
	var allowed []string
	for m := range methods {
		allowed = append(allowed, m)
	}
	slices.Sort(allowed)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := methods[r.Method]
		if route == nil {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			writeError(w, refuse(http.StatusMethodNotAllowed, "control.http_method", "method", clip(r.Method), "known", allowed))
			return
		}
		if err := a.serve(route, &call{w: w, r: r, wall: a.Tenants.Now()}); err != nil {
			writeError(w, asError(err))
		}
	})
}

// asError makes what a package below says of its input an answer.
func asError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return because(http.StatusUnprocessableEntity, err)
}

func (a *api) serve(route *route, c *call) error {
	a.Tenants.Sweep(c.wall)
	if err := route.checkQuery(c); err != nil {
		return err
	}
	if name := c.r.PathValue("tenant"); name != "" {
		if err := a.find(c, name, route.unassigned); err != nil {
			return err
		}
	}
	if route.stream != nil {
		return route.stream(a, c)
	}
	answer, err := route.run(a, c)
	if err != nil {
		return err
	}
	if s, ok := answer.(statused); ok {
		writeJSON(c.w, s.status(), answer)
		return nil
	}
	if route.status == http.StatusNoContent {
		c.w.WriteHeader(route.status)
		return nil
	}
	writeJSON(c.w, route.status, answer)
	return nil
}

// statused is an answer with a status of its own.
type statused interface{ status() int }

// find puts the tenant that a path names, with its state and journal, into the call.
func (a *api) find(c *call, name string, unassigned bool) error {
	if unassigned && (name == unassignedName || name == formerName) {
		c.journal = a.Tenants.Unassigned()
		return nil
	}
	t := a.Tenants.Tenant(name)
	if t == nil {
		return refuse(http.StatusNotFound, "control.no_tenant", "name", name, "known", a.Tenants.Names())
	}
	c.tenant, c.state, c.journal = t, t.State(), t.Journal
	return nil
}

func (r *route) checkQuery(c *call) error {
	if r.free {
		return nil
	}
	for name := range c.r.URL.Query() {
		if !slices.ContainsFunc(r.query, func(p param) bool { return p.name == name }) {
			return badInput("control.unknown_parameter", "name", name, "known", r.paramNames())
		}
	}
	return nil
}

func (r *route) paramNames() []string {
	var names []string
	for _, p := range r.query {
		names = append(names, p.name)
	}
	return names
}

// number reads a whole number of the query.
func (c *call) number(name string, otherwise, least, most int) (int, error) {
	text := c.r.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, badInput("control.bad_number", "name", name, "value", text, "least", least, "most", most)
	}
	return n, nil
}

// textual is a body that is a file's text, YAML or JSON.
type textual interface{ setText(data []byte) }

// body reads the request's.
func (c *call) body(into any) error {
	t, file := into.(textual)
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, "control.too_large", "limit", MaxBody>>20)
	case err != nil:
		return badInput("control.body_ended", "problem", err)
	case len(data) == 0 && !file && c.r.Header.Get("Content-Type") == "":
		return decode([]byte("{}"), into) // no body is one that leaves everything out
	}
	if err := c.checkType(file); err != nil {
		return err
	}
	if file {
		t.setText(data)
		return nil
	}
	return decode(data, into)
}

var (
	jsonTypes = []string{"application/json"}
	fileTypes = []string{"application/json", "application/yaml", "application/x-yaml", "text/yaml"}
)

// checkType wants a declared type, because a browser sends some others to foreign
// sites without asking them first.
func (c *call) checkType(file bool) error {
	allowed := jsonTypes
	if file {
		allowed = fileTypes
	}
	given := c.r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	if err == nil && slices.Contains(allowed, kind) {
		return nil
	}
	return refuse(http.StatusUnsupportedMediaType, "control.content_type", "type", given, "known", strings.Join(allowed, " or "))
}
