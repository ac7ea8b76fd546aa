package signature

import "hash"

// Yielder calls a function between pieces of long work, so that other requests can run.
// The zero value never calls it.
type Yielder struct {
	Yield func() // nil for none
	busy  int    // bytes hashed since the last call, or work that took as long
}

// Work yields after YieldBytes hashed bytes, or after work that takes as long: about a
// quarter of a millisecond. Making one attempt takes as long as hashing AttemptBytes.
const (
	YieldBytes   = 128 << 10
	AttemptBytes = 4 << 10
)

// Sum returns the hash of a text.
func (y *Yielder) Sum(h hash.Hash, text []byte) []byte {
	for y.busy += AttemptBytes; ; {
		n := min(len(text), max(YieldBytes-y.busy, 0))
		h.Write(text[:n])
		y.busy += n
		if text = text[n:]; y.busy >= YieldBytes {
			y.busy = 0
			if y.Yield != nil {
				y.Yield()
			}
		}
		if len(text) == 0 {
			return h.Sum(nil)
		}
	}
}
