package control

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"shaxiang/internal/journal"
)

// tidy closes what tests leave to http.DefaultClient before goroutines are counted.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	defer http.DefaultClient.CloseIdleConnections()
	return t.M.Run()
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(tidy{m}) }

var errEnough = errors.New("enough")

// listen collects events until there are n of them.
func (s *server) listen(name string, l Listening, n int) <-chan []Event {
	done := make(chan []Event, 1)
	ready := make(chan struct{})
	l.Ready = func() { close(ready) }
	go func() {
		ctx, cancel := context.WithTimeout(bg(), 20*time.Second)
		defer cancel()
		var got []Event
		err := s.client.StreamJournal(ctx, name, l, func(e Event) error {
			if got = append(got, e); len(got) == n {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			s.t.Errorf("the stream of %s ended: %v", name, err)
		}
		done <- got
	}()
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		s.t.Fatal("the stream does not begin")
	}
	return done
}

func TestStreamOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("st")
	fake(tn, journal.Entry{}) // before anybody listens
	all := s.listen("st", Listening{}, 200)
	some := s.listen("st", Listening{Query: url.Values{"vendor": {"fubei"}}}, 100)
	for i := range 200 {
		e := journal.Entry{}
		if i%2 == 0 {
			e.Vendor, e.Method = "fubei", "openapi.payment.order.reconciliation"
		}
		fake(tn, e)
	}
	for i, e := range <-all {
		if e.Call == nil || e.Call.Seq != int64(i+2) {
			t.Fatalf("event %d is %s", i, asText(e))
		}
	}
	for i, e := range <-some {
		if e.Call == nil || e.Call.Seq != int64(2*i+2) || e.Call.Vendor != "fubei" {
			t.Fatalf("event %d is %s", i, asText(e))
		}
	}
}

func TestStreamResumes(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("re")
	for range 5 {
		fake(tn, journal.Entry{})
	}
	got := <-s.listen("re", Listening{After: 3}, 2)
	if got[0].Call.Seq != 4 || got[1].Call.Seq != 5 {
		t.Errorf("%s", asText(got))
	}
	// A number from an earlier life of the server: everything is new.
	if got := <-s.listen("re", Listening{After: 99}, 5); got[0].Call.Seq != 1 {
		t.Errorf("%s", asText(got))
	}
	wantBad(t, s.rawHeader("/_sandbox/tenants/re/journal/stream", "Last-Event-ID", "x"), 400, "Last-Event-ID")
	wantBad(t, s.raw("GET", "/_sandbox/tenants/re/journal/stream?vendor=x", "", ""), 400, "vendor")
	wantBad(t, s.raw("GET", "/_sandbox/tenants/nobody/journal/stream", "", ""), 404, "nobody")
}

func (s *server) rawHeader(path, name, value string) sent {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if r.Header.Set(name, value); name == "Host" {
		r.Host = value
	}
	resp, err := s.client.HTTP.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := bufio.NewReader(resp.Body).ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	return sent{resp.StatusCode, resp.Header, body}
}

// TestStreamSlowReader: a reader that does not read holds up neither calls nor other
// readers, and is told what it missed.
func TestStreamSlowReader(t *testing.T) {
	t.Parallel()
	s := start(t)
	tn := s.make("slow")
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /_sandbox/tenants/slow/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
	lines := bufio.NewReader(conn)
	for line := ""; !strings.HasPrefix(line, ": a stream"); {
		if line, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	other := s.listen("slow", Listening{}, 10)
	const calls = 4 * journal.DefaultEntries
	began := make(chan struct{})
	go func() {
		defer close(began)
		answer := strings.Repeat("x", 8<<10) // more than sockets hold
		for range calls {
			fake(tn, journal.Entry{Answer: answer})
		}
	}()
	select {
	case <-began:
	case <-time.After(15 * time.Second):
		t.Fatal("a reader that does not read holds up the calls")
	}
	<-other
	dropped := false
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		dropped = dropped || strings.HasPrefix(line, "event: dropped")
		if line == fmt.Sprintf("id: %d\n", calls) {
			break
		}
	}
	if !dropped {
		t.Error("nothing tells of the calls that were dropped")
	}
}

func TestStreamEnds(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.api.heartbeat = 5 * time.Millisecond
	s.make("short-lived")
	ended := make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		ended <- s.client.StreamJournal(bg(), "short-lived", Listening{Ready: func() { close(ready) }}, func(Event) error { return nil })
	}()
	<-ready
	if err := s.client.DeleteTenant(bg(), "short-lived"); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the stream of a deleted tenant ended with %v", err)
	}
	// A reader that goes away: goleak finds the handler if it stays.
	ctx, cancel := context.WithCancel(bg())
	err := s.client.StreamJournal(ctx, "default", Listening{Ready: cancel}, func(Event) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestStreamHeartbeat(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.api.heartbeat = time.Millisecond
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /_sandbox/tenants/unassigned/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
	lines := bufio.NewReader(conn)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == ": heartbeat\n" {
			return
		}
	}
}
