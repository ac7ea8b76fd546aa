package text

// word is the number of tokens that one machine word holds.
const word = 64

// find returns the end of the leftmost place at which the characters are those that the
// tokens stand for, or -1.
//
// It reads each character once (the algorithm is called Shift-And): bit i of the state is
// set while the last i+1 characters fit the first i+1 tokens. So its time is that of the
// text, for each 64 tokens, whatever the text repeats.
func find(tokens []token, chars []rune) int {
	if len(tokens) == 0 {
		return 0
	}
	words := (len(tokens) + word - 1) / word
	state := make([]uint64, words)
	masks := map[rune][]uint64{}
	last := uint64(1) << ((len(tokens) - 1) % word)
	for at, c := range chars {
		mask, known := masks[c]
		if !known {
			mask = maskOf(tokens, c, words)
			masks[c] = mask
		}
		carry := uint64(1) // every character may be the first one of the place
		for i := range state {
			next := state[i] >> (word - 1)
			state[i] = (state[i]<<1 | carry) & mask[i]
			carry = next
		}
		if state[words-1]&last != 0 {
			return at + 1
		}
	}
	return -1
}

// maskOf returns a bit for each token that stands for a character.
func maskOf(tokens []token, c rune, words int) []uint64 {
	mask := make([]uint64, words)
	for i := range tokens {
		if tokens[i].fits(c) {
			mask[i/word] |= 1 << (i % word)
		}
	}
	return mask
}
