package autopsy

import (
	"slices"
	"strconv"
)

// Timestamp returns a mistake with the timestamp: f returns the one that was signed instead of
// the one that was sent. Both are numbers.
func Timestamp(id, text string, f func(sent int64) int64) Mistake {
	return Mistake{id, text, func(a *Attempt) {
		for i, p := range a.Pairs {
			if sent, err := strconv.ParseInt(p.Value, 10, 64); err == nil && p.Name == "timestamp" {
				a.Pairs[i].Value = strconv.FormatInt(f(sent), 10)
			}
		}
	}}
}

// timestampMistakes sign a timestamp in another unit or from another epoch
// than the one sent, or one taken at another moment.
func timestampMistakes(c *Case) Stage {
	if !c.Habits.Timestamp {
		return Stage{}
	}
	likely := append(slices.Clone(c.Habits.Epoch),
		Timestamp("timestamp_in_milliseconds",
			"The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent * 1000 }),
		tookTwice(-1), tookTwice(1),
	)
	rare := []Mistake{
		Timestamp("timestamp_sent_in_milliseconds",
			"The timestamp was signed in seconds but sent in milliseconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent / 1000 }),
		tookTwice(-2), tookTwice(2),
		offZone(-zoneShift), offZone(zoneShift),
	}
	return Stage{likely, rare}
}

func tookTwice(seconds int64) Mistake {
	return Timestamp("timestamp_taken_twice",
		"The timestamp signed is a second or two off the one sent: ask the clock once and use the value in both places.",
		func(sent int64) int64 { return sent + seconds })
}

func offZone(seconds int64) Mistake {
	return Timestamp("timestamp_time_zone",
		"The timestamp signed is 8 hours off the one sent: use the same unix seconds in both places.",
		func(sent int64) int64 { return sent + seconds })
}

// Milliseconds tries the milliseconds that were lost when a timestamp was cut to seconds
// for sending: a mistake for each. start returns the unix second that was signed.
func Milliseconds(text string, start func(sent int64) int64) []Mistake {
	var list []Mistake
	for ms := range int64(1000) {
		list = append(list, Timestamp("timestamp_in_milliseconds", text,
			func(sent int64) int64 { return start(sent)*1000 + ms }))
	}
	return list
}
