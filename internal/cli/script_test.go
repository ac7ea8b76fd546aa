package cli

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write what commands print into the scripts that compare it")

// program is the tests, and what has to be cleared away after them.
type program struct{ *testing.M }

// Run runs the tests, and looks for goroutines that are left over.
func (p program) Run() int {
	defer os.RemoveAll(scratch())
	code := p.M.Run()
	http.DefaultClient.CloseIdleConnections()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// TestMain lets scripts run this test binary as the command shaxiang.
func TestMain(m *testing.M) {
	testscript.Main(program{m}, map[string]func(){
		"shaxiang": func() {
			os.Exit(Main(os.Args[1:], os.Environ(), Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

// TestScripts runs the command as a user would. In every script a sandbox that is
// started without --addr takes a free port, and the client commands find it.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("GORACE", "atexit_sleep_ms=1") // under -race each command would end with a second's sleep
			env.Setenv("SHAXIANG_ADDR", "127.0.0.1:0")
			env.Setenv("SHAXIANG_ADDR_FILE", env.WorkDir+"/addr")
			return nil
		},
	})
}
