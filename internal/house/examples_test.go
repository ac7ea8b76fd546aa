package house

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestExamples runs every folder of examples/ as a user does.
func TestExamples(t *testing.T) {
	inRoot(t)
	k := newTools(t)
	examples := map[string]func(*testing.T, *tools){"embed": embedded, "node": inNode, "reconcile": reconciled, "shell": inShell}
	entries, err := os.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	// The programs below read the examples, which go test does not see: reading them here
	// makes its cached result stale when an example changes.
	if err := os.CopyFS(t.TempDir(), os.DirFS("examples")); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		run := examples[e.Name()]
		if run == nil {
			t.Errorf("no function of this test runs examples/%s", e.Name())
			continue
		}
		delete(examples, e.Name())
		t.Run(e.Name(), func(t *testing.T) {
			t.Parallel()
			run(t, k)
		})
	}
	for name := range examples {
		t.Errorf("there is no examples/%s", name)
	}
}

// example runs a program and checks that it succeeds and prints a text.
func example(t *testing.T, want string, env []string, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: this example is not run", name)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
		t.Errorf("%s %v: %v; want %q in\n%s", name, args, err, want, out)
	}
}

func embedded(t *testing.T, _ *tools) { example(t, "ok ", nil, "go", "test", "./examples/embed") }

func inNode(t *testing.T, k *tools) {
	example(t, "pass 1\n", []string{"SHAXIANG_BIN=" + filepath.Join(k.dir, "bin", "shaxiang")}, "node", "--test", "--test-reporter=spec", "examples/node/sync.test.mjs")
}

func inShell(t *testing.T, k *tools) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed: this example is not run")
	}
	example(t, "3 calls, 1 refused, as expected\n", nil, "sh", "examples/shell/smoke.sh", started(t, k))
}

func reconciled(t *testing.T, k *tools) {
	example(t, "off_by_a_cent          3/3\n", nil, "go", "run", "./examples/reconcile", started(t, k))
}

// started starts the sandbox and returns its base URL.
func started(t *testing.T, k *tools) string {
	t.Helper()
	s := k.session(t)
	s.start(t, "shaxiang")
	return "http://127.0.0.1:" + s.port
}
