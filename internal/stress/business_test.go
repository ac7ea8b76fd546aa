package stress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"time"

	"shaxiang/internal/control"
	"shaxiang/internal/journal"
)

// shop is a tenant that does business: orders, refunds, what a merchant is told of
// them, rows, clocks and snapshots. All of it has to go well.
type shop struct {
	*soak
	name     string
	caller   *caller
	link     *link
	callBack string
}

// orders is how many a shop makes.
const orders = 5

// trading lets shops come, do business, and go.
func (s *soak) trading(client int) {
	var told atomic.Int64
	merchant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("sign") != "" && r.FormValue("result_code") == "200" {
			told.Add(1)
		}
		_, _ = io.WriteString(w, "success") // a sender that went away is nobody to tell
	}))
	defer merchant.Close()
	shops := int64(0)
	for n := 0; !s.over(); n++ {
		name := fmt.Sprintf("shop-%d-%d", client, n)
		c, err := s.tenant(name, "")
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		l, err := dial(s.addr)
		if err != nil {
			s.unexpected("%v", err)
			return
		}
		_ = l.conn.SetDeadline(time.Now().Add(reading))
		b := &shop{soak: s, name: name, caller: c, link: l, callBack: merchant.URL}
		if err := b.live(); err != nil {
			s.unexpected("%s: %v", name, err)
		}
		l.conn.Close()
		shops++
	}
	if got := told.Load(); got != shops*orders {
		s.unexpected("a merchant was told of %d payments, and %d were made", got, shops*orders)
	}
}

// live is a shop's life. Somebody watches its calls until it is gone.
func (b *shop) live() error {
	ctx, cancel := context.WithTimeout(context.Background(), reading)
	defer cancel()
	var seen atomic.Int64
	ready, watched := make(chan struct{}), make(chan error, 1)
	go func() {
		watched <- b.client.StreamJournal(ctx, b.name, control.Listening{Ready: func() { close(ready) }}, func(e control.Event) error {
			if e.Call != nil {
				seen.Add(1)
			}
			return nil
		})
	}()
	select {
	case <-ready:
	case err := <-watched:
		return err
	}
	err := errors.Join(b.sell(ctx), b.rewind(ctx), b.keep(ctx), b.look(ctx), b.client.DeleteTenant(ctx, b.name))
	cancel() // a stream notices only at its next heartbeat that its tenant is gone
	<-watched
	if err == nil && seen.Load() == 0 {
		err = errors.New("the stream told of no call")
	}
	return err
}

// call makes a call that has to be answered well.
func (b *shop) call(request []byte, good func([]byte) bool) ([]byte, error) {
	b.calls.Add(1)
	status, body, err := b.link.do(request)
	if err != nil || status != http.StatusOK || !good(body) {
		return nil, fmt.Errorf("%.300s: %d %.200s %w", request, status, body, err)
	}
	return body, nil
}

// sell makes orders and gives a part of each back, and waits until the merchant was
// told of all of them.
func (b *shop) sell(ctx context.Context) error {
	for i := range orders {
		biz := fmt.Sprintf(`{"merchant_order_sn":"%s-%d","auth_code":"281234567890123456","total_fee":"20.00","store_id":"2299","cashier_id":3011,"call_back_url":"%s"}`,
			b.name, i, b.callBack)
		body, err := b.call(b.caller.fubei("openapi.payment.order.swipe", biz), fubeiGood)
		if err != nil {
			return err
		}
		var made struct {
			Data struct {
				OrderSN string `json:"order_sn"`
			}
		}
		if err := json.Unmarshal(body, &made); err != nil {
			return err
		}
		biz = fmt.Sprintf(`{"order_sn":"%s","merchant_refund_sn":"%s-r%d","refund_money":"5"}`, made.Data.OrderSN, b.name, i)
		if _, err := b.call(b.caller.fubei("openapi.payment.order.refund", biz), fubeiGood); err != nil {
			return err
		}
	}
	for {
		list, err := b.client.Notifications(ctx, b.name)
		if err != nil {
			return err
		}
		told := 0
		for _, n := range list.Notifications {
			if n.State == "acknowledged" {
				told++
			}
		}
		if told == orders {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// bill counts the bills with a number on the day of the pushed ones.
func (b *shop) bills(number string) (n int, err error) {
	bills, _, err := sweep(b.link, b.caller, december(28), december(29))
	for i := range bills {
		if bills[i].PayOrderNo == number {
			n++
		}
	}
	return n, err
}

// rewind writes, keeps a snapshot, writes more, and goes back, with the clock moved
// on and back meanwhile.
func (b *shop) rewind(ctx context.Context) error {
	if _, err := b.call(b.caller.push("w-kept"), flagshipGood); err != nil {
		return err
	}
	snapshot, err := b.client.Snapshot(ctx, b.name)
	if err != nil {
		return err
	}
	if _, err := b.client.AdvanceClock(ctx, b.name, "36h"); err != nil {
		return err
	}
	if _, err := b.call(b.caller.push("w-lost"), flagshipGood); err != nil {
		return err
	}
	if n, err := b.bills("w-lost"); err != nil || n != 1 {
		return fmt.Errorf("%d bills that were pushed once: %w", n, err)
	}
	if _, err := b.client.AdvanceClock(ctx, b.name, "-36h"); err != nil {
		return err
	}
	if _, err := b.client.Restore(ctx, b.name, snapshot); err != nil {
		return err
	}
	kept, err := b.bills("w-kept")
	lost, err2 := b.bills("w-lost")
	if kept != 1 || lost != 0 || err != nil || err2 != nil {
		return fmt.Errorf("after the snapshot %d and %d bills: %w %w", kept, lost, err, err2)
	}
	return nil
}

// keep works on rows by the other door.
func (b *shop) keep(ctx context.Context) error {
	rows, err := b.client.AddRows(ctx, b.name, "shop", []map[string]string{{"shop_no": "SOAK", "shop_name": "soak"}})
	if err != nil || len(rows.Rows) != 1 {
		return fmt.Errorf("%d rows: %w", len(rows.Rows), err)
	}
	found, err := b.client.Rows(ctx, b.name, "shop", url.Values{"shop_no": {"SOAK"}})
	if err != nil || len(found.Rows) != 1 {
		return fmt.Errorf("%d rows: %w", len(found.Rows), err)
	}
	return b.client.DeleteRow(ctx, control.RowRef{Tenant: b.name, Collection: "shop", Key: rows.Rows[0].Key})
}

// look reads what a test looks at when it is over.
func (b *shop) look(ctx context.Context) error {
	verdict, err := b.client.Verify(ctx, b.name, control.Expectation{Match: journal.Match{Method: "openapi.payment.order.refund", Outcome: string(journal.OK)}})
	if err != nil || !verdict.OK {
		return fmt.Errorf("verdict %+v: %w", verdict, err)
	}
	_, err = b.client.Answers(ctx, b.name)
	_, err2 := b.client.Coverage(ctx, b.name)
	_, err3 := b.client.ResetTenant(ctx, b.name)
	return errors.Join(err, err2, err3)
}
