package handlers

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"

	vm "github.com/VictoriaMetrics/metrics"

	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// metrics counts calls. Its labels are bounded: methods that the catalogue does
// not have count as one, and tenants are not told apart.
type metrics struct {
	set     *vm.Set
	calls   sync.Map    // callLabels → *vm.Counter
	vendors sync.Map    // vendor → *vendorMetrics
	fired   *vm.Counter // rules
	tenants *vm.Gauge
	bytes   *vm.Gauge // of all journals

	// Rows of pages, by where they came from: their JSON from the row cache, or from a query.
	fromCache, fromQuery *vm.Counter
}

// callLabels tell the counters of calls apart.
type callLabels struct{ vendor, method, outcome, kind string }

// unknownMethod is the label of every method that the catalogue does not have.
const unknownMethod = "unknown"

func newMetrics() *metrics {
	m := &metrics{set: vm.NewSet()}
	m.fired = m.set.NewCounter("shaxiang_rules_fired_total")
	m.fromCache = m.set.NewCounter(`shaxiang_reads_total{from="cache"}`)
	m.fromQuery = m.set.NewCounter(`shaxiang_reads_total{from="query"}`)
	m.tenants = m.set.NewGauge("shaxiang_tenants", nil)
	m.bytes = m.set.NewGauge("shaxiang_journal_bytes", nil)
	return m
}

// handler answers a scrape.
func (m *metrics) handler(of *tenant.Registry) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		of.Sweep(of.Now())
		bytes, tenants := of.Unassigned().Bytes(), of.Tenants()
		for _, t := range tenants {
			bytes += t.Journal.Bytes()
		}
		m.tenants.Set(float64(len(tenants)))
		m.bytes.Set(float64(bytes))
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		m.set.WritePrometheus(w)
		vm.WriteProcessMetrics(w)
	})
}

// count adds a call that ended.
func (m *metrics) count(e *journal.Entry, known bool) {
	labels := callLabels{e.Vendor, e.Method, string(e.Outcome), e.Kind}
	if !known {
		labels.method = unknownMethod
	}
	made(&m.calls, labels, func() *vm.Counter {
		return m.set.GetOrCreateCounter(fmt.Sprintf("shaxiang_calls_total{kind=%q,method=%q,outcome=%q,vendor=%q}",
			labels.kind, labels.method, labels.outcome, labels.vendor))
	}).Inc()
	v := made(&m.vendors, e.Vendor, func() *vendorMetrics { return newVendorMetrics(m.set, e.Vendor) })
	v.rows.Add(e.Rows)
	seconds := e.Took.Seconds()
	for i := len(v.bounds) - 1; i >= 0 && seconds <= v.bounds[i]; i-- {
		v.buckets[i].Inc()
	}
	v.sum.Add(seconds)
	v.count.Inc()
	if e.Rule != "" {
		m.fired.Inc()
	}
}

// vendorMetrics counts the rows of a vendor's calls and has a histogram, as Prometheus
// defines it, of the seconds that they took: from their arrival to their answer, without a
// rule's delay.
type vendorMetrics struct {
	rows    *vm.Counter
	bounds  []float64
	buckets []*vm.Counter // cumulative
	sum     *vm.FloatCounter
	count   *vm.Counter
}

func newVendorMetrics(set *vm.Set, vendor string) *vendorMetrics {
	const first, factor, buckets = 0.0001, 2.5, 12
	h := &vendorMetrics{
		rows:  set.GetOrCreateCounter(fmt.Sprintf("shaxiang_rows_total{vendor=%q}", vendor)),
		sum:   set.GetOrCreateFloatCounter(fmt.Sprintf("shaxiang_call_seconds_sum{vendor=%q}", vendor)),
		count: set.GetOrCreateCounter(fmt.Sprintf("shaxiang_call_seconds_count{vendor=%q}", vendor)),
	}
	bound := first
	for i := range buckets + 1 {
		le := strconv.FormatFloat(bound, 'g', 6, 64)
		if i == buckets {
			bound, le = math.Inf(1), "+Inf"
		}
		h.bounds = append(h.bounds, bound)
		h.buckets = append(h.buckets, set.GetOrCreateCounter(fmt.Sprintf("shaxiang_call_seconds_bucket{vendor=%q,le=%q}", vendor, le)))
		bound *= factor
	}
	return h
}
