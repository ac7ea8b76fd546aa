package notify

import (
	"sync"

	"shaxiang/internal/text"
)

// Messages returns the words of the hints of this package.
func Messages() text.Table {
	return text.Table{
		"notify.never":            {English: "the rule {rule} drops the notification: nothing is sent"},
		"notify.lost":             {English: "the rule {rule} loses this attempt: nothing is sent"},
		"notify.twice":            {English: "the rule {rule} sends it twice"},
		"notify.bad_sign":         {English: "the rule {rule} gives it a wrong sign"},
		"notify.late":             {English: "the rule {rule} sends it {late} late"},
		"notify.reordered":        {English: "the rule {rule} lets another one overtake it"},
		"notify.full":             {English: "{count} notifications are pending, and no more are taken; acknowledge them or reset the tenant"},
		"notify.by_hand":          {English: "it was sent by hand"},
		"notify.not_acknowledged": {English: "the answer was HTTP {status} and is no acknowledgement: that is status 200 and the word success"},
		"notify.sign_unchecked":   {English: "the merchant acknowledged it all the same: it does not verify signs"},
		"notify.both":             {English: "{first}; {then}"},
	}
}

var english = sync.OnceValue(func() *text.Renderer { return text.MustRenderer(text.English, Messages()) })
