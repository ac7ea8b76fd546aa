package text

import (
	"sync"
	"sync/atomic"
)

// Cache is a cache bounded by approximate size in bytes. When the cache is full it drops
// the oldest entries; an entry that was read since its last turn gets another one. It is
// safe for use by many goroutines, and reads do not block each other.
type Cache[K comparable, V any] struct {
	bound int64 // in bytes

	mu             sync.RWMutex
	entries        map[K]*cached[K, V]
	oldest, newest *cached[K, V]
	bytes          int64
}

// cached is one entry of the list from the oldest entry to the newest.
type cached[K comparable, V any] struct {
	key   K
	value V
	size  int64 // in bytes
	read  atomic.Bool
	next  *cached[K, V] // the next newer entry
}

// NewCache returns an empty cache with a bound in bytes.
func NewCache[K comparable, V any](bytes int64) *Cache[K, V] {
	return &Cache[K, V]{bound: bytes, entries: map[K]*cached[K, V]{}}
}

// Get returns the value of a key, if the cache still has it.
func (c *Cache[K, V]) Get(k K) (v V, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e := c.entries[k]
	if e == nil {
		return v, false
	}
	if !e.read.Load() { // a store would take the cache line from other processors
		e.read.Store(true)
	}
	return e.value, true
}

// Put stores a value with its approximate size in bytes. A new entry stays even if it
// alone is larger than the bound.
func (c *Cache[K, V]) Put(k K, v V, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[k]; e != nil {
		c.bytes += size - e.size
		e.value, e.size = v, size
		e.read.Store(true)
		c.makeRoom(0, 1)
		return
	}
	c.makeRoom(size, 0)
	e := &cached[K, V]{key: k, value: v, size: size}
	c.entries[k] = e
	c.bytes += size
	c.append(e)
}

// makeRoom drops entries until a number of bytes is free or so few entries are left.
func (c *Cache[K, V]) makeRoom(bytes int64, left int) {
	for c.bytes+bytes > c.bound && len(c.entries) > left {
		c.dropOldest()
	}
}

func (c *Cache[K, V]) append(e *cached[K, V]) {
	if c.newest == nil {
		c.oldest = e
	} else {
		c.newest.next = e
	}
	c.newest, e.next = e, nil
}

// dropOldest drops the oldest entry, or makes the entry the newest if it was read.
func (c *Cache[K, V]) dropOldest() {
	e := c.oldest
	if c.oldest = e.next; c.oldest == nil {
		c.newest = nil
	}
	if e.read.Swap(false) {
		c.append(e)
		return
	}
	delete(c.entries, e.key)
	c.bytes -= e.size
}

// Bytes returns the approximate size of all entries.
func (c *Cache[K, V]) Bytes() int64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.bytes
}

// Len returns the number of entries.
func (c *Cache[K, V]) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.entries)
}

// Cached returns the value that a cache has for a key, or makes the value and puts it there.
// Two goroutines may make the value of one key at once, so what make returns must depend on
// the key alone. make also returns the approximate size of the value in bytes.
func Cached[V any](c *Cache[any, any], key any, make func() (value V, size int64)) V {
	if found, ok := c.Get(key); ok {
		return found.(V)
	}
	value, size := make()
	c.Put(key, value, size)
	return value
}
