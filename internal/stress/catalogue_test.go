package stress

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// endpoint is a query as the control API describes it.
type endpoint struct {
	vendor, method, path string
	fields               []field
	positional           bool // the arguments are a JSON array, not one object
	from, to             string
	limit                time.Duration // of the window
	pageNo, pageSize     string
	choices              [][]string // groups of arguments of which one is required
}

// field is an argument.
type field struct {
	Name     string            `json:"name"`
	Type     string            `json:"type"`
	Required bool              `json:"required"`
	Min      string            `json:"min"`
	Enum     map[string]string `json:"enum"`
	Fields   []field           `json:"fields"`
}

// declaration is what the control API says of an endpoint, as far as a client needs it.
type declaration struct {
	Vendor      string   `json:"vendor"`
	Paths       []string `json:"paths"`
	Declaration struct {
		Method string     `json:"method"`
		Args   []field    `json:"args"`
		OneOf  [][]string `json:"one_of"`
		Span   struct {
			From  string `json:"from"`
			To    string `json:"to"`
			Limit string `json:"limit"`
		} `json:"span"`
		Paging struct {
			No   string `json:"no"`
			Size string `json:"size"`
		} `json:"paging"`
	} `json:"declaration"`
}

// queries asks a program for the queries of its catalogue.
func queries(addr string) ([]endpoint, error) {
	var list struct {
		Endpoints []struct{ Vendor, Method, Kind string } `json:"endpoints"`
	}
	if err := steer(addr, http.MethodGet, "/endpoints", nil, &list); err != nil {
		return nil, err
	}
	var all []endpoint
	for _, e := range list.Endpoints {
		if e.Kind != "query" {
			continue
		}
		var d declaration
		if err := steer(addr, http.MethodGet, "/endpoints/"+e.Vendor+"/"+e.Method, nil, &d); err != nil {
			return nil, err
		}
		all = append(all, d.endpoint())
	}
	return all, nil
}

// endpoint is the query that is declared.
func (d *declaration) endpoint() endpoint {
	e := endpoint{vendor: d.Vendor, method: d.Declaration.Method, from: d.Declaration.Span.From, to: d.Declaration.Span.To,
		pageNo: d.Declaration.Paging.No, pageSize: d.Declaration.Paging.Size, choices: d.Declaration.OneOf}
	e.path = strings.ReplaceAll(d.Paths[0], "{name}", e.method)
	e.fields = d.Declaration.Args
	e.positional = len(e.fields) != 1 || e.fields[0].Type != "object"
	if !e.positional {
		e.fields = e.fields[0].Fields
	}
	e.limit, _ = time.ParseDuration(d.Declaration.Span.Limit) // none: 0
	return e
}

// Windows of the queries of the catalogue.
const (
	usualWindow = 5 * 24 * time.Hour
	longWindow  = 25 * 24 * time.Hour
)

// hardest are queries that are asked once more: without a window when it is 0.
var hardest = []struct {
	method string
	window time.Duration
}{
	{"wms.StockPd.queryStockPdDetail", 0},
	{"wms.StockSpec.search", 0},
	{"stockout_order_query.php", longWindow},
	{"sales.Payment.queryWithDetail", longWindow},
}

// request is a good call of the query: its first page, with a window as long as the
// query allows, and the arguments that are required.
func (e *endpoint) request(c *caller, span time.Duration) []byte {
	if e.limit > 0 && e.limit < span {
		span = e.limit
	}
	begin := december(1)
	args := map[string]any{}
	for _, f := range e.fields {
		switch {
		case span == 0 && (f.Name == e.from || f.Name == e.to):
		case f.Name == e.from:
			args[f.Name] = begin.Format(time.DateTime)
		case f.Name == e.to:
			args[f.Name] = begin.Add(span).Format(time.DateTime)
		case f.Required || slices.ContainsFunc(e.choices, func(group []string) bool { return group[0] == f.Name }):
			args[f.Name] = f.value()
		}
	}
	switch e.vendor {
	case "openapi":
		return c.openapi(e.method, e.body(args), e.paging()...)
	case "openapi2":
		params := e.paging()
		for _, name := range slices.Sorted(maps.Keys(args)) {
			params = append(params, name, fmt.Sprint(args[name]))
		}
		return c.openapi2(e.method, params...)
	}
	if e.pageNo != "" {
		args[e.pageNo], args[e.pageSize] = 1, 40
	}
	biz, _ := json.Marshal(args) // texts and numbers always encode
	return c.fubeiAt(e.path, e.method, string(biz))
}

// paging is the parameters of the first page.
func (e *endpoint) paging() []string {
	if e.pageNo == "" {
		return nil
	}
	return []string{e.pageNo, "0", e.pageSize, "40"}
}

// body is the arguments as the flagship edition takes them.
func (e *endpoint) body(args map[string]any) string {
	list := []any{args}
	if e.positional {
		list = nil
		for _, f := range e.fields {
			list = append(list, args[f.Name])
		}
	}
	text, _ := json.Marshal(list) // texts and numbers always encode
	return string(text)
}

// value is a value that the argument takes.
func (f *field) value() any {
	switch {
	case len(f.Enum) > 0:
		value := slices.Sorted(maps.Keys(f.Enum))[0]
		if f.Type == "int" {
			return json.Number(value)
		}
		return value
	case f.Type == "datetime":
		return december(1).Format(time.DateTime)
	case f.Type == "int" && f.Min != "":
		return json.Number(f.Min)
	case f.Type == "int":
		return 1
	case f.Type == "bool":
		return false
	}
	return "1"
}

