package stress

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// hostile is a kind of client that nobody wants. All are throttled: on a machine
// with two cores a client that needs one for itself takes it from the others, and
// what they feel then is the machine.
type hostile struct {
	name string
	many int                                // at a time
	be   func(ctx context.Context, p *pest) // what one does, until it is cut off or the context ends; it comes again
}

// hostiles are the kinds, in the order of the table.
func hostiles() []hostile {
	const post, half = "POST /gateway HTTP/1.1\r\nHost: x\r\n", "POST /gateway HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
	fields := strings.Repeat("X-Flood: "+strings.Repeat("f", 1000)+"\r\n", 1200)
	c := defaultCaller(time.Now())
	page := c.payments(december(1), december(28), "page_no", "0", "page_size", "1000")
	return []hostile{
		{"500 send a header, one field a second", 500, drips(post, "X-Slow: y\r\n", time.Second)},
		{"500 send a body, one byte a second", 500, drips(post+"Content-Length: 100000\r\n\r\n{", " ", time.Second)},
		{"10,000 are connected and say nothing", 10_000, stays("")},
		{"1,000 went away in the middle of a request, and the network did not tell", 1000, stays(half)},
		{"50 a second close their half in the middle of a request", 5, halves(half)},
		{"50 a second send 1.2 MB of header fields", 5, asks(post+fields+"\r\n", 431)},
		{"50 a second send a URL of 1.2 MB", 5, asks("POST /gateway?"+strings.Repeat("u", 1_200_000)+" HTTP/1.1\r\nHost: x\r\n\r\n", 431)},
		{"50 a second send chunks of a bad size", 5, asks(post+"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400)},
		{"50 a second speak HTTP/1.0", 5, asks("POST /gateway HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}", 200)},
		{"50 a second are refused for their signature", 5, asks(missigned(c.payments(december(5), december(6))), 200)},
		{"10 a second are refused for the signature of a body of 1 MB", 1, asks(missigned(c.openapi("finance.RawPayment.push", "[["+strings.Repeat(" ", 1<<20)+"]]")), 200)},
		{"10 a second send a body of 5 MB", 1, asks(post+"Content-Length: 5000000\r\n\r\n"+strings.Repeat(" ", 5_000_000), 413)},
		{"1,000 requests a second over one connection, 100 at a time", 1, pipelines(page40(c), 100)},
		{"20 ask for pages of 1,000 rows and read none", 20, neverReads(page)},
		{"5 listen to the calls and read nothing", 5, neverReads([]byte("GET /_sandbox/tenants/default/journal/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"))},
	}
}

func page40(c *caller) []byte {
	return c.payments(december(5), december(6), "page_no", "0", "page_size", "40")
}

// missigned is an openapi request whose signature is another one's.
func missigned(request []byte) string {
	head, tail, _ := bytes.Cut(request, []byte("&sign="))
	return string(head) + "&sign=00000000000000000000000000000000" + string(tail[32:])
}

// pest is the clients of a kind at work.
type pest struct {
	addr  string
	did   atomic.Int64 // things done
	mu    sync.Mutex
	wrong string // the first thing that came otherwise than it should
}

// pause is a client's between two things, so that 5 of them do 50 a second.
const pause = 100 * time.Millisecond

// dial connects until the context ends.
func (p *pest) dial(ctx context.Context) net.Conn {
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		p.unexpected(err.Error())
		sleep(ctx, pause)
		return nil
	}
	_ = conn.(*net.TCPConn).SetLinger(0) // or so many of them would use up this machine's ports
	context.AfterFunc(ctx, func() { conn.Close() })
	return conn
}

func (p *pest) unexpected(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.wrong == "" {
		p.wrong = text
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// stays connects, says something, and no more.
func stays(text string) func(context.Context, *pest) {
	return func(ctx context.Context, p *pest) {
		if conn := p.dial(ctx); conn != nil {
			_, _ = io.WriteString(conn, text)
			p.did.Add(1)
			_, _ = io.Copy(io.Discard, conn) // until it is cut off
		}
	}
}

// drips says something, and then a little more from time to time.
func drips(begin, more string, every time.Duration) func(context.Context, *pest) {
	return func(ctx context.Context, p *pest) {
		conn := p.dial(ctx)
		if conn == nil {
			return
		}
		defer conn.Close()
		for text := begin; ; text = more {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
			p.did.Add(1)
			sleep(ctx, every)
		}
	}
}

// halves closes its half of the connection before a request is whole, and wants to
// be told.
func halves(text string) func(context.Context, *pest) {
	return exchanges(400, func(conn net.Conn) {
		_, _ = io.WriteString(conn, text)
		_ = conn.(*net.TCPConn).CloseWrite()
	})
}

// asks sends a request again and again and wants it to be answered with a status.
func asks(text string, status int) func(context.Context, *pest) {
	return exchanges(status, func(conn net.Conn) { _, _ = io.WriteString(conn, text) }) // a server need not take all of it
}

func exchanges(status int, say func(net.Conn)) func(context.Context, *pest) {
	return func(ctx context.Context, p *pest) {
		conn := p.dial(ctx)
		if conn == nil {
			return
		}
		defer conn.Close()
		say(conn)
		line, err := bufio.NewReader(conn).ReadString('\n')
		if ctx.Err() != nil {
			return
		}
		if want := fmt.Sprintf(" %d ", status); err != nil || !strings.Contains(line, want) {
			p.unexpected(fmt.Sprintf("%q %v, want%s", line, err, want))
		}
		p.did.Add(1)
		sleep(ctx, pause)
	}
}

// pipelines sends so many requests at once, and reads their answers.
func pipelines(request []byte, many int) func(context.Context, *pest) {
	all := bytes.Repeat(request, many)
	return func(ctx context.Context, p *pest) {
		l, err := dial(p.addr)
		if err != nil {
			p.unexpected(err.Error())
			return
		}
		defer l.conn.Close()
		for ctx.Err() == nil {
			if _, err := l.conn.Write(all); err != nil {
				p.unexpected(err.Error())
				return
			}
			for range many {
				if status, body, err := l.answer(); err != nil || status != 200 || !flagshipGood(body) {
					p.unexpected(fmt.Sprintf("%d %.200s %v", status, body, err))
					return
				}
			}
			p.did.Add(1)
			sleep(ctx, pause)
		}
	}
}

// neverReads asks as long as anybody listens.
func neverReads(request []byte) func(context.Context, *pest) {
	return func(ctx context.Context, p *pest) {
		conn := p.dial(ctx)
		if conn == nil {
			return
		}
		defer conn.Close()
		_ = conn.(*net.TCPConn).SetReadBuffer(4096)
		for first := true; ; first = false {
			if _, err := conn.Write(request); err != nil {
				return
			}
			if first {
				p.did.Add(1)
			}
			sleep(ctx, pause)
		}
	}
}

// loose lets so many of a kind loose, and returns once each has done something. They are a
// process of their own: what others feel of them must not be what their driver's memory or
// its goroutines cost.
func loose(t *testing.T, kind, many int, addr string) (stop func()) {
	t.Helper()
	cmd, in, out := roleOf(t, "hostile", strconv.Itoa(kind), strconv.Itoa(many), addr)
	if _, err := out.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return func() {
		in.Close()
		report, err := io.ReadAll(out)
		if err := errors.Join(err, cmd.Wait()); err != nil {
			t.Error(err)
		}
		if len(report) > 0 {
			t.Errorf("%s: %s", hostiles()[kind].name, report)
		}
	}
}

// beHostile lets hostile clients loose until standard input ends: of a kind, so many,
// against an address. It prints a line when each has done something, and in the end what
// came otherwise than it should.
func beHostile(args []string) {
	kind, _ := strconv.Atoi(args[0])
	many, _ := strconv.Atoi(args[1])
	h, p := hostiles()[kind], &pest{addr: args[2]}
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for range many {
		group.Go(func() {
			for ctx.Err() == nil {
				h.be(ctx, p)
			}
		})
	}
	for end := time.Now().Add(reading); p.did.Load() < int64(many) && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
	}
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin)
	cancel()
	group.Wait()
	if did := p.did.Load(); did < int64(many) || p.wrong != "" {
		fmt.Printf("%d things were done: %s\n", did, p.wrong)
	}
}
