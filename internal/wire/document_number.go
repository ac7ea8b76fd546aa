package wire

import (
	"time"

	"shaxiang/internal/text"
)

// DocumentNumber is the number of a business document in the vendors' form: a prefix, a
// day, and at least Width digits.
type DocumentNumber struct {
	Prefix string
	Dated  bool
	Date   int64  // a moment of the day, in Unix seconds
	Mark   string // stands between the day and the digits
	N      int64
	Width  int // least number of digits of N
}

// Text returns the number as text. It does not use fmt, because a search for a document
// writes a few numbers that are not the one it looks for.
func (n DocumentNumber) Text() string {
	var buf [48]byte
	return string(n.Append(buf[:0]))
}

// Append appends the number as text.
func (n DocumentNumber) Append(dst []byte) []byte {
	dst = append(dst, n.Prefix...)
	if n.Dated {
		year, month, day := time.Unix(n.Date, 0).In(text.Beijing()).Date()
		dst = text.AppendPadded(dst, int64(year*10_000+int(month)*100+day), len("20060102"))
	}
	dst = append(dst, n.Mark...)
	return text.AppendPadded(dst, n.N, n.Width)
}
