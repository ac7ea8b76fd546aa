package handlers_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/fixtures"
	"shaxiang/fixtures/store"
	"shaxiang/handlers"
	"shaxiang/internal/control"
	"shaxiang/internal/tenant"
	"shaxiang/internal/text"
	"shaxiang/internal/webtest"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// This file proves that a checkpoint is everything: a server that was restored from it, in
// another process, answers all further commands as the first one does.

// job is what the other process does: it restores tenants, and applies commands.
type job struct {
	Wall      time.Time
	Snapshots map[string]string // by tenant
	Commands  []tenant.Command
}

// done is what came of it.
type done struct {
	Answers   []string
	Snapshots map[string]string // of the end
	Views     []string          // what the tenants' rows are then, at some moments
	Problem   string
}

// replica applies commands of both kinds, and asks nobody what time it is.
type replica struct {
	tenants *tenant.Registry
	sandbox *handlers.Sandbox
	control *control.API
}

func newReplica(c *catalog.Catalog) (*replica, error) {
	begun := false
	r := tenant.NewRegistry(func() time.Time {
		if begun {
			panic("a command asks for the time")
		}
		return noon()
	}, vendors.Shipped())
	for _, config := range []tenant.Config{tenant.Default(vendors.Shipped()), other()} {
		if _, err := r.Add(config, noon()); err != nil {
			return nil, err
		}
	}
	begun = true
	return &replica{r, handlers.New(handlers.Config{Catalog: c, Tenants: r}), control.New(control.Config{Catalog: c, Tenants: r})}, nil
}

// apply returns the answer to a command.
func (r *replica) apply(c tenant.Command) (string, error) {
	if c.Kind == tenant.CallCommand {
		answered, err := r.sandbox.Apply(c)
		if err != nil {
			return "", err
		}
		return handlers.Body(answered), nil
	}
	of, err := r.control.Apply(c)
	if err != nil {
		return "", err
	}
	outcome := of.(*control.Outcome)
	if refused := outcome.Err; refused != nil {
		return "refused: " + refused.Error(), nil
	}
	data, err := json.Marshal(outcome.Answer)
	return string(data), err
}

func (r *replica) applyAll(commands []tenant.Command) (answers []string, err error) {
	for _, c := range commands {
		answer, err := r.apply(c)
		if err != nil {
			return answers, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

func (r *replica) snapshots() (map[string]string, error) {
	all := map[string]string{}
	for _, t := range r.tenants.Tenants() {
		var b strings.Builder
		if err := t.WriteSnapshot(&b); err != nil {
			return nil, err
		}
		all[t.Name] = b.String()
	}
	return all, nil
}

// views are the rows of all collections, as they stand at the tenants' now and as they stood
// before it, a line for each collection and moment, and the notifications.
func (r *replica) views(wall time.Time) (lines []string, err error) {
	for _, t := range r.tenants.Tenants() {
		for _, n := range t.State().Notify.List() {
			n.Due = n.Due.UTC()
			lines = append(lines, fmt.Sprintf("%s %+v", t.Name, n))
		}
		now := t.State().Clock.Now(wall)
		for _, at := range []time.Duration{-26 * time.Hour, 0} {
			for _, name := range fixtures.Collections() {
				q := catalog.Query{Collection: name, From: now.Add(-30 * time.Hour).Unix(), To: now.Add(2 * time.Minute).Unix(), Page: catalog.Page{Size: 100, Count: true}}
				of, err := t.State().World.Read(context.Background(), q, now.Add(at))
				if err != nil {
					return nil, err
				}
				h := fnv.New64()
				for i := range of.Rows {
					row := &of.Rows[i]
					fmt.Fprintln(h, row.Key(), row.Texts(), row.LineTexts())
				}
				lines = append(lines, fmt.Sprintf("%s %s %s: %d rows, %x", t.Name, name, at, of.Total, h.Sum64()))
			}
		}
	}
	return lines, nil
}

// end completes what came of a job.
func (r *replica) end(d *done, wall time.Time) (err error) {
	if d.Snapshots, err = r.snapshots(); err != nil {
		return err
	}
	d.Views, err = r.views(wall)
	return err
}

// do does a job with a new replica.
func (j *job) do(c *catalog.Catalog) (*done, error) {
	r, err := newReplica(c)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(j.Snapshots)) {
		if err := r.tenants.Tenant(name).Restore(strings.NewReader(j.Snapshots[name]), j.Wall, nil); err != nil {
			return nil, err
		}
	}
	d := &done{}
	if d.Answers, err = r.applyAll(j.Commands); err != nil {
		return nil, err
	}
	return d, r.end(d, j.Wall)
}

// otherProcess says that this process is the other one, which does jobs.
const otherProcess = "SHAXIANG_TEST_OTHER_PROCESS"

// doJobs reads jobs from a stream until it ends, and writes what came of them.
func doJobs(in io.Reader, out io.Writer) error {
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		return err
	}
	dec, enc := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var j job
		if err := dec.Decode(&j); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		d, err := j.do(c)
		if err != nil {
			d = &done{Problem: err.Error()}
		}
		if err := enc.Encode(d); err != nil {
			return err
		}
	}
}

