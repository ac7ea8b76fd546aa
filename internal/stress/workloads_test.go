package stress

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A workload makes the requests of a round. No two requests of a row are the same:
// each window begins a second or more after the one before, pages and filters
// differ, and what is pushed is new.

// A member that each row of an answer has.
const (
	paymentRow = `"payment_no"`
	billRow    = `"pay_order_no"`
)

// flagship makes a workload of the flagship edition out of its single requests,
// which are counted over all rounds.
func flagship(row string, request func(c *caller, k int) []byte) func(*stage, int, int) *work {
	return func(s *stage, round, count int) *work {
		w := &work{good: flagshipGood, row: row}
		for i := range count {
			k := offset(s, round) + i
			w.requests = append(w.requests, request(s.caller(k), k))
		}
		return w
	}
}

// offset is the number of a round's first request.
func offset(s *stage, round int) int { return round * max(s.effort.distinct, s.effort.calls) }

// second is the moment so many seconds after another one.
func second(after time.Time, k int) time.Time { return after.Add(time.Duration(k) * time.Second) }

// pageOf is the parameters of a flagship page, and more of them.
func pageOf(no, size int, more ...string) []string {
	return append([]string{"page_no", fmt.Sprint(no), "page_size", fmt.Sprint(size)}, more...)
}

// payments is full pages of payments. A day of the default world has about 90.
func payments(size int) func(*stage, int, int) *work {
	days, pages := 4, 8
	switch {
	case size > 40:
		days, pages = 29, 2
	case size < 40:
		pages = 300
	}
	return flagship(paymentRow, func(c *caller, k int) []byte {
		from := second(december(1).AddDate(0, -1, 0), k)
		return c.payments(from, from.AddDate(0, 0, days), pageOf(k%pages, size)...)
	})
}

// filters are what clients of payments ask for.
var filters = []string{`"status":40`, `"is_refund":0`, `"time_type":1`, `"shop_nos":"00212"`, `"status":40,"is_refund":0`, `"shop_nos":"POS","status":40`}

// filtered is pages of 40 payments with filters and totals.
func filtered() func(*stage, int, int) *work {
	return flagship(paymentRow, func(c *caller, k int) []byte {
		from := second(december(1).AddDate(0, -1, 0), k)
		body := window(from, from.AddDate(0, 0, 20), filters[k%len(filters)])
		return c.openapi("sales.Payment.queryWithDetail", body, pageOf(k%2, 40, "calc_total", "1")...)
	})
}

// windows is pages of 40 payments of windows of a day, at random over 90 days.
func windows() func(*stage, int, int) *work {
	return flagship(paymentRow, func(c *caller, k int) []byte {
		const days, prime = 89, 7919
		from := second(december(1).AddDate(0, 0, -days), k*prime%(days*24*3600))
		return c.payments(from, from.AddDate(0, 0, 1), pageOf(k%2, 40)...)
	})
}

// checks is pages of 40 account checks of the enterprise edition.
func checks() func(*stage, int, int) *work {
	return func(s *stage, round, count int) *work {
		w := &work{good: enterpriseGood, row: `"shop_no"`}
		for i := range count {
			from := second(december(1), offset(s, round)+i)
			w.requests = append(w.requests, s.caller(i).checksPage(from, from.AddDate(0, 0, 1), 40, i%2))
		}
		return w
	}
}

// reconciliation is pages of about 40 orders of Fubei, of days and months of two years.
func reconciliation() func(*stage, int, int) *work {
	return func(s *stage, round, count int) *work {
		w := &work{good: fubeiGood, row: `"order_sn"`}
		for i := range count {
			k := offset(s, round) + i
			biz := fmt.Sprintf(`{"year":%d,"month":%d,"limit":%d,"page":%d}`, 2021+k%2, 1+k/2%12, 38+k/24%5, 1+k/120%40)
			if k%3 == 0 {
				biz = fmt.Sprintf(`{"year":%d,"month":%d,"day":%d,"limit":%d,"page":1}`, 2021+k%2, 1+k/2%12, 1+k/24%28, 20+k/672%60)
			}
			w.requests = append(w.requests, s.caller(i).fubei("openapi.payment.order.reconciliation", biz))
		}
		return w
	}
}

// pushedRows is how many bills a push has.
const pushedRows = 10

// newBills are pushes of bills that are new. Each round has a tenant of its own, so that no
// tenant is full.
func newBills(s *stage, round, count int) *work {
	w := &work{good: pushGood}
	for i := range count {
		numbers := make([]string, pushedRows)
		for j := range numbers {
			numbers[j] = fmt.Sprintf("b%d-%d-%d", round, i, j)
		}
		w.requests = append(w.requests, s.caller(round).pushAt(second(december(1), i*60), numbers...))
	}
	return w
}

// pushGood says whether a push was accepted.
func pushGood(body []byte) bool { return string(body) == `{"status":0,"data":[]}` }

// tenants prepares so many tenants, of which the first one is the default tenant.
func tenants(many int) func(*stage) {
	return func(s *stage) {
		for i := 1; i < many; i++ {
			s.tenant(map[string]any{"name": fmt.Sprintf("t%d", i)})
		}
	}
}

// tenantOf prepares one tenant with so many orders a day.
func tenantOf(ordersPerDay int) func(*stage) {
	return func(s *stage) {
		s.callers = nil
		s.tenant(map[string]any{"name": "large", "orders_per_day": ordersPerDay})
	}
}

// large is as many orders a day as a tenant may have; the suite takes fewer.
func large(s *stage) int {
	if s.effort.small {
		return 200
	}
	return 30_000
}

