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
	pushers = 16
	pushed  = 25 // pushes of each, of 10 rows
	pagers  = 4
)

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
	const size = 200
	for page := 0; ; page++ {
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

// TestWritesUnderLoad lets many clients push rows while others page. Each row that
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
	noon := december(28).Add(12 * time.Hour)
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	acknowledged := make([][]string, pushers)
	for i := range pushers {
		writers.Go(func() {
			var err error
			if acknowledged[i], err = pushAll(s.addr, c, i); err != nil {
				t.Error(err)
			}
		})
	}
	for range pagers {
		readers.Go(func() {
			if err := page(s.addr, c, noon, &done); err != nil {
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
	bills, _, err := sweep(l, c, noon, noon)
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
	if len(want) != pushers*pushed*10 || !slices.Equal(got, want) {
		t.Errorf("%d rows are there, %d were acknowledged, %d were sent", len(got), len(want), pushers*pushed*10)
	}
}

// pushAll pushes one client's rows and returns the numbers of those that were
// acknowledged. Each fifth push is sent twice, which must not make a second row.
func pushAll(addr string, c *caller, client int) (numbers []string, err error) {
	l, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer l.conn.Close()
	for i := range pushed {
		batch := make([]string, 10)
		for k := range batch {
			batch[k] = fmt.Sprintf("w-%d-%d-%d", client, i, k)
		}
		request := c.push(batch...)
		for range 1 + (5-i%5)/5 {
			status, body, err := l.do(request)
			if err != nil || string(body) != `{"status":0,"data":[]}` {
				return numbers, fmt.Errorf("%d %.200s %w", status, body, err)
			}
		}
		numbers = append(numbers, batch...)
	}
	return numbers, nil
}

// page sweeps the window that is written to, and one that is not, until the
// writers are done.
func page(addr string, c *caller, noon time.Time, done *atomic.Bool) error {
	l, err := dial(addr)
	if err != nil {
		return err
	}
	defer l.conn.Close()
	_, closed, err := sweep(l, c, december(5), december(6))
	for err == nil && !done.Load() {
		var bills []bill
		if bills, _, err = sweep(l, c, noon, noon); err != nil {
			break
		}
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
