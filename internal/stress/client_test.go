package stress

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// link is a client's connection. It does no more than a client must, so that what
// is measured is the server.
type link struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

// reading is how long an answer may take. Whoever runs into it has found a hang.
const reading = 30 * time.Second

func dial(addr string) (*link, error) { return dialWith(addr, 64<<10) }

// dialSmall is dial for connections of which there are many.
func dialSmall(addr string) (*link, error) { return dialWith(addr, 4<<10) }

func dialWith(addr string, buffer int) (*link, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &link{conn: conn, in: bufio.NewReaderSize(conn, buffer)}, nil
}

// do sends a request and returns its answer's status and body. The body is good
// until the next call.
func (l *link) do(request []byte) (status int, body []byte, err error) {
	if _, err := l.conn.Write(request); err != nil {
		return 0, nil, err
	}
	return l.answer()
}

// errBoundary says that a connection ended where an answer would begin: nothing
// was lost but the request.
var errBoundary = errors.New("the connection ended before the answer")

// answer reads one answer.
func (l *link) answer() (status int, body []byte, err error) {
	line, err := l.in.ReadSlice('\n')
	if err != nil {
		if len(line) == 0 {
			err = errors.Join(errBoundary, err)
		}
		return 0, nil, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, nil, fmt.Errorf("%q is no status line", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length, chunked := -1, false
	for {
		if line, err = l.in.ReadSlice('\n'); err != nil {
			return status, nil, err
		}
		if len(line) <= 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return status, nil, err
			}
		}
		chunked = chunked || string(line) == "Transfer-Encoding: chunked\r\n"
	}
	switch {
	case chunked:
		l.body, err = l.chunks(l.body[:0])
	case length < 0:
		err = errors.New("the answer tells no length")
	default:
		l.body = slices.Grow(l.body[:0], length)[:length]
		_, err = io.ReadFull(l.in, l.body)
	}
	return status, l.body, err
}

// chunks reads a body that comes in chunks, without trailers.
func (l *link) chunks(body []byte) ([]byte, error) {
	for {
		line, err := l.in.ReadSlice('\n')
		if err != nil {
			return body, err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return body, err
		}
		begin := len(body)
		body = slices.Grow(body, int(size)+2)[:begin+int(size)+2]
		if _, err := io.ReadFull(l.in, body[begin:]); err != nil {
			return body, err
		}
		body = body[:begin+int(size)] // without the end of the line
		if size == 0 {
			return body, nil
		}
	}
}

// work is requests and what their answers must be.
type work struct {
	requests [][]byte
	good     func(body []byte) bool // says whether an answer is the one that is expected
	row      string                 // a text that an answer with rows contains; "" if rows are not expected
	written  string                 // wrk's script, once it was written
}

// accepts says whether an answer is good and holds rows, if rows are expected.
func (w *work) accepts(body []byte) bool {
	return w.good(body) && (w.row == "" || bytes.Contains(body, []byte(w.row)))
}

// What a body of each vendor has when the call was answered.
func flagshipGood(body []byte) bool   { return bytes.HasPrefix(body, []byte(`{"status":0,`)) }
func enterpriseGood(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"code":0,`)) }
func fubeiGood(body []byte) bool      { return bytes.Contains(body, []byte(`"result_code":200`)) }

// outcome is what came of some work.
type outcome struct {
	calls     int
	took      time.Duration
	failures  int
	failure   string          // the first
	latencies []time.Duration // when they were asked for
}

// rate is calls a second.
func (o *outcome) rate() float64 { return float64(o.calls) / o.took.Seconds() }

// add joins another part of the same work.
func (o *outcome) add(p outcome) {
	o.calls, o.took, o.failures = o.calls+p.calls, o.took+p.took, o.failures+p.failures
	if o.failure == "" {
		o.failure = p.failure
	}
}

// quantile is the latency that a share of the calls kept within.
func (o *outcome) quantile(q float64) time.Duration {
	if len(o.latencies) == 0 {
		return 0
	}
	slices.Sort(o.latencies)
	return o.latencies[min(int(q*float64(len(o.latencies))), len(o.latencies)-1)]
}

// driving says how work is driven.
type driving struct {
	conns   int
	during  time.Duration
	calls   int     // ends it before, when not 0
	rate    float64 // calls a second, each begun when its time has come; 0 for as many as go
	latency bool    // keep the latencies; at a rate they count from when the call was due
}

// drive sends work over connections of its own until it is over. The work's requests
// go round.
func drive(addr string, w *work, l driving) outcome {
	var all outcome
	var mu sync.Mutex
	var next, left atomic.Int64
	left.Store(int64(l.calls))
	if l.calls == 0 {
		left.Store(1 << 62)
	}
	begin := time.Now()
	var group sync.WaitGroup
	for range l.conns {
		group.Go(func() {
			mine := one(addr, w, l, begin, &next, &left)
			mu.Lock()
			defer mu.Unlock()
			all.add(mine)
			all.latencies = append(all.latencies, mine.latencies...)
		})
	}
	group.Wait()
	all.took = time.Since(begin)
	return all
}

// one is one connection's share.
func one(addr string, w *work, l driving, begin time.Time, next, left *atomic.Int64) (o outcome) {
	fail := func(text string) { o.add(outcome{failures: 1, failure: text}) }
	conn, err := dial(addr)
	if err != nil {
		fail(err.Error())
		return o
	}
	defer conn.conn.Close()
	_ = conn.conn.SetDeadline(begin.Add(l.during + reading))
	for left.Add(-1) >= 0 {
		i := next.Add(1) - 1
		due := time.Now()
		if l.rate > 0 {
			due = begin.Add(time.Duration(float64(i) / l.rate * float64(time.Second)))
			time.Sleep(time.Until(due))
		}
		// On a busy machine the time can be over before the first call. A rate needs one.
		if due.Sub(begin) >= l.during && (o.calls > 0 || l.rate > 0) {
			return o
		}
		status, body, err := conn.do(w.requests[int(i)%len(w.requests)])
		if l.latency {
			o.latencies = append(o.latencies, time.Since(due))
		}
		o.calls++
		if err != nil {
			fail(err.Error())
			return o
		}
		if status != 200 || !w.accepts(body) {
			fail(fmt.Sprintf("%d %.200s", status, body))
		}
	}
	return o
}
