package stress

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"
)

// connections is how many connections drive a server at a time.
const connections = 32

// side is one of the programs that are measured.
type side struct{ name, program string }

// effort is how much a measurement takes. The suite takes little, and prints no
// figure of it.
type effort struct {
	rounds   int           // in which programs and reference take turns
	during   time.Duration // of a round
	distinct int           // different requests that are signed for a round
	calls    int           // calls of a round of latencies, at most
	firsts   int           // fresh processes whose first call is timed
	memory   int           // requests of the row about memory
	wrk      bool          // rates are measured by wrk, not by the driver of this package
	small    bool          // growths are measured at small sizes, and worlds are small
}

// bench measures rows, one after the other.
type bench struct {
	t         *testing.T // of the row
	sides     []side
	effort    effort
	reference *child
	grown     *[]sample // the steps of the rows about memory, once they were measured
	sent      *sent     // what was sent, when the suite looks at it
}

// sample is what one program reached in one row.
type sample struct {
	first   time.Duration // of the first call of a fresh process; 0: not measured
	figures []float64     // one for each round, in the row's unit
	bases   []float64     // what each is compared with, in the same unit; none: nothing
	cpu     []float64     // processor time of a call in each round, in microseconds
	counts  counts        // what the program says of the calls
	calls   int           // that were driven
	repeats float64       // how often one request was sent in a round, at most
	note    string        // what else a reader must know
}

// scene is what a row needs of a program, and the calls that it makes.
type scene struct {
	args    []string                               // flags beside --addr; --log off when none
	heavy   bool                                   // preparing takes long: the first call is timed once
	prepare func(s *stage)                         // makes tenants, rows, rules
	work    func(s *stage, round, count int) *work // makes so many different requests for a round
}

// stage is a program that runs, prepared for a row.
type stage struct {
	*child
	t       *testing.T
	callers []*caller
	effort  effort
}

// Rounds before the ones that count: their requests differ from all others.
const (
	firstRound = iota // of the first call of a process
	checkRound        // in which answers are looked at
	warmRound
	rounds // of which the first one has this number
)

// start starts a program for a scene. The program has made no call yet.
func (b *bench) start(p side, sc scene) *stage {
	b.t.Helper()
	args := sc.args
	if args == nil {
		args = []string{"--log", "off"}
	}
	s := &stage{child: startProgram(b.t, p.program, args...), t: b.t, effort: b.effort}
	s.await(b.t, ready)
	s.callers = []*caller{defaultCaller(time.Now())}
	if sc.prepare != nil {
		sc.prepare(s)
	}
	return s
}

// work makes the requests of a round of a scene.
func (b *bench) work(sc scene, s *stage, round, count int) *work {
	w := sc.work(s, round, count)
	if b.sent != nil {
		b.sent.add(s.addr, w)
	}
	return w
}

// caller is one of the stage's callers, whose signatures are of this moment.
func (s *stage) caller(i int) *caller {
	c := *s.callers[i%len(s.callers)]
	c.at = time.Now()
	return &c
}

// tenant adds the caller of a new tenant.
func (s *stage) tenant(settings map[string]any) {
	s.t.Helper()
	who, err := newTenant(s.addr, settings)
	if err != nil {
		s.t.Fatal(err)
	}
	s.callers = append(s.callers, &caller{who: who})
}

// open starts each program for a scene and times its first call: in several fresh
// processes, of which the last one stays.
func (b *bench) open(sc scene) ([]*stage, []sample) {
	b.t.Helper()
	stages, samples := make([]*stage, len(b.sides)), make([]sample, len(b.sides))
	took := make([][]float64, len(b.sides))
	times := b.effort.firsts
	if sc.heavy {
		times = 1
	}
	for range times {
		for i, p := range b.sides {
			if stages[i] != nil {
				stages[i].stop()
			}
			stages[i] = b.start(p, sc)
			o := b.call(stages[i], b.work(sc, stages[i], firstRound, 1), 1)
			took[i] = append(took[i], o.took.Seconds())
		}
	}
	for i := range samples {
		samples[i].first = time.Duration(middle(took[i]) * float64(time.Second))
	}
	return stages, samples
}

// call makes calls over one connection, one after the other, and fails the row when
// one fails.
func (b *bench) call(s *stage, w *work, calls int) outcome {
	b.t.Helper()
	o := drive(s.addr, w, driving{conns: 1, during: b.effort.during, calls: calls, latency: true})
	if o.failures > 0 {
		b.t.Fatalf("%d of %d calls failed: %s", o.failures, o.calls, o.failure)
	}
	return o
}

