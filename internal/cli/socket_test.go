package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// short are limits that a hostile client meets soon.
var short = []string{"--log", "off", "--header-timeout", "300ms", "--read-timeout", "600ms", "--write-timeout", "500ms", "--idle-timeout", "5s",
	"--max-header-bytes", "8192", "--max-body-bytes", "65536"}

// open connects to a sandbox. What is read or written must come to an end.
func open(t *testing.T, addr string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// say sends text; that the other end refuses to take all of it is told by what it answers.
func say(conn net.Conn, text string) { _, _ = io.WriteString(conn, text) }

// heard reads one answer.
func heard(t *testing.T, in *bufio.Reader) (status int, body string) {
	t.Helper()
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, bodyOf(t, resp)
}

// bodyOf empties a response.
func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// ended wants nothing more to come.
func ended(t *testing.T, in io.Reader) {
	t.Helper()
	rest, err := io.ReadAll(in)
	var timeout net.Error
	if len(rest) > 0 || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("the connection goes on: %q, %v", rest, err)
	}
}

// others wants the sandbox to answer somebody else, with data.
func others(t *testing.T, addr string) {
	t.Helper()
	code, out, errs := cli(t, Streams{}, "call", "sales.Payment.queryWithDetail", "start_time=2022-12-28 16:40:58", "end_time=2022-12-28 16:40:58", "--url", addr)
	if code != exitOK || !strings.Contains(out, `"payment_id":789184699,`) {
		t.Errorf("others are answered %d %s%s", code, out, errs)
	}
}

// Requests that are wrong in one call or another. wrong is a call of nobody's, which the vendor answers in its words.
const (
	wrong       = "POST /gateway HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
	wrongAnswer = `"result_code":400}`
)

// TestHostile sends what no client should. Each is answered as HTTP has it, or
// cut off, and others are served meanwhile.
func TestHostile(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, short...)
	head := func(fields string) string { return "POST /gateway HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" }
	for _, c := range []struct {
		name   string
		send   string
		status int // 0: no answer
		body   string
		stays  bool // the connection does
	}{
		{"slow header", "POST /gateway HTTP/1.1\r\nHost: x\r\nX-Slow: ", 0, "", false},
		{"slow body", head("Content-Length: 9\r\n") + "{", 400, "shaxiang: the body ended early", false},
		{"slow chunk", head("Transfer-Encoding: chunked\r\n") + "9\r\n{", 400, "shaxiang: the body ended early", false},
		{"silence", "", 0, "", false},
		{"header flood", head(strings.Repeat("X-Flood: "+strings.Repeat("f", 100)+"\r\n", 500)), 431, "", false},
		{"one huge field", head("X-Huge: " + strings.Repeat("h", 1<<20) + "\r\n"), 431, "", false},
		{"huge URL", "POST /gateway?" + strings.Repeat("u", 1<<20) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, "", false},
		{"long URL", "POST /nowhere?" + strings.Repeat("u", 4000) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404, "shaxiang: no such path", true},
		{"body too large", head("Content-Length: 65537\r\n") + strings.Repeat(" ", 65537), 413, "shaxiang: the body is over 65536 bytes\n", false},
		{"announced too large", head("Content-Length: 9000000000\r\n") + strings.Repeat(" ", 70000), 413, "shaxiang: the body is over 65536 bytes\n", false},
		{"two lengths", head("Content-Length: 2\r\nContent-Length: 3\r\n") + "{}", 400, "", false},
		{"negative length", head("Content-Length: -1\r\n"), 400, "", false},
		{"chunk size is no number", head("Transfer-Encoding: chunked\r\n") + "zz\r\n{}\r\n0\r\n\r\n", 400, "shaxiang: the body ended early", false},
		{"chunk size overflows", head("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n", 400, "shaxiang: the body ended early", false},
		{"chunk longer than its size", head("Transfer-Encoding: chunked\r\n") + "1\r\n{}\r\n0\r\n\r\n", 400, "shaxiang: the body ended early", false},
		{"good chunks", head("Transfer-Encoding: chunked\r\n") + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200, wrongAnswer, true},
		{"length and chunks", head("Content-Length: 9\r\nTransfer-Encoding: chunked\r\n") + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200, wrongAnswer, false},
		{"unknown coding", head("Transfer-Encoding: gzip\r\n"), 501, "", false},
		{"no host", "POST /gateway HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400, "", false},
		{"HTTP/1.0", "POST /gateway HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", 200, wrongAnswer, false},
		{"HTTP/1.0 without a length", "POST /gateway HTTP/1.0\r\n\r\n", 200, wrongAnswer, false},
		{"HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 404, "shaxiang: no such path", false},
		{"HTTP/9", "POST /gateway HTTP/9.0\r\nHost: x\r\n\r\n", 505, "", false},
		{"TLS", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00\r\n\r\n", 400, "", false},
		{"no HTTP", "hello\r\n\r\n", 400, "", false},
		{"line feeds in a name", "POST /gateway HTTP/1.1\r\nHost: x\r\nA\nB: c\r\n\r\n", 400, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := open(t, s.addr)
			say(conn, c.send)
			others(t, s.addr)
			in := bufio.NewReader(conn)
			if c.status != 0 {
				if status, body := heard(t, in); status != c.status || !strings.Contains(body, c.body) {
					t.Errorf("%d %q, want %d %q", status, body, c.status, c.body)
				}
			}
			if !c.stays {
				if c.name != "silence" {
					ended(t, in)
				}
				return
			}
			say(conn, wrong)
			if status, body := heard(t, in); status != http.StatusOK || !strings.HasSuffix(body, wrongAnswer) {
				t.Errorf("afterwards %d %q", status, body)
			}
		})
	}
}

// TestHalfOpen leaves connections when only one half of them is closed: a client
// that has said all it has to say is answered.
func TestHalfOpen(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, short...)
	conn := open(t, s.addr)
	say(conn, wrong)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(conn)
	if status, body := heard(t, in); status != http.StatusOK || !strings.HasSuffix(body, wrongAnswer) {
		t.Errorf("%d %q", status, body)
	}
	ended(t, in)
	broken := open(t, s.addr)
	say(broken, wrong[:len(wrong)-1])
	if err := broken.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if status, body := heard(t, bufio.NewReader(broken)); status != http.StatusBadRequest || !strings.HasPrefix(body, "shaxiang: the body ended early") {
		t.Errorf("%d %q", status, body)
	}
	others(t, s.addr)
}

// TestPipelining sends many requests before it reads an answer. They come back
// in their order, the last one on the connection's way out.
func TestPipelining(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, "--log", "off")
	conn := open(t, s.addr)
	const n = 500
	go func() {
		for i := range n {
			say(conn, fmt.Sprintf("POST /nowhere%d HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n%s", i, wrong))
		}
		say(conn, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	}()
	in := bufio.NewReader(conn)
	for i := range n {
		if status, _ := heard(t, in); status != http.StatusNotFound {
			t.Fatalf("answer %d is %d", 2*i, status)
		}
		if status, body := heard(t, in); status != http.StatusOK || !strings.HasSuffix(body, wrongAnswer) {
			t.Fatalf("answer %d is %d %s", 2*i+1, status, body)
		}
	}
	if status, body := heard(t, in); status != http.StatusOK || body != "ok\n" {
		t.Errorf("%d %q", status, body)
	}
	ended(t, in)
}

// TestIdleEnds wants an idle connection to be closed.
func TestIdleEnds(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, "--log", "off", "--idle-timeout", "200ms")
	conn := open(t, s.addr)
	in := bufio.NewReader(conn)
	say(conn, wrong)
	if status, _ := heard(t, in); status != http.StatusOK {
		t.Error(status)
	}
	ended(t, in)
}

