package signature

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Epoch2012 is 2012-01-01 00:00:00 +08:00 in unix seconds, from which the
// flagship edition of 旺店通 counts (vendor/seeds/000, common parameters).
const Epoch2012 = 1325347200

// Timestamps is how a vendor writes the `timestamp` parameter.
type Timestamps struct {
	// Epoch is second zero in unix seconds, such as Epoch2012, or 0.
	Epoch int64
	// Tolerance is how far the client's clock may be off, either way, edge
	// included.
	Tolerance time.Duration
	// Bits is the size of the integer the server reads, 32 or 64; 0 means 64.
	Bits int
}

// Malformed is the refusal of a timestamp that is not an integer of the size.
type Malformed struct{ Text string }

// Error says which text was refused.
func (m *Malformed) Error() string {
	return fmt.Sprintf("signature: timestamp %q is not an integer of the size", m.Text)
}

// Stale is the refusal of a timestamp outside the tolerance.
type Stale struct {
	// Skew is the client's clock less the server's, in whole seconds: positive
	// if the client is ahead.
	Skew time.Duration
}

// Error says how far off the client is, and which way.
func (s *Stale) Error() string {
	if s.Skew < 0 {
		return fmt.Sprintf("signature: timestamp is %s behind the server's clock", -s.Skew)
	}
	return fmt.Sprintf("signature: timestamp is %s ahead of the server's clock", s.Skew)
}

// Check returns nil, a *Malformed or a *Stale. The clock counts in whole
// seconds, as the parameter does, so a fraction of now never moves the edge.
func (t Timestamps) Check(text string, now time.Time) error {
	seconds, ok := t.Parse(text)
	if !ok {
		return &Malformed{Text: text}
	}
	skew := t.Skew(seconds, now)
	if skew > t.Tolerance || skew < -t.Tolerance {
		return &Stale{Skew: skew}
	}
	return nil
}

// Format writes now as a client should send it.
func (t Timestamps) Format(now time.Time) string {
	return strconv.FormatInt(now.Unix()-t.Epoch, 10)
}

// Skew returns the client's clock less the server's, in whole seconds. Beyond the longest
// duration, which only timestamps of 64 bits reach, it returns the longest duration.
func (t Timestamps) Skew(seconds int64, now time.Time) time.Duration {
	d := float64(seconds) + float64(t.Epoch) - float64(now.Unix())
	const maxSeconds = float64(math.MaxInt64 / int64(time.Second))
	if d > maxSeconds {
		return math.MaxInt64
	}
	if d < -maxSeconds {
		return -math.MaxInt64
	}
	return time.Duration(seconds+t.Epoch-now.Unix()) * time.Second
}

// Parse reads as Java's Integer.parseInt, which the flagship's refusal text
// (`For input string: "…"`) gives away: an optional sign of either kind, at
// least one digit, nothing else, not even a blank; digits of any script in the
// basic plane count.
func (t Timestamps) Parse(text string) (int64, bool) {
	digits := strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			if d, ok := digit(r); ok {
				return '0' + d
			}
		}
		return r
	}, text)
	n, err := strconv.ParseInt(digits, 10, cmp.Or(t.Bits, 64))
	return n, err == nil
}

// digit returns the value of a decimal digit of the basic plane. Java reads
// UTF-16 units, hence no digits beyond. In Unicode's table every run of
// decimal digits starts with its zero.
func digit(r rune) (rune, bool) {
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return (r - rune(run.Lo)) % 10, true
		}
	}
	return 0, false
}
