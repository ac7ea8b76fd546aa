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
	"sync/atomic"
	"time"
)

// limits bound what one client may use, so that a slow, silent or greedy client does not
// delay the others.
type limits struct {
	HeaderTimeout  time.Duration `yaml:"header_timeout"`
	ReadTimeout    time.Duration `yaml:"read_timeout"`
	WriteTimeout   time.Duration `yaml:"write_timeout"`
	IdleTimeout    time.Duration `yaml:"idle_timeout"`
	MaxHeaderBytes int           `yaml:"max_header_bytes"`
	MaxBodyBytes   int64         `yaml:"max_body_bytes"`
	MaxConnections int64         `yaml:"max_connections"`
	MaxKeptBytes   int64         `yaml:"max_kept_bytes"`
}

// limitValue is the value of one limit.
type limitValue struct {
	flag   string
	value  any
	number int64 // nanoseconds for a time
}

// values returns the limits in the order in which they are checked.
func (l *limits) values() []limitValue {
	span := func(flag string, d time.Duration) limitValue { return limitValue{flag, d, int64(d)} }
	size := func(flag string, n int64) limitValue { return limitValue{flag, n, n} }
	return []limitValue{
		span("header-timeout", l.HeaderTimeout), span("read-timeout", l.ReadTimeout), span("write-timeout", l.WriteTimeout), span("idle-timeout", l.IdleTimeout),
		size("max-header-bytes", int64(l.MaxHeaderBytes)), size("max-body-bytes", l.MaxBodyBytes), size("max-connections", l.MaxConnections), size("max-kept-bytes", l.MaxKeptBytes),
	}
}

// check refuses limits of zero or less. net/http reads a zero as "no limit", which is
// not what a user who writes 0 means.
func (l *limits) check() error {
	for _, v := range l.values() {
		if v.number > 0 {
			continue
		}
		if d, span := v.value.(time.Duration); span {
			return fail(exitUsage, "cli.short_limit", "flag", v.flag, "value", d)
		}
		return fail(exitUsage, "cli.small_limit", "flag", v.flag, "value", v.value)
	}
	return nil
}

// server returns an http.Server with the limits. A stream of the control API lasts as long
// as its client stays. server ends the streams when ctx ends: otherwise they would delay
// the shutdown.
func (l *limits) server(ctx context.Context, h http.Handler, log *slog.Logger) *http.Server {
	streams := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/stream") {
			until, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(ctx, cancel)()
			r = r.WithContext(until)
		}
		h.ServeHTTP(&deadlineWriter{w, l.WriteTimeout, time.Now()}, r)
	})
	return &http.Server{Handler: streams, ReadHeaderTimeout: l.HeaderTimeout, ReadTimeout: l.ReadTimeout,
		WriteTimeout: l.WriteTimeout, IdleTimeout: l.IdleTimeout, MaxHeaderBytes: l.MaxHeaderBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

// serve answers on the listener until the server is closed. The method server of the same
// limits must have made the server.
func (l *limits) serve(srv *http.Server, on net.Listener) error {
	c := &connectionLimit{Listener: on, max: l.MaxConnections, refusing: make(chan struct{}, refusedAtOnce)}
	srv.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateClosed || s == http.StateHijacked {
			c.open.Add(-1)
		}
	}
	return srv.Serve(c)
}

// deadlineWriter gives the client a new deadline for each write of the body. The deadline
// of http.Server counts from the request, and would cut off a stream or an answer that a
// rule delays.
type deadlineWriter struct {
	http.ResponseWriter
	timeout time.Duration // for each write
	since   time.Time     // when the deadline was last set
}

// Write sends a part of the body. The deadline stays while less than a sixteenth of the
// timeout has passed, so that most answers do not set it a second time.
func (w *deadlineWriter) Write(b []byte) (int, error) {
	if now := time.Now(); now.Sub(w.since) > w.timeout/16 {
		w.since = now
		// Only the writers of tests have no deadlines. No client can block those.
		_ = http.NewResponseController(w.ResponseWriter).SetWriteDeadline(now.Add(w.timeout))
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController flush, and take the connection over.
func (w *deadlineWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// connectionLimit is a listener that accepts at most max open connections. Clients beyond
// the limit get an answer that says why they are refused.
type connectionLimit struct {
	net.Listener
	max      int64
	open     atomic.Int64
	refusing chan struct{} // one token for each refusal that is being sent
}

// Limits of refusals.
const (
	refusedAtOnce = 64          // refusals that are sent at the same time
	refusalTime   = time.Second // for one refusal
	refusalBytes  = 64 << 10    // of the request; they are read so that closing does not reset the connection before the client has read the answer
)

// Accept returns the next connection within the limit.
func (c *connectionLimit) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if c.open.Add(1) <= c.max {
			return conn, nil
		}
		c.open.Add(-1)
		select {
		case c.refusing <- struct{}{}:
			go c.refuse(conn)
		default:
			_ = conn.Close() // too many refusals are being sent already
		}
	}
}

// refuse answers that there are too many connections, and closes conn.
func (c *connectionLimit) refuse(conn net.Conn) {
	defer func() { <-c.refusing }()
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(refusalTime))
	text := fmt.Sprintf("shaxiang: %d connections are open, and --max-connections allows no more\n", c.max)
	_, err := io.WriteString(conn, "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"Connection: close\r\nRetry-After: 1\r\nContent-Length: "+strconv.Itoa(len(text))+"\r\n\r\n"+text)
	if err != nil {
		return // the client does not read
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, refusalBytes)) // until the client has closed, or refusalTime has passed
}
