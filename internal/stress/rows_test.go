package stress

import (
	"fmt"
	"time"
)

// row is a line of the table: some work, the bar for it, and how it is measured.
type row struct {
	name    string
	unit    unit
	bar     bar
	measure func(*bench) []sample // one for each side
}

// unit is what figures of a row count.
type unit int

const (
	perSecond unit = iota // calls a second: more is better
	millis                // milliseconds: less is better
	megabytes             // MB: less is better
	cpuMillis             // milliseconds of processor time: less is better
)

// write writes a figure with its unit.
func (u unit) write(figure float64) string {
	switch {
	case figure != figure: // NaN: nothing was measured
		return "–"
	case u == perSecond:
		return fmt.Sprintf("%.0f/s", figure)
	case u == megabytes:
		return fmt.Sprintf("%.0f MB", figure)
	case u == cpuMillis:
		return fmt.Sprintf("%.0f ms of CPU", figure)
	}
	return milliseconds(time.Duration(figure * float64(time.Millisecond)))
}

// better is how many times as good a figure is as another one, in the unit's sense.
func (u unit) better(figure, other float64) float64 {
	switch u {
	case perSecond:
		return figure / other
	case cpuMillis: // counted in ticks of 10 ms, and there may be none
		return (other + 10) / (figure + 10)
	}
	return other / figure
}

// bar is what a row has to reach.
type bar struct {
	text string
	met  func(m *sample) bool
}

// share is a bar on the ratio to the reference, in percent.
func share(percent float64) bar {
	return bar{fmt.Sprintf("%.0f %%", percent), func(m *sample) bool { return m.ratio() >= percent/100 }}
}

// atMost is a bar on the figure.
func atMost(u unit, most float64) bar {
	return bar{fmt.Sprintf("%g %s", most, map[unit]string{millis: "ms", megabytes: "MB", cpuMillis: "ms of CPU"}[u]),
		func(m *sample) bool { return m.figure() <= most }}
}

// warmAndFirst is a bar on the middle and on the first call, in milliseconds.
func warmAndFirst(most, first float64) bar {
	return bar{fmt.Sprintf("%g ms, first %g ms", most, first),
		func(m *sample) bool { return m.figure() <= most && m.first.Seconds()*1000 <= first }}
}

// flat is a bar on the ratio to the base: a tenth above it at most.
func flat() bar {
	return bar{"1.1 times", func(m *sample) bool { return m.ratio() > 0 && m.ratio() <= 1.1 }}
}

// tableRows are the rows of the table, in its order.
func tableRows() []row {
	rate := func(work func(*stage, int, int) *work) func(*bench) []sample {
		return func(b *bench) []sample { return b.rate(scene{work: work}) }
	}
	deep := func(around int, filters ...string) func(*bench) []sample {
		return func(b *bench) []sample {
			work := month(around, filters...)
			if b.effort.small {
				work = month(min(around, 1), filters...)
			}
			return b.latency(scene{heavy: true, prepare: largeTenant, work: work})
		}
	}
	return []row{
		{"`sales.Payment.queryWithDetail`, 40 rows, the window moves", perSecond, share(60), rate(payments(40))},
		{"the same, 1 row", perSecond, share(65), rate(payments(1))},
		{"the same, 1,000 rows", perSecond, share(60), rate(payments(1000))},
		{"the same, 40 rows, filters and total", perSecond, share(50), rate(filtered())},
		{"the same, 40 rows, windows at random over 90 days", perSecond, share(50), rate(windows())},
		{"`fa_alipay_account_check_query.php`, 40 rows", perSecond, share(50), rate(checks())},
		{"`openapi.payment.order.reconciliation`, 40 rows", perSecond, share(50), rate(reconciliation())},
		{"`finance.RawPayment.push` of 10 new rows", perSecond, share(40), (*bench).pushes},
		{"`finance.RawPayment.search`, 40 rows of a window with 20,000 rows of clients", perSecond, share(50), (*bench).clientWindow},
		{"40 rows, JSON log on, against off", perSecond, share(90), (*bench).logged},
		{"40 rows, 1,000 tenants in turn, against one tenant", perSecond, share(80), (*bench).manyTenants},
		{"40 rows, 20 rules of which none matches, against no rule", perSecond, share(90), (*bench).ruled},
		{"40 rows, p99 at half the highest rate", millis, atMost(millis, 5), (*bench).halfRate},
		{"refused signatures, p99 at 200 a second", millis, atMost(millis, 5), (*bench).refused},
		{"a month of 30,000 orders a day with total, first page", millis, warmAndFirst(1, 2000), deep(0, "")},
		{"the same, filter `status`, `shop_nos`", millis, warmAndFirst(1, 2000), deep(0, `"status":40`, `"shop_nos":"00212"`)},
		{"the same, filter `is_refund`", millis, warmAndFirst(20, 2000), deep(0, `"is_refund":0`, `"is_refund":1`)},
		{"the same, pages from 1,000", millis, atMost(millis, 2), deep(1000, "")},
		{"the same, pages from 18,000", millis, atMost(millis, 2), deep(18_000, "")},
		{"40 rows of a month that was not asked for before, with total", millis, atMost(millis, 100),
			func(b *bench) []sample { return b.cold(scene{work: months}) }},
		{"`openapi.payment.order.reconciliation` without a date, first call of a world", millis, atMost(millis, 100),
			func(b *bench) []sample { return b.cold(scene{work: allOrders}) }},
		{"processor time in 5 s after a client left a slow query", cpuMillis, atMost(cpuMillis, 250), (*bench).abandoned},
		{"cold start of the program to its first answer", millis, atMost(millis, 30), (*bench).coldStart},
		{"memory, idle", megabytes, atMost(megabytes, 25), (*bench).idle},
		{"memory after all requests, spread over 1,000 tenants", megabytes, atMost(megabytes, 250), (*bench).memory},
		{"memory after all requests, against half of them", megabytes, flat(), (*bench).memoryGrowth},
	}
}

