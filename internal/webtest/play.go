package webtest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// vars are the variables of one script.
type vars map[string]string

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// expand replaces variables by their values. An unknown variable is an error,
// because ${name} itself would be compared or sent.
func (v vars) expand(text string) (string, error) {
	var err error
	out := variable.ReplaceAllStringFunc(text, func(hole string) string {
		name := hole[len("${") : len(hole)-len("}")]
		value, ok := v[name]
		if !ok {
			known := strings.Join(slices.Sorted(maps.Keys(v)), " ")
			err = fmt.Errorf("unknown variable %q; known are: %s", name, known)
		}
		return value
	})
	return out, err
}

// fill expands a statement and checks its value as the parser does.
func (v vars) fill(s statement) (statement, error) {
	for _, text := range []*string{&s.path, &s.key, &s.value} {
		filled, err := v.expand(*text)
		if err != nil {
			return s, err
		}
		*text = filled
	}
	return s, problemOf(s.kind, s.value)
}

// player plays the cases of one script in order.
type player struct {
	config Config
	script *script
	vars   vars
}

// play runs a case. It returns the problems with their lines, and the request and answer.
func (p *player) play(c *exchange) (problems []error, transcript string) {
	request, err := c.request(p.config, p.vars)
	if err != nil {
		return []error{err}, "nothing was sent"
	}
	a := p.send(request)
	transcript = fmt.Sprintf("%s %s\nHTTP %d\n%s", request.Method, request.URL, a.status, shown(string(a.body)))
	if a.err != nil && !slices.ContainsFunc(c.checks, func(s statement) bool { return s.word == "error" }) {
		return []error{fmt.Errorf("%d: no whole answer came: %w", c.line, a.err)}, transcript
	}
	for _, s := range c.checks {
		if err := p.check(s, a); err != nil {
			problems = append(problems, fmt.Errorf("%d: %s: %w", s.line, s.text, err))
		}
	}
	return problems, transcript
}

func (p *player) send(request *http.Request) *answer {
	response, err := p.config.Client.Do(request)
	if err != nil {
		return &answer{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return &answer{status: response.StatusCode, header: response.Header, body: body, err: err}
}

func (p *player) check(s statement, a *answer) error {
	s, err := p.vars.fill(s)
	if err != nil {
		return err
	}
	if s.word == "save" {
		return p.save(s, a)
	}
	return a.judge(s, filepath.Dir(p.script.file))
}

func (p *player) save(s statement, a *answer) error {
	v, err := a.find(s.path)
	if err != nil {
		return err
	}
	if !v.Exists() {
		return errors.New("there is no such value")
	}
	p.vars[s.name] = textOf(v)
	return nil
}
