package stress

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"shaxiang/internal/cli"
)

var profile = flag.String("profile", "", "write into this file where the time of the measured work goes, for builds to be optimized by")

// TestProfile makes the profile by which the program is built: of all the work that the
// table measures, each for as long.
func TestProfile(t *testing.T) {
	if *profile == "" {
		t.Skip("makes default.pgo: run it by make profile")
	}
	out := filepath.Join(t.TempDir(), "out")
	t.Run("work", func(t *testing.T) { // the profile is whole once the sandbox has ended
		t.Setenv(roleVariable, "profiled "+out)
		b := &bench{t: t, program: self(t)}
		b.sandbox = startSandbox(t, b.program, b.pageOf(1))
		for _, w := range []*work{b.page(40), b.page(1), b.windows(), b.checks(), b.reconciliation(), b.pushes(), b.ruled(20)} {
			if o := drive(b.sandbox.addr, w, load{conns: connections, during: 8 * time.Second}); o.failures > 0 {
				t.Fatalf("%d calls failed: %s", o.failures, o.failure)
			}
		}
	})
	text, err := os.ReadFile(out)
	if err == nil {
		text, err = anonymous(text)
	}
	if err == nil {
		err = os.WriteFile(*profile, text, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// serveProfiled is the sandbox, and writes into a file where its time goes.
func serveProfiled(name string) (code int) {
	f, err := os.Create(name)
	if err != nil {
		panic(err)
	}
	runtime.SetCPUProfileRate(500) // a second; pprof would take 100, and says on stderr that it cannot
	if err := pprof.StartCPUProfile(f); err != nil {
		panic(err)
	}
	code = cli.Main(os.Args[1:], os.Environ(), cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	pprof.StopCPUProfile()
	if err := f.Close(); err != nil {
		panic(err)
	}
	return code
}

// anonymous takes the places out of a profile where the program and the project lie.
func anonymous(profile []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(profile))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	for _, place := range []string{program, folder} {
		plain = bytes.ReplaceAll(plain, []byte(place), bytes.Repeat([]byte("-"), len(place)))
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
