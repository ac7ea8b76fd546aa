package handlers_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog/load"
	"shaxiang/handlers"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/internal/webtest"
	"shaxiang/vendors"
)

// commandLog orders commands as they come, and keeps them as they would be kept in a file.
type commandLog struct {
	sandbox *handlers.Sandbox

	mu       sync.Mutex
	commands [][]byte
	answers  []string
}

func (l *commandLog) Order(_ context.Context, c tenant.Command) (any, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	done, answer, err := applied(l.sandbox, data)
	l.commands, l.answers = append(l.commands, data), append(l.answers, answer)
	return done, err
}

// applied applies a kept command, and returns the body of the answer too.
func applied(s *handlers.Sandbox, data []byte) (done any, body string, err error) {
	var c tenant.Command
	if err := json.Unmarshal(data, &c); err != nil {
		return nil, "", err
	}
	if done, err = s.Apply(c); err != nil {
		return nil, "", err
	}
	return done, handlers.Body(done), nil
}

// orderedSandbox is a sandbox whose calls are ordered by a log.
func orderedSandbox(t testing.TB, wall func() time.Time) (*sandbox, *commandLog) {
	t.Helper()
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	s, l := newSandboxAt(t, wall), &commandLog{}
	l.sandbox = handlers.New(handlers.Config{Catalog: c, Tenants: s.tenants, Order: l})
	s.Handler = l.sandbox
	return s, l
}

// TestReplay: the commands of every script, applied once more to a sandbox that is alike, give
// the same answers and the same state. So free calls change nothing.
func TestReplay(t *testing.T) {
	t.Parallel()
	kinds := map[string]int{}
	for _, file := range scripts(t) {
		s, l := orderedSandbox(t, noon)
		webtest.Run(t, webtest.Config{BaseURL: s.server(t).URL, Now: noon}, file)
		wall := noon
		again, second := orderedSandbox(t, func() time.Time { return wall() })
		wall = func() time.Time { panic("replaying asks for the time") }
		for i, data := range l.commands {
			_, body, err := applied(second.sandbox, data)
			if err != nil || body != l.answers[i] {
				t.Errorf("%s: command %d is answered with\n%s\nand then with\n%s (%v)", file, i+1, l.answers[i], body, err)
			}
			kinds[strings.SplitN(body, ",", 2)[0]]++
		}
		for _, of := range s.tenants.Tenants() {
			if want, got := state(t, of), state(t, again.tenants.Tenant(of.Name)); want != got {
				t.Errorf("%s: the state of %s (-first +replayed):\n%s", file, of.Name, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			}
		}
	}
	t.Logf("the answers to commands begin with %v", kinds)
	if len(kinds) < 10 {
		t.Errorf("only these answers came: %v", kinds)
	}
}

// state is a tenant's snapshot without the position of its journal, which has free calls too.
func state(t testing.TB, of *tenant.Tenant) string {
	t.Helper()
	var b strings.Builder
	if err := of.WriteSnapshot(&b); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`"journal":\{[^}]*\},"calls":(null|\[[^\]]*\]),`).ReplaceAllString(b.String(), "")
}

// TestFree: which calls are free, with a rule and a quota of some methods.
func TestFree(t *testing.T) {
	t.Parallel()
	s, l := orderedSandbox(t, noon)
	const rules = "rules: [{when: {method: goods.*, state: late}, then: {delay: 1s}}, " +
		"{when: {method: '*.query*', params: {payment_no: Q*}}, then: {become: late}}, {when: {method: notify.pay}, then: {notify: lost}}]\n"
	playing(t, s.tenants.Tenant("default"), rules+"quota: {methods: [{method: stockout_order_query.php, per_minute: 2}]}")
	push := func() *call { return openapi("sales.RawTrade.pushSelf", `["00212",`+pushed("T-1", 30)+`]`) }
	for what, c := range map[string]struct {
		call    *call
		ordered bool
		ok      bool
	}{
		"a query":                           {sound("openapi"), false, true},
		"a query of the enterprise edition": {sound("openapi2"), false, true},
		"a query of fubei":                  {sound("fubei"), false, true},
		"a write":                           {push(), true, true},
		"a method that a rule fits in another state": {openapi("goods.Goods.queryWithSpec", `[{}]`, pageOf(1)...), true, false},
		"a query of which a rule wants arguments":    {sound("openapi").with(`"P"`, `"Q"`), true, true},
		"a method with a quota":                      {openapi2("stockout_order_query.php", "start_time", "2022-09-01 00:00:00", "end_time", "2022-09-01 01:00:00"), true, true},
		"a call of nobody":                           {sound("fubei").set("app_id", "nobody"), false, false},
		"an unknown method":                          {sound("fubei").set("method", "nothing"), false, false},
		"a call that cannot be read":                 {openapi(queryPayments, `[`), false, false},
		"a forged write":                             {push().set("sign", "0"), true, false},
	} {
		before := len(l.commands)
		a := s.call(t, c.call)
		if ordered := len(l.commands) > before; ordered != c.ordered || a.entry.Outcome == "ok" != c.ok {
			t.Errorf("%s: ordered %v, want %v; answered %s (%s)", what, ordered, c.ordered, a.body, a.entry.Outcome)
		}
	}
}

// with replaces a text in the body.
func (c *call) with(old, text string) *call {
	c.body = strings.Replace(c.body, old, text, 1)
	return c
}

// TestNotOrdered: a call that cannot be ordered is refused in the vendor's words, and changes
// nothing.
func TestNotOrdered(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	s.Handler = handlers.New(handlers.Config{Catalog: s.catalog, Tenants: s.tenants, Order: noOrder{}})
	before := state(t, s.tenants.Tenant("default"))
	a := s.call(t, openapi("sales.RawTrade.pushSelf", `["00212",`+pushed("T-1", 30)+`]`))
	if a.entry.Outcome != journal.Refused || a.entry.Kind != "internal" || a.entry.Hint != "the log is full" || a.entry.Tenant != "default" {
		t.Errorf("%+v", a.entry)
	}
	if after := state(t, s.tenants.Tenant("default")); after != before {
		t.Error("the call changed the tenant")
	}
	if a := s.call(t, sound("openapi")); a.entry.Outcome != journal.OK {
		t.Errorf("a free call: %s", a.body)
	}
}

type noOrder struct{}

func (noOrder) Order(context.Context, tenant.Command) (any, error) {
	return nil, errors.New("the log is full")
}

func TestBadCommands(t *testing.T) {
	t.Parallel()
	_, l := orderedSandbox(t, noon)
	for want, body := range map[string]string{
		"a command of a call: unexpected end of JSON input": "",
		`a command of a call: no vendor is called "nobody"`: `{"vendor": "nobody"}`,
	} {
		if _, err := l.sandbox.Apply(tenant.Command{Wall: noon(), Kind: tenant.CallCommand, Body: []byte(body)}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
