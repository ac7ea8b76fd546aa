package handlers

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
)

// metrics counts calls. Its labels are bounded: methods that the catalogue does
// not have count as one, and tenants are not told apart.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	took     *prometheus.HistogramVec
	rows     *prometheus.CounterVec
	ruled    prometheus.Counter
}

// unknownMethod is the label of every method that the catalogue does not have.
const unknownMethod = "unknown"

func newMetrics(tenants *tenant.Registry) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shaxiang_calls_total",
			Help: "Calls by vendor, method, outcome and kind of refusal."}, []string{"vendor", "method", "outcome", "kind"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "shaxiang_call_seconds",
			Help: "Time from the call's arrival to its answer, without a rule's delay.", Buckets: prometheus.ExponentialBuckets(0.0001, 2.5, 12)}, []string{"vendor"}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "shaxiang_rows_total",
			Help: "Rows served or stored."}, []string{"vendor"}),
		ruled: prometheus.NewCounter(prometheus.CounterOpts{Name: "shaxiang_rules_fired_total",
			Help: "Calls that a scenario's rule decided."}),
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m.registry.MustRegister(m.calls, m.took, m.rows, m.ruled,
		gauge("shaxiang_tenants", "Tenants.", func() float64 { return float64(len(tenants.Names())) }),
		gauge("shaxiang_journal_bytes", "Memory of all journals.", func() float64 { return float64(journalBytes(tenants)) }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func journalBytes(tenants *tenant.Registry) int {
	n := tenants.Stray().Bytes()
	for _, t := range tenants.Tenants() {
		n += t.Journal.Bytes()
	}
	return n
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// count adds a call that ended.
func (m *metrics) count(e *journal.Entry, known bool) {
	method := e.Method
	if !known {
		method = unknownMethod
	}
	m.calls.WithLabelValues(e.Vendor, method, string(e.Outcome), e.Kind).Inc()
	m.took.WithLabelValues(e.Vendor).Observe(e.Took.Seconds())
	m.rows.WithLabelValues(e.Vendor).Add(float64(e.Rows))
	if e.Rule != "" {
		m.ruled.Inc()
	}
}
