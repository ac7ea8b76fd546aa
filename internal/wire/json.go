package wire

import "unicode/utf8"

// JSON says how a vendor's JSON library writes text.
type JSON struct {
	ASCII   bool `yaml:"ascii"`   // writes characters outside ASCII as \uXXXX
	Slashes bool `yaml:"slashes"` // writes a slash as \/
}

// Encoder returns the function that appends a value of the type in this JSON. The null
// Value is written as null.
func (j JSON) Encoder(w Type) func(dst []byte, v Value) []byte {
	name, quoted, nullable := w.split()
	t := types[name]
	write := t.append
	if t.text || quoted {
		plain := name != "string"
		inner := t.append
		write = func(dst []byte, v Value) []byte {
			if plain {
				return append(inner(append(dst, '"'), v), '"')
			}
			return j.AppendString(dst, v.Text())
		}
	}
	return func(dst []byte, v Value) []byte {
		if v.IsNull() || nullable && v.IsEmpty() {
			return append(dst, "null"...)
		}
		return write(dst, v)
	}
}

const hexDigits = "0123456789abcdef"

// AppendString appends a text as a JSON string. Invalid UTF-8 becomes U+FFFD.
func (j JSON) AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	copied := 0 // s is written up to here; bytes that need no escape are copied together
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < 0x20 || c == '"' || c == '\\' || c == '/' && j.Slashes {
				dst = j.appendASCII(append(dst, s[copied:i]...), c)
				copied = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if j.ASCII || r == utf8.RuneError {
			dst = append(dst, s[copied:i]...)
			if j.ASCII {
				dst = appendEscaped(dst, r)
			} else {
				dst = utf8.AppendRune(dst, r)
			}
			copied = i + n
		}
		i += n
	}
	return append(append(dst, s[copied:]...), '"')
}

// AppendRawString appends a text as a JSON string. Invalid UTF-8 stays as it is.
func AppendRawString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		dst = JSON{}.appendASCII(dst, s[i])
	}
	return append(dst, '"')
}

// appendASCII appends a byte of a JSON string, escaped where JSON asks for that.
func (j JSON) appendASCII(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\' || c == '/' && j.Slashes:
		return append(dst, '\\', c)
	case c == '\b':
		return append(dst, '\\', 'b')
	case c == '\f':
		return append(dst, '\\', 'f')
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	case c < 0x20:
		return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
	}
	return append(dst, c)
}

// appendEscaped writes a rune as one \uXXXX, or as a surrogate pair outside the basic
// multilingual plane.
func appendEscaped(dst []byte, r rune) []byte {
	units := []uint16{uint16(r)}
	if r > 0xffff {
		r -= 0x10000
		units = []uint16{0xd800 + uint16(r>>10), 0xdc00 + uint16(r&0x3ff)}
	}
	for _, u := range units {
		dst = append(dst, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
	}
	return dst
}
