package stress

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"shaxiang/internal/control"
)

// connections is how many clients drive a server at a time.
const connections = 32

// second is a round.
const second = time.Second

// bench is a measurement on its way: the two servers, and what later rows take
// from earlier ones.
type bench struct {
	t         *testing.T
	program   string
	sandbox   *child
	reference *child
	tenantsOf []*caller // 1,000 of them, once they were made
	fastest   float64   // calls a second of a page of 40 rows
	seen      []float64 // MB after each step of the row about memory
	all       float64   // the last of them
	wrk       []string  // lines of the table of wrk
}

// december is a day whose business is final.
func december(day int) time.Time {
	return time.Date(2022, 12, day, 0, 0, 0, 0, time.FixedZone("CST", 8*3600))
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, program: build(t), reference: startReference(t)}
	b.sandbox = startSandbox(t, b.program, b.pageOf(1))
	return b
}

func (b *bench) me() *caller { return defaultCaller(time.Now()) }

// pageOf is a page of so many payments.
func (b *bench) pageOf(rows int) []byte {
	return b.me().payments(december(5), december(6), "page_no", "0", "page_size", fmt.Sprint(rows))
}

func (b *bench) page(rows int) *work {
	return &work{requests: [][]byte{b.pageOf(rows)}, good: flagshipGood}
}

// windows are pages of 40 rows of many different windows of a day's length over 90 days.
func (b *bench) windows() *work {
	w := &work{good: flagshipGood}
	for i := range 2000 {
		from := december(1).AddDate(0, 0, -89).Add(time.Duration(i*7919%(89*24*60)) * time.Minute)
		w.requests = append(w.requests, b.me().payments(from, from.AddDate(0, 0, 1), "page_no", "0", "page_size", "40"))
	}
	return w
}

func (b *bench) checks() *work {
	return &work{requests: [][]byte{b.me().checks(december(5), december(6), 40)}, good: enterpriseGood}
}

func (b *bench) reconciliation() *work {
	return &work{requests: [][]byte{b.me().reconciliation(2022, 12, 40)}, good: fubeiGood}
}

// pushes are bills that are new the first time, and known when they come again.
func (b *bench) pushes() *work {
	w := &work{good: func(body []byte) bool { return string(body) == `{"status":0,"data":[]}` }}
	me := b.me()
	for i := range 10_000 {
		numbers := make([]string, 10)
		for k := range numbers {
			numbers[k] = fmt.Sprintf("bench-%d-%d", i, k)
		}
		w.requests = append(w.requests, me.push(numbers...))
	}
	return w
}

// pushed pushes bills to a fresh program: 100,000 rows stay in its memory, and would be
// what the rows after this one measure.
func (b *bench) pushed() (f finding) {
	b.t.Run("pushed", func(t *testing.T) {
		of := bench{t: t, program: b.program, reference: b.reference, sandbox: startSandbox(t, b.program, b.pageOf(1)), wrk: b.wrk}
		f = of.ratio(of.pushes(), 0.3)
		b.wrk = of.wrk
	})
	return f
}

// turns drives two servers, or one with two sorts of work, in turns, and returns
// the calls a second of each round.
func (b *bench) turns(addr string, w *work, other string, ow *work) (mine, theirs []float64) {
	b.t.Helper()
	one := func(addr string, w *work, during time.Duration) float64 {
		o := drive(addr, w, driving{conns: connections, during: during})
		if o.failures > 0 {
			b.t.Errorf("%d calls failed: %s", o.failures, o.failure)
		}
		return o.rate()
	}
	one(addr, w, second/2) // to get warm
	one(other, ow, second/2)
	for range *rounds {
		theirs = append(theirs, one(other, ow, second))
		mine = append(mine, one(addr, w, second))
	}
	return mine, theirs
}

// ratio measures work against the reference, which answers what the sandbox did.
func (b *bench) ratio(w *work, bar float64) finding {
	b.t.Helper()
	b.reference.answers(b.t, b.typical(w))
	mine, theirs := b.turns(b.sandbox.addr, w, b.reference.addr, w)
	if b.fastest == 0 {
		b.fastest = middle(mine) // the table begins with the page of 40 rows
	}
	if slow, fast := wrkDrive(b.t, b.sandbox.addr, w), wrkDrive(b.t, b.reference.addr, w); slow > 0 {
		b.wrk = append(b.wrk, fmt.Sprintf("| %s | %.0f/s | %.0f/s | %.0f %% |", rows()[len(b.wrk)].work, fast, slow, 100*slow/fast))
	}
	return shares(mine, theirs, bar)
}

