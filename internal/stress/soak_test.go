package stress

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"shaxiang/internal/control"
	"shaxiang/scenarios"
)

var soakFor = flag.Duration("soak", 3*time.Second, "how long TestSoak lasts")

// soak is mixed traffic on its way.
type soak struct {
	*inside
	t     *testing.T
	until time.Time
	calls atomic.Int64
	gone  atomic.Int64 // calls that a scenario lost or refused, as asked for
	wrong atomic.Int64
}

// unexpected tells of an error that nobody asked for, the first few times.
func (s *soak) unexpected(format string, args ...any) {
	if s.wrong.Add(1) <= 10 {
		s.t.Errorf(format, args...)
	}
}

func (s *soak) over() bool { return !time.Now().Before(s.until) }

// TestSoak runs clients of the three vendors against tenants that stay, tenants that
// come and go, shops that sell and refund, and scenarios that change under their
// feet. No error comes that was not asked for, and what the sandbox has taken it
// gives back. It runs alone, because it counts goroutines and descriptors.
func TestSoak(t *testing.T) {
	before := runtime.NumGoroutine()
	s := &soak{inside: startInside(t), t: t, until: time.Now().Add(*soakFor)}
	listening := openFiles()
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() { s.steady(i) })
	}
	for i := range 3 {
		group.Go(func() { s.passing(i) })
	}
	for i := range 2 {
		group.Go(func() { s.trading(i) })
	}
	group.Go(s.switching)
	group.Go(s.watching)
	figures := s.report()
	group.Wait()
	s.stop(t) // when this is over, calls whose clients have gone are over too
	rest := s.figure()
	runtime.KeepAlive(s.server) // with all that it keeps
	t.Logf("at rest: heap %d MB, %d goroutines, %d descriptors", rest.heap>>20, rest.goroutines, rest.descriptors)
	if rest.heap > mostAtRest {
		t.Errorf("at rest the heap holds %d MB", rest.heap>>20)
	}
	for end := time.Now().Add(reading); (runtime.NumGoroutine() > before || openFiles() > listening) && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
	}
	if after := openFiles(); after > listening {
		t.Errorf("%d descriptors while it listened, %d after", listening, after)
	}
	if after := runtime.NumGoroutine(); after > before {
		stacks := make([]byte, 1<<20)
		t.Errorf("%d goroutines before, %d after\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
	}
	t.Logf("%d calls, %d of them lost or refused as a scenario says, %d unexpected errors", s.calls.Load(), s.gone.Load(), s.wrong.Load())
	if s.calls.Load() < 100 {
		t.Errorf("only %d calls were made", s.calls.Load())
	}
	if n := len(figures); n >= 20 {
		early, late := least(figures[n/4:n/2]), least(figures[3*n/4:])
		if late.heap > early.heap+64<<20 || late.goroutines > early.goroutines+100 || late.descriptors > early.descriptors+100 {
			t.Errorf("something grows: %+v, then %+v", early, late)
		}
	}
}

// least is the least that was held of each: what calls in flight hold comes and goes,
// and what grows does not go.
func least(figures []figure) figure {
	f := figures[0]
	for _, o := range figures[1:] {
		f = figure{min(f.heap, o.heap), min(f.goroutines, o.goroutines), min(f.descriptors, o.descriptors)}
	}
	return f
}

// openFiles is how many descriptors the process has; 0 where /proc does not tell.
func openFiles() int {
	open, _ := os.ReadDir("/proc/self/fd")
	return len(open)
}

// figure is what the process holds at a moment.
type figure struct {
	heap        uint64 // bytes, after a collection
	goroutines  int
	descriptors int
}

// mostAtRest is what the heap may hold when nobody calls any more: 64 MB of days and
// 64 MB of calls are kept, and as much again is nobody's business.
const mostAtRest = 256 << 20

func (s *soak) figure() figure {
	runtime.GC()
	runtime.GC() // what pools keep goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return figure{m.HeapAlloc, runtime.NumGoroutine(), openFiles()}
}

// report logs what the process holds at intervals until the soak is over.
func (s *soak) report() (figures []figure) {
	pause := max(*soakFor/30, time.Second)
	for !s.over() {
		time.Sleep(min(pause, time.Until(s.until)))
		f := s.figure()
		s.t.Logf("%d calls, heap %d MB, %d goroutines, %d descriptors", s.calls.Load(), f.heap>>20, f.goroutines, f.descriptors)
		figures = append(figures, f)
	}
	return figures
}

