package stress

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// wrkScript makes wrk send the requests of a file in turn. Each has its length in
// bytes before it.
const wrkScript = `local file = io.open("%s", "rb")
local requests = {}
while true do
  local size = file:read("*n")
  if not size then break end
  file:read(1)
  requests[#requests + 1] = file:read(size)
end
local i = 0
request = function() i = i %% #requests + 1; return requests[i] end
`

var (
	wrkRate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	wrkRequests = regexp.MustCompile(`(\d+) requests in `)
)

// hasWrk reports whether wrk is installed (Debian package wrk).
func hasWrk() bool {
	_, err := exec.LookPath("wrk")
	return err == nil
}

// driver names what drives the rates, for the tables.
func (e *effort) driver() string {
	if e.wrk {
		return fmt.Sprintf("wrk -t1 -c%d", connections)
	}
	return fmt.Sprintf("the bench's own driver with %d connections, because wrk is not installed", connections)
}

// drive sends work over 32 connections for a while, and returns the calls a second
// and the calls.
func (b *bench) drive(addr string, w *work, during time.Duration) (rate float64, calls int) {
	b.t.Helper()
	if b.effort.wrk {
		return b.driveByWrk(addr, w, during)
	}
	// What answers is checked for programs, not for the reference.
	checked := *w
	if b.reference != nil && addr == b.reference.addr {
		checked.good, checked.row = func([]byte) bool { return true }, ""
	}
	o := drive(addr, &checked, driving{conns: connections, during: during})
	if o.failures > 0 {
		b.t.Errorf("%d calls failed: %s", o.failures, o.failure)
	}
	return o.rate(), o.calls
}

// driveByWrk drives by wrk. It does not look at bodies: check looks at some of them
// before, and the program's counters tell how many were refused.
func (b *bench) driveByWrk(addr string, w *work, during time.Duration) (rate float64, calls int) {
	b.t.Helper()
	script, err := w.script(b.t.TempDir())
	if err != nil {
		b.t.Fatal(err)
	}
	seconds := fmt.Sprintf("-d%ds", max(1, int(during.Round(time.Second).Seconds())))
	out, err := exec.Command("wrk", "-t1", fmt.Sprintf("-c%d", connections), seconds, "-s", script, "http://"+addr).CombinedOutput()
	perSecond, all := wrkRate.FindSubmatch(out), wrkRequests.FindSubmatch(out)
	if err != nil || perSecond == nil || all == nil {
		b.t.Fatalf("wrk: %v\n%s", err, out)
	}
	if text := string(out); strings.Contains(text, "Non-2xx") || strings.Contains(text, "Socket errors") {
		b.t.Errorf("wrk: %s", text)
	}
	rate, _ = strconv.ParseFloat(string(perSecond[1]), 64)
	calls, _ = strconv.Atoi(string(all[1]))
	return rate, calls
}

// script writes the work's requests and the Lua script that sends them, once.
func (w *work) script(dir string) (string, error) {
	if w.written != "" {
		return w.written, nil
	}
	var all strings.Builder
	for _, r := range w.requests {
		fmt.Fprintf(&all, "%d\n%s", len(r), r)
	}
	requests, script := filepath.Join(dir, "requests"), filepath.Join(dir, "script.lua")
	if err := os.WriteFile(requests, []byte(all.String()), 0o644); err != nil {
		return "", err
	}
	if err := os.WriteFile(script, fmt.Appendf(nil, wrkScript, requests), 0o644); err != nil {
		return "", err
	}
	w.written = script
	return script, nil
}
