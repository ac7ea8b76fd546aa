package cli

import (
	"errors"
	"net"
	"sync"
	"syscall"
)

// listen listens on an address. On localhost it listens on both families, because some clients
// try the one first and some the other; a machine may lack one of them.
func listen(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || host != "localhost" {
		return net.Listen("tcp", addr)
	}
	const tries = 10 // a free port of one family may be taken in the other
	for i := 0; ; i++ {
		first, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return onlySixth(port, err)
		}
		_, picked, _ := net.SplitHostPort(first.Addr().String()) // a listener's address has a port
		second, err := net.Listen("tcp6", net.JoinHostPort("::1", picked))
		switch {
		case err == nil:
			return both(first, second), nil
		case !taken(err):
			return first, nil // there is no such family
		case port != "0" || i == tries:
			return nil, errors.Join(err, first.Close())
		}
		first.Close() // nobody has connected yet
	}
}

// taken reports whether another process listens on the address.
func taken(err error) bool { return errors.Is(err, syscall.EADDRINUSE) }

// onlySixth listens on the second family of localhost, where the first one is missing.
func onlySixth(port string, cause error) (net.Listener, error) {
	if taken(cause) {
		return nil, cause
	}
	if second, err := net.Listen("tcp6", net.JoinHostPort("::1", port)); err == nil {
		return second, nil
	}
	return nil, cause
}

// twoListeners accepts the connections of two listeners. Its address is that of the first.
type twoListeners struct {
	net.Listener
	second   net.Listener
	accepted chan accepted
	closed   chan struct{}
	close    func() error
}

type accepted struct {
	conn net.Conn
	err  error
}

func both(first, second net.Listener) *twoListeners {
	l := &twoListeners{Listener: first, second: second, accepted: make(chan accepted), closed: make(chan struct{})}
	l.close = sync.OnceValue(func() error {
		close(l.closed)
		return errors.Join(first.Close(), second.Close())
	})
	go l.pass(first)
	go l.pass(second)
	return l
}

// pass hands over what a listener accepts, until it is closed.
func (l *twoListeners) pass(from net.Listener) {
	for {
		conn, err := from.Accept()
		select {
		case l.accepted <- accepted{conn, err}:
		case <-l.closed:
			if conn != nil {
				conn.Close() // nobody answers any more
			}
			return
		}
	}
}

// Accept returns the next connection to either.
func (l *twoListeners) Accept() (net.Conn, error) {
	select {
	case a := <-l.accepted:
		return a.conn, a.err
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close closes both.
func (l *twoListeners) Close() error { return l.close() }