// elsewhere starts the other process and returns what does a job there.
func elsewhere(t *testing.T) func(*job) (*done, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), otherProcess+"=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	enc, dec := json.NewEncoder(in), json.NewDecoder(out)
	return func(j *job) (*done, error) {
		if err := enc.Encode(j); err != nil {
			return nil, err
		}
		d := &done{}
		if err := dec.Decode(d); err != nil {
			return nil, err
		}
		if d.Problem != "" {
			return nil, errors.New(d.Problem)
		}
		return d, nil
	}
}

// recorded are commands of calls of all kinds: those of the scripts, for each endpoint a minimal
// call and the call of the facts, and orders of which merchants are told.
func recorded(t *testing.T) (writes, queries []tenant.Command) {
	t.Helper()
	record := func(list *[]tenant.Command, make func(*sandbox)) {
		s, l := orderedSandbox(t, noon)
		for _, name := range []string{"default", "other"} {
			playing(t, s.tenants.Tenant(name), "quota: {per_minute: 1000000}") // so that queries are commands too
		}
		make(s)
		for _, data := range l.commands {
			var c tenant.Command
			if err := json.Unmarshal(data, &c); err != nil {
				t.Fatal(err)
			}
			*list = append(*list, c)
		}
	}
	for _, file := range scripts(t) {
		record(&queries, func(s *sandbox) { webtest.Run(t, webtest.Config{BaseURL: s.server(t).URL, Now: noon}, file) })
	}
	endpoints := func(query bool) func(*sandbox) {
		return func(s *sandbox) {
			for _, e := range s.catalog.Endpoints() {
				if query != (e.Kind == catalog.KindQuery) {
					continue
				}
				w := &walk{sandbox: s, e: e}
				args, _ := w.good()
				w.call(t, w.request(args, 10, 0))
				w.factsRequest(t)
			}
		}
	}
	record(&queries, endpoints(true))
	record(&writes, endpoints(false))
	for range 5 { // as often as those of the endpoints, about
		record(&writes, func(s *sandbox) {
			for i := range 4 {
				no := fmt.Sprintf(`{"merchant_order_sn":"M-%d",`, i)
				s.call(t, fubei("openapi.payment.order.swipe", no+`"auth_code":"281234567890123456","total_fee":"20.00","store_id":"2299","cashier_id":3011,"call_back_url":"http://127.0.0.1:1/"}`))
				s.call(t, fubei("openapi.payment.order.refund", no+`"merchant_refund_sn":"R-1","refund_money":"5","refund_callback_url":"http://127.0.0.1:1/"}`))
				s.call(t, fubei("openapi.payment.order.reverse", no+`"refund_money":"5"}`))
				s.call(t, openapi("sales.RawTrade.pushSelf", `["00212",`+pushed("M-"+strconv.Itoa(i), 30)+`]`))
			}
		})
	}
	return writes, queries
}

// limited plays a scenario with quotas and rules, with which each run begins.
func limited() tenant.Command {
	body := []byte("{quota: {per_minute: 9, methods: [{method: openapi.payment.*, per_minute: 4}]}, " +
		"rules: [{when: {method: '*push*', state: start}, then: {become: second}}, {when: {state: second, call: {every: 7}}, then: {refuse: too_frequent, become: start}, times: 30}]}")
	data, _ := json.Marshal(map[string]any{"operation": "setScenario", "path": map[string]string{"tenant": "default"}, "body": body}) // of texts it cannot fail
	return tenant.Command{Tenant: "default", Kind: tenant.ControlCommand, Body: data}
}

