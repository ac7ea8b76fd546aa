package handlers

import (
	"encoding/binary"
	"sync"

	"shaxiang/catalog"
	"shaxiang/fixtures"
)

// memo keeps what is dear to make, within about a number of bytes. When the newer
// half of it is full it becomes the older, and what was in the older is forgotten,
// unless it was asked for meanwhile. It is safe for use by many goroutines.
type memo[K comparable, V any] struct {
	half int // of the bytes

	mu           sync.RWMutex
	newer, older map[K]remembered[V]
	used         int // by the newer
}

type remembered[V any] struct {
	value V
	cost  int
}

func newMemo[K comparable, V any](bytes int) *memo[K, V] {
	return &memo[K, V]{half: bytes / 2, newer: map[K]remembered[V]{}}
}

func (m *memo[K, V]) get(k K) (V, bool) {
	m.mu.RLock()
	r, ok := m.newer[k]
	if ok {
		m.mu.RUnlock()
		return r.value, true
	}
	r, ok = m.older[k]
	m.mu.RUnlock()
	if ok {
		m.put(k, r.value, r.cost)
	}
	return r.value, ok
}

func (m *memo[K, V]) put(k K, v V, cost int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used += cost; m.used > m.half {
		m.newer, m.older, m.used = map[K]remembered[V]{}, m.newer, cost
	}
	m.newer[k] = remembered[V]{v, cost}
}

// Bounds of what a server keeps of what it wrote, in bytes.
const (
	answersKept = 16 << 20
	rowsKept    = 16 << 20
)

// answerKey is everything that an answer to a query follows from.
type answerKey struct {
	endpoint *catalog.Endpoint
	world    fixtures.Version
	now      int64
	query    string // what was asked beside what the endpoint says
}

// written is an answer with what the journal tells of it.
type written struct {
	text string
	rows int
	keys []int64
}

func (k *written) cost() int { return len(k.text) + 8*len(k.keys) + 300 }

// asked writes down a query, without what is the same for all calls of its endpoint.
func asked(q *catalog.Query) string {
	b := make([]byte, 0, 128)
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	flag := func(is bool) {
		if is {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	b = binary.AppendVarint(binary.AppendVarint(b, q.From), q.To)
	b = binary.AppendVarint(binary.AppendVarint(b, int64(q.Page.No)), int64(q.Page.Size))
	flag(q.Page.Count)
	flag(q.Page.Send)
	text(q.Column)
	b = binary.AppendUvarint(b, uint64(len(q.Ranges)))
	for _, r := range q.Ranges {
		text(r.Column)
		b = binary.AppendVarint(binary.AppendVarint(b, r.From), r.To)
	}
	for _, f := range q.Filters {
		text(f.Column)
		flag(f.Not)
		b = binary.AppendUvarint(b, uint64(len(f.In)))
		for _, in := range f.In {
			text(in)
		}
	}
	return string(b)
}

// rowKey is everything that a settled row's JSON follows from.
type rowKey struct {
	plan     *plan
	business fixtures.Business
	document fixtures.Document
}
