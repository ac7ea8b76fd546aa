package stress

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	pushers = 32
	pagers  = 4
	hours   = 8 // over which the rows are spread, so that a window has a part of them
)

// hour is the moment of a client's rows, of which a pager looks at one.
func hour(client int) time.Time { return december(28).Add(time.Duration(8+client%hours) * time.Hour) }

// pushes is how many each pusher makes, and batch the rows of one: 100,000 in all
// with -full.
func pushes() int { return upTo(5, 25) }
func batch() int  { return upTo(25, 125) }

// bill is what a pushed row has to show of itself.
type bill struct {
	PayOrderNo string      `json:"pay_order_no"`
	OrderNo    string      `json:"order_no"`
	ShopNo     string      `json:"shop_no"`
	Remark     string      `json:"remark"`
	InAmount   json.Number `json:"in_amount"`
}

// whole reports whether nothing of a pushed row is another's or missing.
func (b *bill) whole() bool {
	return b.Remark == b.PayOrderNo && b.OrderNo == "0Be1tqsxdb" && b.ShopNo == "POS" && b.InAmount.String() == "1.2500"
}

// sweep pages through the bills between two moments and returns those that were
// pushed, and all pages one behind the other.
func sweep(l *link, c *caller, from, to time.Time) (bills []bill, text []byte, err error) {
	size := upTo(200, 1000) // rows of a page; a page costs more the more rows were pushed
	for page := 0; ; page++ {
		c := &caller{who: c.who, at: time.Now()} // signatures grow old
		status, body, err := l.do(c.bills(from, to, "page_no", fmt.Sprint(page), "page_size", fmt.Sprint(size)))
		if err != nil || status != 200 || !flagshipGood(body) {
			return nil, nil, fmt.Errorf("%d %.200s %w", status, body, err)
		}
		var answer struct {
			Data struct {
				List []bill `json:"detail_list"`
			}
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return nil, nil, err
		}
		text = append(text, body...)
		for _, b := range answer.Data.List {
			if b.PayOrderNo != "" && b.PayOrderNo[0] == 'w' {
				bills = append(bills, b)
			}
		}
		if len(answer.Data.List) < size {
			return bills, text, nil
		}
	}
}

// TestWritesUnderLoad lets 32 clients push rows while others page. Each row that
// was acknowledged is there once, none is torn, a sweep sees no row twice, and a
// window in which nothing is written stays as it is to the byte.
func TestWritesUnderLoad(t *testing.T) {
	t.Parallel()
	s := startInside(t)
	defer s.stop(t)
	c, err := s.tenant("writes", "")
	if err != nil {
		t.Fatal(err)
	}
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	var sweeps atomic.Int64
	acknowledged := make([][]string, pushers)
	for i := range pushers {
		writers.Go(func() {
			var err error
			if acknowledged[i], err = pushAll(s.addr, c, i); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range pagers {
		readers.Go(func() {
			if err := page(s.addr, c, hour(i), &done, &sweeps); err != nil {
				t.Error(err)
			}
		})
	}
	writers.Wait()
	done.Store(true)
	readers.Wait()
	l, err := dial(s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer l.conn.Close()
	bills, _, err := sweep(l, c, hour(0), hour(hours-1))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i := range bills {
		if !bills[i].whole() {
			t.Errorf("torn: %+v", bills[i])
		}
		got = append(got, bills[i].PayOrderNo)
	}
	want := slices.Concat(acknowledged...)
	slices.Sort(got)
	slices.Sort(want)
	sent := pushers * pushes() * batch()
	if len(want) != sent || !slices.Equal(got, want) {
		t.Errorf("%d rows are there, %d were acknowledged, %d were sent", len(got), len(want), sent)
	}
	t.Logf("%d clients pushed %d rows; %d others swept them %d times meanwhile", pushers, sent, pagers, sweeps.Load())
}

// pushAll pushes one client's rows and returns the numbers of those that were
// acknowledged. Each fifth push is sent twice, which must not make a second row.
func pushAll(addr string, c *caller, client int) (numbers []string, err error) {
	l, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer l.conn.Close()
	for i := range pushes() {
		rows := make([]string, batch())
		for k := range rows {
			rows[k] = fmt.Sprintf("w-%d-%d-%d", client, i, k)
		}
		c := &caller{who: c.who, at: time.Now()} // signatures grow old
		request := c.pushAt(hour(client), rows...)
		for range 1 + (5-i%5)/5 {
			status, body, err := l.do(request)
			if err != nil || string(body) != `{"status":0,"data":[]}` {
				return numbers, fmt.Errorf("%d %.200s %w", status, body, err)
			}
		}
		numbers = append(numbers, rows...)
	}
	return numbers, nil
}

// page sweeps the window that is written to, and one that is not, until the
// writers are done, and counts that.
func page(addr string, c *caller, at time.Time, done *atomic.Bool, sweeps *atomic.Int64) error {
	l, err := dial(addr)
	if err != nil {
		return err
	}
	defer l.conn.Close()
	_, closed, err := sweep(l, c, december(5), december(6))
	for err == nil && !done.Load() {
		var bills []bill
		if bills, _, err = sweep(l, c, at, at); err != nil {
			break
		}
		sweeps.Add(1)
		seen := map[string]bool{}
		for i := range bills {
			if !bills[i].whole() || seen[bills[i].PayOrderNo] {
				return fmt.Errorf("torn, or seen twice: %+v", bills[i])
			}
			seen[bills[i].PayOrderNo] = true
		}
		var again []byte
		if _, again, err = sweep(l, c, december(5), december(6)); err == nil && !slices.Equal(again, closed) {
			return fmt.Errorf("a closed window has changed: %d bytes, then %d", len(closed), len(again))
		}
	}
	return err
}