// check looks at answers of a scene: each is accepted, and holds rows where the work
// expects rows. It returns the answer of middle length.
func (b *bench) check(s *stage, sc scene) []byte {
	b.t.Helper()
	conn, err := dial(s.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	defer conn.conn.Close()
	var bodies [][]byte
	w := b.work(sc, s, checkRound, 50)
	for i, request := range w.requests {
		status, body, err := conn.do(request)
		if err != nil || status != http.StatusOK || !w.accepts(body) {
			b.t.Fatalf("request %d is answered %d %.200s %v", i, status, body, err)
		}
		bodies = append(bodies, slices.Clone(body))
	}
	slices.SortFunc(bodies, func(x, y []byte) int { return len(x) - len(y) })
	return bodies[len(bodies)/2]
}

// rate measures calls a second of each program, and of the reference in the same
// rounds. The reference answers as many bytes as the first program does.
func (b *bench) rate(sc scene) []sample {
	b.t.Helper()
	stages, samples := b.open(sc)
	for i, s := range slices.Backward(stages) {
		if body := b.check(s, sc); i == 0 {
			b.reference.answers(b.t, body)
		}
		w := b.work(sc, s, warmRound, b.effort.distinct/4)
		b.drive(s.addr, w, b.effort.during/2)
		if i == 0 {
			b.drive(b.reference.addr, w, b.effort.during/2)
		}
	}
	before := b.counts(stages)
	for round := range b.effort.rounds {
		base := 0.0
		for i, s := range stages {
			w := b.work(sc, s, rounds+round, b.effort.distinct)
			if i == 0 {
				base, _ = b.drive(b.reference.addr, w, b.effort.during)
			}
			begin := s.used()
			got, calls := b.drive(s.addr, w, b.effort.during)
			samples[i].take(got, base, calls, len(w.requests))
			samples[i].spent(s.used()-begin, calls)
		}
	}
	b.since(stages, before, samples)
	return samples
}

// beside measures calls a second of each program in a scene and in another one, in
// turns.
func (b *bench) beside(sc, other scene) []sample {
	b.t.Helper()
	stages, samples := b.open(sc)
	plain := make([]*stage, len(stages))
	for i, s := range stages {
		plain[i] = b.start(b.sides[i], other)
		b.check(s, sc)
		b.check(plain[i], other)
		b.drive(s.addr, b.work(sc, s, warmRound, b.effort.distinct/4), b.effort.during/2)
		b.drive(plain[i].addr, b.work(other, plain[i], warmRound, b.effort.distinct/4), b.effort.during/2)
	}
	before := b.counts(stages)
	for round := range b.effort.rounds {
		for i, s := range stages {
			base, _ := b.drive(plain[i].addr, b.work(other, plain[i], rounds+round, b.effort.distinct), b.effort.during)
			w := b.work(sc, s, rounds+round, b.effort.distinct)
			begin := s.used()
			got, calls := b.drive(s.addr, w, b.effort.during)
			samples[i].take(got, base, calls, len(w.requests))
			samples[i].spent(s.used()-begin, calls)
		}
	}
	b.since(stages, before, samples)
	return samples
}

// latency measures the middle time of a call over one connection, in milliseconds.
func (b *bench) latency(sc scene) []sample {
	b.t.Helper()
	stages, samples := b.open(sc)
	for _, s := range stages {
		b.call(s, b.work(sc, s, warmRound, 10), 10)
	}
	b.times(sc, stages, samples)
	return samples
}

// cold is latency for calls of which each is a first one.
func (b *bench) cold(sc scene) []sample {
	b.t.Helper()
	stages, samples := b.open(sc)
	b.times(sc, stages, samples)
	return samples
}

// times measures the rounds of a latency.
func (b *bench) times(sc scene, stages []*stage, samples []sample) {
	b.t.Helper()
	before := b.counts(stages)
	for round := range b.effort.rounds {
		for i, s := range stages {
			w := b.work(sc, s, rounds+round, b.effort.calls)
			begin := s.used()
			o := b.call(s, w, len(w.requests))
			samples[i].spent(s.used()-begin, o.calls)
			samples[i].take(o.quantile(0.5).Seconds()*1000, 0, o.calls, len(w.requests))
		}
	}
	b.since(stages, before, samples)
}

// take adds the figure of a round.
func (m *sample) take(figure, base float64, calls, different int) {
	m.figures, m.calls = append(m.figures, figure), m.calls+calls
	if base > 0 {
		m.bases = append(m.bases, base)
	}
	m.repeats = max(m.repeats, float64(calls)/float64(different))
}

// spent adds the processor time of a round.
func (m *sample) spent(cpu time.Duration, calls int) {
	if calls > 0 && cpu > 0 {
		m.cpu = append(m.cpu, float64(cpu.Microseconds())/float64(calls))
	}
}

// counts reads the counters of each program.
func (b *bench) counts(stages []*stage) []counts {
	var list []counts
	for _, s := range stages {
		list = append(list, countsOf(s.addr))
	}
	return list
}

// since stores what was counted after an earlier moment.
func (b *bench) since(stages []*stage, before []counts, samples []sample) {
	for i, now := range b.counts(stages) {
		samples[i].counts = now.since(before[i])
	}
}

// ratio is the middle one of the rounds' ratios to their bases: a round in which the
// machine was busy elsewhere does not decide. 0: there is no base.
func (m *sample) ratio() float64 { return ratioOf(m.figures, m.bases) }

func ratioOf(figures, bases []float64) float64 {
	var each []float64
	for i := range min(len(figures), len(bases)) {
		each = append(each, figures[i]/bases[i])
	}
	if len(each) == 0 {
		return 0
	}
	return middle(each)
}

// figure is the middle one of the rounds; NaN when there is none.
func (m *sample) figure() float64 {
	if len(m.figures) == 0 {
		return math.NaN()
	}
	return middle(m.figures)
}

func middle[T float64 | time.Duration](list []T) T {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}
