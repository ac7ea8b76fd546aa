package stress

import (
	"fmt"
	"strings"
)

// compareHead is the head of the comparison of two programs.
var compareHead = []string{"| work | this program | the other one | times as good | first calls | processor time | times as good | no worse than by a tenth |",
	"| --- | --- | --- | --- | --- | --- | --- | --- |"}

// worst is how good a row must be, against the other program.
const worst = 0.9

// compare writes a line of the comparison of two programs. What counts is the middle
// one of the rounds' ratios.
func compare(name string, u unit, samples []sample) string {
	mine, other := &samples[0], &samples[1]
	times := timesAsGood(u, mine.figures, other.figures)
	byCPU := timesAsGood(millis, mine.cpu, other.cpu)
	first, cpu := "–", "–"
	if mine.first > 0 && other.first > 0 {
		first = milliseconds(mine.first) + ", " + milliseconds(other.first)
	}
	if byCPU > 0 {
		cpu = fmt.Sprintf("%.0f µs, %.0f µs", middle(mine.cpu), middle(other.cpu))
	}
	met := slower(times >= worst)
	if times < worst && byCPU >= worst {
		met += ", but by processor time yes"
	}
	return "| " + strings.Join([]string{name, u.write(mine.figure()), u.write(other.figure()), ratioText(times), first, cpu, ratioText(byCPU), met}, " | ") + " |"
}

// timesAsGood compares rounds; 0: there is nothing to compare.
func timesAsGood(u unit, figures, others []float64) float64 {
	var each []float64
	for i := range min(len(figures), len(others)) {
		each = append(each, u.better(figures[i], others[i]))
	}
	if len(each) == 0 {
		return 0
	}
	return middle(each)
}

func ratioText(times float64) string {
	if times == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", times)
}

// slower says whether a row is as good as it has to be.
func slower(good bool) string {
	if good {
		return "yes"
	}
	return "**no**"
}
