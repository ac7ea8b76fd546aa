package signature

import (
	"fmt"
	"slices"
	"strconv"
)

// retimed signs another timestamp than the one that was sent.
func retimed(id, text string, f func(sent int64) int64) mistake {
	return mistake{id, text, func(a *attempt) {
		for i, p := range a.pairs {
			if sent, err := strconv.ParseInt(p.Value, 10, 64); err == nil && p.Name == "timestamp" {
				a.pairs[i].Value = strconv.FormatInt(f(sent), 10)
			}
		}
	}}
}

// timestampMistakes sign a timestamp in another unit or from another epoch
// than the one sent, or one taken at another moment.
func timestampMistakes(q recipe) stage {
	if q.vendor == "fubei" { // knows no timestamp
		return stage{}
	}
	likely := append(epochMistakes(q),
		retimed("timestamp_in_milliseconds",
			"The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent * 1000 }),
		tookTwice(-1), tookTwice(1),
	)
	rare := []mistake{
		retimed("timestamp_sent_in_milliseconds",
			"The timestamp was signed in seconds but sent in milliseconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent / 1000 }),
		tookTwice(-2), tookTwice(2),
		offZone(-zoneShift), offZone(zoneShift),
	}
	return stage{likely, rare}
}

func epochMistakes(q recipe) []mistake {
	if q.vendor == "openapi" {
		return []mistake{
			retimed("epoch_not_subtracted",
				fmt.Sprintf("The timestamp was signed as plain unix seconds: subtract %d in what is signed too.", openapiEpoch),
				func(sent int64) int64 { return sent + openapiEpoch }),
			retimed("epoch_subtracted_only_in_sign",
				fmt.Sprintf("The epoch was subtracted in what was signed but not in what was sent: send the timestamp less %d.", openapiEpoch),
				func(sent int64) int64 { return sent - openapiEpoch }),
		}
	}
	return []mistake{
		retimed("epoch_subtracted",
			fmt.Sprintf("The timestamp was signed less %d: sign plain unix seconds, as sent.", openapiEpoch),
			func(sent int64) int64 { return sent - openapiEpoch }),
	}
}

func tookTwice(seconds int64) mistake {
	return retimed("timestamp_taken_twice",
		"The timestamp signed is a second or two off the one sent: ask the clock once and use the value in both places.",
		func(sent int64) int64 { return sent + seconds })
}

func offZone(seconds int64) mistake {
	return retimed("timestamp_time_zone",
		"The timestamp signed is 8 hours off the one sent: use the same unix seconds in both places.",
		func(sent int64) int64 { return sent + seconds })
}

// millisecondSweep tries the milliseconds that were lost when the timestamp was
// cut to seconds for sending.
func millisecondSweep(c Case, q recipe) []mistake {
	if !slices.ContainsFunc(c.Request.Pairs, named("timestamp")) {
		return nil
	}
	var list []mistake
	sweep := func(text string, start func(sent int64) int64) {
		for ms := range int64(1000) {
			list = append(list, retimed("timestamp_in_milliseconds", text,
				func(sent int64) int64 { return start(sent)*1000 + ms }))
		}
	}
	switch q.vendor {
	case "openapi":
		sweep("The timestamp was signed as unix milliseconds, without the epoch subtracted, but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent + openapiEpoch })
		sweep("The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent })
	case "openapi2":
		sweep("The timestamp was signed in milliseconds but sent in seconds: send and sign the same seconds.",
			func(sent int64) int64 { return sent })
	}
	return list
}
