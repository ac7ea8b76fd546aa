package notify_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestForm holds the wire against V9 of vendor/fubei/RULES.md.
func TestForm(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, nil)
	n := paid(m.URL+"/pay?shop=1", "A1", noon())
	n.Fields = notify.Envelope(`{"merchant_order_sn":"A1","total_fee":0.01}`)
	w.Add(n, noon())
	same(t, "delivered", w.after(0), 1)
	form := "result_code=200&result_message=%E6%88%90%E5%8A%9F&data=%7B%22merchant_order_sn%22%3A%22A1%22%2C%22total_fee%22%3A0.01%7D&sign=BFCD2AED304254E7F973323C05550140"
	e := w.journal.Entries()[0]
	same(t, "request", e.Request, m.URL+"/pay?shop=1\n"+form)
	same(t, "entry", []any{e.Vendor, e.Method, e.Outcome, e.Answer, e.Kind, e.Hint, e.Tenant},
		[]any{"fubei", "notify.pay", journal.OK, "success", "", "", "t"})
	same(t, "arguments", e.Args, map[string]string{"about": "A1", "attempt": "1", "notification": "n1",
		"merchant_order_sn": "A1", "total_fee": "0.01", "result_code": "200", "result_message": "成功"})
	got := m.forms()[0]
	same(t, "sign", []any{got.Get("sign"), got.Get("data"), got.Get("id")},
		[]any{"BFCD2AED304254E7F973323C05550140", `{"merchant_order_sn":"A1","total_fee":0.01}`, "n1"})
}

// TestOrder: by the moments at which they are due, and then as they were added.
func TestOrder(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, nil)
	w.tell(m, "C", 2*time.Minute)
	w.tell(m, "A", time.Minute)
	w.tell(m, "D", 2*time.Minute)
	w.tell(m, "over", -time.Hour)
	w.tell(m, "later", 3*time.Minute)
	same(t, "delivered before anything is due", w.Deliver(context.Background(), noon().Add(-time.Second)), 0)
	same(t, "delivered", w.after(2*time.Minute), 4)
	same(t, "orders", m.orders(), "over A C D")
	same(t, "states", w.states(), "C acknowledged 1, A acknowledged 1, D acknowledged 1, over acknowledged 1, later pending 0")
	same(t, "again", w.after(2*time.Minute), 0)
}

// TestRetries: nobody acknowledges, so the whole table is gone through.
func TestRetries(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, func(w http.ResponseWriter, _ url.Values) { fmt.Fprint(w, "fail") })
	w.tell(m, "A", 0)
	at, made := time.Duration(0), 1
	same(t, "first", w.after(0), 1)
	for i, pause := range notify.Intervals() {
		at += pause
		if n := w.after(at - time.Second); n != 0 {
			t.Fatalf("attempt %d is made a second early", i+2)
		}
		same(t, "state", w.states(), fmt.Sprintf("A pending %d", made))
		same(t, "due", w.List()[0].Due.Equal(noon().Add(at)), true)
		same(t, "delivered", w.after(at), 1)
		made++
	}
	same(t, "made", []int{made, len(m.forms()), len(w.List()[0].Calls)}, []int{26, 26, 26})
	same(t, "state", w.states(), "A given_up 26")
	same(t, "after the last", w.after(1000*time.Hour), 0)
	e := w.journal.Entries()[25]
	same(t, "entry", []any{e.Outcome, e.Kind, e.Answer, e.Args["attempt"]}, []any{journal.Refused, notify.KindUnacknowledged, "fail", "26"})
	same(t, "canonical", e.Canonical, `data={"merchant_order_sn":"A"}&result_code=200&result_message=成功‹secret›`)
}

// TestJump: a clock that jumps over the table makes all attempts of it, in order.
func TestJump(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	m := newMerchant(t, func(w http.ResponseWriter, form url.Values) {
		if strings.Contains(form.Get("data"), "B") {
			fmt.Fprint(w, "success")
		}
	})
	w.tell(m, "A", 0)
	w.tell(m, "B", 21*time.Second)
	same(t, "delivered", w.after(24*time.Hour), 27)
	same(t, "orders", m.orders(), "A A A B"+strings.Repeat(" A", 23))
}

func TestAcknowledgement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		body   string
		taken  bool
	}{
		{200, "success", true}, {200, "SUCCESS", true}, {200, " Success\r\n", true},
		{200, "fail", false}, {200, "", false}, {200, `"success"`, false}, {200, "success!", false}, {200, "<html>success</html>", false},
		{201, "success", false}, {302, "success", false}, {500, "success", false},
	} {
		t.Run(fmt.Sprint(c.status, c.body), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			m := newMerchant(t, func(w http.ResponseWriter, _ url.Values) {
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			})
			w.tell(m, "A", 0)
			w.after(0)
			want := map[bool]string{true: "A acknowledged 1", false: "A pending 1"}[c.taken]
			same(t, "state", w.states(), want)
			same(t, "posts", len(m.forms()), 1) // a redirect is not followed
		})
	}
}

