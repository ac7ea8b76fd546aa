package house

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tools is a folder with the program, and with a stand-in for the go command that starts
// the program, so that the commands of documents run unchanged.
type tools struct{ dir string }

// goShim replaces the go command for the commands that documents use. The program knows by
// its path that `go run` started it.
const goShim = `#!/bin/sh
here=$(dirname "$0")
case "$1 $2" in
"run .") shift 2; exec "$here/../go-build/shaxiang" "$@" ;;
"build -o") cp "$here/shaxiang" "$3" ;;
*) echo "go $*: the test of the documents does not know this command" >&2; exit 99 ;;
esac
`

func newTools(t *testing.T) *tools { return toolsOf(t, ".") }

// toolsOf builds the program from a folder.
func toolsOf(t *testing.T, source string) *tools {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the documents are written for a Unix shell")
	}
	k := &tools{t.TempDir()}
	for _, dir := range []string{"bin", "go-build"} {
		if err := os.Mkdir(filepath.Join(k.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(k.dir, "bin", "shaxiang")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if err := os.Link(program, filepath.Join(k.dir, "go-build", "shaxiang")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(k.dir, "bin", "go"), []byte(goShim), 0o755); err != nil {
		t.Fatal(err)
	}
	return k
}

// session is a folder with a running sandbox, in which a document is followed.
type session struct {
	*tools
	dir    string
	port   string
	server *exec.Cmd
	log    output
	screen output
}

// output is what a program prints while it runs. It is a file, because a log line in a
// pipe may arrive after the answer of its call.
type output struct{ *os.File }

func newOutput(t *testing.T) output {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return output{f}
}

func (o output) String() string {
	data, err := os.ReadFile(o.Name())
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func (k *tools) session(t *testing.T) *session {
	t.Helper()
	s := &session{tools: k, dir: t.TempDir()}
	if err := os.CopyFS(filepath.Join(s.dir, "vendors"), os.DirFS("vendors")); err != nil {
		t.Fatal(err)
	}
	s.port = freePort(t)
	t.Cleanup(func() { s.stop(t) })
	return s
}

// freePort returns a port below the range from which the system assigns ports, so that no
// other program takes it before the sandbox does.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(10000 + rand.IntN(20000))
		if l, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			l.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// here replaces the port of the documents by the port of this session.
func (s *session) here(text string) string {
	return strings.ReplaceAll(text, ":2012", ":"+s.port)
}

// there replaces the port of this session by the port of the documents.
func (s *session) there(text string) string {
	text = strings.ReplaceAll(text, " --url http://127.0.0.1:"+s.port, "")
	return strings.ReplaceAll(text, ":"+s.port, ":2012")
}

func (s *session) command(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", s.here(line))
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + filepath.Join(s.tools.dir, "bin") + ":" + os.Getenv("PATH"), "HOME=" + s.dir,
		"SHAXIANG_ADDR=127.0.0.1:" + s.port, "SHAXIANG_URL=http://127.0.0.1:" + s.port}
	return cmd
}

// run runs one command to its end.
func (s *session) run(t *testing.T, line string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := s.command(ctx, line)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", line, err)
	}
	return s.there(out.String()), s.there(errs.String()), cmd.ProcessState.ExitCode()
}

// start stops the running sandbox, starts another one and waits until it is ready.
func (s *session) start(t *testing.T, line string) {
	t.Helper()
	s.stop(t)
	s.server = s.command(context.Background(), "exec env "+strings.TrimSpace(strings.TrimSuffix(line, "&")))
	s.screen, s.log = newOutput(t), newOutput(t)
	s.server.Stdout, s.server.Stderr = s.screen.File, s.log.File
	if err := s.server.Start(); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if resp, err := http.Get("http://127.0.0.1:" + s.port + "/readyz"); err == nil {
			resp.Body.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("%s: did not become ready\n%s%s", line, s.screen, s.log)
}

// stop ends the sandbox with SIGTERM and checks that it ends without an error.
func (s *session) stop(t *testing.T) {
	t.Helper()
	if s.server == nil {
		return
	}
	if err := s.server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := s.server.Wait(); err != nil {
		t.Errorf("the sandbox ended with %v\n%s", err, s.log)
	}
	s.server = nil
}

// lastCall returns the last line that the sandbox logged.
func (s *session) lastCall() string {
	lines := strings.Split(strings.TrimSpace(s.log.String()), "\n")
	return s.there(lines[len(lines)-1])
}

// squeeze removes the blanks between the tokens of JSON, so that an indented answer equals
// a compact one. Other text, such as an ellipsis, stays.
func squeeze(text string) string {
	var b strings.Builder
	inText, escaped := false, false
	for _, r := range text {
		if !inText && strings.ContainsRune(" \t\r\n", r) {
			continue
		}
		if r == '"' && !escaped {
			inText = !inText
		}
		escaped = inText && r == '\\' && !escaped
		b.WriteRune(r)
	}
	return b.String()
}

// like reports whether a text matches another, in which … stands for any text.
func like(got, want string) bool {
	parts := strings.Split(want, "…")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	return regexp.MustCompile("(?s)^" + strings.Join(parts, ".*?") + "$").MatchString(got)
}

// tidy removes blanks from the ends of lines.
func tidy(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Join(lines, "\n")
}

func exitText(code int) string { return fmt.Sprintf("exit code %d", code) }
