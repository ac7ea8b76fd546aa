package control

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
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
	columns    bool // columns may stand in the query too
	unassigned bool // the path may have unassignedName in place of a tenant
	handling
}

// param is one parameter of the query.
type param struct{ name, typ, doc string }

// handling is a function with the types of its body and answer. A free operation runs; a
// changing one is applied, and may be handed over as a command before.
type handling struct {
	in, out  reflect.Type // nil for none
	file     bool         // the body is a file's text
	streamed bool         // the body is read while it is applied
	read     func(*body) (any, error)
	run      func(*API, *call, any) (any, error)
	apply    func(*API, *change, any) (any, error)
	after    func(*API, *call, any) any // completes the answer of either
	stream   func(*API, *call) error    // in place of run: it writes the answer itself
	events   bool                       // which is a stream of server-sent events
}

// call is one request on its way.
type call struct {
	change
	w http.ResponseWriter
	r *http.Request
}

// nothing is the body or the answer of an operation without one.
type nothing struct{}

// answers is a free operation without a body.
func answers[Out any](f func(*API, *call) (Out, error), after ...func(*API, *call, *Out)) handling {
	h := handlingOf[nothing](after)
	h.run = func(a *API, c *call, _ any) (any, error) { return f(a, c) }
	return h
}

// takes is a free operation with a body.
func takes[In, Out any](f func(*API, *call, In) (Out, error)) handling {
	h := handlingOf[In, Out](nil)
	h.run = func(a *API, c *call, in any) (any, error) { return f(a, c, *in.(*In)) }
	return h
}

// does is a changing operation without a body.
func does[Out any](f func(*API, *change) (Out, error), after ...func(*API, *call, *Out)) handling {
	h := handlingOf[nothing](after)
	h.apply = func(a *API, c *change, _ any) (any, error) { return f(a, c) }
	return h
}

// changes is a changing operation with a body.
func changes[In, Out any](f func(*API, *change, In) (Out, error), after ...func(*API, *call, *Out)) handling {
	h := handlingOf[In](after)
	h.apply = func(a *API, c *change, in any) (any, error) { return f(a, c, *in.(*In)) }
	return h
}

func handlingOf[In, Out any](after []func(*API, *call, *Out)) handling {
	h := handling{out: reflect.TypeFor[Out](), read: read[In]}
	if h.in = reflect.TypeFor[In](); h.in == reflect.TypeFor[nothing]() {
		h.in, h.read = nil, nil
	}
	_, h.file = any(new(In)).(textual)
	_, h.streamed = any(new(In)).(streamed)
	h.after = func(a *API, c *call, answer any) any {
		out := answer.(Out)
		for _, f := range after {
			f(a, c, &out)
		}
		return out
	}
	return h
}

// dispatch serves one path by its methods.
func (a *API) dispatch(methods map[string]*route) http.Handler {
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
		if err := a.serve(route, &call{change{wall: a.Tenants.Now(), path: route.values(r)}, w, r}); err != nil {
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

// values returns the values of the path's variables.
func (r *route) values(request *http.Request) map[string]string {
	values := map[string]string{}
	for _, m := range inBraces.FindAllStringSubmatch(r.path, -1) {
		values[m[1]] = request.PathValue(m[1])
	}
	return values
}

func (a *API) serve(route *route, c *call) error {
	if a.Order == nil { // else only commands remove tenants
		a.Tenants.Sweep(c.wall)
	}
	if err := route.checkQuery(c); err != nil {
		return err
	}
	if route.stream != nil {
		if err := a.find(&c.change, c.path["tenant"], route.unassigned); err != nil {
			return err
		}
		return route.stream(a, c)
	}
	answer, err := a.answer(route, c)
	if err != nil {
		return err
	}
	answer = route.after(a, c, answer)
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

// answer runs a free operation, or has a changing one applied.
func (a *API) answer(route *route, c *call) (any, error) {
	if route.apply == nil {
		if err := a.find(&c.change, c.path["tenant"], route.unassigned); err != nil {
			return nil, err
		}
	}
	var b *body
	var in any
	if route.read != nil {
		var err error
		if b, err = a.body(route, c); err != nil {
			return nil, err
		}
		if in, err = route.read(b); err != nil {
			return nil, err
		}
	}
	if route.apply == nil {
		return route.run(a, c, in)
	}
	return a.ordered(route, c, b, in)
}

// statused is an answer with a status of its own.
type statused interface{ status() int }

// find puts a tenant with its state and journal into the change, unless the name is empty.
func (a *API) find(c *change, name string, unassigned bool) error {
	if name == "" {
		return nil
	}
	if unassigned && (name == unassignedName || name == formerName) {
		c.journal = a.Tenants.Unassigned()
		return nil
	}
	t := a.Tenants.Tenant(name)
	if t == nil || t.Expired(c.wall) {
		return refuse(http.StatusNotFound, "control.no_tenant", "name", name, "known", a.Tenants.Names())
	}
	c.use(t)
	return nil
}

func (r *route) checkQuery(c *call) error {
	if r.columns {
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

// body is what a request or a command has as its body.
type body struct {
	data []byte
	from io.Reader // in place of data, when the input is read while it is applied
}

// textual is an input that is a file's text, YAML or JSON.
type textual interface{ setText(data []byte) }

// streamed is an input that is read while it is applied.
type streamed interface{ setReader(from io.Reader) }

// read reads an input of a body.
func read[In any](b *body) (any, error) {
	in := new(In)
	switch into := any(in).(type) {
	case textual:
		into.setText(b.data)
		return in, nil
	case streamed:
		if b.from == nil {
			b.from = bytes.NewReader(b.data)
		}
		into.setReader(b.from)
		return in, nil
	}
	return in, decode(b.data, in)
}

// body reads the request's body. A streamed one is read later, unless it becomes a command.
func (a *API) body(r *route, c *call) (*body, error) {
	if r.streamed {
		if err := c.checkType(false); err != nil || a.Order == nil {
			return &body{from: c.steady()}, err
		}
		data, err := io.ReadAll(c.steady())
		if err != nil {
			return nil, badInput("control.body_ended", "problem", err)
		}
		return &body{data: data}, nil
	}
	data, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refuse(http.StatusRequestEntityTooLarge, "control.too_large", "limit", MaxBody>>20)
	case err != nil:
		return nil, badInput("control.body_ended", "problem", err)
	case len(data) == 0 && !r.file && c.r.Header.Get("Content-Type") == "":
		return &body{data: []byte("{}")}, nil // no body is one that leaves everything out
	}
	return &body{data: data}, c.checkType(r.file)
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