// typical is the answer of middle length of some work.
func (b *bench) typical(w *work) []byte {
	b.t.Helper()
	conn, err := dial(b.sandbox.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.conn.Close()
	var bodies [][]byte
	for i := 0; i < len(w.requests); i += max(1, len(w.requests)/100) {
		status, body, err := conn.do(w.requests[i])
		if err != nil || status != 200 || !w.good(body) {
			b.t.Fatalf("%d %.200s %v", status, body, err)
		}
		bodies = append(bodies, slices.Clone(body))
	}
	slices.SortFunc(bodies, func(x, y []byte) int { return len(x) - len(y) })
	return bodies[len(bodies)/2]
}

// shares is the middle one of the rounds' ratios: one round in which the machine
// had something else to do does not decide.
func shares(mine, theirs []float64, bar float64) finding {
	var each []float64
	for i := range mine {
		each = append(each, mine[i]/theirs[i])
	}
	share := middle(each)
	return finding{fmt.Sprintf("%.0f/s", middle(theirs)), fmt.Sprintf("%.0f/s", middle(mine)), fmt.Sprintf("%.0f %%", 100*share), share >= bar}
}

func middle[T float64 | time.Duration](list []T) T {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

// tenants spreads a page of 40 rows over 1,000 tenants.
func (b *bench) tenants() finding {
	b.t.Helper()
	b.populate()
	mine, one := b.turns(b.sandbox.addr, b.spread(), b.sandbox.addr, b.page(40))
	return shares(mine, one, 0.8)
}

// populate makes the tenants.
func (b *bench) populate() {
	b.t.Helper()
	for i := range 1000 {
		info, err := b.sandbox.client().CreateTenant(context.Background(), control.NewTenant{Name: fmt.Sprintf("b%d", i)})
		if err != nil {
			b.t.Fatal(err)
		}
		b.tenantsOf = append(b.tenantsOf, &caller{who: info.Credentials, at: time.Now()})
	}
}

// spread is a page of 40 rows of each tenant, signed now.
func (b *bench) spread() *work {
	w := &work{good: flagshipGood}
	for _, c := range b.tenantsOf {
		c.at = time.Now()
		w.requests = append(w.requests, c.payments(december(5), december(6), "page_no", "0", "page_size", "40"))
	}
	return w
}

// rules gives a tenant 20 rules of which none fits, and another none. Both are new
// to a fresh program, which does not carry the journals of the rows before.
func (b *bench) rules() (f finding) {
	b.t.Run("rules", func(t *testing.T) {
		of := bench{t: t, program: b.program, sandbox: startSandbox(t, b.program, b.pageOf(1))}
		mine, none := of.turns(of.sandbox.addr, of.ruled(20), of.sandbox.addr, of.ruled(0))
		f = shares(mine, none, 0.9)
	})
	return f
}

// ruled is a page of 40 rows of a tenant with so many rules.
func (b *bench) ruled(rules int) *work {
	b.t.Helper()
	name := fmt.Sprintf("ruled%d", rules)
	info, err := b.sandbox.client().CreateTenant(context.Background(), control.NewTenant{Name: name})
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range rules {
		rule := fmt.Sprintf("name: never-%d\nwhen: {method: \"sales.*\", params: {page_no: %d}}\nthen: {refuse: internal}\n", i, 100+i)
		if _, err := b.sandbox.client().AddRule(context.Background(), name, control.YAML, []byte(rule)); err != nil {
			b.t.Fatal(err)
		}
	}
	c := &caller{who: info.Credentials, at: time.Now()}
	return &work{requests: [][]byte{c.payments(december(5), december(6), "page_no", "0", "page_size", "40")}, good: flagshipGood}
}

// deep compares a page of a month with very many rows to one of about 1,000.
func (b *bench) deep(page int) finding {
	b.t.Helper()
	name := fmt.Sprintf("big%d", page)
	info, err := b.sandbox.client().CreateTenant(context.Background(), control.NewTenant{Name: name, OrdersPerDay: 30_000})
	if err != nil {
		b.t.Fatal(err)
	}
	november := december(1).AddDate(0, -1, 0)
	few, _ := b.total(b.me(), november, november.AddDate(0, 0, 10), 0)
	many, p50 := b.total(&caller{who: info.Credentials, at: time.Now()}, november, november.AddDate(0, 0, 30).Add(-time.Second), page)
	few2, base := b.total(b.me(), november, november.AddDate(0, 0, 10), 0)
	if few != few2 {
		b.t.Errorf("%d and %d rows of one window", few, few2)
	}
	if err := b.sandbox.client().DeleteTenant(context.Background(), name); err != nil {
		b.t.Fatal(err)
	}
	times := float64(p50) / float64(base)
	return finding{fmt.Sprintf("%d µs, %d rows", base.Microseconds(), few), fmt.Sprintf("%d µs, %d rows", p50.Microseconds(), many),
		fmt.Sprintf("%.1f times", times), times <= 3}
}

// total asks for a page of the finished payments of a window again and again, over
// one connection, and returns how many fit and the middle latency, warm.
func (b *bench) total(c *caller, from, to time.Time, page int) (rows int, p50 time.Duration) {
	b.t.Helper()
	body := fmt.Sprintf(`[{"start_time":"%s","end_time":"%s","status":40}]`, from.Format(time.DateTime), to.Format(time.DateTime))
	w := &work{good: flagshipGood}
	w.requests = [][]byte{c.openapi("sales.Payment.queryWithDetail", body, "page_no", fmt.Sprint(page), "page_size", "40", "calc_total", "1")}
	l := driving{conns: 1, during: time.Minute, calls: 10, latency: true}
	drive(b.sandbox.addr, w, l)
	l.calls = 500
	o := drive(b.sandbox.addr, w, l)
	if o.failures > 0 {
		b.t.Errorf("%d calls failed: %s", o.failures, o.failure)
	}
	if _, err := fmt.Sscanf(string(b.typical(w)), `{"status":0,"data":{"total_count":%d,`, &rows); err != nil {
		b.t.Fatal(err)
	}
	return rows, o.quantile(0.5)
}

// p99 drives the page of 40 rows at half of the rate that it reached, on a program as
// fresh as that one was.
func (b *bench) p99() finding {
	b.t.Helper()
	var o outcome
	b.t.Run("p99", func(t *testing.T) {
		c := startSandbox(t, b.program, b.pageOf(1))
		drive(c.addr, b.page(40), driving{conns: connections, during: second})
		o = drive(c.addr, b.page(40), driving{conns: connections, during: time.Duration(*rounds) * second, rate: b.fastest / 2, latency: true})
		if o.failures > 0 {
			t.Errorf("%d calls failed: %s", o.failures, o.failure)
		}
	})
	p99 := o.quantile(0.99)
	return finding{fmt.Sprintf("%.0f/s", b.fastest/2), fmt.Sprintf("%.2f ms", float64(p99.Microseconds())/1000),
		fmt.Sprintf("p50 %.2f ms", float64(o.quantile(0.5).Microseconds())/1000), p99 < 5*time.Millisecond}
}

// coldStart starts the program again and again until its first answer.
func (b *bench) coldStart() finding {
	b.t.Helper()
	var took []time.Duration
	for range 11 {
		b.t.Run("start", func(t *testing.T) {
			c := startSandbox(t, b.program, b.pageOf(1))
			took = append(took, time.Since(c.begun))
		})
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	return finding{"–", fmt.Sprintf("%.1f ms", ms(middle(took))), fmt.Sprintf("%.1f to %.1f ms", ms(slices.Min(took)), ms(slices.Max(took))),
		middle(took) < 30*time.Millisecond}
}

// idle is the memory of a program that has answered one call.
func (b *bench) idle() (f finding) {
	b.t.Run("idle", func(t *testing.T) {
		c := startSandbox(t, b.program, b.pageOf(1))
		time.Sleep(second) // until what the start left over has been swept
		mb := c.megabytes()
		f = finding{"–", fmt.Sprintf("%.0f MB", mb), "–", mb < 25}
	})
	return f
}

// The row about memory is done in steps, and given up when the sandbox holds so
// many MB that it may take the machine down.
const (
	steps   = 100
	tooMuch = 2000
)

// memory drives very many requests over all tenants of a fresh program.
func (b *bench) memory() (f finding) {
	b.t.Run("memory", func(t *testing.T) {
		of := bench{t: t, program: b.program, sandbox: startSandbox(t, b.program, b.pageOf(1))}
		of.populate()
		for len(b.seen) < steps && b.all < tooMuch { // in steps, because signatures grow old
			o := drive(of.sandbox.addr, of.spread(), driving{conns: connections, during: time.Hour, calls: *requests / steps})
			if o.failures > 0 {
				t.Errorf("%d calls failed: %s", o.failures, o.failure)
			}
			b.seen = append(b.seen, of.sandbox.megabytes())
			b.all = b.seen[len(b.seen)-1]
		}
		what := fmt.Sprintf("after %d", *requests/steps*len(b.seen))
		if len(b.seen) < steps {
			what = "given up " + what
		}
		f = finding{"–", fmt.Sprintf("%.0f MB", b.all), what, b.all < 250 && len(b.seen) == steps}
	})
	return f
}

// flat holds the memory after all requests against that after half of them, or of
// as many as there were.
func (b *bench) flat() finding {
	half := b.seen[(len(b.seen)-1)/2]
	return finding{fmt.Sprintf("%.0f MB", half), fmt.Sprintf("%.0f MB", b.all), fmt.Sprintf("%.2f times", b.all/half),
		len(b.seen) == steps && b.all <= 1.1*half}
}
