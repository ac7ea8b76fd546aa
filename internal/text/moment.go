package text

import (
	"errors"
	"time"
)

// MomentLayout is how the vendors write a moment, in Beijing time.
const MomentLayout = time.DateTime

// Beijing returns the time zone of all moments: UTC+8 without summer time.
func Beijing() *time.Location { return beijing }

var beijing = time.FixedZone("CST", 8*60*60)

// ErrMoment refuses a text that is neither a day nor a moment.
var ErrMoment = errors.New("is neither a day nor a moment; write 2022-12-28 or 2022-12-28 12:00:00")

// Moment reads a moment of Beijing time, such as 2022-12-28 12:00:00.
func Moment(s string) (time.Time, error) {
	return time.ParseInLocation(MomentLayout, s, beijing)
}

// Day reads a day and returns its first moment in Beijing.
func Day(s string) (time.Time, error) { return time.ParseInLocation(time.DateOnly, s, beijing) }

// MomentOrDay reads a moment, or a day to which a part of the day is added: 0 for its
// first moment. The error is ErrMoment.
func MomentOrDay(s string, part time.Duration) (time.Time, error) {
	if t, err := Moment(s); err == nil {
		return t, nil
	}
	t, err := Day(s)
	if err != nil {
		return time.Time{}, ErrMoment
	}
	return t.Add(part), nil
}
