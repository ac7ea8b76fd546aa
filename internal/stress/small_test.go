package stress

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// sent counts requests that one program got, and those of them that came before.
// Timestamps and signatures do not make a request a different one.
type sent struct {
	mu    sync.Mutex
	seen  map[string]bool
	all   int
	again int
}

// plain is a request without its timestamp and signature.
func plain(request []byte) string {
	text := string(request)
	for _, name := range []string{"timestamp=", "&sign="} {
		begin, rest, found := strings.Cut(text, name)
		if !found {
			continue
		}
		if end := strings.IndexAny(rest, "& "); end >= 0 {
			text = begin + rest[end:]
		} else {
			text = begin
		}
	}
	return text
}

func (n *sent) add(addr string, w *work) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, r := range w.requests {
		key := addr + plain(r)
		n.all++
		if n.seen[key] {
			n.again++
		}
		n.seen[key] = true
	}
}

// littleEffort is what the suite takes for a row.
var littleEffort = effort{rounds: 1, during: 40 * time.Millisecond, distinct: 400, calls: 12, firsts: 1, memory: 300, small: true}

// TestBench measures each row and each growth in a small form. It asserts no time, but
// that requests differ, that answers are accepted and hold rows (the bench fails
// otherwise), and that each table has a figure of each row.
func TestBench(t *testing.T) {
	t.Parallel()
	b := &bench{t: t, sides: []side{{"this program", build(t)}}, reference: startReference(t), effort: littleEffort}
	for _, w := range tableRows() {
		b.sent = &sent{seen: map[string]bool{}}
		m := b.measure(w)[0]
		if b.sent.again > 0 {
			t.Errorf("%s: %d of %d requests were sent before", w.name, b.sent.again, b.sent.all)
		}
		if line := w.line(&m); !w.pattern().MatchString(line) || strings.Count(line, "|") != strings.Count(tableHead[0], "|") {
			t.Errorf("%s: no figure: %s", w.name, w.line(&m))
		}
		if w.unit == perSecond && (len(m.bases) != b.effort.rounds || m.first == 0 || m.counts.ok == 0) {
			t.Errorf("%s: no reference, first call or count: %+v", w.name, m)
		}
	}
	b.sent = &sent{seen: map[string]bool{}}
	lines, _ := b.growthTable(func(string) bool { return true })
	if len(lines) != len(growthHead)+len(growths()) {
		t.Fatalf("%d lines of growths, want %d", len(lines), len(growthHead)+len(growths()))
	}
	for i, g := range growths() {
		line := lines[len(growthHead)+i]
		if !g.pattern().MatchString(line) || strings.Count(line, "|") != strings.Count(growthHead[0], "|") {
			t.Errorf("%s: no figures: %s", g.name, line)
		}
	}
}

// TestBenchOfCatalogue makes each query of the catalogue in a small world. All are
// answered, and all but those that look for a number are answered well.
func TestBenchOfCatalogue(t *testing.T) {
	t.Parallel()
	b := &bench{t: t, sides: []side{{"this program", build(t)}}, effort: littleEffort}
	run := &catalogue{}
	b.alone("small", func(b *bench) { run = b.askAll(reading, time.Hour) })
	good := 0
	for _, a := range run.list {
		if !a.ok[0] {
			t.Errorf("%s is not answered", a.method)
		}
		good += oneIf(a.good[0])
	}
	if len(run.list) < 163+len(hardest) || good < 120 || run.left > 0 {
		t.Errorf("%d queries were asked and %d answered well", len(run.list), good)
	}
}

// TestRequestsDiffer makes the requests of two full rounds of each rate: all differ.
func TestRequestsDiffer(t *testing.T) {
	t.Parallel()
	const distinct = 20_000
	s := &stage{t: t, callers: []*caller{defaultCaller(time.Now())}, effort: effort{distinct: distinct}}
	for name, requests := range map[string]func(*stage, int, int) *work{
		"40 rows": payments(40), "1 row": payments(1), "1,000 rows": payments(1000), "filters": filtered(), "90 days": windows(),
		"checks": checks(), "pushes": newBills, "refused": refused, "month": month(0, ""), "clients' rows": clientPages(20_000),
	} {
		n := sent{seen: make(map[string]bool, 2*distinct)}
		n.add("", requests(s, rounds, distinct))
		n.add("", requests(s, rounds+1, distinct))
		if n.all != 2*distinct || n.again > 0 {
			t.Errorf("%s: %d of %d requests came before", name, n.again, n.all)
		}
	}
	n := sent{seen: map[string]bool{}}
	n.add("", reconciliation()(s, rounds, distinct))
	if n.all-n.again < 5000 {
		t.Errorf("reconciliation: only %d different requests", n.all-n.again)
	}
}

