package cli

import (
	"bytes"
	"debug/elf"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"shaxiang/internal/webtest"
)

const repository = "../.."

// buildFlags are the flags of a release; docker_test.go sees that the image is
// built with the same.
const buildFlags = `CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o`

// scratch is a folder that all tests of this package share.
var scratch = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "shaxiang-cli")
	if err != nil {
		panic(err)
	}
	return dir
})

// buildOnce builds the binary for all tests of this package.
var buildOnce = sync.OnceValues(func() (string, error) {
	name := filepath.Join(scratch(), "shaxiang")
	cmd := exec.Command("sh", "-c", buildFlags+" "+name+" .")
	cmd.Dir = repository
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return name, nil
})

func binary(t *testing.T) string {
	t.Helper()
	name, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// process is the binary at work.
type process struct {
	cmd  *exec.Cmd
	base string
	log  *syncBuffer
}

// launch starts the binary with a configuration of testdata on a free port and
// ends it by SIGTERM, which has to come to exit code 0.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	dir := t.TempDir()
	p := &process{cmd: exec.Command(binary(t), args...), log: new(syncBuffer)}
	config, err := filepath.Abs("testdata/shaxiang.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Dir, p.cmd.Stderr = dir, p.log
	p.cmd.Env = []string{"SHAXIANG_ADDR=127.0.0.1:0", "SHAXIANG_ADDR_FILE=" + dir + "/addr", "SHAXIANG_CONFIG=" + config}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := p.cmd.Wait(); err != nil {
			t.Errorf("%v after SIGTERM\n%s", err, p.log)
		}
	})
	p.base = "http://" + await(t, dir+"/addr")
	return p
}

// TestBinaryScripts plays the HTTP scripts of the handlers against the binary,
// each with a process of its own, so that writes of one do not show in another.
func TestBinaryScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(repository + "/handlers/testdata/scripts/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		if strings.HasSuffix(name, "_clock") {
			continue // wants the clock of the handlers' tests
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := launch(t)
			webtest.Run(t, webtest.Config{BaseURL: p.base, Now: time.Now}, file)
		})
	}
}

// TestBinarySize keeps the binary small and free of what a machine may lack.
func TestBinarySize(t *testing.T) {
	t.Parallel()
	name := binary(t)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	if info.Size() >= 25e6 {
		t.Errorf("%d bytes, want less than 25 MB", info.Size())
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux binaries are in ELF")
	}
	isStatic(t, name)
}

// isStatic reads the headers: no loader is asked for, and no library.
func isStatic(t *testing.T, name string) {
	t.Helper()
	f, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the binary asks for a loader")
		}
	}
	if libs, err := f.DynString(elf.DT_NEEDED); err == nil && len(libs) > 0 {
		t.Errorf("the binary needs %v", libs)
	}
	if s := f.Section(".symtab"); s != nil {
		t.Error("the binary is not stripped")
	}
}

// TestBinaryIdle measures how long a cold start takes until a signed call is
// answered, and how much memory the process holds then. Only memory is asserted.
func TestBinaryIdle(t *testing.T) {
	t.Parallel()
	name := binary(t)
	begin := time.Now()
	p := launch(t)
	listening := time.Since(begin)
	idle := resident(t, p.cmd.Process.Pid)
	code, out, errs := cli(t, Streams{}, "call", "sales.Payment.queryWithDetail", "start_time=2022-12-01 00:00:00", "end_time=2022-12-02 00:00:00", "--url", p.base)
	t.Logf("%s listens after %v, has answered a call after %v, holds %.1f MB before and %.1f MB after it", filepath.Base(name),
		listening.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond), idle, resident(t, p.cmd.Process.Pid))
	if code != exitOK || !strings.HasPrefix(out, `{"status":0,"data":{"payment_list":[{`) {
		t.Errorf("%d %s%s", code, out, errs)
	}
	if idle >= 40 {
		t.Errorf("%.1f MB, want less than 40", idle)
	}
}

var rss = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// resident returns the memory that a process holds, in MB; 0 where /proc does
// not tell.
func resident(t *testing.T, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	m := rss.FindSubmatch(status)
	if m == nil {
		t.Fatalf("no VmRSS in %s", status)
	}
	kb, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return float64(kb) / 1000
}

// TestBinaryDeterminism asks two processes of one seed and one frozen clock the
// same questions, the second in another order, and wants the same bytes.
func TestBinaryDeterminism(t *testing.T) {
	t.Parallel()
	questions := [][]string{
		{"sales.Payment.queryWithDetail", "start_time=2022-11-29 00:00:00", "end_time=2022-12-28 17:59:59", "--page-size", "1000", "--calc-total"},
		{"sales.Payment.queryWithDetail", "start_time=2022-12-01 00:00:00", "end_time=2022-12-28 17:59:59", "time_type=1", "status=40", "--page-no", "3"},
		{"finance.RawPayment.search", "start_time=2022-12-01 00:00:00", "end_time=2022-12-20 00:00:00", "shop_no=POS", "--page-size", "500", "--calc-total"},
		{"finance.RawPayment.push", "shop_no=POS", "order_no=0Be1tqsxdb", "in_amount=1.25", "type=1"},
		{"finance.RawPayment.search", "start_time=2022-12-28 00:00:00", "end_time=2022-12-29 00:00:00", "order_no=0Be1tqsxdb", "--calc-total"},
		{"fa_alipay_account_check_query.php", "start_time=2022-12-27 00:00:00", "end_time=2022-12-27 23:59:59", "--page-size", "100"},
		{"openapi.payment.order.reconciliation", "year=2022", "month=12", "--page-size", "100"},
		{"openapi.payment.order.reconciliation", "year=2020", "type=1"},
		{"openapi.payment.order.reconciliation"},
	}
	ask := func(p *process, q []string) string {
		args := append([]string{"call"}, q...)
		args = append(args, "--config", "testdata/shaxiang.yaml", "--tenant", "frozen", "--url", p.base)
		code, out, errs := cli(t, Streams{}, args...)
		if code != exitOK {
			t.Errorf("%q: %d %s%s", q, code, out, errs)
		}
		return out
	}
	one, two := launch(t), launch(t)
	var first []string
	for _, q := range questions {
		first = append(first, ask(one, q))
	}
	ask(two, questions[3]) // the write comes first in either, then the order is turned round
	for i := len(questions) - 1; i >= 0; i-- {
		if got := ask(two, questions[i]); got != first[i] {
			t.Errorf("%q\n%s\n%s", questions[i], first[i], got)
		}
	}
	if strings.Count(strings.Join(first, ""), "0Be1tqsxdb") != 1 {
		t.Error("what was pushed is not seen, or seen twice")
	}
}

// TestBinaryProbes asks what an orchestrator asks.
func TestBinaryProbes(t *testing.T) {
	t.Parallel()
	p := launch(t)
	for _, path := range []string{"/livez", "/readyz"} {
		resp, err := http.Get(p.base + path)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if _, err := body.ReadFrom(resp.Body); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK || body.String() != "ok\n" {
			t.Errorf("%s: %s %q", path, resp.Status, body.String())
		}
	}
}
