package signature_test

import (
	"errors"
	"math"
	"strconv"
	"testing"
	"time"
	"unicode"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

func flagship() signature.Timestamps {
	return signature.Timestamps{Epoch: 1325347200, Tolerance: 120 * time.Second, Bits: 32}
}

func enterprise() signature.Timestamps {
	return signature.Timestamps{Tolerance: 300 * time.Second, Bits: 32}
}

// noon is a moment with a fraction of a second, which must not move any edge.
func noon() time.Time { return time.Unix(1670045115, 987654321) }

func TestTimestampEdges(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		t     signature.Timestamps
		off   int64
		stale bool
	}{
		{"openapi now", flagship(), 0, false},
		{"openapi +120", flagship(), 120, false},
		{"openapi -120", flagship(), -120, false},
		{"openapi +121", flagship(), 121, true},
		{"openapi -121", flagship(), -121, true},
		{"openapi2 now", enterprise(), 0, false},
		{"openapi2 +300", enterprise(), 300, false},
		{"openapi2 -300", enterprise(), -300, false},
		{"openapi2 +301", enterprise(), 301, true},
		{"openapi2 -301", enterprise(), -301, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := strconv.FormatInt(noon().Unix()-test.t.Epoch+test.off, 10)
			for _, now := range []time.Time{noon(), noon().Truncate(time.Second)} {
				err := test.t.Check(text, now)
				if !test.stale {
					if err != nil {
						t.Errorf("Check(%s) = %v", text, err)
					}
					continue
				}
				var s *signature.Stale
				if !errors.As(err, &s) || s.Skew != time.Duration(test.off)*time.Second {
					t.Errorf("Check(%s) = %v, want a skew of %d s", text, err, test.off)
				}
			}
		})
	}
}

func TestTimestampFormat(t *testing.T) {
	t.Parallel()
	if got := flagship().Format(noon()); got != "344697915" {
		t.Errorf("openapi: %s", got)
	}
	if got := enterprise().Format(noon()); got != "1670045115" {
		t.Errorf("openapi2: %s", got)
	}
}

func TestTimestampText(t *testing.T) {
	t.Parallel()
	five := time.Unix(1325347205, 0)
	for _, test := range []struct {
		text string
		ok   bool
	}{
		{"5", true}, {"+5", true}, {"-5", true}, {"0000000000000005", true},
		{"٥", true}, {"５", true}, // Arabic and full-width, as Java reads them
		{"𝟓", false}, // outside the basic plane
		{"", false}, {" 5", false}, {"5 ", false}, {"+", false}, {"-", false}, {"+-5", false},
		{"5.0", false}, {"0x5", false}, {"1_0", false}, {"五", false}, {"5\x00", false}, {"\xff", false},
		{"1665947116495", false}, {"2147483648", false}, {"-2147483649", false},
	} {
		err := flagship().Check(test.text, five)
		if test.ok && err != nil {
			t.Errorf("Check(%q) = %v", test.text, err)
		}
		var m *signature.Malformed
		if !test.ok && (!errors.As(err, &m) || m.Text != test.text) {
			t.Errorf("Check(%q) = %v, want a *Malformed", test.text, err)
		}
	}
}

func TestTimestampLimits(t *testing.T) {
	t.Parallel()
	var s *signature.Stale
	for _, text := range []string{"2147483647", "-2147483648"} {
		if err := flagship().Check(text, noon()); !errors.As(err, &s) {
			t.Errorf("Check(%s) = %v, want a *Stale", text, err)
		}
	}
	wide := signature.Timestamps{Epoch: 1325347200, Tolerance: time.Minute}
	if err := wide.Check(strconv.FormatInt(math.MaxInt64, 10), noon()); !errors.As(err, &s) || s.Skew != math.MaxInt64 {
		t.Errorf("largest: %v", err)
	}
	if err := wide.Check(strconv.FormatInt(math.MinInt64, 10), noon()); !errors.As(err, &s) || s.Skew != -math.MaxInt64 {
		t.Errorf("smallest: %v", err)
	}
}

