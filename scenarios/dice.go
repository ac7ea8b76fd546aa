package scenarios

import (
	"math"
	"time"

	"shaxiang/internal/text"
)

// dice answers questions of chance about one match of one rule: the same calls meet the
// same effects.
type dice struct{ seed, rule, match uint64 }

func (d dice) roll(what string) uint64 {
	return text.Mix(text.Dice(d.seed).Roll(what, d.rule) + d.match)
}

// share returns a number from 0 to below 1.
func (d dice) share(what string) float64 { return float64(d.roll(what)>>11) / (1 << 53) }

// draw returns the delay of one call.
func (d *Delay) draw(dice dice) time.Duration {
	switch {
	case d.P99 > 0:
		return d.logNormal(dice.share("delay"))
	case d.Max > 0:
		return d.Min + time.Duration(text.Below(dice.roll("delay"), uint64(d.Max-d.Min)+1))
	}
	return d.Fixed
}

// z99 is the 99th percentile of the normal distribution.
const z99 = 2.3263478740408408

// maxDeviation bounds a draw, in standard deviations: twice that of p99. The longest delay
// is p99²/p50 and comes once in 600,000 calls. Without the bound a test could wait for hours.
const maxDeviation = 2 * z99

// logNormal returns a value of the log-normal distribution with the given p50 and p99:
// the value below which a share of all values lies. The result is rounded to microseconds,
// because the last bits of a logarithm differ between processors.
func (d *Delay) logNormal(share float64) time.Duration {
	sigma := math.Log(float64(d.P99)/float64(d.P50)) / z99
	z := math.Sqrt2 * math.Erfinv(2*share-1)
	z = min(max(z, -maxDeviation), maxDeviation)
	t := float64(d.P50) * math.Exp(sigma*z)
	return time.Duration(min(t, math.MaxInt64/2)).Round(time.Microsecond)
}
