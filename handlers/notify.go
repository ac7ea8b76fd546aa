package handlers

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/internal/notify"
)

// notify tells the client, as the endpoint says, what became of the document that it
// wrote: now or when that comes. What was to be told and will not come any more, of
// an order that was closed before it was paid, is taken back.
func (x *exchange) notify(w *fixtures.Written) {
	for _, id := range x.endpoint.Write.Notify {
		n := x.vendor.Notice(id)
		about := fixtures.Place(n.Collection, n.About)
		row, at := w.Row, momentOf(w.Row, n)
		if at == 0 && w.Next != nil {
			row, at = w.Next, momentOf(w.Next, n)
		}
		if at == 0 {
			x.state.Notify.Withdraw(n.Name, w.Row.At(about).Text())
			continue
		}
		if !w.New {
			continue // it was told of when it was written
		}
		x.announce(announcement{name: n.Name, url: row.At(fixtures.Place(n.Collection, n.URL)).Text(), about: row.At(about).Text(),
			data: x.encoder(n).appendRow(nil, row), at: time.Unix(at, 0)})
	}
}

// encoder returns how the data of a notice are written.
func (x *exchange) encoder(n *catalog.Notice) rowEncoder {
	return made(x.notices, n, func() rowEncoder { return newRowEncoder(x.vendor.JSON.Value, n.Collection, n.Fields) })
}

func momentOf(r *fixtures.Row, n *catalog.Notice) int64 {
	return r.At(fixtures.Place(n.Collection, n.At)).Unix()
}

// checkNotices returns what is wrong with a vendor's notices.
func checkNotices(v *catalog.Vendor) error {
	var errs []error
	for i := range v.Notices {
		n := &v.Notices[i]
		if !slices.Contains(notify.Names(), n.Name) {
			errs = append(errs, fmt.Errorf("notice %s: no notification is called %q; there are %s", n.ID, n.Name, strings.Join(notify.Names(), ", ")))
		}
		for _, u := range n.Uses() {
			if err := Missing(u); err != nil {
				errs = append(errs, fmt.Errorf("notice %s: %w", n.ID, err))
			}
		}
	}
	return errors.Join(errs...)
}

// announcement is what a write has its client told later.
type announcement struct {
	name  string    // one of notify.Names
	url   string    // the client's; none when empty
	about string    // the document's number
	data  []byte    // JSON text
	at    time.Time // on the tenant's clock
}

// announce queues a notification, signed as the call was: with the secret of the
// credential that it carried. Source: vendor/fubei/RULES.md §7.
func (x *exchange) announce(a announcement) {
	if a.url == "" {
		return // a client that names no URL is not told
	}
	x.state.Notify.Add(notify.Notification{Vendor: x.vendor.Name, Name: a.name, About: a.about, URL: a.url, Due: a.at,
		Fields: notify.Envelope(string(a.data)), Signer: x.folder.Signer, Secrets: x.credential.Secrets})
}
