package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

// syncBuffer is a stream that is read while the program writes.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// session is a sandbox that runs inside the test.
type session struct {
	addr     string
	out, log *syncBuffer
	stop     func() int // ends it and returns its exit code
}

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// start runs serve with the arguments on a free port and waits until it listens.
func start(t *testing.T, env []string, terminal bool, args ...string) *session {
	t.Helper()
	s := &session{out: new(syncBuffer), log: new(syncBuffer)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan int, 1)
	file := filepath.Join(t.TempDir(), "addr")
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--addr-file", file}, args...)
	go func() {
		done <- run(ctx, args, env, Streams{In: strings.NewReader(""), Out: s.out, Err: s.log, LogTerminal: terminal})
	}()
	s.stop = sync.OnceValue(func() int {
		cancel()
		select {
		case code := <-done:
			return code
		case <-time.After(patience):
			t.Error("the sandbox does not end")
			return -1
		}
	})
	t.Cleanup(func() { s.stop() })
	s.addr = await(t, file)
	return s
}

// await reads an address file as soon as it is there.
func await(t *testing.T, file string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if data, err := os.ReadFile(file); err == nil {
			return strings.TrimSpace(string(data))
		}
	}
	t.Fatal("no address was written to " + file)
	return ""
}

// cli runs a command and returns its exit code and what it printed.
func cli(t *testing.T, s Streams, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	s.Out, s.Err = &o, &e
	code = run(t.Context(), args, nil, s)
	return code, o.String(), e.String()
}

// TestDrain stops the sandbox in the middle of a call: the call is answered, no
// new one is taken, and the exit code is 0.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const head = "POST /gateway HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
	if _, err := io.WriteString(conn, head); err != nil {
		t.Fatal(err)
	}
	// The server asks for the body: now the call is in flight.
	go100 := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	if _, err := io.ReadFull(conn, go100); err != nil || !strings.HasPrefix(string(go100), "HTTP/1.1 100 Continue") {
		t.Fatalf("%q, %v", go100, err)
	}
	stopped := make(chan int, 1)
	go func() { stopped <- s.stop() }()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		probe, err := net.Dial("tcp", s.addr)
		if err != nil {
			break // nobody listens any more
		}
		probe.Close()
		if time.Now().After(end) {
			t.Fatal("new calls are still taken")
		}
	}
	if _, err := io.WriteString(conn, "{}"); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 200 OK") || !strings.Contains(string(answer), `"result_code":400`) {
		t.Errorf("%q, %v", answer, err)
	}
	if code := <-stopped; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestDrainEnds stops the sandbox in the middle of a call that never goes on: it
// does not wait for it for ever.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /gateway HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// TestPortTaken asks for a port that somebody has.
func TestPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	code, out, errs := cli(t, Streams{}, "--addr", l.Addr().String())
	want := fmt.Sprintf("shaxiang: %s is in use by another program (or another sandbox).\n"+
		"Choose a port with --addr 127.0.0.1:2013, or --addr 127.0.0.1:0 for any free one\n", l.Addr())
	if code != exitPort || out != "" || errs != want {
		t.Errorf("%d %q\n%s", code, out, errs)
	}
}

// TestLog asks for each form of the log.
func TestLog(t *testing.T) {
	t.Parallel()
	const colour = "\x1b["
	for _, c := range []struct {
		name     string
		args     []string
		env      []string
		terminal bool
		form     string // json, text, colour or none
	}{
		{"json elsewhere", nil, nil, false, "json"},
		{"colour on a terminal", nil, nil, true, "colour"},
		{"NO_COLOR", nil, []string{"NO_COLOR=1"}, true, "text"},
		{"json on a terminal", []string{"--log=json"}, nil, true, "json"},
		{"text elsewhere", []string{"--log=text"}, nil, false, "text"},
		{"off", []string{"--log=off"}, nil, true, "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, c.env, c.terminal, c.args...)
			if code, out, _ := cli(t, Streams{}, "call", "no.such.Method", "--url", s.addr); code != exitFailed || out == "" {
				t.Fatalf("%d %s", code, out)
			}
			s.stop()
			log := s.log.String()
			line, _, _ := strings.Cut(log, "\n")
			switch c.form {
			case "json":
				logFields(t, line)
			case "none":
				if log != "" {
					t.Error(log)
				}
			default:
				if !strings.Contains(line, "unknown_method") || strings.Contains(log, colour) != (c.form == "colour") || json.Valid([]byte(line)) {
					t.Errorf("%q", log)
				}
			}
		})
	}
}

