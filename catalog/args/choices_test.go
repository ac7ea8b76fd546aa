package args_test

import (
	"fmt"
	"strings"
	"testing"

	"shaxiang/catalog/args"
	"shaxiang/internal/wire"
)

// TestOneOf: one of some arguments must be given, by the call or by each document.
func TestOneOf(t *testing.T) {
	t.Parallel()
	yaml := archive(t, "valid_arguments")
	const listHint = "missing_param: one of no, ids, day must be given"
	const pushHint = "missing_param: one of no, id must be given"
	for _, tt := range []struct{ method, text, want string }{
		{"list", `[{"no":"1"}]`, ""},
		{"list", `[{"ids":[7]}]`, ""},
		{"list", `[{"day":"2022-12-28"}]`, ""},
		{"list", `[{"no":"","ids":[],"day":""}]`, listHint},
		{"list", `[{}]`, listHint},
		{"list", `[]`, listHint},
		{"push", `["",[]]`, ""},
		{"push", `["",[{"no":"1"},{"id":1}]]`, ""},
		{"push", `["POS",[{"no":"1"},{"no":null,"num":1}]]`, pushHint},
	} {
		v, e := acme(t, tt.method, yaml)
		_, refused := check(v, e, args.Sent{List: list(t, tt.text), Now: now})
		got := ""
		if refused != nil {
			got = inWords(refused)
			if refused.Vars["name"] != "no" || refused.Vars["label"] != "N" {
				t.Errorf("%s: refused in the name of %v, want no, N", tt.text, refused.Vars)
			}
		}
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.method, tt.text, got, tt.want)
		}
	}
}

// TestAllOrNone: if the answer has a shape for refused rows, each row is refused by itself.
// Otherwise the first refused row refuses the call.
func TestAllOrNone(t *testing.T) {
	t.Parallel()
	all := archive(t, "valid_arguments")
	single := strings.Replace(all, "    write:\n      each", "    partial: {code: 0, errors: $errors}\n    write:\n      error: {error: $message}\n      each", 1)
	for text, want := range map[string]string{
		`["",[{"no":"1"},{"no":"2","num":"x"}]]`: `bad_type: num must be decimal, not "x"`,
		`["",[{"no":"1"},{"num":1}]]`:            "missing_param: one of no, id must be given",
		`["",[{"no":"1"},{"serials":7}]]`:        "bad_type: serials must be a list",
	} {
		v, e := acme(t, "push", all)
		_, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused == nil || inWords(refused) != want {
			t.Errorf("%s: refused with %v, want %q", text, refused, want)
		}
		v, e = acme(t, "push", single)
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			t.Errorf("%s: the call is refused: %v", text, refused)
			continue
		}
		docs := c.Inputs()
		if got := docs[1].Refused; docs[0].Refused != nil || got == nil || inWords(got) != want {
			t.Errorf("%s: rows are refused with %v and %v, want none and %q", text, docs[0].Refused, got, want)
		}
	}
}

