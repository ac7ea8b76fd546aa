package house

import (
	"regexp"
	"strings"
	"testing"
)

// maxWords is the length of a sentence that a reader of a second language follows at once.
const maxWords = 25

var (
	codeSpan    = regexp.MustCompile("`[^`]*`")
	linkTarget  = regexp.MustCompile(`\]\([^)]*\)`)
	sentenceEnd = regexp.MustCompile(`[.:;!?] +`)
	word        = regexp.MustCompile(`[\p{L}\p{N}'’–-]+`)
)

// literary matches turns of phrase that are hard to read in a second language, and words
// that only the code of earlier versions used.
var literary = regexp.MustCompile(`(?i)\b(dear to|so-manieth|of late|means no good|is no time|told of|in the place of|holds? [\w ]+ against|goes? by|went by|whoever|whatever|affairs?|others first|stray rows|anew|laid? over|lays? over)\b`)

// TestDocsEnglish checks the English of the documents: the length of sentences, and that
// no literary phrase is used. Generated tables come from elsewhere and are not checked.
func TestDocsEnglish(t *testing.T) {
	inRoot(t)
	for _, name := range documentNames(t) {
		if strings.HasSuffix(name, ".zh-CN.md") {
			continue
		}
		d := readDocument(t, name)
		generated := false
		for i, line := range d.lines {
			switch {
			case strings.HasPrefix(line, "<!-- end"):
				generated = false
			case strings.HasPrefix(line, "<!--"):
				generated = true
			}
			if generated || d.inBlock(i) || strings.HasPrefix(line, "#") {
				continue
			}
			for _, text := range cells(line) {
				text = linkTarget.ReplaceAllString(codeSpan.ReplaceAllString(text, "code"), "]")
				for _, sentence := range sentenceEnd.Split(text, -1) {
					if n := len(word.FindAllString(sentence, -1)); n > maxWords {
						t.Errorf("%s:%d: %d words in one sentence, more than %d: %s", name, i+1, n, maxWords, sentence)
					}
				}
				if m := literary.FindString(text); m != "" {
					t.Errorf("%s:%d: write %q in plain words", name, i+1, m)
				}
			}
		}
	}
}

// inBlock reports whether a line is part of a block of code.
func (d *document) inBlock(line int) bool {
	for _, b := range d.blocks {
		if line >= b.from-1 && line <= b.to {
			return true
		}
	}
	return false
}
