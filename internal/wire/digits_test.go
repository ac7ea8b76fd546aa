package wire

import (
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// TestDigits compares numbers that are written digit by digit with those of the libraries.
func TestDigits(t *testing.T) {
	t.Parallel()
	numbers := []int64{0, 1, 4, 5, 9, 10, 44, 45, 49, 50, 95, 99, 100, 444, 445, 499, 500, 12345, 995, 9995, 10000, 123456789012345678,
		449999999999999999, 999999999999999999, math.MaxInt64, -1}
	for _, n := range numbers {
		for _, n := range []int64{n, -n} {
			for places := range 19 {
				holdDigits(t, decimal.New(n, -int32(places)))
			}
		}
		holdDigits(t, decimal.New(n, 3))
		holdDigits(t, decimal.New(n, -25))
	}
	holdDigits(t, decimal.Decimal{})
	holdDigits(t, decimal.RequireFromString("-123456789012345678901234567890.125"))
}

func holdDigits(t *testing.T, d decimal.Decimal) {
	t.Helper()
	v := Decimal(d)
	if !v.Amount().Equal(d) || v.s == "" && v.Amount().Exponent() != d.Exponent() || v.sign() != d.Sign() || v.Text() != d.String() {
		t.Errorf("%v is %v, text %s, sign %d", d, v.Amount(), v.Text(), v.sign())
	}
	for _, places := range []int{0, 2, 4, 8, 12} {
		if got := string(v.appendFixed(nil, places)); got != d.StringFixed(int32(places)) {
			t.Errorf("%v with %d places is %s, not %s", d, places, got, d.StringFixed(int32(places)))
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	hold := func(unix int64) {
		at := time.Unix(unix, 0).In(Beijing)
		for layout, write := range map[string]func([]byte, int64) []byte{
			TimeLayout: appendDatetime, time.DateOnly: appendDate, "20060102150405": appendCompact} {
			if got, want := string(write(nil, unix)), at.Format(layout); got != want {
				t.Errorf("%d is %s, not %s", unix, got, want)
			}
		}
	}
	for year := -2; year <= 10001; year++ {
		for _, month := range []time.Month{1, 2, 3, 12} {
			for _, day := range []int{1, 28, 29, 31} {
				hold(time.Date(year, month, day, 23, 59, 59, 0, Beijing).Unix())
				hold(time.Date(year, month, day, 0, 0, 0, 0, Beijing).Unix())
			}
		}
	}
	hold(0)
	hold(math.MaxInt32)
}

// TestPlainMoments: every text that parsePlain reads, package time reads as the same
// moment; and parsePlain reads most moments.
func TestPlainMoments(t *testing.T) {
	t.Parallel()
	taken := 0
	hold := func(text string) {
		v, ok := parsePlain(text)
		if !ok {
			return
		}
		taken++
		if want, err := time.ParseInLocation(TimeLayout, text, Beijing); err != nil || v != Time(want.Unix()) {
			t.Errorf("%q is %s, not %v, %v", text, v.Text(), want, err)
		}
	}
	const moments = 2000
	for i := range int64(moments) {
		hold(string(appendDatetime(nil, i*86399*11-62135596800/3)))
	}
	if taken < moments*9/10 {
		t.Errorf("%d of %d moments were taken", taken, moments)
	}
	for i := range len(TimeLayout) {
		for c := range 256 {
			b := []byte("2022-12-28 23:59:59")
			b[i] = byte(c)
			hold(string(b))
			hold(string(b[:i]))
		}
	}
}