// TestNeverReads asks for many large answers and reads none of them: the sandbox
// gives up, and does not wait for it when it stops.
func TestNeverReads(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, short...)
	conn := open(t, s.addr)
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	gave := make(chan error, 1)
	go func() {
		for {
			// The answer is many times as long as the request.
			if _, err := io.WriteString(conn, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
				gave <- err
				return
			}
		}
	}()
	others(t, s.addr)
	var timeout net.Error
	if err := <-gave; errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("the connection was never closed: %v", err)
	}
	others(t, s.addr)
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestDelayBeyondWriteTimeout delays an answer for longer than a client may leave
// it unread: it comes all the same.
func TestDelayBeyondWriteTimeout(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, "--log", "off", "--write-timeout", "200ms")
	rule := `{"name":"late","then":{"delay":"700ms"}}`
	resp, err := http.Post("http://"+s.addr+"/_sandbox/tenants/default/rules", "application/json", strings.NewReader(rule))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		t.Fatal(resp.Status)
	}
	others(t, s.addr)
}

// TestReset has a rule reset the connection: the client hears nothing else.
func TestReset(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false, "--log", "off")
	steer(t, "http://"+s.addr, "/tenants/default/rules", `{"name":"lost","when":{"vendor":"openapi"},"then":{"drop":"reset"}}`)
	code, _, errs := cli(t, Streams{}, "call", "sales.Payment.queryWithDetail", "start_time=2022-12-28 16:40:58", "end_time=2022-12-28 16:40:58", "--url", s.addr)
	if want := "connection reset by peer"; code == exitOK || !strings.Contains(errs, want) {
		t.Errorf("%d %q, want %q", code, errs, want)
	}
}

// TestMaxConnections opens one more than is allowed: it is told why, and comes in
// once another has left.
func TestMaxConnections(t *testing.T) {
	t.Parallel()
	const most = 5
	s := start(t, nil, false, "--log", "off", "--max-connections", strconv.Itoa(most))
	var conns []net.Conn
	for range most {
		conns = append(conns, open(t, s.addr))
		say(conns[len(conns)-1], wrong)
		if status, _ := heard(t, bufio.NewReader(conns[len(conns)-1])); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	for range 100 { // more than are told at a time, one after the other
		conn := open(t, s.addr)
		say(conn, wrong)
		in := bufio.NewReader(conn)
		status, body := heard(t, in)
		if want := "shaxiang: 5 connections are open, and --max-connections allows no more\n"; status != http.StatusServiceUnavailable || body != want {
			t.Fatalf("%d %q, want 503 %q", status, body, want)
		}
		ended(t, in)
		conn.Close()
	}
	conns[0].Close()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		conn := open(t, s.addr)
		say(conn, wrong)
		if status, _ := heard(t, bufio.NewReader(conn)); status == http.StatusOK {
			return
		}
		if time.Now().After(end) {
			t.Fatal("nobody comes in any more")
		}
	}
}
