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
	neighbours = flag.Bool("neighbours", false, "measure how hostile clients delay others, for docs/performance.md, and print it")
	only       = flag.String("only", "", "with -neighbours: of those clients whose description has the text")
)

// hostilePlace is the name of that table in the document.
const hostilePlace = "hostile clients"

// bearable is the bar: how many times the quiet p99 others may have.
const bearable = 2

// A round of the table. Clients are measured after they have connected.
const (
	quietTime  = time.Second
	settleTime = time.Second
	goodConns  = 8
)

// goodCalls are the calls of the others, which all differ, signed at this moment.
func goodCalls(round int) *work {
	s := &stage{callers: []*caller{defaultCaller(time.Now())}, effort: effort{distinct: 10_000}}
	return payments(40)(s, round, 10_000)
}

// TestNeighbours starts each kind of hostile client in turn, and measures the p99 of
// others. It asserts no time, but that others are answered well. Without its flag it
// starts some of each kind at once. It is not parallel, because it needs the machine.
func TestNeighbours(t *testing.T) {
	s := startSandbox(t, sidesOf(t)[0].program, first())
	good := goodCalls(0)
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
	o := drive(s.addr, good, driving{conns: connections, during: time.Second})
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
		runtime.Version(), time.Now().Format(time.DateOnly), fastest/10, *roundsOf, quietTime, strings.Join(lines, "\n"))
	fmt.Println("\n" + text)
	if *write && *only == "" {
		save(t, hostilePlace, text)
	}
}

// measure alternates rounds without and with hostile clients, and returns a line of
// the table. The calls of each round are new.
func measure(t *testing.T, addr string, kind int, rate float64) string {
	t.Helper()
	h := hostiles()[kind]
	round := 0
	p99 := func() time.Duration {
		round++
		o := drive(addr, goodCalls(round), driving{conns: goodConns, during: quietTime, rate: rate, latency: true})
		if o.failures > 0 {
			t.Errorf("%s: %d calls failed: %s", h.name, o.failures, o.failure)
		}
		return o.quantile(0.99)
	}
	var quiet, loud []time.Duration
	var times []float64
	for range *roundsOf {
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

// checkHostile checks that the document has figures of each kind.
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