// largeTenant prepares one tenant with very many orders a day.
func largeTenant(s *stage) { tenantOf(large(s))(s) }

// rules prepares so many rules, of which none matches.
func rules(many int) func(*stage) {
	return func(s *stage) {
		for i := range many {
			rule := fmt.Appendf(nil, "name: never-%d\nwhen: {method: \"sales.*\", params: {page_no: %d}}\nthen: {refuse: internal}\n", i, 1000+i)
			if err := steer(s.addr, http.MethodPost, "/tenants/default/rules", rule, nil); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// month is pages of 40 of a month of a large tenant, with total. The page moves
// around one of them, as long as there are as many.
func month(around int, filters ...string) func(*stage, int, int) *work {
	return flagship(paymentRow, func(c *caller, k int) []byte {
		from := second(december(1).AddDate(0, -1, 0), k)
		filter := filters[k%len(filters)]
		body := window(from, from.AddDate(0, 0, 30).Add(-time.Second))
		if filter != "" {
			body = window(from, from.AddDate(0, 0, 30).Add(-time.Second), filter)
		}
		no := 0
		if around > 0 {
			no = around + k%50
		}
		return c.openapi("sales.Payment.queryWithDetail", body, pageOf(no, 40, "calc_total", "1")...)
	})
}

// months are pages of 40 of months nobody asked for before, 12 in a round.
func months(s *stage, round, count int) *work {
	w := &work{good: flagshipGood, row: paymentRow}
	for i := range min(count, 12) {
		from := second(time.Date(2014+round%8, time.Month(1+i), 1, 0, 0, 0, 0, china), round)
		w.requests = append(w.requests, s.caller(i).payments(from, from.AddDate(0, 0, 27), pageOf(i%3, 40, "calc_total", "1")...))
	}
	return w
}

// allOrders is the first page of all orders that a new world has: one call in a round.
func allOrders(s *stage, round, _ int) *work {
	s.tenant(map[string]any{"name": fmt.Sprintf("world%d", round), "seed": 100 + round})
	c := s.caller(len(s.callers) - 1)
	biz := fmt.Sprintf(`{"limit":%d,"page":1}`, 20+round)
	return &work{requests: [][]byte{c.fubei("openapi.payment.order.reconciliation", biz)}, good: fubeiGood, row: `"order_sn"`}
}

// refused is calls whose signatures are wrong, each in its own way.
func refused(s *stage, round, count int) *work {
	w := &work{good: func(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"status":`)) && !flagshipGood(body) }}
	for i := range count {
		k := offset(s, round) + i
		c := s.caller(k)
		if k%2 == 0 {
			secret, salt, _ := strings.Cut(c.who.OpenAPI.AppSecret, ":")
			c.who.OpenAPI.AppSecret = fmt.Sprintf("%s%d:%s", secret, k, salt)
		}
		from := second(december(1), k)
		request := c.payments(from, from.AddDate(0, 0, 1), pageOf(k%5, 40)...)
		if k%2 == 1 {
			request = []byte(missigned(request))
		}
		w.requests = append(w.requests, request)
	}
	return w
}

// billsAt is where the bills of a scene begin; they follow each other by a second
// until the hour is over, and then again.
var billsAt = december(28).Add(12 * time.Hour)

// clientRows prepares so many bills that a client pushed.
func clientRows(many int) func(*stage) {
	return func(s *stage) {
		const batch = 100
		for i := 0; i < many; i += 20_000 { // signatures grow old
			w := &work{good: pushGood}
			for from := i; from < min(i+20_000, many); from += batch {
				numbers := make([]string, min(batch, many-from))
				for j := range numbers {
					numbers[j] = fmt.Sprintf("c%d", from+j)
				}
				w.requests = append(w.requests, s.caller(0).pushAt(second(billsAt, from/batch%3600), numbers...))
			}
			o := drive(s.addr, w, driving{conns: 4, during: time.Minute, calls: len(w.requests)})
			if o.failures > 0 || o.calls != len(w.requests) {
				s.t.Fatalf("%d of %d pushes failed: %s", o.failures, o.calls, o.failure)
			}
		}
	}
}

// clientPages is pages of 40 of a window that holds so many bills of a client. The window
// begins within the day before the bills, so that it holds all of them.
func clientPages(many int) func(*stage, int, int) *work {
	const secondsOfDay = 24 * 60 * 60
	return flagship(billRow, func(c *caller, k int) []byte {
		from := second(billsAt.AddDate(0, 0, -1), k%secondsOfDay)
		return c.bills(from, from.AddDate(0, 0, 3), pageOf(k%max(1, many/40), 40)...)
	})
}

// journaled prepares a journal of so many calls.
func journaled(many int) func(*stage) {
	return func(s *stage) {
		const each = 10_000
		for i := 0; i < many; i += each {
			w := payments(1)(s, 1000+i/each, min(each, many-i))
			o := drive(s.addr, w, driving{conns: 4, during: time.Minute, calls: len(w.requests)})
			if o.failures > 0 {
				s.t.Fatalf("%d calls failed: %s", o.failures, o.failure)
			}
		}
	}
}

// lastCalls reads the newest calls of the journal, 20 to 319 of them.
func lastCalls(s *stage, _, count int) *work {
	w := &work{good: func(body []byte) bool { return bytes.HasPrefix(body, []byte(`{"entries":`)) }}
	for i := range count {
		w.requests = append(w.requests, fmt.Appendf(nil, "GET /_sandbox/tenants/default/journal?limit=%d HTTP/1.1\r\nHost: localhost\r\n\r\n", 20+i%300))
	}
	return w
}
