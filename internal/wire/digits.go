package wire

import (
	"strconv"
	"time"
)

// Numbers and moments are written digit by digit. They are most of an answer, and the
// libraries allocate several objects for each. The digits are the same (digits_test.go).

// maxPlaces is the number of digits that every int64 can hold.
const maxPlaces = 18

// Fixed returns a number as n with this many of its digits after the point: the reverse
// of the function Fixed. A value that is no number gives 0. ok is false when an int64
// cannot hold the digits.
func (v Value) Fixed() (n int64, places int, ok bool) {
	switch v.kind {
	case decimalValue:
		return v.n, int(v.places), v.s == ""
	case intValue, boolValue, timeValue:
		return v.n, 0, true
	}
	return 0, 0, true
}

// sign is -1, 0 or 1.
func (v Value) sign() int {
	n, _, ok := v.Fixed()
	switch {
	case !ok:
		return v.Amount().Sign()
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// appendFixed writes a number with exactly want digits after the point, rounded half away
// from 0.
func (v Value) appendFixed(dst []byte, want int) []byte {
	n, places, ok := v.Fixed()
	if !ok {
		return append(dst, v.Amount().StringFixed(int32(want))...)
	}
	for ; places > want+1; places-- { // digits before the last dropped one do not affect rounding
		n /= 10
	}
	if places > want {
		n, places = halfUp(n), want
	}
	dst = appendDigits(dst, n, places)
	if places == 0 && want > 0 {
		dst = append(dst, '.')
	}
	for ; places < want; places++ {
		dst = append(dst, '0')
	}
	return dst
}

// halfUp drops the last digit and rounds half away from 0.
func halfUp(n int64) int64 {
	rest := n % 10
	switch n /= 10; {
	case rest >= 5:
		return n + 1
	case rest <= -5:
		return n - 1
	}
	return n
}

// appendNumber writes a number without trailing zeros after the point.
func (v Value) appendNumber(dst []byte) []byte {
	n, places, ok := v.Fixed()
	if !ok {
		return append(dst, v.s...)
	}
	for places > 0 && n%10 == 0 {
		n, places = n/10, places-1
	}
	return appendDigits(dst, n, places)
}

// appendDigits writes n with this many of its digits after the point.
func appendDigits(dst []byte, n int64, places int) []byte {
	if places == 0 {
		return strconv.AppendInt(dst, n, 10)
	}
	var b [2 + maxPlaces + 20]byte
	at, left := len(b), uint64(n)
	if n < 0 {
		left = -left
	}
	for i := 0; left > 0 || i <= places; i++ {
		if i == places {
			at--
			b[at] = '.'
		}
		at--
		b[at] = '0' + byte(left%10)
		left /= 10
	}
	if n < 0 {
		at--
		b[at] = '-'
	}
	return append(dst, b[at:]...)
}

// civil returns the Beijing date of a moment and the second of its day. ok is false for a
// year outside 1 to 9999.
func civil(unix int64) (year, month, day, second int, ok bool) {
	const first, last = -62135596800, 253402214400 // years 1 to 9999
	if unix < first+86400 || unix >= last {
		return 0, 0, 0, 0, false
	}
	local := unix - first + 8*3600
	days := local/86400 + 306 // since 0000-03-01, so that a leap day is the last of its year
	era, of := days/146097, days%146097
	yearOf := (of - of/1460 + of/36524 - of/146096) / 365
	of -= 365*yearOf + yearOf/4 - yearOf/100
	m := (5*of + 2) / 153
	day, month, year = int(of-(153*m+2)/5+1), int(m+3), int(yearOf+era*400)
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day, int(local % 86400), true
}

func appendTwo(dst []byte, n int) []byte { return append(dst, '0'+byte(n/10), '0'+byte(n%10)) }

// appendDay writes a date, given as year, month and day, with a separator.
func appendDay(dst []byte, date [3]int, between string) []byte {
	dst = append(appendTwo(appendTwo(dst, date[0]/100), date[0]%100), between...)
	return appendTwo(append(appendTwo(dst, date[1]), between...), date[2])
}

func appendClock(dst []byte, second int, between string) []byte {
	dst = append(appendTwo(dst, second/3600), between...)
	return appendTwo(append(appendTwo(dst, second/60%60), between...), second%60)
}

func appendDatetime(dst []byte, unix int64) []byte {
	year, month, day, second, ok := civil(unix)
	if !ok {
		return time.Unix(unix, 0).In(Beijing).AppendFormat(dst, TimeLayout)
	}
	return appendClock(append(appendDay(dst, [3]int{year, month, day}, "-"), ' '), second, ":")
}

func appendDate(dst []byte, unix int64) []byte {
	year, month, day, _, ok := civil(unix)
	if !ok {
		return time.Unix(unix, 0).In(Beijing).AppendFormat(dst, time.DateOnly)
	}
	return appendDay(dst, [3]int{year, month, day}, "-")
}

func appendCompact(dst []byte, unix int64) []byte {
	year, month, day, second, ok := civil(unix)
	if !ok {
		return time.Unix(unix, 0).In(Beijing).AppendFormat(dst, "20060102150405")
	}
	return appendClock(appendDay(dst, [3]int{year, month, day}, ""), second, "")
}
