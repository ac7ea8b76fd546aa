package notify

import "shaxiang/internal/text"

// What the journal tells about an attempt.
const (
	hintNever         text.ID = "notify.never"
	hintLost          text.ID = "notify.lost"
	hintTwice         text.ID = "notify.twice"
	hintBadSign       text.ID = "notify.bad_sign"
	hintLate          text.ID = "notify.late"
	hintReordered     text.ID = "notify.reordered"
	hintFull          text.ID = "notify.full"
	hintByHand        text.ID = "notify.by_hand"
	hintNotAccepted   text.ID = "notify.not_acknowledged"
	hintSignUnchecked text.ID = "notify.sign_unchecked"
	hintBoth          text.ID = "notify.both"
)

// Messages returns the words of the hints of this package.
func Messages() text.Table {
	return text.Table{
		hintNever:         {English: "the rule {rule} drops the notification: nothing is sent"},
		hintLost:          {English: "the rule {rule} loses this attempt: nothing is sent"},
		hintTwice:         {English: "the rule {rule} sends it twice"},
		hintBadSign:       {English: "the rule {rule} gives it a wrong sign"},
		hintLate:          {English: "the rule {rule} sends it {late} late"},
		hintReordered:     {English: "the rule {rule} lets another one overtake it"},
		hintFull:          {English: "{count} notifications are pending, and no more are taken; acknowledge them or reset the tenant"},
		hintByHand:        {English: "it was sent by hand"},
		hintNotAccepted:   {English: "the answer was HTTP {status} and is no acknowledgement: that is status 200 and the word success"},
		hintSignUnchecked: {English: "the merchant acknowledged it all the same: it does not verify signs"},
		hintBoth:          {English: "{first}; {then}"},
	}
}

// mustWords returns the renderer of the hints.
func mustWords(l text.Language) *text.Renderer {
	r, err := text.NewRenderer(l, Messages())
	if err != nil {
		panic(err) // of constants, which a test walks
	}
	return r
}