// TestLayouts: a moment in each form, and the same moment in another one.
func TestLayouts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ layout, sent, want string }{
		{"", "2022-12-28 16:40:58", "2022-12-28 16:40:58"},
		{"compact", "20221228164058", "2022-12-28 16:40:58"},
		{"date", "2022-12-28", "2022-12-28 00:00:00"},
		{"compactdate", "20221228", "2022-12-28 00:00:00"},
		{"", "20221228164058", "bad_date: made must look like 2022-12-28 16:40:58"},
		{"compact", "2022-12-28 16:40:58", "bad_date: made must look like 20221228164058"},
		{"compact", "20221228", "bad_date: made must look like 20221228164058"},
		{"compact", "20221228164058.5", "bad_date: made must look like 20221228164058"},
		{"date", "2022-12-8", "bad_date: made must look like 2022-12-28"},
		{"date", "2022-02-30", "bad_date: made must look like 2022-12-28"},
		{"compactdate", "2022-12-28", "bad_date: made must look like 20221228"},
		{"loose", "2022-12-28 16:40:58", "2022-12-28 16:40:58"},
		{"loose", "2022-12-28", "2022-12-28 00:00:00"},
		{"loose", "2023-1-1 00:00:00", "2023-01-01 00:00:00"},
		{"loose", "2023-1-5", "2023-01-05 00:00:00"},
		{"loose", "2023-06-31 15:56:14", "2023-07-01 15:56:14"},
		{"loose", "2023-13-01", "bad_date: made must look like 2022-12-28 16:40:58"},
		{"loose", "2023-01-32", "bad_date: made must look like 2022-12-28 16:40:58"},
		{"loose", "2023-01-01 24:00:00", "bad_date: made must look like 2022-12-28 16:40:58"},
		{"loose", "2023-1-1 0:00:00", "bad_date: made must look like 2022-12-28 16:40:58"},
		{"loose", "20230101", "bad_date: made must look like 2022-12-28 16:40:58"},
	} {
		yaml := strings.Replace(archive(t, "valid_arguments"), "layout: compact,", fmt.Sprintf("layout: %q,", tt.layout), 1)
		v, e := acme(t, "push", yaml)
		c, refused := check(v, e, args.Sent{List: list(t, `["",[{"no":"1","made":"`+tt.sent+`"}]]`), Now: now})
		got := ""
		if refused != nil {
			got = inWords(refused)
		} else {
			docs := c.Inputs()
			v := docs[0].Value("made")
			got = v.Text()
		}
		if got != tt.want {
			t.Errorf("layout %q, %s: %q, want %q", tt.layout, tt.sent, got, tt.want)
		}
		if refused == nil && tt.layout != "loose" && now.Format(wire.Layout(tt.layout).Go()) != tt.sent {
			t.Errorf("layout %q writes %s", tt.layout, now.Format(wire.Layout(tt.layout).Go()))
		}
	}
}

// TestWindowsOfDates: a date as the end of a window means its last second. It is outside a
// window that is open at its end.
func TestWindowsOfDates(t *testing.T) {
	t.Parallel()
	const day = "span: {from: day, to: day, limit: 24h, words: a day, column: made}"
	const days = "span: {from: first, to: day, limit: 48h, words: two days, column: made, halfopen: %v}"
	const loose = "span: {from: from, to: until, limit: 36h, words: a day and a half, column: made}"
	for _, tt := range []struct{ span, text, want string }{
		{day, `[{"day":"2022-12-28"}]`, "2022-12-28 00:00:00 to 2022-12-28 23:59:59"},
		{fmt.Sprintf(days, false), `[{"first":"20221227","day":"2022-12-28"}]`, "2022-12-27 00:00:00 to 2022-12-28 23:59:59"},
		{fmt.Sprintf(days, false), `[{"first":"20221226","day":"2022-12-28"}]`, "span_too_wide: first to day is 259199 s, at most 172800 s"},
		{fmt.Sprintf(days, true), `[{"first":"20221226","day":"2022-12-28"}]`, "2022-12-26 00:00:00 to 2022-12-27 23:59:59"},
		{fmt.Sprintf(days, true), `[{"first":"20221225","day":"2022-12-28"}]`, "span_too_wide: first to day is 259200 s, at most 172800 s"},
		{loose, `[{"no":"1","from":"2022-12-27","until":"2022-12-27"}]`, "2022-12-27 00:00:00 to 2022-12-27 23:59:59"},
		{loose, `[{"no":"1","from":"2022-12-27","until":"2022-12-28 08:00:00"}]`, "2022-12-27 00:00:00 to 2022-12-28 08:00:00"},
		{loose, `[{"no":"1","from":"2022-12-27","until":"2022-12-28"}]`, "span_too_wide: from to until is 172799 s, at most 129600 s"},
	} {
		yaml := strings.Replace(archive(t, "valid_arguments"), day, tt.span, 1)
		yaml = strings.Replace(yaml, "        fields:\n", "        fields:\n"+
			"          - {name: first, type: datetime, layout: compactdate, label: F}\n"+
			"          - {name: from, type: datetime, layout: loose, label: L}\n"+
			"          - {name: until, type: datetime, layout: loose, label: L}\n", 1)
		v, e := acme(t, "list", yaml)
		c, refused := check(v, e, args.Sent{List: list(t, tt.text), Now: now})
		got := ""
		if refused != nil {
			got = inWords(refused)
		} else {
			q := c.Query()
			from, to := wire.Time(q.From), wire.Time(q.To)
			got = from.Text() + " to " + to.Text()
		}
		if got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.span, tt.text, got, tt.want)
		}
	}
}
