package server

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

func limits() Limits {
	return Limits{HeaderTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: patience, MaxHeaderBytes: 32 << 10, MaxConnections: 16}
}

// answering serves a handler behind the limits that a sandbox has by default.
func answering(t *testing.T, h http.HandlerFunc) (addr string) {
	t.Helper()
	s := &Server{Config: Config{Now: time.Now, Log: slog.New(slog.DiscardHandler), Limits: limits()}}
	on, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := s.limited(t.Context(), h)
	done := make(chan error, 1)
	go func() { done <- s.accept(srv, on) }()
	t.Cleanup(func() {
		srv.Close()
		if err := <-done; err != http.ErrServerClosed {
			t.Error(err)
		}
	})
	return on.Addr().String()
}

// TestAnswersWhole reads answers of many lengths, most of them near the sizes of
// net/http's buffers. Each answer arrives byte for byte as the handler wrote it.
func TestAnswersWhole(t *testing.T) {
	t.Parallel()
	text := make([]byte, 1<<20)
	for i := range text {
		text[i] = byte('a' + i%23)
	}
	addr := answering(t, func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.FormValue("size"))
		if r.FormValue("known") != "" {
			w.Header().Set("Content-Length", strconv.Itoa(size))
		}
		_, _ = w.Write(text[:size/3]) // in two writes; either may be empty
		_, _ = w.Write(text[size/3 : size])
	})
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}} // so that bytes left over from one answer would spoil the next
	defer client.CloseIdleConnections()
	for _, around := range []int{8, 2 << 10, 4 << 10, 6 << 10, 8 << 10, 12 << 10, 1 << 20} {
		for size := max(around-400, 0); size <= min(around+400, len(text)); size += 37 {
			for _, known := range []string{"", "yes"} {
				resp, err := client.Get(fmt.Sprintf("http://%s/?size=%d&known=%s", addr, size, known))
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, text[:size]) {
					t.Fatalf("%d bytes, length known %q: %d arrived, and they differ from the written ones", size, known, len(got))
				}
			}
		}
	}
}

// TestAnswerBroken closes a connection while an answer is being written. The handler's
// write fails.
func TestAnswerBroken(t *testing.T) {
	t.Parallel()
	failed := make(chan error, 1)
	addr := answering(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := w.Write(bytes.Repeat([]byte("x"), 64<<20)) // more than the network buffers hold for a client that does not read
		failed <- err
	})
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	select {
	case err := <-failed:
		if err == nil {
			t.Error("the write reported no error")
		}
	case <-time.After(patience):
		t.Error("the answer is still being written")
	}
}
