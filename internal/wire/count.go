package wire

import "strings"

// longText is the number of bytes above which the values of a text are counted before it is read.
// Then its nodes take the memory that they need, and none is taken for too many. A shorter text
// has no more values than any text may have.
const longText = 2 * denseValues

// count counts the values of the text, and of each list and object its elements. It takes the
// memory for all nodes, unless there are too many values: then left is negative. The counts of
// what is no JSON do no harm, because the reader allows fewer elements than there are.
func (r *reader) count(limits Limits) {
	r.left = limits.values(len(r.text))
	var open []int32 // the indexes of the lists and objects that are open
	sizes, values, fresh := []int32{}, 1, false
	for i := 0; i < len(r.text); i++ {
		c := r.text[i]
		if c <= ' ' {
			continue
		}
		if fresh && c != ']' && c != '}' {
			sizes[len(sizes)-1]++
			values++
		}
		fresh = false
		switch c {
		case '"':
			i = stringEnd(r.text, i)
		case '[', '{':
			open, sizes, fresh = append(open, int32(len(sizes))), append(sizes, 0), true
		case ']', '}':
			open = open[:max(len(open)-1, 0)]
		case ',':
			if len(open) > 0 {
				sizes[open[len(open)-1]]++
				values++
			}
		}
		if values > r.left || len(open) > maxDepth {
			break
		}
	}
	if values > r.left {
		r.left = -1
		return
	}
	memory := make(Memory, 0, values)
	r.sizes, r.memory = sizes, &memory
}

// stringEnd returns where a string ends that begins at an index: at its last quote, or at the
// end of the text.
func stringEnd(text string, begin int) int {
	for i := begin + 1; i < len(text); i++ {
		n := strings.IndexAny(text[i:], `"\\`)
		if n < 0 {
			break
		}
		if i += n; text[i] == '"' {
			return i
		}
		i++
	}
	return len(text)
}