// upTo is a number of rows or tenants; the suite takes a hundredth.
func (e *effort) upTo(many int) int {
	if e.small {
		return max(many/100, 1)
	}
	return many
}

// pushes measures pushes, each round for a tenant of its own.
func (b *bench) pushes() []sample {
	return b.rate(scene{prepare: tenants(rounds + b.effort.rounds), work: newBills, args: roomy})
}

// roomy are the flags of a program that takes many rows of a tenant.
var roomy = []string{"--log", "off", "--max-kept-bytes", "4000000000"}

// clientWindow measures pages of a window full of what clients wrote.
func (b *bench) clientWindow() []sample {
	many := b.effort.upTo(20_000)
	return b.rate(scene{heavy: true, args: roomy, prepare: clientRows(many), work: clientPages(many)})
}

// logged measures the JSON log against none.
func (b *bench) logged() []sample {
	return b.beside(scene{args: []string{"--log", "json"}, work: payments(40)}, scene{work: payments(40)})
}

// manyTenants measures 1,000 tenants against one.
func (b *bench) manyTenants() []sample {
	return b.beside(scene{heavy: true, prepare: tenants(b.effort.upTo(1000)), work: payments(40)}, scene{prepare: tenants(1), work: payments(40)})
}

// ruled measures 20 rules against none.
func (b *bench) ruled() []sample {
	return b.beside(scene{prepare: rules(20), work: payments(40)}, scene{prepare: rules(0), work: payments(40)})
}

// halfRate measures the p99 at half of the rate that the program reaches.
func (b *bench) halfRate() []sample {
	sc := scene{work: payments(40)}
	stages, samples := b.open(sc)
	half := make([]float64, len(stages))
	for i, s := range stages {
		o := drive(s.addr, b.work(sc, s, warmRound, b.effort.distinct), driving{conns: connections, during: b.effort.during})
		half[i] = o.rate() / 2
		samples[i].note = fmt.Sprintf("%.0f/s", half[i])
	}
	b.steady(sc, stages, samples, half)
	return samples
}

// refused measures the p99 of calls with wrong signatures at a low rate.
func (b *bench) refused() []sample {
	const rate = 200
	sc := scene{work: refused}
	stages, samples := b.open(sc)
	rates := make([]float64, len(stages))
	for i := range rates {
		rates[i] = rate
	}
	b.steady(sc, stages, samples, rates)
	return samples
}

// steady measures the p99 of each program at a rate. A latency counts from the moment
// at which the call is due.
func (b *bench) steady(sc scene, stages []*stage, samples []sample, rates []float64) {
	b.t.Helper()
	before := b.counts(stages)
	for round := range b.effort.rounds {
		for i, s := range stages {
			w := b.work(sc, s, rounds+round, b.effort.distinct)
			o := drive(s.addr, w, driving{conns: connections, during: b.effort.during, rate: rates[i], latency: true})
			if o.failures > 0 {
				b.t.Errorf("%d of %d calls failed: %s", o.failures, o.calls, o.failure)
			}
			samples[i].take(o.quantile(0.99).Seconds()*1000, 0, o.calls, len(w.requests))
		}
	}
	b.since(stages, before, samples)
}
