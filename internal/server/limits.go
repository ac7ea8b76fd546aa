package server

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

// Limits bound what one client may use, so that a slow, silent or greedy client does not
// delay the others.
type Limits struct {
	HeaderTimeout  time.Duration `yaml:"header_timeout"`
	ReadTimeout    time.Duration `yaml:"read_timeout"`
	WriteTimeout   time.Duration `yaml:"write_timeout"`
	IdleTimeout    time.Duration `yaml:"idle_timeout"`
	MaxHeaderBytes int           `yaml:"max_header_bytes"`
	MaxBodyBytes   int64         `yaml:"max_body_bytes"`
	MaxBodyValues  int           `yaml:"max_body_values"`
	MaxConnections int64         `yaml:"max_connections"`
	MaxKeptBytes   int64         `yaml:"max_kept_bytes"`
	JournalCalls   int           `yaml:"journal_calls"`
	JournalBytes   int           `yaml:"journal_bytes"`
}

// limited returns an http.Server with the limits. A stream of the control API lasts as long
// as its client stays. limited ends the streams when ctx ends: otherwise they would delay
// the shutdown.
func (s *Server) limited(ctx context.Context, h http.Handler) *http.Server {
	l := &s.Limits
	streams := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/stream") {
			until, cancel := context.WithCancel(r.Context())
			defer cancel()
			defer context.AfterFunc(ctx, cancel)()
			r = r.WithContext(until)
		}
		h.ServeHTTP(&deadlineWriter{w, l.WriteTimeout, s.Now, s.Now()}, r)
	})
	return &http.Server{Handler: streams, ReadHeaderTimeout: l.HeaderTimeout, ReadTimeout: l.ReadTimeout,
		WriteTimeout: l.WriteTimeout, IdleTimeout: l.IdleTimeout, MaxHeaderBytes: l.MaxHeaderBytes,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn)}
}

// accept answers on the listener until srv, which limited returned, is closed.
func (s *Server) accept(srv *http.Server, on net.Listener) error {
	c := &connectionLimit{Listener: on, now: s.Now, max: s.Limits.MaxConnections, refusing: make(chan struct{}, refusedAtOnce)}
	srv.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
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
	now     func() time.Time
	since   time.Time // when the deadline was last set
}

// Write sends a part of the body. The deadline stays while less than a sixteenth of the
// timeout has passed, so that most answers do not set it a second time.
func (w *deadlineWriter) Write(b []byte) (int, error) {
	if now := w.now(); now.Sub(w.since) > w.timeout/16 {
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
	now      func() time.Time
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
	_ = conn.SetDeadline(c.now().Add(refusalTime))
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
