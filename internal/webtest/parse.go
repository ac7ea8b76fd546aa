package webtest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"shaxiang/vendors"
)

// script is one file.
type script struct {
	file  string
	cases []*exchange
}

// exchange is one case: a request and what is expected of the answer.
type exchange struct {
	line   int
	title  string
	vendor string      // empty in a plain request
	verb   string      // empty if the request line is wrong
	target string      // the method of a call, the path of a plain request
	steps  []statement // how the request differs from the usual one, in order
	checks []statement
}

// block is a line of a script with the indented lines beneath it.
type block struct {
	line    int
	gap     bool // a blank line stands before it
	head    string
	beneath []string // without their common indentation
}

// text returns the head and the lines beneath it as one text.
func (b block) text() string { return strings.Join(append([]string{b.head}, b.beneath...), "\n") }

// outline divides lines into blocks; first is the number of the first line.
func outline(lines []string, first int) []block {
	var blocks []block
	for i, gap := 0, true; i < len(lines); {
		if blank(lines[i]) {
			gap, i = true, i+1
			continue
		}
		end := i + 1
		for n := end; n < len(lines) && (blank(lines[n]) || indent(lines[n]) != ""); n++ {
			// Blank lines belong to a block only if an indented line follows.
			if !blank(lines[n]) {
				end = n + 1
			}
		}
		blocks = append(blocks, block{first + i, gap, strings.TrimSpace(lines[i]), dedent(lines[i+1 : end])})
		gap, i = false, end
	}
	return blocks
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func indent(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

// dedent removes the indentation of the first line that is not blank from all lines. A
// line with less indentation loses all of it.
func dedent(lines []string) []string {
	out := make([]string, len(lines))
	margin := ""
	for i, line := range lines {
		if margin == "" && !blank(line) {
			margin = indent(line)
		}
		if rest, ok := strings.CutPrefix(line, margin); ok {
			out[i] = rest
		} else {
			out[i] = strings.TrimLeft(line, " \t")
		}
	}
	return out
}

// parser collects the problems of one file, so that all are reported together.
type parser struct {
	file     string
	problems []error
}

func (p *parser) problem(line int, err error) {
	// An error may quote several lines; a problem has one line.
	message := strings.ReplaceAll(err.Error(), "\n", `\n`)
	p.problems = append(p.problems, fmt.Errorf("%s:%d: %s", p.file, line, message))
}

// parse reads a script. The error joins all problems, each with file and line.
func parse(file, source string) (*script, error) {
	p := &parser{file: file}
	s := &script{file: file}
	lines := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
	blocks := outline(lines, 1)
	for len(blocks) > 0 {
		n := 1
		for n < len(blocks) && !blocks[n].gap {
			n++
		}
		if c := p.exchange(blocks[:n]); c != nil {
			s.cases = append(s.cases, c)
		}
		blocks = blocks[n:]
	}
	if len(s.cases) == 0 {
		p.problem(1, errors.New("there is no case in this file"))
	}
	return s, errors.Join(p.problems...)
}

// exchange reads one case. Blocks with only comments are prose and give nil.
func (p *parser) exchange(blocks []block) *exchange {
	var c *exchange
	title := ""
	for _, b := range blocks {
		switch {
		case p.comment(b):
			if c == nil && title == "" {
				title = strings.TrimSpace(strings.TrimLeft(b.head, "#"))
			}
		case c == nil:
			c = p.open(b)
		case opens(b):
			p.problem(b.line, errors.New("a case begins here: put a blank line before it"))
		case strings.Fields(b.head)[0] == "expect":
			p.expect(c, b)
		default:
			p.step(c, b)
		}
	}
	if c == nil {
		return nil
	}
	if title != "" {
		c.title = title
	}
	if !c.asserts() {
		p.problem(c.line, errors.New("this case checks nothing: it wants an expect block"))
	}
	return c
}

// comment reports whether a block is a comment. Lines beneath a comment are a problem,
// because they would be ignored.
func (p *parser) comment(b block) bool {
	if !strings.HasPrefix(b.head, "#") {
		return false
	}
	if len(b.beneath) > 0 {
		p.problem(b.line+1, errors.New("these lines stand beneath a comment; indent the comment as they are"))
	}
	return true
}

var plain = regexp.MustCompile(`^([A-Z]+)[ \t]+(/\S*)$`)

func opens(b block) bool {
	return plain.MatchString(b.head) || strings.Fields(b.head)[0] == opening[0].word
}

// open reads the request line. It returns a case even if the line is wrong, so
// that the problems of the other lines are reported too.
func (p *parser) open(b block) *exchange {
	c := &exchange{line: b.line, title: b.head}
	if m := plain.FindStringSubmatch(b.text()); m != nil {
		c.verb, c.target = m[1], m[2]
		return c
	}
	s, err := match(opening, b.line, b.text())
	if err != nil {
		p.problem(b.line, fmt.Errorf("%q: a case begins with %q or \"GET /path\"", b.head, opening[0].usage))
		return c
	}
	if _, ok := dialects()[s.name]; ok {
		c.verb, c.vendor, c.target = "POST", s.name, s.key
	} else {
		known := strings.Join(slices.Sorted(maps.Keys(dialects())), " ")
		p.problem(b.line, fmt.Errorf("unknown vendor %q; known are:%s", s.name, known))
	}
	if c.steps, err = params(b.line, s.value); err != nil {
		p.problem(b.line, err)
	}
	return c
}

// param is one name=value of a request line at the start of a text.
var param = regexp.MustCompile("^([^\\s=\"`]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^\\s\"`]*)(?:\\s+|$)")

// params reads name=value name="quoted value" … as set directives.
func params(line int, text string) ([]statement, error) {
	var steps []statement
	for text != "" {
		m := param.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("%q: write name=value or name=\"a Go string\"", firstLine(text))
		}
		s := statement{line: line, text: strings.TrimSpace(m[0]), word: "set", op: "=", name: m[1], kind: "VALUE", value: m[2]}
		if err := s.decode(); err != nil {
			return nil, err
		}
		steps = append(steps, s)
		text = text[len(m[0]):]
	}
	return steps, nil
}

func (p *parser) step(c *exchange, b block) {
	s, err := match(directives, b.line, b.text())
	if err == nil {
		err = c.misplaced(s)
	} else if _, slip := match(checks, b.line, b.text()); slip == nil {
		err = fmt.Errorf("%q is a check: indent it under \"expect\"", b.head)
	}
	if err != nil {
		p.problem(b.line, err)
		return
	}
	c.steps = append(c.steps, s)
}

// plainRequest is the name of requests that are no vendor's call.
const plainRequest = "plain"

// directiveVendors returns the vendors, and perhaps plainRequest, whose requests take a
// directive.
func directiveVendors(word string) []string {
	takes := func(dialect) bool { return true }
	switch word {
	case "as":
		takes = func(d dialect) bool { return d.apps > 1 }
	case "biz":
		takes = func(d dialect) bool { return d.Text != "" && !d.TextIsBody }
	case "body":
		takes = func(d dialect) bool { return d.TextIsBody }
	case "raw", "repeat":
		takes = func(d dialect) bool { return d.Text != "" }
	}
	var list []string
	for _, name := range vendors.List().Names() {
		if takes(dialects()[name]) {
			list = append(list, name)
		}
	}
	if slices.Contains([]string{"body", "raw", "repeat", "header", "content-type"}, word) {
		list = append(list, plainRequest)
	}
	return list
}

// misplaced refuses a directive that has no effect on this request.
func (c *exchange) misplaced(s statement) error {
	if c.verb == "" { // the request line is wrong
		return nil
	}
	here, allowed := cmp.Or(c.vendor, plainRequest), directiveVendors(s.word)
	if !slices.Contains(allowed, here) {
		return fmt.Errorf("%q does not go with %s, only with: %s", s.word, here, strings.Join(allowed, " "))
	}
	if s.name == "sign" && (s.word == "set" || s.word == "unset") {
		return errors.New("sign is made after this; write \"sign = VALUE\" or \"tamper unset sign\"")
	}
	return nil
}

func (p *parser) expect(c *exchange, b block) {
	if b.head != "expect" {
		p.problem(b.line, errors.New("checks stand on lines of their own, indented under \"expect\""))
	}
	for _, line := range outline(b.beneath, b.line+1) {
		if p.comment(line) {
			continue
		}
		s, err := match(checks, line.line, line.text())
		if err != nil {
			p.problem(line.line, err)
			// It counts as a check, so that one mistake gives one problem.
			s.word = "http"
		}
		c.checks = append(c.checks, s)
	}
}

// asserts reports whether the case has a check; save is none.
func (c *exchange) asserts() bool {
	return slices.ContainsFunc(c.checks, func(s statement) bool { return s.word != "save" })
}
