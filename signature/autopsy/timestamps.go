package autopsy

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"shaxiang/signature"
)

// reading is one way in which a client may have made a timestamp.
type reading struct {
	id, text string
	// unix undoes the mistake: what the client's clock showed, in unix seconds.
	unix func(n, epoch int64) int64
}

// zoneShift is the distance of the vendors' clock (Asia/Shanghai) from UTC.
const zoneShift = 8 * 60 * 60

// readings in the order of plausibility. None of them fits by chance: they lie
// hours apart at least, and the tolerance is minutes.
func readings(t signature.Timestamps) []reading {
	common := []reading{
		{"timestamp_in_milliseconds",
			"The timestamp is in milliseconds: send seconds.",
			func(n, epoch int64) int64 { return n / 1000 }},
		{"timestamp_time_zone",
			"The timestamp is 8 hours ahead: count unix seconds in UTC instead of adding the offset of Beijing time.",
			func(n, epoch int64) int64 { return n + epoch - zoneShift }},
		{"timestamp_time_zone",
			"The timestamp is 8 hours behind: a date in Beijing time was taken for UTC, or the epoch for midnight UTC instead of midnight +08:00.",
			func(n, epoch int64) int64 { return n + epoch + zoneShift }},
	}
	if t.Epoch == 0 {
		return append([]reading{{"epoch_subtracted",
			fmt.Sprintf("The timestamp counts from 2012: send plain unix seconds, without subtracting %d.", signature.Epoch2012),
			func(n, epoch int64) int64 { return n + signature.Epoch2012 }},
			{"epoch_subtracted",
				fmt.Sprintf("The timestamp is in milliseconds and counts from 2012: send plain unix seconds, without subtracting %d.", signature.Epoch2012),
				func(n, epoch int64) int64 { return n/1000 + signature.Epoch2012 }},
		}, common...)
	}
	return append([]reading{
		{"epoch_not_subtracted",
			fmt.Sprintf("The timestamp is plain unix seconds: subtract %d.", t.Epoch),
			func(n, epoch int64) int64 { return n }},
		{"timestamp_in_milliseconds",
			"The timestamp counts from the right epoch but in milliseconds: divide by 1000.",
			func(n, epoch int64) int64 { return n/1000 + epoch }},
		{"timestamp_in_milliseconds",
			fmt.Sprintf("The timestamp is unix milliseconds less %d seconds: divide by 1000 before subtracting.", t.Epoch),
			func(n, epoch int64) int64 { return (n + epoch) / 1000 }},
		{"epoch_subtracted_twice",
			fmt.Sprintf("The epoch was subtracted twice: subtract %d once.", t.Epoch),
			func(n, epoch int64) int64 { return n + 2*epoch }},
	}, common...)
}

// ExplainTimestamp names the likely mistake in a timestamp that Check refuses, by
// undoing each known mistake and seeing whether the result lies within the
// tolerance of now. It returns nil if the timestamp is right or nothing known
// fits.
func ExplainTimestamp(t signature.Timestamps, text string, now time.Time) *Finding {
	if t.Check(text, now) == nil {
		return nil
	}
	n, ok := signature.Timestamps{Bits: 64}.Parse(text)
	if !ok {
		return unreadable(t, text, now)
	}
	for _, r := range readings(t) {
		if within(signature.Timestamps{Tolerance: t.Tolerance}, r.unix(n, t.Epoch), now) {
			return &Finding{Mistake: r.id, Text: r.text}
		}
	}
	return nil
}

// within reports whether the unix second is inside the tolerance of now.
func within(t signature.Timestamps, unix int64, now time.Time) bool {
	skew := t.Skew(unix, now)
	return -t.Tolerance <= skew && skew <= t.Tolerance
}

// unreadable explains a text that is no integer.
func unreadable(t signature.Timestamps, text string, now time.Time) *Finding {
	example := t.Format(now)
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return &Finding{"timestamp_empty", "The timestamp is empty: send whole seconds, such as " + example + "."}
	}
	if _, ok := t.Parse(trimmed); ok {
		return &Finding{"timestamp_has_blanks", "The timestamp has blanks around it: send the digits alone."}
	}
	if _, err := strconv.ParseFloat(trimmed, 64); err == nil {
		return &Finding{"timestamp_not_whole", "The timestamp is not a whole number of seconds: send digits alone, such as " + example + "."}
	}
	return &Finding{"timestamp_not_a_number", "The timestamp is not a number: send whole seconds, such as " + example + "."}
}
