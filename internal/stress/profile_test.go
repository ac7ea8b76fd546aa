package stress

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

var profile = flag.String("profile", "", "write into this file where the time of the measured work goes, for builds to be optimized by")

// TestProfile makes the profile by which the program is built: of all the work that the
// table measures, each for as long.
func TestProfile(t *testing.T) {
	if *profile == "" {
		t.Skip("makes default.pgo: run it by make profile")
	}
	program, out := filepath.Join(t.TempDir(), "shaxiang"), filepath.Join(t.TempDir(), "out")
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "profile", "-o", program, "shaxiang")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	t.Setenv("PROFILE", out)
	b := &bench{t: t, program: program}
	b.sandbox = startSandbox(t, program, b.pageOf(1))
	for _, w := range []*work{b.page(40), b.page(1), b.windows(), b.checks(), b.reconciliation(), b.pushes(), b.ruled(20)} {
		if o := drive(b.sandbox.addr, w, load{conns: connections, during: 8 * time.Second}); o.failures > 0 {
			t.Fatalf("%d calls failed: %s", o.failures, o.failure)
		}
	}
	if err := b.sandbox.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out + ".done")
	for range 100 {
		if err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
		text, err = os.ReadFile(out + ".done")
	}
	if err == nil {
		text, err = anonymous(text, program)
	}
	if err == nil {
		err = os.WriteFile(*profile, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// anonymous takes the place where the program lay out of a profile.
func anonymous(profile []byte, place string) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(profile))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(bytes.ReplaceAll(plain, []byte(place), bytes.Repeat([]byte("-"), len(place)))); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