// operated draws a changing operation of the control API.
func operated(t *rapid.T) tenant.Command {
	type message struct {
		Operation string            `json:"operation"`
		Path      map[string]string `json:"path"`
		Body      []byte            `json:"body,omitempty"`
	}
	name := rapid.SampledFrom([]string{"default", "other"}).Draw(t, "tenant")
	m := message{Path: map[string]string{"tenant": name}}
	body := func(texts ...string) { m.Body = []byte(rapid.SampledFrom(texts).Draw(t, "body")) }
	row := func() string { // a column of some collection, with a value
		of := rapid.SampledFrom(fixtures.Collections()).Draw(t, "collection")
		m.Path["collection"] = of
		return fmt.Sprintf(`{%q:%q}`, rapid.SampledFrom(fixtures.Columns(of)).Draw(t, "column"),
			rapid.SampledFrom([]string{"1", "5.10", "2022-12-29 11:00:00", "2022-12-28 23:00:00", "abc"}).Draw(t, "value"))
	}
	key := func() {
		m.Path["key"] = strconv.FormatInt(rapid.SampledFrom([]int64{1, store.FirstStoredKey, store.FirstStoredKey + 1}).Draw(t, "key"), 10)
	}
	const often = 12
	var operations []string
	for range often {
		operations = append(operations, "setClock", "advanceClock", "addRule", "addRows", "addRows", "patchRow", "patchRow", "deleteRow", "removeRule")
	}
	switch m.Operation = rapid.SampledFrom(append(operations, "resetTenant", "setScenario", "clearRules", "clearJournal")).Draw(t, "operation"); m.Operation {
	case "setClock":
		body(`{"mode":"offset","offset":"0s"}`, `{"mode":"offset","offset":"-3h"}`, `{"mode":"frozen","now":"2022-12-29 10:00:00"}`,
			`{"mode":"frozen","now":"2022-12-30 08:00:00"}`, `{"mode":"real"}`)
	case "advanceClock":
		body(`{"by":"1m"}`, `{"by":"-45m"}`, `{"by":"26h"}`, `{"by":"-26h"}`, `{"by":"0.5s"}`)
	case "setScenario":
		body(append(names(), `quota: {per_minute: 3}`, `quota: {methods: [{method: '*query*', per_minute: 2}]}`,
			`{rules: [{when: {method: '*push*', state: start}, then: {become: second, advance: 90s}}, {when: {state: second}, then: {refuse: too_frequent, become: start}, times: 3}]}`)...)
	case "addRule":
		body(`{then: {refuse: internal}, times: 2}`, `{when: {method: '*query*', call: {every: 3}}, then: {patch: {code: 7}}, times: 9}`,
			`{when: {vendor: fubei, probability: 0.5}, then: {advance: 30s}, times: 5}`, `{then: {reply: 'x', become: late}, times: 1}`)
	case "removeRule":
		m.Path["id"] = rapid.SampledFrom([]string{"one-off-1", "one-off-2", "one-off-3"}).Draw(t, "rule")
	case "addRows":
		body(row())
	case "patchRow":
		body(row())
		key()
	case "deleteRow":
		row()
		key()
	}
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return tenant.Command{Tenant: name, Kind: tenant.ControlCommand, Body: data}
}

// names are the scenarios of the library but the largest, as bodies that play them.
func names() (bodies []string) {
	for _, name := range scenarios.Names() {
		if name != "huge" {
			bodies = append(bodies, "{name: "+name+"}")
		}
	}
	return bodies
}

// TestCheckpoint: 400 random commands of all kinds, a checkpoint, and further commands: here, and
// in another process that was restored from the checkpoint. The clocks of the clients and of the
// server go back now and then.
func TestCheckpoint(t *testing.T) {
	t.Parallel()
	const before, after = 400, 150
	writes, queries := recorded(t)
	elsewhere := elsewhere(t)
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	if err := flag.Set("rapid.checks", "2"); err != nil {
		t.Fatal(err)
	}
	kinds, runs := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		wall := noon()
		commands := make([]tenant.Command, before+after)
		for i := range commands {
			switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
			case i == 0:
				commands[i] = limited()
			case kind < 3:
				commands[i] = operated(t)
			case kind < 6:
				commands[i] = writes[rapid.IntRange(0, len(writes)-1).Draw(t, "write")]
			default:
				commands[i] = queries[rapid.IntRange(0, len(queries)-1).Draw(t, "query")]
			}
			wall = wall.Add(time.Duration(rapid.IntRange(-400, 700).Draw(t, "ms")) * time.Millisecond)
			commands[i].Wall = wall
		}
		first, err := newReplica(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := first.applyAll(commands[:before]); err != nil {
			t.Fatal(err)
		}
		j := &job{Wall: wall, Commands: commands[before:]}
		if j.Snapshots, err = first.snapshots(); err != nil {
			t.Fatal(err)
		}
		want := &done{}
		if want.Answers, err = first.applyAll(j.Commands); err != nil {
			t.Fatal(err)
		}
		if err := first.end(want, wall); err != nil {
			t.Fatal(err)
		}
		got, err := elsewhere(j)
		if err != nil {
			t.Fatal(err)
		}
		for i, answer := range want.Answers {
			if got.Answers[i] != answer {
				t.Fatalf("command %d, %s: answered with\n%s\nand elsewhere with\n%s", before+i, j.Commands[i].Body, answer, got.Answers[i])
			}
			kinds[text.Clip(answer, 12)]++
		}
		for name, want := range want.Snapshots {
			if got := got.Snapshots[name]; got != want {
				t.Fatalf("the second checkpoint of %s (-here +elsewhere):\n%s", name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		}
		if diff := cmp.Diff(want.Views, got.Views); diff != "" {
			t.Fatalf("the rows (-here +elsewhere):\n%s", diff)
		}
		runs++
	})
	t.Logf("%d runs; the answers begin in %d ways", runs, len(kinds))
	if runs < 2 || len(kinds) < 20 {
		t.Errorf("in %d runs, only these answers came: %v", runs, kinds)
	}
}

// asOtherProcess does jobs when this process is the other one.
func asOtherProcess() {
	if os.Getenv(otherProcess) == "" {
		return
	}
	if err := doJobs(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
