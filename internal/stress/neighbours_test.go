package stress

import (
	"flag"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

var (
	neighbours = flag.Bool("neighbours", false, "measure what others feel of hostile clients, for docs/performance.md, and print it")
	only       = flag.String("only", "", "with -neighbours: of those clients whose description has the text")
)

// hostilePlace is where the document has that table.
const hostilePlace = "hostile clients"

// bearable is how many times the quiet p99 others may feel.
const bearable = 2

// A round of the table. The clients are measured once what their coming cost is over.
const (
	quietTime  = time.Second
	settleTime = time.Second
	goodConns  = 8
)

// TestNeighbours lets each kind of hostile client loose in turn, and measures the
// p99 of others. It measures and asserts no time; that others are answered well is
// asserted. Without its flag it lets some of each kind loose at once. It waits for
// its turn, because it takes what it finds of the machine.
func TestNeighbours(t *testing.T) {
	s := startSandbox(t, build(t), first())
	good := &work{requests: [][]byte{page40(defaultCaller(time.Now()))}, good: flagshipGood}
	if !*neighbours {
		checkHostile(t)
		for i, h := range hostiles() {
			defer loose(t, i, max(1, h.many/20), s.addr)()
		}
		if o := drive(s.addr, good, driving{conns: goodConns, during: time.Second, rate: 500}); o.failures > 0 || o.calls < 100 {
			t.Errorf("%d of %d calls failed: %s", o.failures, o.calls, o.failure)
		}
		return
	}
	o := drive(s.addr, good, driving{conns: connections, during: second})
	fastest := o.rate()
	lines := []string{"| hostile client | p99 quiet | p99 meanwhile | times | met |", "| --- | --- | --- | --- | --- |"}
	for i, h := range hostiles() {
		if !strings.Contains(h.name, *only) {
			continue
		}
		needDescriptors(t, h.many)
		lines = append(lines, measure(t, s.addr, i, fastest/10))
		fmt.Println(lines[len(lines)-1])
	}
	text := fmt.Sprintf("%s/%s, %d cores, %s, %s; %.0f calls a second; %d rounds of %s each way.\n\n%s\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		runtime.Version(), time.Now().Format(time.DateOnly), fastest/10, *rounds, quietTime, strings.Join(lines, "\n"))
	fmt.Println("\n" + text)
	if *write && *only == "" {
		save(t, hostilePlace, text)
	}
}

// measure alternates rounds in which others are alone with rounds in which they are
// not, and returns a line of the table. Calls are signed anew for each: signatures
// grow old.
func measure(t *testing.T, addr string, kind int, rate float64) string {
	t.Helper()
	h := hostiles()[kind]
	p99 := func() time.Duration {
		w := &work{requests: [][]byte{page40(defaultCaller(time.Now()))}, good: flagshipGood}
		o := drive(addr, w, driving{conns: goodConns, during: quietTime, rate: rate, latency: true})
		if o.failures > 0 {
			t.Errorf("%s: %d calls failed: %s", h.name, o.failures, o.failure)
		}
		return o.quantile(0.99)
	}
	var quiet, loud []time.Duration
	var times []float64
	for range *rounds {
		quiet = append(quiet, p99())
		stop := loose(t, kind, h.many, addr)
		time.Sleep(settleTime)
		loud = append(loud, p99())
		stop()
		time.Sleep(settleTime) // until the program has noticed
		times = append(times, float64(loud[len(loud)-1])/float64(quiet[len(quiet)-1]))
	}
	met := "yes"
	if middle(times) > bearable {
		met = "**no**"
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return fmt.Sprintf("| %s | %.2f ms | %.2f ms | %.1f | %s |", h.name, ms(middle(quiet)), ms(middle(loud)), middle(times), met)
}

// checkHostile holds that the document has each kind with its figures.
func checkHostile(t *testing.T) {
	t.Helper()
	_, figures, _ := readDocument(t, hostilePlace)
	for _, h := range hostiles() {
		line := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(h.name) + ` \| [\d.]+ ms \| [\d.]+ ms \| [\d.]+ \| (yes|\*\*no\*\*) \|$`)
		if !line.MatchString(figures) {
			t.Errorf("%s has no figures of %q; run make strength", documentName, h.name)
		}
	}
}
