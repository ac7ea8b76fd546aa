package notify_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
	"shaxiang/internal/vendorapi"
	"shaxiang/scenarios"
	"shaxiang/signature"
	"shaxiang/vendors/fubei"
)

// secret is V9's of vendor/fubei/RULES.md.
const secret = "0123456789abcdef0123456789abcdef"

var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// noon is where the tests' clocks begin.
func noon() time.Time { return time.Date(2022, 12, 29, 12, 0, 0, 0, beijing) }

// hand is a clock that a test moves.
type hand struct {
	mu      sync.Mutex
	ahead   time.Duration // of the server's clock
	running bool
}

func (h *hand) Now(wall time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return wall.Add(h.ahead)
}

func (h *hand) Frozen() bool { return !h.running }

func (h *hand) move(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ahead += by
}

// merchant is the client's call-back URL. It acknowledges when says is nil.
type merchant struct {
	*httptest.Server
	says func(w http.ResponseWriter, form url.Values)

	mu  sync.Mutex
	got []url.Values
}

func newMerchant(t testing.TB, says func(http.ResponseWriter, url.Values)) *merchant {
	m := &merchant{says: says}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s %s: %v", r.Method, r.Header.Get("Content-Type"), err)
		}
		form.Set("id", r.Header.Get(notify.Header))
		m.mu.Lock()
		m.got = append(m.got, form)
		m.mu.Unlock()
		if m.says == nil {
			fmt.Fprint(w, "success")
			return
		}
		m.says(w, form)
	}))
	t.Cleanup(m.Close)
	return m
}

// forms are those that came so far.
func (m *merchant) forms() []url.Values {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]url.Values(nil), m.got...)
}

// orders are the orders that the merchant was told of, in the order of arrival; a
// ! stands behind one whose sign is wrong.
func (m *merchant) orders() string {
	var orders []string
	for _, form := range m.forms() {
		order := form.Get("data")
		order = order[strings.Index(order, ":\"")+2 : strings.LastIndex(order, "\"")]
		if !signed(form) {
			order += "!"
		}
		orders = append(orders, order)
	}
	return strings.Join(orders, " ")
}

// signed verifies as a merchant does.
func signed(form url.Values) bool {
	var pairs []signature.Pair
	for name := range form {
		if name != "id" {
			pairs = append(pairs, signature.Pair{Name: name, Value: form.Get(name)})
		}
	}
	return fubei.Scheme().Verify(secret, signature.Request{Pairs: pairs}, form.Get("sign")) == nil
}

// world is a queue with all that it belongs to.
type world struct {
	t testing.TB
	*notify.Queue
	hand    *hand
	sender  *notify.Sender
	journal *journal.Journal
}

// newWorld makes a queue that plays the rules of a scenario.
func newWorld(t testing.TB, rules string) *world {
	t.Helper()
	if rules == "" {
		rules = "title: none"
	}
	s, problems := scenarios.Parse("rules.yaml", []byte(rules))
	if problems != nil {
		t.Fatal(problems)
	}
	return play(t, s)
}

func play(t testing.TB, s *scenarios.Scenario) *world {
	w := &world{t: t, hand: &hand{}, sender: notify.NewSender(noon), journal: journal.New("t-", 1000, 1<<20)}
	w.Queue = notify.NewQueue(notify.Config{Tenant: "t", Sender: w.sender, Clock: w.hand, Rules: scenarios.NewEngine(s, 1), Journal: w.journal})
	return w
}

// tell queues the notification of a paid order.
func (w *world) tell(m *merchant, order string, due time.Duration) string {
	w.t.Helper()
	return w.Add(paid(m.URL, order, noon().Add(due)), noon())
}

func paid(target, order string, due time.Time) notify.Notification {
	return notify.Notification{Vendor: "fubei", Name: notify.Pay, About: order, URL: target, Due: due,
		Fields: notify.Envelope(fmt.Sprintf(`{"merchant_order_sn":%q}`, order)), Signer: vendorapi.OneSecret(fubei.Scheme()), Credential: &vendorapi.Credential{Secrets: []string{secret}}}
}

// after delivers what is due so long after noon.
func (w *world) after(d time.Duration) int {
	return w.Deliver(context.Background(), noon().Add(d))
}

// told is the journal in short: attempt, outcome, kind and rule of each entry.
func (w *world) told() []string {
	list := []string{}
	for _, e := range w.journal.Entries() {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s#%s %s %s %s", e.Args["about"], e.Args["attempt"], e.Outcome, e.Kind, e.Rule)))
	}
	return list
}

// states are what became of the notifications.
func (w *world) states() string {
	var list []string
	for _, s := range w.List() {
		list = append(list, fmt.Sprintf("%s %s %d", s.About, s.State, s.Attempts))
	}
	return strings.Join(list, ", ")
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}
