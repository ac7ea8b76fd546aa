package catalog

import (
	"encoding/binary"
	"slices"
)

// Packed is the values of a row in one text: a fourth of the memory that they take one
// by one, and nothing for the garbage collector to follow.
//
// An entry for each value, in their order, tells where its bytes begin and what they
// are; behind the entries stands where the last one ends, and then the bytes of all.
type Packed string

const (
	entryStart = 4              // bytes of a place
	entrySize  = entryStart + 1 // and the kind, with the places of a decimal above it
	kindBits   = 3
	digitsOnly = 1<<(8-kindBits) - 1 // for places: the bytes are the digits of a decimal
)

// AppendPacked appends values as Packed has them.
func AppendPacked(dst []byte, values []Value) []byte {
	head := len(values)*entrySize + entryStart
	begin, at := len(dst), head
	dst = slices.Grow(dst, head)[:begin+head]
	for i := range values {
		v := &values[i]
		places, size := v.places, len(v.s)
		switch {
		case v.s != "" && v.kind == decimalValue:
			places = digitsOnly
		case v.n != 0 && v.kind != stringValue:
			size = 8
		}
		entry := dst[begin+i*entrySize:][:entrySize]
		binary.LittleEndian.PutUint32(entry, uint32(at))
		entry[entryStart] = byte(v.kind) | places<<kindBits
		at += size
		if size == 0 {
			continue
		}
		if v.s != "" {
			dst = append(dst, v.s...)
		} else {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(v.n))
		}
	}
	binary.LittleEndian.PutUint32(dst[begin+head-entryStart:], uint32(at))
	return dst
}

func (p Packed) place(i int) int {
	return int(p[i]) | int(p[i+1])<<8 | int(p[i+2])<<16 | int(p[i+3])<<24
}

// Len is how many values there are.
func (p Packed) Len() int {
	if p == "" {
		return 0
	}
	return (p.place(0) - entryStart) / entrySize
}

// At returns the value with an index. Its text is a part of p.
func (p Packed) At(i int) Value {
	e := i * entrySize
	return value(p[e+entryStart], string(p[p.place(e):p.place(e+entrySize)]))
}

// value is one value, given its entry's last byte and its own bytes.
func value(kind byte, bytes string) Value {
	v := Value{kind: valueKind(kind & (1<<kindBits - 1)), places: kind >> kindBits}
	switch {
	case v.places == digitsOnly:
		v.places, v.s = 0, bytes
	case v.kind == stringValue:
		v.s = bytes
	case bytes != "":
		_ = bytes[7]
		v.n = int64(bytes[0]) | int64(bytes[1])<<8 | int64(bytes[2])<<16 | int64(bytes[3])<<24 |
			int64(bytes[4])<<32 | int64(bytes[5])<<40 | int64(bytes[6])<<48 | int64(bytes[7])<<56
	}
	return v
}

// Append appends the values.
func (p Packed) Append(dst []Value) []Value {
	n := p.Len()
	dst = slices.Grow(dst, n)
	for e, from := 0, n*entrySize+entryStart; e < n*entrySize; e += entrySize {
		to := p.place(e + entrySize)
		dst = append(dst, value(p[e+entryStart], string(p[from:to])))
		from = to
	}
	return dst
}

// Alike reports whether two rows of one collection have the same values, but for moments
// that are other ones.
func (p Packed) Alike(o Packed) bool {
	n := p.Len()
	head := n*entrySize + entryStart
	if len(p) != len(o) || p[:head] != o[:head] {
		return false
	}
	from := head
	for e := 0; e < n*entrySize; e += entrySize {
		if p[e+entryStart] != byte(timeValue) {
			continue
		}
		if to := p.place(e); p[from:to] != o[from:to] {
			return false
		}
		from = p.place(e + entrySize)
	}
	return p[from:] == o[from:]
}
