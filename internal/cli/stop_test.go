package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"shaxiang/internal/control"
)

// steer sends JSON to a running sandbox's control API.
func steer(t *testing.T, base, path, text string) {
	t.Helper()
	resp, err := http.Post(base+"/_sandbox"+path, "application/json", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		data, _ := io.ReadAll(resp.Body)
		t.Fatalf("%s %s", resp.Status, data)
	}
}

// hammer calls over one connection until it ends, and counts the answers. An
// answer that is cut off is an error; a connection that ends between two is not.
func hammer(addr string, answered *atomic.Int64) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil // nobody listens any more
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		if _, err := io.WriteString(conn, wrong); err != nil {
			return nil
		}
		if _, err := in.Peek(1); err != nil {
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				return err
			}
			return nil
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK || !strings.HasSuffix(string(body), wrongAnswer) {
			return errors.New(resp.Status + " " + string(body))
		}
		answered.Add(1)
		if resp.Close {
			return nil
		}
	}
}

// killed is the binary on a given address, for tests that end it in their own way.
func killed(t *testing.T, addr, dir string, args ...string) *exec.Cmd {
	t.Helper()
	file := filepath.Join(dir, "addr")
	cmd := exec.Command(binary(t), append([]string{"--addr", addr, "--addr-file", file, "--log", "off"}, args...)...)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // long ended, unless the test failed
		_ = cmd.Wait()
	})
	return cmd
}

// TestBinaryStopsUnderLoad ends the binary by SIGTERM while many call: no answer is
// cut off, a call that a rule delays is answered, nobody is let in any more, and
// the coverage report tells of all calls.
func TestBinaryStopsUnderLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := killed(t, "127.0.0.1:0", dir, "--coverage-report", "report.json")
	addr := await(t, filepath.Join(dir, "addr"))
	steer(t, "http://"+addr, "/tenants/default/rules", `{"name":"late","when":{"vendor":"openapi"},"then":{"delay":"1s"}}`)
	steer(t, "http://"+addr, "/tenants", `{"name":"idle"}`)
	late := make(chan string, 1)
	go func() {
		code, out, errs := cli(t, Streams{}, "call", "sales.Payment.queryWithDetail", "start_time=2022-12-28 16:40:58", "end_time=2022-12-28 16:40:58", "--url", addr)
		if code != exitOK {
			out = errs
		}
		late <- out
	}()
	if code, out, errs := cli(t, Streams{}, "call", "fa_alipay_account_check_query.php", "start_time=2022-12-28 00:00:00", "end_time=2022-12-28 01:00:00", "--url", addr); code != exitOK {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	var group sync.WaitGroup
	var answered atomic.Int64
	for range 16 {
		group.Go(func() {
			if err := hammer(addr, &answered); err != nil {
				t.Error(err)
			}
		})
	}
	for answered.Load() < 1000 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // the late call has come, and is delayed
	begin := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	took := time.Since(begin)
	t.Logf("ended %v after SIGTERM; %d calls were answered", took.Round(time.Millisecond), answered.Load())
	if took > 10*time.Second { // 5 are promised; a busy machine may be late
		t.Errorf("it took %v to end", took)
	}
	if err != nil {
		t.Error(err)
	}
	group.Wait()
	if out := <-late; !strings.Contains(out, `"payment_id":789184699,`) {
		t.Errorf("the call in flight was answered %s", out)
	}
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("somebody listens still")
	}
	reported(t, filepath.Join(dir, "report.json"))
}

// reported wants the two calls of the test before in the report, and nobody who
// was not called.
func reported(t *testing.T, name string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var report map[string]control.Coverage
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	if len(report) != 1 {
		t.Errorf("%d tenants are reported, want default alone", len(report))
	}
	got := map[string]int{}
	for _, e := range report["default"].Endpoints {
		if e.Answered > 0 {
			got[e.Method] = e.Calls
		}
	}
	if len(got) != 2 || got["sales.Payment.queryWithDetail"] != 1 || got["fa_alipay_account_check_query.php"] != 1 {
		t.Errorf("reported %v", got)
	}
	if left, err := filepath.Glob(name + "?*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestBinaryKilled kills the binary under load. What it leaves behind does not keep
// the next one from the same address, the same files and the same calls.
func TestBinaryKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := killed(t, "127.0.0.1:0", dir, "--coverage-report", "report.json")
	addr := await(t, filepath.Join(dir, "addr"))
	var group sync.WaitGroup
	var answered atomic.Int64
	for range 16 {
		group.Go(func() { _ = hammer(addr, &answered) }) // answers are cut off when a process is killed
	}
	for answered.Load() < 1000 {
		time.Sleep(time.Millisecond)
	}
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // "signal: killed"
	group.Wait()
	stale, err := os.ReadFile(filepath.Join(dir, "addr"))
	if err != nil || strings.TrimSpace(string(stale)) != addr {
		t.Fatalf("what was killed left %q, %v", stale, err)
	}
	// The other port shows that nobody reads the address of the first.
	second := killed(t, "127.0.0.1:0", dir, "--coverage-report", "report.json")
	for end := time.Now().Add(patience); await(t, filepath.Join(dir, "addr")) == addr; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the stale address stays")
		}
	}
	others(t, await(t, filepath.Join(dir, "addr")))
	if err := second.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Error(err)
	}
	third := killed(t, addr, dir)
	others(t, await(t, filepath.Join(dir, "addr")))
	if err := third.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := third.Wait(); err != nil {
		t.Error(err)
	}
}
