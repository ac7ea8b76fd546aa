package cli

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestPublished: of two sandboxes with one file, neither takes the other's away.
func TestPublished(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "addr")
	one, err := publish("--addr-file", name, []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := publish("--addr-file", name, []byte("two"))
	if err != nil {
		t.Fatal(err)
	}
	one.remove()
	if data, err := os.ReadFile(name); err != nil || string(data) != "two" {
		t.Errorf("the file of the second is %q (%v)", data, err)
	}
	two.remove()
	if _, err := os.Lstat(name); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	two.remove() // whoever removed it first
	if left, _ := os.ReadDir(filepath.Dir(name)); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// TestPublishedBadly: only regular files are written, and what is there stays.
func TestPublishedBadly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("this system makes no links: %v", err)
	}
	for _, flag := range []string{"--addr-file", "--coverage-report"} {
		for name, words := range map[string]string{dir: "regular file", link: "regular file", os.DevNull: "regular file", filepath.Join(dir, "no", "file"): "there is no folder"} {
			code, out, errs := cli(t, Streams{}, "serve", "--addr", "127.0.0.1:0", flag, name)
			if code != exitBadFile || out != "" || !strings.Contains(errs, flag+": ") || !strings.Contains(errs, words) {
				t.Errorf("%s %s: %d %s%s", flag, name, code, out, errs)
			}
		}
	}
	if data, err := os.ReadFile(target); err != nil || string(data) != "kept" {
		t.Errorf("%q %v", data, err)
	}
}

// TestHangUp: the sandbox ends as well when its terminal is closed: by itself, with its report,
// and without its address.
func TestHangUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := killed(t, "127.0.0.1:0", dir, "--coverage-report", "report.json")
	await(t, filepath.Join(dir, "addr"))
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "report.json")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "addr")); !os.IsNotExist(err) {
		t.Errorf("the address is still there: %v", err)
	}
}

// TestLocalhost: localhost is reached in both families, at one port.
func TestLocalhost(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp6", "[::1]:0"); err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	} else {
		l.Close()
	}
	dir := t.TempDir()
	killed(t, "localhost:0", dir)
	_, port, err := net.SplitHostPort(await(t, filepath.Join(dir, "addr")))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
		resp, err := http.Get("http://" + net.JoinHostPort(host, port) + "/readyz")
		if err != nil {
			t.Error(err)
			continue
		}
		resp.Body.Close()
	}
	busy, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	_, port, _ = net.SplitHostPort(busy.Addr().String())
	if code, _, errs := cli(t, Streams{}, "serve", "--addr", "localhost:"+port); code != exitPort || !strings.Contains(errs, port) {
		t.Errorf("a port that is taken in one family: %d %s", code, errs)
	}
}
