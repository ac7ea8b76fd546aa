package cli

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// answerConn is a client's connection that takes an answer in one piece. net/http's own
// buffer holds 4 KB and cuts each longer answer in two, and to write twice takes a
// twentieth of the time of a page.
type answerConn struct {
	*net.TCPConn
	held  *pieces    // while an answer is being written; nil otherwise
	spare *sync.Pool // of *pieces
}

// pieces are what net/http made of an answer.
type pieces struct {
	answer []byte
	list   net.Buffers
	text   []byte // where those lie that are no part of the answer
}

type connKey struct{}

// withConn lets the handler of a request find its connection.
func withConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, conn)
}

// connOf returns the connection of a request, nil for one that never was on a network.
func connOf(r *http.Request) *answerConn {
	c, _ := r.Context().Value(connKey{}).(*answerConn)
	return c
}

// Write sends a piece, or keeps it until the answer is whole.
func (c *answerConn) Write(b []byte) (int, error) {
	if c.held == nil {
		return c.TCPConn.Write(b)
	}
	c.held.add(b)
	return len(b), nil
}

// add copies a piece, which its writer will use again, unless it is the answer's own.
func (p *pieces) add(b []byte) {
	if len(b) == 0 {
		return
	}
	if &b[len(b)-1] != &p.answer[len(p.answer)-1] {
		from := len(p.text)
		p.text = append(p.text, b...)
		b = p.text[from:]
	}
	p.list = append(p.list, b)
}

// answer writes an answer, with what w has of it already. A client that did not get all
// of it gets nothing more.
func (c *answerConn) answer(w http.ResponseWriter, b []byte) (int, error) {
	p, _ := c.spare.Get().(*pieces)
	if p == nil {
		p = &pieces{}
	}
	p.answer, c.held = b, p
	n, err := w.Write(b)
	c.held = nil
	if list := p.list; err == nil && len(list) > 0 {
		if _, err = list.WriteTo(c.TCPConn); err != nil {
			n = 0
			_ = c.Close()
		}
	}
	clear(p.list)
	p.answer, p.list, p.text = nil, p.list[:0], p.text[:0]
	c.spare.Put(p)
	return n, err
}
