package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// limits keep a slow, silent or greedy client from holding up the others.
type limits struct {
	HeaderTimeout  time.Duration `help:"How long a request's header may take to arrive." default:"10s"`
	ReadTimeout    time.Duration `help:"How long a whole request may take to arrive." default:"60s"`
	WriteTimeout   time.Duration `help:"How long a client may leave an answer unread." default:"60s"`
	IdleTimeout    time.Duration `help:"How long a connection may wait for its next request." default:"120s"`
	MaxHeaderBytes int           `help:"Largest header of a request." default:"32768"`
	MaxBodyBytes   int64         `help:"Largest body of a vendor's request." default:"4194304"`
	MaxConnections int64         `help:"Connections that are open at a time; one more is answered with 503." default:"16384"`
	MaxKeptBytes   int64         `help:"Memory for what a tenant's clients wrote; beyond it writes are refused." default:"268435456"`
}

// check refuses a limit that would let nothing through: to net/http zero means
// no limit at all, which is never what a zero was written for.
func (l *limits) check() error {
	for _, d := range []struct {
		flag  string
		value time.Duration
	}{{"header-timeout", l.HeaderTimeout}, {"read-timeout", l.ReadTimeout}, {"write-timeout", l.WriteTimeout}, {"idle-timeout", l.IdleTimeout}} {
		if d.value <= 0 {
			return fail(exitUsage, "--%s: must be longer than 0, such as 10s, not %s", d.flag, d.value)
		}
	}
	for _, n := range []struct {
		flag  string
		value int64
	}{{"max-header-bytes", int64(l.MaxHeaderBytes)}, {"max-body-bytes", l.MaxBodyBytes}, {"max-connections", l.MaxConnections}, {"max-kept-bytes", l.MaxKeptBytes}} {
		if n.value <= 0 {
			return fail(exitUsage, "--%s: must be more than 0, not %d", n.flag, n.value)
		}
	}
	return nil
}

// server is an http.Server with the limits. Streams of the control API last as
// long as their clients, so they end when the program stops: otherwise they would
// hold up the calls that are drained.
func (l *limits) server(ctx context.Context, h http.Handler, log *slog.Logger) *http.Server {
	streams := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/stream") {
			until, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(ctx, cancel)()
			r = r.WithContext(until)
		}
		h.ServeHTTP(&patient{w, connOf(r), l.WriteTimeout, time.Now()}, r)
	})
	return &http.Server{Handler: streams, ReadHeaderTimeout: l.HeaderTimeout, ReadTimeout: l.ReadTimeout,
		WriteTimeout: l.WriteTimeout, IdleTimeout: l.IdleTimeout, MaxHeaderBytes: l.MaxHeaderBytes,
		ConnContext: withConn, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

// serve answers on the listener until the server is closed. The server must have
// come from these limits.
func (l *limits) serve(srv *http.Server, on net.Listener) error {
	g := &gate{Listener: on, most: l.MaxConnections, refusing: make(chan struct{}, refusedAtOnce)}
	srv.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed || s == http.StateHijacked {
			g.open.Add(-1)
		}
	}
	return srv.Serve(g)
}

// patient is an answer whose client has a while to take each piece of it. The
// server's own limit counts from the request on, and would cut off an answer that
// a rule delays, or a stream.
type patient struct {
	http.ResponseWriter
	conn  *answerConn // nil for none of ours
	most  time.Duration
	since time.Time // when the client was given that long
}

// Write sends a piece of the body. A client whose time has hardly begun to run is
// not given it anew, which most answers would do for nothing.
func (p *patient) Write(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.since) > p.most/16 {
		p.since = now
		// A writer without deadlines is a test's, and no client can hold it up.
		_ = http.NewResponseController(p.ResponseWriter).SetWriteDeadline(now.Add(p.most))
	}
	if p.conn == nil || len(b) == 0 {
		return p.ResponseWriter.Write(b)
	}
	return p.conn.answer(p.ResponseWriter, b)
}

// Unwrap lets http.ResponseController flush, and take the connection over.
func (p *patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// gate is a listener that lets so many connections in. One more is told so, since
// a client that waits for an answer would not find out why none comes.
type gate struct {
	net.Listener
	most     int64
	open     atomic.Int64
	refusing chan struct{} // one token for each client that is being told
	spare    sync.Pool     // of *pieces
}

// What telling a client that it is one too many may cost.
const (
	refusedAtOnce = 64
	refusalTime   = time.Second
	refusalBytes  = 64 << 10 // of its request, read so that closing does not reset the answer away
)

// Accept returns the next connection that may come in.
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g.open.Add(1) <= g.most {
			return g.in(conn), nil
		}
		g.open.Add(-1)
		select {
		case g.refusing <- struct{}{}:
			go g.refuse(conn)
		default:
			_ = conn.Close() // too many are being told already
		}
	}
}

func (g *gate) in(conn net.Conn) net.Conn {
	if tcp, ok := conn.(*net.TCPConn); ok {
		return &answerConn{TCPConn: tcp, spare: &g.spare}
	}
	return conn
}

// refuse answers that there are too many connections, and ends this one.
func (g *gate) refuse(conn net.Conn) {
	defer func() { <-g.refusing }()
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(refusalTime))
	text := fmt.Sprintf("shaxiang: %d connections are open, and --max-connections allows no more\n", g.most)
	_, err := io.WriteString(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"Connection: close\r\nRetry-After: 1\r\nContent-Length: "+strconv.Itoa(len(text))+"\r\n\r\n"+text)
	if err != nil {
		return // whoever does not read gets no reason
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, refusalBytes)) // until the client has closed, or time is up
}
