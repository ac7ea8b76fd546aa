package text

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRenderer(t *testing.T) {
	t.Parallel()
	table := Table{
		"t.all":   {English: "{a} {b|q} {c|clip} {d} {d|all} {e|call} {f|call} {{x} {g} {h} {i}{none}."},
		"t.inner": {English: "inner {n}", Chinese: "内 {n}"},
	}
	long := make([]string, 61)
	for i := range long {
		long[i] = "x"
	}
	m := Say("t.all", "a", "A", "b", `"B"`, "c", strings.Repeat("c", 70), "d", []string{"1", "2"}, "e", 1, "f", 2,
		"g", errors.New("failed"), "h", 1500*time.Millisecond, "i", Say("t.inner", "n", int64(7)))
	english, err := NewRenderer(English, table)
	if err != nil {
		t.Fatal(err)
	}
	want := `A "\"B\"" "` + strings.Repeat("c", 60) + `…" 1, 2 1, 2 1 call 2 calls {x} failed 1.5s inner 7.`
	if got := english.Text(m); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := english.Text(Say("t.all", "d", long)); !strings.Contains(got, ` 61, from x to x x, x, x,`) {
		t.Errorf("a long list is %s", got)
	}
	chinese, err := NewRenderer(Chinese, table)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ got, want string }{
		{chinese.Text(Say("t.inner", "n", 7)), "内 7"},
		{chinese.Text(Say("t.all")), ` "" ""     {x}   .`},
		{english.Text(Plain("{as it is}")), "{as it is}"},
		{english.Text(Message{}), ""},
		{english.Text(Say("t.nobody", "n", 7)), "t.nobody n=7"},
		{Plain("words").String(), "words"},
		{Say("t.x", "n", 7, "m", Say("t.inner", "n", 8)).String(), "t.x n=7 m=t.inner n=8"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	data, err := json.Marshal(english.Render(Say("t.inner", "n", 7, "why", errors.New("no"), "in", Say("t.inner", "n", 8))))
	if want := `{"id":"t.inner","text":"inner 7","args":{"in":{"id":"t.inner","text":"inner 8","args":{"n":8}},"n":7,"why":"no"}}`; err != nil || string(data) != want {
		t.Errorf("got  %s, %v\nwant %s", data, err, want)
	}
}

func TestRendererRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table Table
		want  string
	}{
		{Table{"a": {}}, "message a: has no English words"},
		{Table{"a": {English: "such as {late: 30s}"}}, `message a: "such as {late: 30s}" has { that begins no placeholder; write {{ for a brace`},
		{Table{"a": {English: "{"}}, "begins no placeholder"},
	} {
		if _, err := NewRenderer(English, c.table); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.table, err, c.want)
		}
	}
}

func TestMessagesCompare(t *testing.T) {
	t.Parallel()
	a := Say("a", "n", 1, "names", []string{"x"}, "in", Say("b", "e", errors.New("x")))
	if !a.Equal(Say("a", "n", 1, "names", []string{"x"}, "in", Say("b", "e", errors.New("x")))) {
		t.Error("equal messages differ")
	}
	for _, other := range []Message{Say("b"), Say("a", "n", 1), Say("a", "n", 2, "names", []string{"x"}, "in", Say("b", "e", errors.New("x")))} {
		if a.Equal(other) {
			t.Errorf("%s equals %s", a, other)
		}
	}
	if !(Message{}).IsZero() || a.IsZero() || Plain("x").IsZero() || Plain("x").ID != "" {
		t.Error("a message that is none is not told apart")
	}
}