// mixed is one call of each sort.
func mixed(c *caller, n int) []work {
	day := december(1 + n%28)
	one := func(request []byte, good func([]byte) bool) work {
		return work{requests: [][]byte{request}, good: good}
	}
	return []work{
		one(c.payments(day, day.AddDate(0, 0, 1), "page_no", "0", "page_size", "40", "calc_total", "1"), flagshipGood),
		one(c.checks(day, day.AddDate(0, 0, 1), 40), enterpriseGood),
		one(c.fubei("openapi.payment.order.reconciliation", fmt.Sprintf(`{"year":2022,"month":12,"day":%d,"limit":40,"page":1}`, day.Day())), fubeiGood),
		one(c.bills(day, day.AddDate(0, 0, 2), "page_no", "1", "page_size", "100"), flagshipGood),
		one(c.push(fmt.Sprintf("soak-%d", n%500)), flagshipGood),
	}
}

// steady calls the default tenant, which always answers, over one connection for
// a while and then over another.
func (s *soak) steady(client int) {
	for n := client; !s.over(); {
		l, err := dial(s.addr)
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		_ = l.conn.SetDeadline(time.Now().Add(*soakFor + reading))
		for range 20 {
			for _, w := range mixed(defaultCaller(time.Now()), n) {
				s.calls.Add(1)
				status, body, err := l.do(w.requests[0])
				if err != nil || status != http.StatusOK || !w.good(body) {
					s.unexpected("default: %d %.200s %v", status, body, err)
				}
			}
			n += 7
		}
		l.conn.Close()
	}
}

// loses is how long a client of a tenant with a scenario waits: some delay for long.
const loses = time.Second

// try makes one of each call over connections of their own, of which a scenario may
// lose any, or delay until the client has gone. strict wants all to be answered well.
func (s *soak) try(c *caller, n int, strict bool) {
	for _, w := range mixed(c, n) {
		s.calls.Add(1)
		l, err := dial(s.addr)
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		patience := loses
		if strict {
			patience = reading
		}
		_ = l.conn.SetDeadline(time.Now().Add(patience))
		status, body, err := l.do(w.requests[0])
		switch good := err == nil && status == http.StatusOK && w.good(body); {
		case !good && strict:
			s.unexpected("without a scenario: %d %.200s %v", status, body, err)
		case !good:
			s.gone.Add(1)
		}
		l.conn.Close()
	}
}

// passing makes tenants, each with another scenario, calls them, brings them back
// to the baseline, calls them again, and deletes them.
func (s *soak) passing(client int) {
	names := scenarios.Names()
	ctx := context.Background()
	for n := client; !s.over(); n += 3 {
		name := fmt.Sprintf("passing-%d-%d", client, n)
		c, err := s.tenant(name, names[n%len(names)])
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		s.try(c, n, false)
		if _, err := s.client.PlayScenario(ctx, name, "baseline"); err != nil {
			s.unexpected("%s: %v", name, err)
		}
		c.at = time.Now()
		s.try(c, n, true)
		if err := s.client.DeleteTenant(ctx, name); err != nil {
			s.unexpected("%s: %v", name, err)
		}
		l, err := dial(s.addr)
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		if status, body, err := l.do(mixed(c, n)[0].requests[0]); err != nil || string(body) != `{"status":1,"message":"sid is not found"}` {
			s.unexpected("deleted: %d %.200s %v", status, body, err)
		}
		l.conn.Close()
	}
}

// switching changes the scenario of one tenant while it is called.
func (s *soak) switching() {
	c, err := s.tenant("switching", "")
	if err != nil {
		s.unexpected("%v", err)
		return
	}
	var group sync.WaitGroup
	defer group.Wait()
	group.Go(func() {
		for n := 0; !s.over(); n++ {
			s.try(&caller{who: c.who, at: time.Now()}, n, false)
		}
	})
	names := scenarios.Names()
	for n := 0; !s.over(); n++ {
		if _, err := s.client.PlayScenario(context.Background(), "switching", names[n%len(names)]); err != nil {
			s.unexpected("%v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// watching reads what a developer looks at meanwhile.
func (s *soak) watching() {
	ctx := context.Background()
	for !s.over() {
		if _, err := s.client.Journal(ctx, "default", url.Values{"limit": {"20"}}); err != nil {
			s.unexpected("journal: %v", err)
		}
		if _, err := s.client.Coverage(ctx, "default"); err != nil {
			s.unexpected("coverage: %v", err)
		}
		if _, err := s.client.Tenants(ctx); err != nil {
			s.unexpected("tenants: %v", err)
		}
		listening, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		_ = s.client.StreamJournal(listening, "default", control.Listening{}, func(control.Event) error { return nil }) // it ends by its time
		cancel()
		time.Sleep(200 * time.Millisecond) // as a person would
	}
}
