package stress

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// growth is a line of the table of growths: a call at four sizes of something, each in
// a fresh process.
type growth struct {
	name  string
	sizes [4]int
	small [4]int // for the suite
	bar   bar    // what the largest size has to reach; its base is the smallest size
	scene func(size int) scene
}

// times is a bar on the middle of the largest size against that of the smallest.
func times(most float64) bar {
	return bar{fmt.Sprintf("%g times", most), func(m *sample) bool { return m.ratio() > 0 && m.ratio() <= most }}
}

// growths are the rows of the table of growths.
func growths() []growth {
	return []growth{
		{"40 rows of a month with total, by orders a day", [4]int{120, 1000, 6000, 30_000}, [4]int{100, 120, 140, 160}, warmAndFirst(1, 2000),
			func(n int) scene { return scene{heavy: true, prepare: tenantOf(n), work: month(0, "")} }},
		{"40 rows of a day, by orders a day", [4]int{120, 1000, 6000, 30_000}, [4]int{100, 120, 140, 160}, times(1.25),
			func(n int) scene { return scene{heavy: true, prepare: tenantOf(n), work: dayPages} }},
		{"40 rows, by rows of clients in the window", [4]int{1000, 10_000, 100_000, 500_000}, [4]int{50, 100, 150, 200}, atMost(millis, 0.5),
			func(n int) scene {
				return scene{heavy: true, args: roomy, prepare: clientRows(n), work: clientPages(n)}
			}},
		{"40 rows, by tenants asked in turn", [4]int{1, 100, 1000, 10_000}, [4]int{1, 2, 3, 4}, times(1.25),
			func(n int) scene { return scene{heavy: true, prepare: tenants(n), work: payments(40)} }},
		{"40 rows, by rules of which none matches", [4]int{0, 10, 100, 1000}, [4]int{0, 1, 2, 3}, times(2),
			func(n int) scene { return scene{heavy: true, prepare: rules(n), work: payments(40)} }},
		{"40 rows, by calls in the journal", [4]int{0, 1000, 10_000, 100_000}, [4]int{0, 10, 20, 30}, times(1.25),
			func(n int) scene { return scene{heavy: true, prepare: journaled(n), work: payments(40)} }},
		{"the last calls of the journal, by calls in the journal", [4]int{100, 1000, 10_000, 100_000}, [4]int{30, 40, 50, 60}, times(2),
			func(n int) scene { return scene{heavy: true, prepare: journaled(n), work: lastCalls} }},
	}
}

// dayPages is the first page of 40 of a day.
var dayPages = flagship(paymentRow, func(c *caller, k int) []byte {
	from := second(december(1), k)
	return c.payments(from, from.AddDate(0, 0, 1), pageOf(0, 40)...)
})

// grown is what a growth came to: the samples of each side at each size, and its
// memory after them in MB.
type grown struct {
	sizes   []int
	samples [][]sample // by side, then by size
	memory  [][]float64
}

// grow measures a growth.
func (b *bench) grow(g growth) grown {
	b.t.Helper()
	sizes := g.sizes[:]
	if b.effort.small {
		sizes = g.small[:]
	}
	r := grown{sizes: sizes, samples: make([][]sample, len(b.sides)), memory: make([][]float64, len(b.sides))}
	for _, size := range sizes {
		sc := g.scene(size)
		var list []sample
		var held []float64
		b.alone(fmt.Sprint(size), func(b *bench) {
			stages, samples := b.open(sc)
			for _, s := range stages {
				b.call(s, b.work(sc, s, warmRound, 20), 20)
			}
			b.times(sc, stages, samples)
			list = samples
			for _, s := range stages {
				held = append(held, s.megabytes())
			}
		})
		if list == nil {
			list, held = make([]sample, len(b.sides)), make([]float64, len(b.sides))
		}
		for i := range b.sides {
			r.samples[i], r.memory[i] = append(r.samples[i], list[i]), append(r.memory[i], held[i])
		}
	}
	return r
}

// alone runs a measurement as a subtest, which stops its programs when it ends.
func (b *bench) alone(name string, measure func(*bench)) {
	outer := b.t
	outer.Run(name, func(t *testing.T) {
		b.t = t
		defer func() { b.t = outer }()
		measure(b)
	})
}

// largest is the sample of the largest size, whose base is the smallest.
func (r grown) largest(side int) sample {
	m := r.samples[side][len(r.sizes)-1]
	m.bases = slices.Clone(r.samples[side][0].figures)
	return m
}

// line writes a growth of one side.
func (r grown) line(g growth, side int, name string) string {
	cells := []string{g.name}
	if name != "" {
		cells[0] += ", " + name
	}
	var figures []float64
	for i, size := range r.sizes {
		m := &r.samples[side][i]
		figures = append(figures, m.figure())
		cells = append(cells, fmt.Sprintf("%s: %s, first %s, %.0f MB", thousands(size), millis.write(m.figure()), milliseconds(m.first), r.memory[side][i]))
	}
	m := r.largest(side)
	return "| " + strings.Join(append(cells, law(r.sizes, figures), g.bar.text, verdict(g.bar, &m)), " | ") + " |"
}

// growthHead is the head of the table of growths.
var growthHead = []string{"| work | smallest | | | largest | time by size n | bar for the largest | met |", "| --- | --- | --- | --- | --- | --- | --- | --- |"}

// growthTable measures the growths and prints their table. Against another build, each
// growth has a line for each program, and a line of the comparison for each size.
func (b *bench) growthTable(match func(string) bool) (lines, compared []string) {
	lines = slices.Clone(growthHead)
	for _, g := range growths() {
		if !match(g.name) {
			continue
		}
		var r grown
		b.alone(g.name, func(b *bench) { r = b.grow(g) })
		for i, p := range b.sides {
			name := p.name
			if len(b.sides) == 1 {
				name = ""
			}
			lines = append(lines, r.line(g, i, name))
			fmt.Println(lines[len(lines)-1])
		}
		if len(b.sides) == 2 {
			for i, size := range r.sizes {
				compared = append(compared, compare(g.name+": "+thousands(size), millis, []sample{r.samples[0][i], r.samples[1][i]}))
				fmt.Println(compared[len(compared)-1])
			}
		}
	}
	return lines, compared
}

// thousands writes a number with commas.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// verdict says whether a bar is met; a miss stands out.
func verdict(b bar, m *sample) string {
	if len(m.figures) > 0 && b.met(m) {
		return "yes"
	}
	return "**no**"
}

// today is the date of a run.
func today() string { return time.Now().Format(time.DateOnly) }
