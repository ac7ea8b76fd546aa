package webtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The usage line of a statement is also its grammar, so error messages show exactly
// what the parser accepts. Words in capitals are holes; any other word stands for
// itself, and a|b for either.
var (
	opening = grammar(
		"call VENDOR METHOD PARAMS",
	)
	directives = grammar(
		"body TEXT",
		"biz TEXT",
		`raw "QUOTED"`,
		"repeat N TEXT",
		"as vendor",
		"secret = VALUE",
		"set NAME = VALUE",
		"set timestamp SPAN",
		"unset NAME",
		"tamper NAME = VALUE",
		"tamper add NAME = VALUE",
		"tamper unset NAME",
		"sign = VALUE",
		"header NAME: VALUE",
		"content-type VALUE",
		"http-method WORD",
		"path WORD",
		"expect CHECKS",
	)
	checks = grammar(
		"http STATUS",
		"error ~ REGEXP",
		"header NAME ==|!= VALUE",
		"header NAME ~ REGEXP",
		"header NAME absent|present",
		"body ==|!= TEXT",
		"body ~ REGEXP",
		"json PATH ==|!=|<|<=|>|>= JSON",
		"json PATH ~ REGEXP",
		"json PATH type TYPES",
		"json PATH absent|present",
		"each PATH KEY ==|!=|<|<=|>|>= JSON",
		"each PATH KEY ~ REGEXP",
		"each PATH KEY type TYPES",
		"each PATH KEY absent|present",
		"rows PATH sorted KEY",
		"keys PATH == KEYS",
		"shape PATH == EXAMPLE",
		"save NAME = PATH",
	)
)

// jsonTypes are the types that the check `type` knows.
var jsonTypes = []string{"array", "bool", "null", "number", "object", "string"}

// form is one way to write a statement.
type form struct {
	usage string
	word  string   // the first word
	holes []string // for each group of re, the name of its hole or "op"
	re    *regexp.Regexp
}

// statement is one directive or check of a script. Fields for which its form has
// no hole are empty.
type statement struct {
	line  int
	text  string // its first line as written, for messages
	word  string
	op    string // the first fixed word after word: "==", "timestamp", "add"
	name  string // NAME, VENDOR or N
	path  string // PATH
	key   string // KEY or METHOD
	value string // the text of the last hole
	kind  string // the name of the last hole: "JSON", "REGEXP", …
}

// holePatterns are the holes that end at a blank. Any other hole is the last
// of its form and takes the rest of the text.
var holePatterns = map[string]string{
	"VENDOR": `\S+`,
	"METHOD": `\S+`,
	"NAME":   `[^\s:=]+`,
	"PATH":   `\S+`,
	"KEY":    `\S+`,
	"N":      `\d{1,8}`, // bounded, because a mistake must not fill the memory
}

func grammar(usages ...string) []form {
	forms := make([]form, len(usages))
	for i, usage := range usages {
		forms[i] = compile(usage)
	}
	return forms
}

func compile(usage string) form {
	words := strings.Fields(usage)
	f := form{usage: usage, word: words[0]}
	pattern := "^" + words[0]
	for _, word := range words[1:] {
		hole := strings.Trim(word, `":`)
		inner, bounded := holePatterns[hole]
		switch {
		case bounded:
			// The trim removed the colon of "NAME:", which is required.
			pattern += `[ \t]+(` + inner + `)` + word[len(hole):]
		case isHole(hole):
			// The text may begin on the next line.
			pattern += `(?:[ \t]+|\n|$)((?s:.*))`
		default:
			hole = "op"
			pattern += `[ \t]+(` + word + `)`
		}
		f.holes = append(f.holes, hole)
	}
	f.re = regexp.MustCompile(pattern + "$")
	return f
}

func isHole(word string) bool { return word[0] >= 'A' && word[0] <= 'Z' }

// match reads a statement by the first form that fits. The error lists the known
// words, or the usage of the word.
func match(forms []form, line int, text string) (statement, error) {
	word := strings.Fields(text)[0]
	var usages, words []string
	for _, f := range forms {
		words = append(words, f.word)
		if f.word != word {
			continue
		}
		if groups := f.re.FindStringSubmatch(text); groups != nil {
			return f.statement(line, text, groups[1:])
		}
		usages = append(usages, "\""+f.usage+"\"")
	}
	if usages != nil {
		return statement{}, fmt.Errorf("%s: write %s", firstLine(text), strings.Join(usages, " or "))
	}
	return statement{}, unknown(word, words)
}

func unknown(word string, known []string) error {
	slices.Sort(known)
	return fmt.Errorf("unknown word %q; known are: %s", word, strings.Join(slices.Compact(known), " "))
}

// statement makes a statement of the groups that a form matched.
func (f form) statement(line int, text string, groups []string) (statement, error) {
	s := statement{line: line, text: firstLine(text), word: f.word}
	for i, hole := range f.holes {
		switch {
		case hole == "op" && s.op == "":
			s.op = groups[i]
		case hole == "op": // the "=" of "tamper add NAME = VALUE"
		case hole == "NAME" || hole == "VENDOR" || hole == "N":
			s.name = groups[i]
		case hole == "PATH":
			s.path = groups[i]
		case hole == "KEY" || hole == "METHOD":
			s.key = groups[i]
		default:
			s.kind, s.value = hole, groups[i]
		}
	}
	return s, s.decode()
}

// decode unquotes the value where it may be quoted, and checks it. A value with a
// variable is checked when the script runs.
func (s *statement) decode() error {
	if s.kind == "QUOTED" || s.kind == "VALUE" && strings.ContainsAny(first(s.value), "\"`") {
		text, err := strconv.Unquote(s.value)
		if err != nil {
			return fmt.Errorf("%s: %s is not a Go string", s.text, s.value)
		}
		s.value = text
	}
	if strings.Contains(s.value, "${") {
		return nil
	}
	if err := problemOf(s.kind, s.value); err != nil {
		return fmt.Errorf("%s: %w", s.text, err)
	}
	return nil
}

// problemOf returns what is wrong with a value of a kind.
func problemOf(kind, value string) error {
	switch kind {
	case "JSON":
		if !json.Valid([]byte(value)) {
			return fmt.Errorf("%q is not JSON; a string needs its quotes", value)
		}
	case "EXAMPLE":
		if inline(value) && !json.Valid([]byte(value)) {
			return errors.New("the example is not JSON")
		}
	case "REGEXP":
		if value == "" {
			return errors.New("the empty regular expression matches anything")
		}
		_, err := regexp.Compile(value)
		return err
	case "TYPES":
		for name := range strings.SplitSeq(value, "|") {
			if !slices.Contains(jsonTypes, name) {
				return fmt.Errorf("unknown type %q; known are: %s", name, strings.Join(jsonTypes, " "))
			}
		}
	case "SPAN":
		if _, err := span(value); err != nil {
			return fmt.Errorf("%q is no time from now; write +121s or -5m, or \"set timestamp = TEXT\"", value)
		}
	case "STATUS":
		if n, err := strconv.Atoi(value); err != nil || n < 100 || n > 599 {
			return fmt.Errorf("%q is no HTTP status", value)
		}
	case "WORD":
		if len(strings.Fields(value)) != 1 {
			return fmt.Errorf("%q is not one word", value)
		}
	}
	return nil
}

// span reads a duration with its sign. A text without a sign is a value.
func span(text string) (time.Duration, error) {
	if first(text) != "+" && first(text) != "-" {
		return 0, errors.New("no sign")
	}
	return time.ParseDuration(text)
}

func first(text string) string { return text[:min(1, len(text))] }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