// TestMissesAreMarked checks that the tables mark each bar that is missed, a row that
// failed, and a program that is slower than another one.
func TestMissesAreMarked(t *testing.T) {
	t.Parallel()
	rates := func(figures ...float64) *sample {
		return &sample{figures: figures, bases: []float64{100, 100, 100}, first: 3 * time.Second}
	}
	for _, c := range []struct {
		bar  bar
		m    *sample
		want string
	}{
		{share(60), rates(61, 10, 70), "yes"},
		{share(60), rates(59, 10, 70), "**no**"},
		{share(60), &sample{}, "**no**"},
		{share(60), &sample{figures: []float64{61}}, "**no**"},
		{atMost(millis, 5), rates(4, 5, 6), "yes"},
		{atMost(millis, 5), rates(4, 5.1, 6), "**no**"},
		{atMost(millis, 5), &sample{}, "**no**"},
		{warmAndFirst(5, 3000), rates(4, 5, 6), "yes"},
		{warmAndFirst(5, 2000), rates(4, 5, 6), "**no**"},
		{flat(), rates(109, 110, 120), "yes"},
		{flat(), rates(109, 111, 120), "**no**"},
		{times(2), rates(100, 201, 300), "**no**"},
	} {
		line := row{name: "x", unit: millis, bar: c.bar}.line(c.m)
		if got := strings.TrimSpace(strings.Split(line, "|")[7]); got != c.want {
			t.Errorf("%s of %v is marked %q, want %q: %s", c.bar.text, c.m.figures, got, c.want, line)
		}
	}
	for _, c := range []struct {
		u           unit
		mine, other []float64
		want        string
	}{
		{perSecond, []float64{91, 50, 99}, []float64{100, 100, 100}, "| x | 91/s | 100/s | 0.91 | – | – | – | yes |"},
		{perSecond, []float64{89, 50, 99}, []float64{100, 100, 100}, "| x | 89/s | 100/s | 0.89 | – | – | – | **no** |"},
		{millis, []float64{1, 2, 3}, []float64{1, 1, 3}, "| x | 2.00 ms | 1.00 ms | 1.00 | – | – | – | yes |"},
		{millis, []float64{2, 2, 3}, []float64{1, 1, 3}, "| x | 2.00 ms | 1.00 ms | 0.50 | – | – | – | **no** |"},
		{millis, nil, nil, "| x | – | – | – | – | – | – | **no** |"},
	} {
		if got := compare("x", c.u, []sample{{figures: c.mine}, {figures: c.other}}); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	busy := compare("x", perSecond, []sample{{figures: []float64{50}, cpu: []float64{95}, first: time.Second}, {figures: []float64{100}, cpu: []float64{100}, first: time.Second}})
	if want := "| x | 50/s | 100/s | 0.50 | 1000 ms, 1000 ms | 95 µs, 100 µs | 1.05 | **no**, but by processor time yes |"; busy != want {
		t.Errorf("%s, want %s", busy, want)
	}
	late := asked{method: "m", took: []time.Duration{2 * time.Second, time.Second}, ok: []bool{true, true}}
	if late.verdict() != "**no**" || !late.worse() {
		t.Errorf("a late query is marked %s", late.verdict())
	}
}

// TestLaws checks the exponents that are printed of growths.
func TestLaws(t *testing.T) {
	t.Parallel()
	sizes := []int{0, 10, 100, 1000}
	for want, figures := range map[string][]float64{
		"n^0.00, at the end n^0.00": {1, 5, 5, 5},
		"n^1.00, at the end n^1.00": {1, 1, 10, 100},
		"n^0.50, at the end n^1.00": {1, 1, 1, 10},
		"–":                         {1, 0, 0, 10},
	} {
		if got := law(sizes, figures); got != want {
			t.Errorf("%v grows by %s, want %s", figures, got, want)
		}
	}
}

// TestCountsFromMetrics reads the counters of a program, and what rows came from.
func TestCountsFromMetrics(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, build(t), first())
	before := countsOf(s.addr)
	l, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.conn.Close()
	c := defaultCaller(time.Now())
	for _, r := range [][]byte{c.payments(december(5), december(6), pageOf(0, 3)...), []byte(missigned(c.payments(december(5), december(6))))} {
		if _, _, err := l.do(slices.Clone(r)); err != nil {
			t.Fatal(err)
		}
	}
	now := countsOf(s.addr).since(before)
	if !now.known || now.ok != 1 || now.refused != 1 || now.rows != 3 {
		t.Errorf("one call of three rows and a refused one are counted as %+v", now)
	}
	var n counts
	n.add(sourceMetric, `from="cache"}`, 3)
	n.add(sourceMetric, `from="query"}`, 1)
	if got := n.from(); got != "cache 75 %, query 25 %" {
		t.Errorf("rows came from %s", got)
	}
}

// TestWrk drives a program by wrk, where that is installed. The program counts as many
// calls as wrk, and refuses none.
func TestWrk(t *testing.T) {
	t.Parallel()
	if !hasWrk() {
		t.Skip("wrk is not installed; Debian's package is called wrk")
	}
	b := &bench{t: t, sides: []side{{"this program", build(t)}}, effort: littleEffort}
	b.effort.wrk = true
	s := b.start(b.sides[0], scene{})
	w := payments(40)(s, 0, 2000)
	rate, calls := b.drive(s.addr, w, time.Second)
	got := countsOf(s.addr)
	if rate <= 0 || calls == 0 || got.ok < float64(calls) || got.refused > 0 || got.rows != 40*got.ok {
		t.Errorf("wrk made %d calls, %.0f a second; the program counted %+v", calls, rate, got)
	}
	if same, err := w.script(""); err != nil || same != w.written {
		t.Errorf("the script was written again: %v", err)
	}
}