// TestRetryUntil: the third attempt is acknowledged, and no fourth follows.
func TestRetryUntil(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var m *merchant
	m = newMerchant(t, func(w http.ResponseWriter, _ url.Values) {
		if len(m.forms()) == 3 {
			fmt.Fprint(w, "SUCCESS")
		}
	})
	w.tell(m, "A", 0)
	same(t, "delivered", w.after(100*time.Hour), 3)
	same(t, "state", w.states(), "A acknowledged 3")
	same(t, "journal", w.told(), []string{"A#1 refused not_acknowledged", "A#2 refused not_acknowledged", "A#3 ok"})
	same(t, "due", w.List()[0].Due.IsZero(), true)
}

// TestUnreachable: nobody listens, and then somebody does.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, nil)
	m.Close()
	w.tell(m, "A", 0)
	same(t, "delivered", w.after(5*time.Second), 2)
	e := w.journal.Entries()[1]
	if e.Kind != notify.KindUnreachable || e.Outcome != journal.Refused || !strings.Contains(e.Hint, "refused") {
		t.Errorf("%+v", e)
	}
	same(t, "state", w.states(), "A pending 2")
}

// TestSend: by hand, at once, whatever the schedule says.
func TestSend(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{then: {notify: never}}]"), newMerchant(t, nil)
	id := w.tell(m, "A", time.Hour)
	s, err := w.Send(context.Background(), id, noon())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "status", []any{s.State, s.Attempts, s.Calls}, []any{notify.Acknowledged, 1, []string{"t-1"}})
	same(t, "hint", w.journal.Entries()[0].Hint, "it was sent by hand")
	if _, err := w.Send(context.Background(), id, noon()); err != nil {
		t.Fatal(err)
	}
	same(t, "orders", m.orders(), "A A")
	same(t, "due", w.after(2*time.Hour), 0)
	if _, err := w.Send(context.Background(), "n2", noon()); !errors.Is(err, notify.ErrUnknown) {
		t.Errorf("n2: %v", err)
	}
}

// TestClose: what is being sent is broken off, and nothing is told of it any more.
func TestClose(t *testing.T) {
	t.Parallel()
	w, came, release := newWorld(t, ""), make(chan struct{}), make(chan struct{})
	m := newMerchant(t, func(http.ResponseWriter, url.Values) { close(came); <-release })
	defer close(release)
	w.tell(m, "A", 0)
	done := make(chan int)
	go func() { done <- w.after(0) }()
	<-came
	w.Close()
	<-done
	same(t, "journal", w.told(), []string{})
	same(t, "list", w.List(), []notify.Status{})
	same(t, "added", w.tell(m, "B", 0), "")
	same(t, "delivered", w.after(time.Hour), 0)
}

// TestBounds: a queue is bounded in what is pending and in what is done.
func TestBounds(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{when: {params: {about: never}}, then: {notify: never}}]"), newMerchant(t, nil)
	for range notify.KeptDone + 5 {
		w.tell(m, "never", 0)
	}
	w.tell(m, "A", time.Hour)
	w.after(0)
	w.tell(m, "B", time.Hour)
	list := w.List()
	same(t, "kept", []any{len(list), list[0].ID, list[len(list)-2].About, list[len(list)-1].About}, []any{notify.KeptDone + 2, "n6", "A", "B"})
	for range notify.MostPending - 2 {
		w.tell(m, "more", time.Hour)
	}
	same(t, "full", w.tell(m, "too many", time.Hour), "")
	e := w.journal.Entries()[len(w.journal.Entries())-1]
	same(t, "entry", []any{e.Kind, e.Args["about"]}, []any{notify.KindWithheld, "too many"})
}

// TestStarted: with a clock that runs, and with one that is moved, what is due is
// delivered without anybody asking.
func TestStarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	taken := make(chan string, 10)
	m := newMerchant(t, func(w http.ResponseWriter, form url.Values) {
		fmt.Fprint(w, "success")
		taken <- form.Get("id")
	})
	stop := w.sender.Start()
	w.tell(m, "A", 0)
	same(t, "at once", <-taken, "n1")
	w.tell(m, "B", time.Hour)
	w.hand.move(time.Hour)
	w.Wake()
	same(t, "moved", <-taken, "n2")
	running := newWorld(t, "")
	running.hand.running = true
	defer running.sender.Start()()
	running.tell(m, "C", 10*time.Millisecond)
	running.hand.move(10 * time.Millisecond) // nobody says so; the timer finds it
	same(t, "ran", <-taken, "n1")
	stop()
	w.tell(m, "D", 0)
	same(t, "stopped", w.after(2*time.Hour), 0)
}