// TestEveryDigit walks the basic plane: within each run of ten the digits count
// up from zero, which is what Check takes for granted of Unicode's table.
func TestEveryDigit(t *testing.T) {
	t.Parallel()
	expected := int64(0)
	for r := rune(0); r < 0x10000; r++ {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		at := time.Unix(1325347200+expected, 0)
		exact := signature.Timestamps{Epoch: 1325347200, Bits: 32}
		if err := exact.Check(string(r), at); err != nil {
			t.Errorf("%U as %d: %v", r, expected, err)
		}
		expected = (expected + 1) % 10
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	const epoch = 1325347200
	now := noon().Unix()
	ms := noon().UnixMilli()
	num := func(n int64) string { return strconv.FormatInt(n, 10) }
	for _, test := range []struct {
		name, text, want string
		t                signature.Timestamps
	}{
		{"right", num(now - epoch), "", flagship()},
		{"plain unix", num(now), "epoch_not_subtracted", flagship()},
		{"plain unix, clock off by 100 s", num(now - 100), "epoch_not_subtracted", flagship()},
		{"milliseconds", num(ms), "timestamp_in_milliseconds", flagship()},
		{"milliseconds less epoch in seconds", num(ms - epoch), "timestamp_in_milliseconds", flagship()},
		{"milliseconds less epoch in milliseconds", num(ms - epoch*1000), "timestamp_in_milliseconds", flagship()},
		{"subtracted twice", num(now - 2*epoch), "epoch_subtracted_twice", flagship()},
		{"8 hours ahead", num(now - epoch + 8*3600), "timestamp_time_zone", flagship()},
		{"8 hours behind", num(now - 1325376000), "timestamp_time_zone", flagship()},
		{"an hour off", num(now - epoch - 3600), "", flagship()},
		{"openapi2 subtracted", num(now - epoch), "epoch_subtracted", enterprise()},
		{"openapi2 subtracted in milliseconds", num(ms - epoch*1000), "epoch_subtracted", enterprise()},
		{"openapi2 milliseconds", num(ms), "timestamp_in_milliseconds", enterprise()},
		{"openapi2 ahead", num(now + 8*3600), "timestamp_time_zone", enterprise()},
		{"openapi2 behind", num(now - 8*3600), "timestamp_time_zone", enterprise()},
		{"empty", "", "timestamp_empty", flagship()},
		{"blanks", " " + num(now-epoch), "timestamp_has_blanks", flagship()},
		{"fraction", num(now-epoch) + ".5", "timestamp_not_whole", flagship()},
		{"exponent", "3.4e8", "timestamp_not_whole", flagship()},
		{"date", "2022-12-03 13:25:15", "timestamp_not_a_number", enterprise()},
		{"huge", "9223372036854775807", "", flagship()},
		{"least", "-9223372036854775808", "", flagship()},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := autopsy.ExplainTimestamp(test.t, test.text, noon())
			if test.want == "" {
				if got != nil {
					t.Fatalf("Explain(%q) = %v, want nil", test.text, got)
				}
				return
			}
			if got == nil || got.Mistake != test.want || got.Text == "" {
				t.Fatalf("Explain(%q) = %v, want %s", test.text, got, test.want)
			}
		})
	}
}

// FuzzTimestamp wants no panic, and Check and Explain of one mind.
func FuzzTimestamp(f *testing.F) {
	for _, text := range []string{"344697915", "1665947116495", "", "+5", " 5", "٥", "-9223372036854775808", "1e9", "\xff"} {
		f.Add(text, int64(1670045115))
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix, 0)
		for _, ts := range []signature.Timestamps{flagship(), enterprise(), {Tolerance: time.Second}} {
			if ts.Check(text, now) == nil && autopsy.ExplainTimestamp(ts, text, now) != nil {
				t.Fatalf("%q is right but explained", text)
			}
		}
	})
}
