// Package notify tells merchants of what happened to their orders, as the vendors
// do: a signed form is posted to the merchant's call-back URL, and again on a
// schedule that runs on the tenant's clock, until the merchant acknowledges it.
// Rules of the tenant's scenario may lose, repeat, delay or spoil an attempt, and
// every attempt stands in the tenant's journal. It leaves out what is told, to
// whom and when it begins: that is what a Notification says.
package notify

import (
	"strings"
	"time"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
)

// The notifications, by the names that rules and the journal have for them. That
// there are these is known from the vendor's pages and clients
// (vendor/fubei/RULES.md §7); the names are ours.
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

// Notification is one thing that a merchant is to be told.
type Notification struct {
	Vendor  string // as in the catalogue
	Name    string // one of Names
	About   string // the document it is about, such as an order_sn
	URL     string // where the merchant wants it: http or https
	Fields  []signature.Pair
	Signer  vendorapi.Signer // by which Fields are signed, and
	Secrets []string         // with what; the field sign is added behind the others
	Due     time.Time        // on the tenant's clock; at once when it is over or zero
}

// Envelope returns the fields of a notification of Fubei's that tells of a success.
// data is JSON text. Source: vendor/fubei/RULES.md §7.
func Envelope(data string) []signature.Pair {
	return []signature.Pair{{Name: "result_code", Value: "200"}, {Name: "result_message", Value: "成功"}, {Name: "data", Value: data}}
}

// Intervals returns the pauses between one attempt and the next. That there are up
// to 26 attempts is told by a secondary source; the pauses are inferred, nobody
// has written them down. Their sum is about 18 hours.
func Intervals() []time.Duration {
	table := []time.Duration{5 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
		5 * time.Minute, 10 * time.Minute, 30 * time.Minute}
	for len(table) < attempts-1 {
		table = append(table, time.Hour)
	}
	return table
}

// attempts is how often a notification is sent at most.
const attempts = 26

// acknowledged reports whether a merchant has taken a notification: the word
// success with status 200. One official demo writes it large and another small, so
// its case does not matter; that blanks around it do not either is inferred.
func acknowledged(a answer) bool {
	return a.err == nil && a.status == 200 && strings.EqualFold(strings.TrimSpace(a.body), "success")
}
