package webtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"shaxiang/internal/text"
)

// answer is an answer of the server. With an err, it is the part that came before the error.
type answer struct {
	status int
	header http.Header
	body   []byte
	err    error
}

// judge returns nil or what is wrong with the answer. dir has the files that the
// script names.
func (a *answer) judge(s statement, dir string) error {
	switch s.word {
	case "http":
		return wrongUnless(strconv.Itoa(a.status) == s.value, strconv.Itoa(a.status))
	case "error":
		if a.err == nil {
			return errors.New("the whole answer came")
		}
		return judgeText(s, a.err.Error())
	case "header":
		return a.judgeHeader(s)
	case "body":
		return judgeText(s, string(a.body))
	}
	v, err := a.find(s.path)
	if err != nil {
		return err
	}
	switch s.word {
	case "each":
		return judgeEach(s, v)
	case "rows":
		return judgeSorted(s, v)
	case "keys":
		return judgeKeys(s, v)
	case "shape":
		return judgeShape(s, v, dir)
	}
	return judgeJSON(s, v)
}

// find returns the value at a path. gjson accepts invalid JSON, so the body is checked first.
func (a *answer) find(path string) (gjson.Result, error) {
	if !json.Valid(a.body) {
		return gjson.Result{}, errors.New("the body is not JSON")
	}
	return gjson.Get(string(a.body), path), nil
}

// wrongUnless returns nil if ok, otherwise an error with the value that came.
func wrongUnless(ok bool, came string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("came %s", shown(came))
}

func (a *answer) judgeHeader(s statement) error {
	values := a.header.Values(s.name)
	switch {
	case s.op == "absent":
		return wrongUnless(len(values) == 0, strings.Join(values, ", "))
	case len(values) == 0:
		return errors.New("there is no such header")
	case s.op == "present":
		return nil
	}
	return judgeText(s, strings.Join(values, ", "))
}

func judgeText(s statement, text string) error {
	switch s.op {
	case "==":
		return wrongUnless(text == s.value, text)
	case "!=":
		return wrongUnless(text != s.value, text)
	}
	ok, err := regexp.MatchString(s.value, text)
	if err != nil {
		return err
	}
	return wrongUnless(ok, text)
}

// judgeJSON checks one value. Every operator but absent fails without a value,
// because a comparison with nothing would assert nothing.
func judgeJSON(s statement, v gjson.Result) error {
	switch {
	case s.op == "absent":
		return wrongUnless(!v.Exists(), raw(v))
	case !v.Exists():
		return errors.New("there is no such value")
	case s.op == "present":
		return nil
	case s.op == "type":
		return wrongUnless(slices.Contains(strings.Split(s.value, "|"), typeOf(v)), typeOf(v)+" "+raw(v))
	case s.op == "~":
		return judgeText(s, textOf(v))
	case s.op == "==":
		return wrongUnless(same(raw(v), s.value), raw(v))
	case s.op == "!=":
		return wrongUnless(!same(raw(v), s.value), raw(v))
	}
	order, err := compare(v, gjson.Parse(s.value))
	if err != nil {
		return err
	}
	ok := map[string]bool{"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}
	return wrongUnless(ok[s.op], raw(v))
}

// same compares JSON token by token: blanks and the escaping of strings do not
// count, the digits of a number and the order of keys do.
func same(a, b string) bool { return slices.Equal(tokens(a), tokens(b)) }

// tokens returns the tokens of a JSON text up to the first error.
func tokens(text string) []json.Token {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var out []json.Token
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		out = append(out, token)
	}
}

// compare orders two numbers by their exact value or two strings by their
// bytes, which is right for times such as 2022-12-01 00:00:00.
func compare(a, b gjson.Result) (int, error) {
	switch x, y := typeOf(a), typeOf(b); {
	case x != y || x != "number" && x != "string":
		return 0, fmt.Errorf("%s and %s values have no order", x, y)
	case x == "string":
		return strings.Compare(a.Str, b.Str), nil
	}
	x, okX := new(big.Rat).SetString(raw(a))
	y, okY := new(big.Rat).SetString(raw(b))
	if !okX || !okY {
		return 0, fmt.Errorf("%s or %s is too large", raw(a), raw(b))
	}
	return x.Cmp(y), nil
}

// table returns the rows of an array. No rows are an error, because a check of
// every row would assert nothing.
func table(v gjson.Result) ([]gjson.Result, error) {
	if !v.IsArray() {
		return nil, errors.New("there is no such array")
	}
	if len(v.Array()) == 0 {
		return nil, errors.New("there are no rows")
	}
	return v.Array(), nil
}

func judgeEach(s statement, v gjson.Result) error {
	rows, err := table(v)
	for i, row := range rows {
		if err := judgeJSON(s, row.Get(s.key)); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return err
}

func judgeSorted(s statement, v gjson.Result) error {
	rows, err := table(v)
	for i, row := range rows {
		order, err := compare(rows[max(i-1, 0)].Get(s.key), row.Get(s.key))
		if err == nil && order > 0 {
			err = fmt.Errorf("%s comes after %s", raw(row.Get(s.key)), raw(rows[i-1].Get(s.key)))
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return err
}

func judgeKeys(s statement, v gjson.Result) error {
	if !v.IsObject() {
		return errors.New("there is no such object")
	}
	return wrongUnless(slices.Equal(keys(v), strings.Fields(s.value)), strings.Join(keys(v), " "))
}

// keys returns an object's keys in the order of the wire.
func keys(object gjson.Result) []string {
	var names []string
	if object.IsObject() {
		object.ForEach(func(name, _ gjson.Result) bool {
			names = append(names, name.Str)
			return true
		})
	}
	return names
}

// raw returns the JSON text of a value. The number that gjson returns for "#" has none.
func raw(v gjson.Result) string {
	if v.Raw == "" {
		return v.String()
	}
	return v.Raw
}

// textOf returns a string without its quotes, and the JSON text of any other value.
func textOf(v gjson.Result) string {
	if v.Type == gjson.String {
		return v.Str
	}
	return raw(v)
}

func typeOf(v gjson.Result) string {
	switch {
	case !v.Exists():
		return "absent"
	case v.IsArray():
		return "array"
	case v.IsObject():
		return "object"
	case v.IsBool():
		return "bool"
	}
	return map[gjson.Type]string{gjson.Null: "null", gjson.Number: "number", gjson.String: "string"}[v.Type]
}

// shown clips an answer for a failure.
func shown(answer string) string { return text.ClipCounted(answer, text.LogClip) }
