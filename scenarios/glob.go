package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// glob reports whether a text fits a pattern in which * stands for any text and
// nothing else is special.
func glob(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			if p == len(pattern)-1 {
				return true // as most end
			}
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p] == text[t]:
			p++
			t++
		case star >= 0: // let the last star take one more
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// covers reports whether a pattern fits whatever another one fits: the star of the
// other is a letter that only a star of this one can stand for.
func covers(wide, narrow string) bool { return wide == "" || narrow != "" && glob(wide, narrow) }

// want is a param with the pattern that its value must fit.
type want struct{ name, pattern string }

// wants are the params in the order of their names.
func (p Params) wants() []want {
	list := make([]want, 0, len(p))
	for _, name := range slices.Sorted(maps.Keys(p)) {
		list = append(list, want{name, pattern(p[name])})
	}
	return list
}

// hold reports whether every param was given with a value that fits.
func hold(wants []want, given map[string]string) bool {
	for _, w := range wants {
		if !held(w.name, w.pattern, given) {
			return false
		}
	}
	return true
}

// pattern is a value of a rule as text.
func pattern(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	}
	return fmt.Sprint(value)
}

func held(name, pattern string, given map[string]string) bool {
	if !strings.Contains(name, "*") {
		text, ok := given[name]
		return ok && glob(pattern, text)
	}
	for n, text := range given {
		if glob(name, n) && glob(pattern, text) {
			return true
		}
	}
	return false
}

// covers reports whether these params hold for every call for which others hold.
func (p Params) covers(others Params) bool {
	for name, value := range p {
		other, ok := others[name]
		// An empty pattern is the empty text here, not everything.
		if !ok || !glob(fmt.Sprint(value), fmt.Sprint(other)) {
			return false
		}
	}
	return true
}
