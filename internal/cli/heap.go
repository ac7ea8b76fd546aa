package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Collecting often is what makes the slowest calls slow, and the heap that a sandbox
// needs is mostly small. So it may grow by heapRoom before it is collected, to five
// times what is in use at most; with much in use it may double, as Go has it.
const (
	heapRoom  = 256 << 20
	mostGrown = 400 // percent
)

// growth is by how many percent a heap of which so many bytes are in use may grow: a
// multiple of 50, so that it seldom changes.
func growth(live uint64) int {
	percent := min(max(heapRoom/(live/100+1), 100), mostGrown)
	return int(percent+25) / 50 * 50
}

// watchHeap lets the heap grow as much as becomes it, until the context ends.
func watchHeap(ctx context.Context) {
	percent := mostGrown
	debug.SetGCPercent(percent)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		metrics.Read(live)
		if want := growth(live[0].Value.Uint64()); want != percent {
			percent = want
			debug.SetGCPercent(percent)
		}
	}
}
