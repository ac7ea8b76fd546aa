package signature

import "hash"

// breath says when long work is to pause.
type breath struct {
	pause func()
	busy  int // bytes hashed since the last pause, or what took as long
}

// Work pauses when it has hashed so many bytes, or done what takes as long: about a
// quarter of a millisecond. To make an attempt takes as long as attemptBytes.
const (
	breathBytes  = 128 << 10
	attemptBytes = 4 << 10
)

// sum hashes the text of an attempt.
func (b *breath) sum(h hash.Hash, text []byte) []byte {
	for b.busy += attemptBytes; ; {
		n := min(len(text), max(breathBytes-b.busy, 0))
		h.Write(text[:n])
		b.busy += n
		if text = text[n:]; b.busy >= breathBytes {
			b.busy = 0
			if b.pause != nil {
				b.pause()
			}
		}
		if len(text) == 0 {
			return h.Sum(nil)
		}
	}
}
