package stress

import (
	"fmt"
	"math"
	"time"
)

// Rows that are neither a rate nor a latency.

// abandonedQuery is a query that takes long in a large world: all stocktakes.
func abandonedQuery(c *caller) []byte {
	return c.openapi("wms.StockPd.queryStockPdDetail", "[{}]", pageOf(0, 40)...)
}

// abandoned sends a slow query, leaves after a moment, and measures the processor time
// that the program uses then.
func (b *bench) abandoned() []sample {
	samples := make([]sample, len(b.sides))
	patience, after := 300*time.Millisecond, 5*time.Second
	if b.effort.small {
		patience, after = 20*time.Millisecond, 100*time.Millisecond
	}
	for range min(b.effort.rounds, 2) {
		for i, p := range b.sides {
			s := b.start(p, scene{prepare: largeTenant})
			answered, used := s.leave(abandonedQuery(s.caller(0)), patience, after)
			if answered > 0 {
				samples[i].note = "answered within " + milliseconds(answered)
			}
			samples[i].take(used, 0, 1, 1)
			s.stop()
		}
	}
	return samples
}

// leave sends a request and closes the connection when its answer does not come in
// time. It returns how long the answer took, 0 if there was none, and the processor
// time that the program used afterwards, in milliseconds.
func (s *stage) leave(request []byte, patience, after time.Duration) (answered time.Duration, used float64) {
	s.t.Helper()
	conn, err := dial(s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	begin := time.Now()
	_ = conn.conn.SetDeadline(begin.Add(patience))
	if _, _, err := conn.do(request); err == nil {
		answered = time.Since(begin)
	}
	conn.conn.Close()
	before := s.ticks()
	time.Sleep(after)
	return answered, float64(s.ticks()-before) * 10
}

// coldStart starts the program again and again until its first answer to a call.
func (b *bench) coldStart() []sample {
	samples := make([]sample, len(b.sides))
	for round := range 2*b.effort.rounds + 1 {
		for i, p := range b.sides {
			c := startProgram(b.t, p.program, "--log", "off")
			from := second(december(5), round)
			c.await(b.t, defaultCaller(time.Now()).payments(from, from.AddDate(0, 0, 1), pageOf(0, 1)...))
			samples[i].take(time.Since(c.begun).Seconds()*1000, 0, 1, 1)
			c.stop()
		}
	}
	return samples
}

// idle is the memory of a program that has answered one call.
func (b *bench) idle() []sample {
	samples := make([]sample, len(b.sides))
	stages, _ := b.open(scene{work: payments(1)})
	time.Sleep(b.effort.during) // until the collector has given back what the start left
	for i, s := range stages {
		samples[i].take(s.megabytes(), 0, 1, 1)
	}
	return samples
}

// The row about memory runs in steps. It ends early when the program holds so many MB
// that the machine may run out of memory.
const (
	memorySteps = 100
	tooManyMB   = 4000
)

// memory sends very many different requests for many tenants, and takes a figure after
// each step. The figure of the row is the last one.
func (b *bench) memory() []sample {
	samples := b.memorySteps()
	for i := range samples {
		m := &samples[i]
		m.note = fmt.Sprintf("after %d requests", m.calls)
		m.figures = m.figures[len(m.figures)-1:]
	}
	return samples
}

// memoryGrowth compares the memory after all requests with that after half of them.
func (b *bench) memoryGrowth() []sample {
	samples := b.memorySteps()
	for i := range samples {
		m := &samples[i]
		m.bases = []float64{m.figures[(len(m.figures)-1)/2]}
		m.figures = m.figures[len(m.figures)-1:]
	}
	return samples
}

// memorySteps measures once for both rows about memory.
func (b *bench) memorySteps() []sample {
	b.t.Helper()
	if b.grown != nil {
		return cloneSamples(*b.grown)
	}
	sc := scene{heavy: true, prepare: tenants(b.effort.upTo(1000)), work: payments(40)}
	stages, samples := b.open(sc)
	steps := min(memorySteps, b.effort.memory/100)
	before := b.counts(stages)
	for step := range steps {
		for i, s := range stages {
			if n := len(samples[i].figures); n > 0 && samples[i].figures[n-1] > tooManyMB {
				continue
			}
			w := b.work(sc, s, rounds+step, b.effort.memory/steps)
			o := drive(s.addr, w, driving{conns: connections, during: time.Hour, calls: len(w.requests)})
			if o.failures > 0 {
				b.t.Errorf("%d of %d calls failed: %s", o.failures, o.calls, o.failure)
			}
			samples[i].take(s.megabytes(), 0, o.calls, len(w.requests))
		}
	}
	b.since(stages, before, samples)
	b.grown = &samples
	return cloneSamples(samples)
}

func cloneSamples(list []sample) []sample { return append([]sample(nil), list...) }

// law fits figure = c·size^n to measured sizes, and describes how the figure grows: n
// over all sizes and n between the last two.
func law(sizes []int, figures []float64) string {
	var x, y []float64
	for i, size := range sizes {
		if size > 0 && figures[i] > 0 {
			x, y = append(x, math.Log(float64(size))), append(y, math.Log(figures[i]))
		}
	}
	if len(x) < 2 {
		return "–"
	}
	last := len(x) - 1
	return fmt.Sprintf("n^%.2f, at the end n^%.2f", slope(x, y), (y[last]-y[last-1])/(x[last]-x[last-1]))
}

// slope is that of the line of least squares.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