// logFields holds a line of JSON against what a pipeline looks for.
func logFields(t *testing.T, line string) {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(line), &fields); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	for name, want := range map[string]any{"level": "INFO", "msg": "call", "vendor": "openapi", "method": "no.such.Method",
		"outcome": "refused", "kind": "unknown_method", "tenant": "default", "rows": 0.0, "id": "default-1"} {
		if fields[name] != want {
			t.Errorf("%s is %v, want %v", name, fields[name], want)
		}
	}
	if took, err := time.ParseDuration(fmt.Sprint(fields["took"])); err != nil || took < 0 {
		t.Errorf("took %v", fields["took"])
	}
	if at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(fields["time"])); err != nil || time.Since(at) > time.Hour {
		t.Errorf("time %v", fields["time"])
	}
}

// TestNoSecretInTheLog makes calls that are signed rightly and wrongly, of which
// the autopsy has much to say; no secret is said.
func TestNoSecretInTheLog(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "c.yaml")
	const file = `tenants:
- name: careful
  openapi: [{sid: careful, key: k, appsecret: "hushhushA:saltsaltA"}]
  openapi2: [{sid: careful, appkey: k, appsecret: hushhushB}]
  fubei: [{app_id: "31", secret: hushhushC, vendor_sn: "32", vendor_secret: hushhushD}]
`
	if err := os.WriteFile(config, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, nil, false, "--config", config)
	methods := []string{"sales.Payment.queryWithDetail", "fa_alipay_account_check_query.php", "openapi.payment.order.reconciliation"}
	for _, method := range methods {
		for _, secret := range []string{"", "hushhushA:saltsaltA:saltsaltA", "hushhushB:saltsaltA", "hushhushD:saltsaltA", "other:salt"} {
			args := []string{"call", method, "a=测试", "--config", config, "--tenant", "careful", "--url", s.addr}
			if secret != "" {
				args = append(args, "--secret", secret)
			}
			if _, out, errs := cli(t, Streams{}, args...); out == "" {
				t.Errorf("%s with %s: %s", method, secret, errs)
			}
		}
	}
	s.stop()
	log := s.log.String()
	if n := strings.Count(log, `"msg":"call"`); n != 15 {
		t.Errorf("%d calls in the log, want 15", n)
	}
	for _, want := range []string{`"kind":"bad_signature"`, `"autopsy":"`, `"canonical":"‹secret›`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s\n%s", want, log)
		}
	}
	for _, secret := range []string{"hushhush", "testsecret", "0123456789abcdef", "fedcba98"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %s\n%s", secret, log)
		}
	}
}

// TestLaidOut prints an answer for reading on a terminal, byte for byte elsewhere.
func TestLaidOut(t *testing.T) {
	t.Parallel()
	s := start(t, nil, false)
	args := []string{"call", "finance.RawPayment.push", "shop_no=POS", "order_no=0Be1tqsxdb", "--url", s.addr}
	_, plain, _ := cli(t, Streams{}, args...)
	_, laid, _ := cli(t, Streams{Terminal: true}, args...)
	if plain != "{\"status\":0,\"data\":[]}\n" || laid != "{\n  \"status\": 0,\n  \"data\": []\n}\n" {
		t.Errorf("%s%s", plain, laid)
	}
}

// TestNoControlCharacters holds that an answer commands no terminal.
func TestNoControlCharacters(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "{\"status\":1,\"message\":\"\x1b[2Jgone\u009b\r\"}")
	}))
	defer s.Close()
	_, out, errs := cli(t, Streams{Terminal: true, LogTerminal: true}, "call", "finance.RawPayment.push", "shop_no=\x1b[31m", "--url", s.URL+"/openapi")
	if strings.ContainsFunc(out+errs, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) || !strings.Contains(out, `\x1b[2Jgone`) {
		t.Errorf("%q %q", out, errs)
	}
}

// TestForeignAnswers calls what is no sandbox.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/moved/openapi", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	mux.HandleFunc("/html/openapi", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") })
	mux.HandleFunc("/silent/openapi", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that its client has gone
		<-r.Context().Done()
	})
	mux.HandleFunc("/broken/openapi", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "9")
		fmt.Fprint(w, "{}")
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: patience}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	base := "http://" + l.Addr().String()
	for name, want := range map[string]string{
		"moved":  "HTTP 302 Found, which leads to /elsewhere; give that as --url\n",
		"html":   "this is no answer of openapi: it has no status\n",
		"silent": base + " did not answer in time\n",
		"broken": "the answer broke off after 2 bytes: unexpected EOF\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := patience
			if name == "silent" {
				timeout = time.Second
			}
			code, _, errs := cli(t, Streams{}, "call", "a.b", "--timeout", timeout.String(), "--url", base+"/"+name+"/")
			if code != exitFailed || errs != "shaxiang: "+want {
				t.Errorf("%d %q, want %q", code, errs, want)
			}
		})
	}
}
