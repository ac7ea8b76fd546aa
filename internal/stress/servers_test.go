package stress

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// roleVariable makes this test binary another program: the reference server or hostile
// clients.
const roleVariable = "SHAXIANG_STRESS_ROLE"

// TestMain looks for goroutines that are left over.
func TestMain(m *testing.M) {
	switch role := strings.Fields(os.Getenv(roleVariable)); {
	case len(role) == 0:
	case role[0] == "reference":
		serveReference()
		return
	case role[0] == "hostile":
		beHostile(role[1:])
		return
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(scratch())
		os.Exit(code)
	}))
}

// reference is the bare net/http handler that programs are compared with: it reads
// the body and answers bytes that it was given before.
type reference struct{ body atomic.Pointer[[]byte] }

// ServeHTTP answers. PUT sets what is answered from then on.
func (f *reference) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodPut {
		f.body.Store(&body)
		return
	}
	answer := *f.body.Load()
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(answer)))
	_, _ = w.Write(answer) // the client may have left
}

// serveReference serves until its standard input ends.
func serveReference() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	go func() { _ = http.Serve(l, &reference{}) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// child is a server that runs as a process of its own, on one core.
type child struct {
	cmd     *exec.Cmd
	addr    string
	begun   time.Time
	stopped bool
}

// self is this test binary.
func self(t *testing.T) string {
	t.Helper()
	name, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// roleOf starts this test binary in a role, which it plays on one core until its input is
// closed.
func roleOf(t *testing.T, role ...string) (*exec.Cmd, io.Closer, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(self(t))
	cmd.Env = append(os.Environ(), roleVariable+"="+strings.Join(role, " "), "GOMAXPROCS=1")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewReader(out)
}

// startReference starts the reference server.
func startReference(t *testing.T) *child {
	t.Helper()
	cmd, in, out := roleOf(t, "reference")
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	c := &child{cmd: cmd, addr: strings.TrimSpace(line)}
	t.Cleanup(func() {
		in.Close()
		_ = c.cmd.Wait()
	})
	return c
}

// answers sets what the reference answers.
func (c *child) answers(t *testing.T, body []byte) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPut, "http://"+c.addr, strings.NewReader(string(body)))
	if err == nil {
		_, err = exchange(r)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// scratch is a folder for all tests of this package.
var scratch = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "shaxiang-stress")
	if err != nil {
		panic(err)
	}
	return dir
})

// buildOnce builds the sandbox as it is released, once for all tests.
var buildOnce = sync.OnceValues(func() (string, error) {
	name := filepath.Join(scratch(), "shaxiang")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", name, "shaxiang")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

func build(t *testing.T) string {
	t.Helper()
	name, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// startSandbox starts the program with its log off and waits for its first answer
// to a request.
func startSandbox(t *testing.T, program string, first []byte) *child {
	t.Helper()
	c := startProgram(t, program, "--log", "off")
	c.await(t, first)
	return c
}

// startProgram starts a program on one core, and stops it when the test ends. Its
// output goes to a file.
func startProgram(t *testing.T, program string, args ...string) *child {
	t.Helper()
	dir := t.TempDir()
	output, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close() // the program has its own descriptor
	c := &child{addr: freeAddr(t)}
	c.cmd = exec.Command(program, append([]string{"--addr", c.addr}, args...)...)
	c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = dir, output, output
	c.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	c.begun = time.Now()
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.stop)
	return c
}

// drains is how long a program may take to end after SIGTERM.
const drains = 6 * time.Second

// stop ends the process, by force when it does not end by itself. It may be called
// twice.
func (c *child) stop() {
	if c.stopped {
		return
	}
	c.stopped = true
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	force := time.AfterFunc(drains, func() { _ = c.cmd.Process.Kill() })
	_ = c.cmd.Wait() // the exit code of a process that was killed says nothing
	force.Stop()
}

// await waits until the program answers a request with status 200.
func (c *child) await(t *testing.T, first []byte) {
	t.Helper()
	for time.Since(c.begun) < reading {
		conn, err := dial(c.addr)
		if err != nil {
			time.Sleep(100 * time.Microsecond)
			continue
		}
		defer conn.conn.Close()
		if status, body, err := conn.do(first); err != nil || status != http.StatusOK {
			t.Fatalf("%d %s %v", status, body, err)
		}
		return
	}
	t.Fatal("the program does not listen")
}

// ready is a request that makes no call and reads no row.
var ready = []byte("GET /_sandbox/version HTTP/1.1\r\nHost: localhost\r\n\r\n")

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

var rss = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// megabytes is the resident memory of the process; 0 where there is no /proc.
func (c *child) megabytes() float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	m := rss.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kb, _ := strconv.ParseFloat(string(m[1]), 64)
	return kb * 1024 / 1e6
}

// ticks is the processor time that the process has used, in hundredths of a second;
// 0 where there is no /proc.
func (c *child) ticks() int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const user, system = 11, 12 // counted from the field after the name; see proc(5)
	if len(fields) <= system {
		return 0
	}
	a, _ := strconv.Atoi(fields[user])
	b, _ := strconv.Atoi(fields[system])
	return a + b
}

// used is the processor time that the process has used; 0 where there is no /proc.
func (c *child) used() time.Duration {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", c.cmd.Process.Pid))
	sum := time.Duration(0)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		first, _, _ := strings.Cut(string(text), " ")
		ns, _ := strconv.ParseInt(first, 10, 64)
		sum += time.Duration(ns)
	}
	return sum
}