// asked is what a query came to.
type asked struct {
	method string
	took   []time.Duration // by side
	ok     []bool          // by side: it was answered within the limit
	good   []bool          // by side: the vendor's answer is a success
}

// bySlowness orders by the time that the first program took.
func bySlowness(a, b asked) int { return cmp.Compare(b.took[0], a.took[0]) }

// catalogue is a run over all queries, in a large world.
type catalogue struct {
	*bench
	scene  scene
	stages []*stage
	limit  time.Duration // of one query
	until  time.Time     // when no more are asked
	list   []asked
	left   int // queries that were not asked
}

// askAll makes each query once, of each program in turn, and the hardest ones again in
// fresh processes.
func (b *bench) askAll(limit, budget time.Duration) *catalogue {
	b.t.Helper()
	run := &catalogue{bench: b, scene: scene{prepare: largeTenant}, limit: limit, until: time.Now().Add(budget)}
	for _, p := range b.sides {
		run.stages = append(run.stages, b.start(p, run.scene))
	}
	all, err := queries(run.stages[0].addr)
	if err != nil {
		b.t.Fatal(err)
	}
	// Queries of one vendor follow each other in the list. They are mixed, so that a run
	// that is given up has some of each.
	slices.SortFunc(all, func(x, y endpoint) int { return cmp.Compare(md5Hex(x.method), md5Hex(y.method)) })
	for _, h := range hardest {
		i := slices.IndexFunc(all, func(e endpoint) bool { return e.method == h.method })
		if i < 0 {
			b.t.Errorf("%s is no query", h.method)
			continue
		}
		name := h.method + ", no window"
		if h.window > 0 {
			name = fmt.Sprintf("%s, %.0f days", h.method, h.window.Hours()/24)
		}
		run.ask(&all[i], name, h.window)
		for i := range run.stages {
			run.again(i)
		}
	}
	for i := range all {
		run.ask(&all[i], all[i].method, usualWindow)
	}
	return run
}

// again starts a program anew.
func (r *catalogue) again(side int) {
	r.stages[side].stop()
	r.stages[side] = r.start(r.sides[side], r.scene)
}

// ask makes one query of each program. A program that does not answer in time is
// started anew, because it may go on with the query.
func (r *catalogue) ask(e *endpoint, name string, window time.Duration) {
	if time.Now().After(r.until) {
		r.left++
		return
	}
	a := asked{method: name}
	for i, s := range r.stages {
		took, ok, good := s.ask(e.request(s.caller(0), window), r.limit)
		if !ok {
			r.again(i)
		}
		a.took, a.ok, a.good = append(a.took, took), append(a.ok, ok), append(a.good, good)
	}
	r.list = append(r.list, a)
}

// ask makes one call. It is ok when the answer came in time, and good when the answer
// is a success.
func (s *stage) ask(request []byte, limit time.Duration) (took time.Duration, ok, good bool) {
	conn, err := dial(s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.conn.Close()
	begin := time.Now()
	_ = conn.conn.SetDeadline(begin.Add(limit))
	status, body, err := conn.do(request)
	good = flagshipGood(body) || enterpriseGood(body) || fubeiGood(body)
	return time.Since(begin), err == nil && status == http.StatusOK, good
}

// How the queries of the catalogue are judged.
const (
	queryLimit = 10 * time.Second // after which the client leaves
	queryBar   = time.Second
	queryLines = 10 // of the table
)

// catalogueTable prints the slowest queries.
func (b *bench) catalogueTable() (lines, compared []string) {
	run := &catalogue{}
	b.alone("catalogue", func(b *bench) { run = b.askAll(queryLimit, *budget*time.Duration(len(b.sides))) })
	list := run.list
	slices.SortStableFunc(list, bySlowness)
	for i, p := range b.sides {
		late, good := 0, 0
		for _, a := range list {
			late, good = late+oneIf(!a.ok[i]), good+oneIf(a.good[i])
		}
		lines = append(lines, fmt.Sprintf("%s: of %d queries %d were not answered within %s. %d answers are a success; the others say that something is not found.", p.name, len(list), late, queryLimit, good))
	}
	if run.left > 0 || len(list) == 0 {
		lines = append(lines, fmt.Sprintf("**%d queries were not asked**, because the whole took longer than %s.", run.left, *budget))
	}
	lines = append(lines, "", "| query | first call | bar | met |", "| --- | --- | --- | --- |")
	for i, a := range list {
		if i < queryLines {
			lines = append(lines, fmt.Sprintf("| `%s` | %s | %s | %s |", a.method, a.text(0), queryBar, a.verdict()))
		}
		if len(b.sides) == 2 && (i < queryLines || a.worse()) {
			compared = append(compared, fmt.Sprintf("| `%s` | %s | %s | %.2f | – | – | – | %s |", a.method, a.text(0), a.text(1), a.took[1].Seconds()/a.took[0].Seconds(), slower(!a.worse())))
		}
	}
	fmt.Println(strings.Join(append(slices.Clone(lines), compared...), "\n"))
	return lines, compared
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// text is how long a query took.
func (a *asked) text(side int) string {
	if !a.ok[side] {
		return fmt.Sprintf("no answer in %s", queryLimit)
	}
	return milliseconds(a.took[side])
}

// verdict says whether the first program meets the bar.
func (a *asked) verdict() string {
	if a.ok[0] && a.took[0] <= queryBar {
		return "yes"
	}
	return "**no**"
}

// worse reports whether the first program is slower than the second one by more than a
// tenth, and by more than a single measurement can be wrong.
func (a *asked) worse() bool {
	const noise = 20 * time.Millisecond
	return a.took[0] > a.took[1]*11/10+noise
}
