package control

import (
	"fmt"
	"net/http"
	"strings"

	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// Problem is one thing wrong with a body.
type Problem struct {
	Line int     `json:"line,omitempty" doc:"where it stands, from 1; left out when the text says where"`
	Text string  `json:"text" doc:"what is wrong, and what would be right"`
	ID   text.ID `json:"id,omitempty" doc:"names the problem for programs; left out for words of a library"`
}

// Error is a refusal of the control API.
type Error struct {
	Status   int       `json:"-"`
	Code     string    `json:"code" doc:"a stable word for programs"`
	Message  string    `json:"message" doc:"what was wrong, where, and what would be right"`
	ID       text.ID   `json:"id,omitempty" doc:"names the message for programs; left out for the text of an error"`
	Problems []Problem `json:"problems,omitempty" doc:"everything that is wrong with the body"`
}

// Error returns the message and its problems, one a line.
func (e *Error) Error() string {
	lines := []string{e.Message}
	for _, p := range e.Problems {
		if p.Line > 0 {
			lines = append(lines, fmt.Sprintf("line %d: %s", p.Line, p.Text))
			continue
		}
		lines = append(lines, p.Text)
	}
	return strings.Join(lines, "\n")
}

// ErrorBody is what every refusal looks like on the wire.
type ErrorBody struct {
	Error Error `json:"error"`
}

// codes are the codes of statuses.
var codes = map[int]string{
	http.StatusBadRequest:            "bad_input",
	http.StatusUnauthorized:          "token_required",
	http.StatusForbidden:             "foreign_host",
	http.StatusNotFound:              "not_found",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusConflict:              "conflict",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   "impossible",
	http.StatusServiceUnavailable:    "unavailable",
}

func refuse(status int, id text.ID, args ...any) *Error {
	return &Error{Status: status, Code: codes[status], Message: text.In(text.English).Text(text.Say(id, args...)), ID: id}
}

func badInput(id text.ID, args ...any) *Error { return refuse(http.StatusBadRequest, id, args...) }

// because refuses with the text of an error of another package.
func because(status int, err error) *Error {
	return &Error{Status: status, Code: codes[status], Message: err.Error()}
}

// report adds a problem of the body, unless there are too many.
func (e *Error) report(line int, where string, m text.Message) {
	if len(e.Problems) < maxProblems {
		e.Problems = append(e.Problems, Problem{Line: line, Text: where + text.In(text.English).Text(m), ID: m.ID})
	}
}

// badFile refuses a scenario or a rule with all its problems.
func badFile(what text.ID, problems yamlfile.Problems) *Error {
	e := badInput("control.file", "file", text.Say(what), "count", len(problems))
	for _, p := range problems[:min(len(problems), maxProblems)] {
		e.Problems = append(e.Problems, Problem{p.Line, p.Text(), p.Message.ID})
	}
	if more := len(problems) - maxProblems; more > 0 {
		m := text.Say("control.more", "count", more)
		e.Problems = append(e.Problems, Problem{Text: text.In(text.English).Text(m), ID: m.ID})
	}
	return e
}
