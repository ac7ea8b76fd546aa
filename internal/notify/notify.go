// Package notify sends notifications to merchants as the vendors do. It posts a signed form
// to the merchant's call-back URL, and again on a schedule of the tenant's clock, until the
// merchant acknowledges the form. Rules of the tenant's scenario may lose, repeat, delay or
// spoil an attempt, and the tenant's journal records every attempt. The package leaves out
// the contents, the receiver and the first moment: a Notification has them.
package notify

import (
	"strings"
	"time"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
)

// The names of the notifications in rules and in the journal. The vendor's pages and clients
// show that these notifications exist (vendor/fubei/RULES.md §7); the names are ours.
const (
	Pay                 = "notify.pay"
	Refund              = "notify.refund"
	MerchantAudit       = "notify.merchant_audit"
	Settlement          = "notify.settlement"
	FixedAmountShare    = "notify.fixed_amount_share"
	ShareReceiverIncome = "notify.share_receiver_income"
	Withdraw            = "notify.withdraw"
)

// Names returns the names of all notifications.
func Names() []string {
	return []string{Pay, Refund, MerchantAudit, Settlement, FixedAmountShare, ShareReceiverIncome, Withdraw}
}

// Notification is what a merchant is told about one document.
type Notification struct {
	Vendor     string // as in the catalogue
	Name       string // one of Names
	About      string // the document it is about, such as an order_sn
	URL        string // where the merchant wants it: http or https
	Fields     []signature.Pair
	Signer     vendorapi.Signer      // signs Fields; the field sign is added after them
	Credential *vendorapi.Credential // whose secrets sign
	Due        time.Time             // on the tenant's clock; zero or in the past: at once
}

// Envelope returns the fields of a Fubei notification of a success.
// data is JSON text. Source: vendor/fubei/RULES.md §7.
func Envelope(data string) []signature.Pair {
	return []signature.Pair{{Name: "result_code", Value: "200"}, {Name: "result_message", Value: "成功"}, {Name: "data", Value: data}}
}

// Intervals returns the pauses between attempts. A secondary source says that there are up
// to 26 attempts. The pauses are inferred: no source documents them. Their sum is about
// 18 hours.
func Intervals() []time.Duration {
	table := []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
		5 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	for len(table) < attempts-1 {
		table = append(table, time.Hour)
	}
	return table
}

// attempts is the largest number of attempts.
const attempts = 26

// acknowledged reports whether a merchant has acknowledged a notification: status 200 and
// the word success. Official demos write the word in upper and in lower case, so the case
// does not matter. That blanks around the word do not matter is inferred.
func acknowledged(a answer) bool {
	return a.err == nil && a.status == 200 && strings.EqualFold(strings.TrimSpace(a.body), "success")
}
