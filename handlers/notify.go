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

// notify queues a notification of a document that was written: for now, or for when the
// notice's moment comes. If that moment will not come any more, as for an order that was
// closed before it was paid, the queued notification is withdrawn.
func (x *exchange) notify(n *catalog.Notice, w *fixtures.Written) {
	column := func(name string) int { return fixtures.ColumnIndex(n.Collection, name) }
	row := w.Row
	at := row.At(column(n.At)).Unix()
	if at == 0 && w.Next != nil {
		row = w.Next
		at = row.At(column(n.At)).Unix()
	}
	if at == 0 {
		x.state.Notify.Withdraw(n.Name, w.Row.At(column(n.About)).Text())
		return
	}
	if !w.New {
		return // the client was told when the document was new
	}
	encoder := made(x.notices, n, func() rowEncoder { return newRowEncoder(x.vendor.JSON.Value, n.Collection, n.Fields) })
	x.announce(notify.Notification{Name: n.Name, About: row.At(column(n.About)).Text(), URL: row.At(column(n.URL)).Text(),
		Due: time.Unix(at, 0), Fields: notify.Envelope(string(encoder.appendRow(nil, row)))})
}

// announce queues a notification, unless the client named no URL. It is signed as the call
// was, with the secrets of its credential. Source: vendor/fubei/RULES.md §7.
func (x *exchange) announce(n notify.Notification) {
	if n.URL == "" {
		return
	}
	n.Vendor, n.Signer, n.Credential = x.vendor.Name, x.folder.Signer, &x.credential.Credential
	x.state.Notify.Add(n, x.wall)
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
