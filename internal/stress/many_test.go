package stress

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"os"
	"slices"
	"testing"
	"time"
)

var full = flag.Bool("full", false, "endure as much as docs/performance.md says, not the part that the suite has time for")

// upTo is how much of something a test does: all of it with -full.
func upTo(part, all int) int {
	if *full {
		return all
	}
	return part
}

// first is a call that a sandbox answers by itself.
func first() []byte {
	return defaultCaller(time.Now()).payments(december(5), december(6), "page_size", "1")
}

// kinds is calls of the three vendors, of which no two are answered alike, and
// their answers.
func kinds(t *testing.T, addr string) (requests, answers [][]byte) {
	t.Helper()
	l, err := dial(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.conn.Close()
	c := defaultCaller(time.Now())
	seen := map[string]bool{}
	for day := range 20 {
		from, to := december(1+day), december(2+day)
		for _, w := range []work{
			{requests: [][]byte{c.payments(from, to, "page_no", "0", "page_size", "1")}, good: flagshipGood},
			{requests: [][]byte{c.checks(from, to, 1)}, good: enterpriseGood},
			{requests: [][]byte{c.fubei("openapi.payment.order.reconciliation", fmt.Sprintf(`{"year":2022,"month":12,"day":%d,"limit":1,"page":1}`, 1+day))}, good: fubeiGood},
		} {
			status, body, err := l.do(w.requests[0])
			if err != nil || status != 200 || !w.good(body) || seen[string(body)] {
				t.Fatalf("%d %.200s %v", status, body, err)
			}
			seen[string(body)] = true
			requests, answers = append(requests, w.requests[0]), append(answers, slices.Clone(body))
		}
	}
	return requests, answers
}

// TestManyOnOneConnection sends 100,000 requests over one connection without
// waiting for answers, which all come, each in its place. It waits for its turn:
// what it takes is taken from tests of this package that would run beside it.
func TestManyOnOneConnection(t *testing.T) {
	s := startSandbox(t, build(t), first())
	requests, answers := kinds(t, s.addr)
	n := upTo(20_000, 100_000)
	l, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.conn.Close()
	if err := l.conn.SetDeadline(time.Now().Add(4 * reading)); err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() {
		all := bytes.Join(requests, nil)
		for i := 0; i < n; i += len(requests) {
			if i+len(requests) > n {
				all = bytes.Join(requests[:n-i], nil)
			}
			if _, err := l.conn.Write(all); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i := range n {
		status, body, err := l.answer()
		if err != nil || status != 200 || !bytes.Equal(body, answers[i%len(answers)]) {
			t.Fatalf("answer %d is %d %.200s %v", i, status, body, err)
		}
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
	t.Logf("%d requests over one connection; the program holds %.0f MB", n, s.megabytes())
}

// TestIdleConnections holds 10,000 connections open, of which half have made a
// call. Others are answered meanwhile, and in the end each of the idle ones. It
// waits for its turn, like the test before.
func TestIdleConnections(t *testing.T) {
	s := startSandbox(t, build(t), first())
	requests, answers := kinds(t, s.addr)
	call := func(l *link, i int) {
		t.Helper()
		status, body, err := l.do(requests[i%len(requests)])
		if err != nil || status != 200 || !bytes.Equal(body, answers[i%len(answers)]) {
			t.Fatalf("connection %d is answered %d %.200s %v", i, status, body, err)
		}
	}
	const n = 10_000
	needDescriptors(t, n)
	idle := crowd(t, s.addr, n)
	for i := 0; i < n; i += 2 {
		call(idle[i], i)
	}
	again, _ := kinds(t, s.addr) // which somebody else asks for
	if len(again) != len(requests) {
		t.Errorf("others are answered %d calls, want %d", len(again), len(requests))
	}
	t.Logf("%d connections; the program has %d descriptors and holds %.0f MB", n, s.descriptors(), s.megabytes())
	if got := s.descriptors(); got != 0 && got < n {
		t.Errorf("the program has %d descriptors, and there are %d connections", got, n)
	}
	for i, l := range idle {
		call(l, i)
	}
}

// crowd is connections that nothing has been said over.
func crowd(t *testing.T, addr string, n int) []*link {
	t.Helper()
	list := make([]*link, n)
	for i := range list {
		l, err := dialSmall(addr)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		t.Cleanup(func() { l.conn.Close() })
		_ = l.conn.(*net.TCPConn).SetLinger(0) // or so many of them would use up this machine's ports
		_ = l.conn.SetDeadline(time.Now().Add(4 * reading))
		list[i] = l
	}
	return list
}

// needDescriptors skips a test that needs more descriptors than this machine allows.
func needDescriptors(t *testing.T, n int) {
	t.Helper()
	limit := maxDescriptors(t)
	const others = 200
	if limit < n+others {
		t.Skipf("%d descriptors are allowed, and %d connections need more; see ulimit -n", limit, n)
	}
}

// descriptors is how many the process has open; 0 where /proc does not tell.
func (c *child) descriptors() int {
	open, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", c.cmd.Process.Pid))
	return len(open)
}