// TestRace: many tenants with one merchant, each delivered from several sides.
func TestRace(t *testing.T) {
	t.Parallel()
	m := newMerchant(t, nil)
	sender := notify.NewSender(noon)
	defer sender.Start()()
	var wg sync.WaitGroup
	worlds := make([]*world, 8)
	for i := range worlds {
		w := newWorld(t, "")
		w.Config.Sender = sender
		w.Queue = notify.NewQueue(w.Config)
		worlds[i] = w
		for n := range 10 {
			wg.Go(func() { w.tell(m, fmt.Sprintf("%d-%d", i, n), 0) })
			wg.Go(func() { w.after(time.Minute); w.List(); w.Wake() })
		}
	}
	wg.Wait()
	seen := map[string]int{}
	for _, w := range worlds {
		w.after(time.Minute)
		for _, s := range w.List() {
			same(t, s.About, []any{s.State, s.Attempts}, []any{notify.Acknowledged, 1})
		}
		same(t, "calls", len(w.journal.Entries()), 10)
	}
	for _, form := range m.forms() {
		seen[form.Get("data")]++
	}
	same(t, "orders", []int{len(seen), len(m.forms())}, []int{80, 80})
}

// TestWithdraw: what nobody was told yet can be taken back, by name and document;
// what was sent before is repeated all the same.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	m := newMerchant(t, func(rw http.ResponseWriter, _ url.Values) { _, _ = rw.Write([]byte("fail")) })
	w.tell(m, "sent", 0)
	same(t, "delivered", w.after(0), 1)
	w.tell(m, "A", time.Minute)
	w.tell(m, "B", time.Minute)
	same(t, "withdrawn", []int{w.Withdraw(notify.Pay, "A"), w.Withdraw(notify.Pay, "A"), w.Withdraw(notify.Refund, "B"), w.Withdraw(notify.Pay, "sent")}, []int{1, 0, 0, 0})
	same(t, "states", w.states(), "sent pending 1, B pending 0")
}

// TestSideBySide: a merchant that takes its time does not hold up what is due after it, only what
// is about the same document; neither when a clock runs nor when somebody waits for the delivery.
func TestSideBySide(t *testing.T) {
	t.Parallel()
	for _, started := range []bool{true, false} {
		w := newWorld(t, "")
		came, slow := make(chan string, 10), make(chan struct{})
		m := newMerchant(t, func(w http.ResponseWriter, form url.Values) {
			came <- form.Get("id")
			if form.Get("id") == "n1" {
				<-slow
			}
			fmt.Fprint(w, "success")
		})
		if started {
			defer w.sender.Start()()
		}
		for _, order := range []string{"A", "A", "B"} {
			w.tell(m, order, 0)
		}
		done := make(chan int, 1)
		go func() {
			if !started {
				done <- w.after(0)
			}
		}()
		same(t, "first", <-came, "n1")
		same(t, "beside it", <-came, "n3")
		if started { // what is added meanwhile is sent, too
			w.tell(m, "C", 0)
			same(t, "added meanwhile", <-came, "n4")
		}
		select {
		case id := <-came:
			t.Errorf("%s is sent while another notification of its order is", id)
		default:
		}
		close(slow)
		same(t, "after it", <-came, "n2")
		if !started {
			same(t, "made", <-done, 3)
		}
	}
}

// TestRulesDecideInOrder: rules see attempts in the order in which they are due, also when the
// merchant is slow with some of them.
func TestRulesDecideInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "rules: [{when: {method: notify.pay, call: {nth: [4, 5]}}, then: {notify: lost}}]")
	var mu sync.Mutex
	seen := map[string]int{}
	m := newMerchant(t, func(w http.ResponseWriter, form url.Values) {
		mu.Lock()
		seen[form.Get("id")]++
		n := seen[form.Get("id")]
		mu.Unlock()
		if n > 1 {
			fmt.Fprint(w, "success")
		} else if form.Get("id") == "n1" {
			time.Sleep(300 * time.Millisecond) // longer than the next one waits
		}
	})
	for i, order := range []string{"A", "B", "C"} {
		w.tell(m, order, time.Duration(i)*time.Second)
	}
	// First attempts at 0, 1 and 2 s; second ones at 5, 6 and 7 s, of which two are lost.
	same(t, "made", w.after(time.Hour), 8)
	var lost []string
	for _, e := range w.journal.Entries() {
		if e.Rule != "" {
			lost = append(lost, e.Args["about"]+e.Args["attempt"])
		}
	}
	same(t, "lost", lost, []string{"A2", "B2"})
}
