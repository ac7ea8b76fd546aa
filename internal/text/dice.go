package text

import "math/bits"

// Dice answers a question of chance with a hash of a seed, of what is asked, and of
// which thing the question is about. No answer depends on earlier questions.
type Dice uint64

// Roll returns 64 bits for one question.
func (seed Dice) Roll(what string, which uint64) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for i := range len(what) {
		h = (h ^ uint64(what[i])) * prime
	}
	return Mix(Mix(uint64(seed)^h) + which)
}

// Mix is the finalizer of splitmix64: each bit of the result depends on each bit of z.
func Mix(z uint64) uint64 {
	z += MixStep
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// MixStep is the distance between two states of splitmix64.
const MixStep = 0x9e3779b97f4a7c15

// Below maps a roll to a number from 0 to n-1.
func Below(roll, n uint64) uint64 {
	hi, _ := bits.Mul64(roll, n)
	return hi
}
