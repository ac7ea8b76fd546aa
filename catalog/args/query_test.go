package args_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/args"
	"shaxiang/internal/wire"
)

func unix(t testing.TB, text string) int64 {
	t.Helper()
	at, err := time.ParseInLocation(wire.TimeLayout, text, wire.Beijing)
	if err != nil {
		t.Fatal(err)
	}
	return at.Unix()
}

func TestQuery(t *testing.T) {
	t.Parallel()
	hidden := catalog.Filter{Column: "channel", In: []string{"taobao", "pdd", "supply"}, Not: true}
	whole := func(q catalog.Query) catalog.Query {
		q.Collection, q.From, q.To = "payment", unix(t, "2022-12-01 00:00:00"), unix(t, "2022-12-28 17:59:59")
		q.Page = catalog.Page{Size: 10}
		return q
	}
	tests := []struct {
		name string
		call call
		want catalog.Query
	}{
		{"window alone", payment(`[{` + window + `}]`),
			whole(catalog.Query{Column: "created", Filters: []catalog.Filter{hidden}})},
		{"other time", payment(`[{` + window + `,"time_type":"1"}]`),
			whole(catalog.Query{Column: "pay_time", Filters: []catalog.Filter{hidden}})},
		{"filters", payment(`[{` + window + `,"shop_nos":"00212,POS","status":"040","is_refund":0,"payment_no":"SF1"}]`),
			whole(catalog.Query{Column: "created", Filters: []catalog.Filter{
				{Column: "status", In: []string{"40"}}, {Column: "is_refund", In: []string{"0"}},
				{Column: "payment_no", In: []string{"SF1"}}, {Column: "shop_no", In: []string{"00212", "POS"}}, hidden}})},
		{"exactly the limit", payment(`[{"start_time":"2022-12-01 00:00:00","end_time":"2022-12-31 00:00:00"}]`),
			catalog.Query{Collection: "payment", Column: "created", From: unix(t, "2022-12-01 00:00:00"), To: unix(t, "2022-12-31 00:00:00"), Filters: []catalog.Filter{hidden}, Page: catalog.Page{Size: 10}}},
		{"backwards", payment(`[{"start_time":"2022-12-31 00:00:00","end_time":"2022-12-01 00:00:00"}]`),
			catalog.Query{Collection: "payment", Column: "created", From: unix(t, "2022-12-31 00:00:00"), To: unix(t, "2022-12-01 00:00:00"), Filters: []catalog.Filter{hidden}, Page: catalog.Page{Size: 10}}},
		{"the second 0 is not all time", payment(`[{"start_time":"1970-01-01 08:00:00","end_time":"1970-01-01 08:00:00"}]`),
			catalog.Query{Collection: "payment", Column: "created", From: 1, To: 0, Filters: []catalog.Filter{hidden}, Page: catalog.Page{Size: 10}}},
		{"form", account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-11 13:00:00","page_size":"30","page_no":"2","time_type":"4","platform_id":"127","shop_no":"c-test"}]`),
			catalog.Query{Collection: "account_check", Column: "confirm_time", From: unix(t, "2020-12-11 12:00:00"), To: unix(t, "2020-12-11 13:00:00"),
				Filters: []catalog.Filter{{Column: "platform_id", In: []string{"127"}}, {Column: "shop_no", In: []string{"c-test"}}, {Column: "channel", In: []string{"taobao", "supply"}, Not: true}},
				Page:    catalog.Page{No: 2, Size: 30}}},
		{"till", reconciliation(`[{"year":"2017","month":2,"store_id":"2299"}]`),
			catalog.Query{Collection: "fubei_order", Column: "create_time", From: unix(t, "2017-02-01 00:00:00"), To: unix(t, "2017-02-28 23:59:59"),
				Filters: []catalog.Filter{{Column: "store_id", In: []string{"2299"}}, {Column: "origin", In: []string{"api"}}},
				Page:    catalog.Page{Size: 10, Count: true, Send: true}}},
		{"till, everything", reconciliation(`[{"year":"2017","month":"2","type":1}]`),
			catalog.Query{Collection: "fubei_order", Column: "create_time", From: unix(t, "2017-02-01 00:00:00"), To: unix(t, "2017-02-28 23:59:59"),
				Page: catalog.Page{Size: 10, Count: true, Send: true}}},
		{"till, not everything", reconciliation(`[{"type":"0","unheard":"of"}]`),
			catalog.Query{Collection: "fubei_order", Column: "create_time", Filters: []catalog.Filter{{Column: "origin", In: []string{"api"}}},
				Page: catalog.Page{Size: 10, Count: true, Send: true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, refused := tt.call.run(t)
			if refused != nil {
				t.Fatalf("refused: %v", refused)
			}
			if diff := cmp.Diff(tt.want, c.Query()); diff != "" {
				t.Errorf("query differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestCalendar is section 9 of fubei/RULES.md.
func TestCalendar(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, args, from, to string }{ // no from: nothing
		{"year", `{"year":2017}`, "2017-01-01 00:00:00", "2017-12-31 23:59:59"},
		{"year and month", `{"year":2017,"month":2}`, "2017-02-01 00:00:00", "2017-02-28 23:59:59"},
		{"leap month", `{"year":"2016","month":"02"}`, "2016-02-01 00:00:00", "2016-02-29 23:59:59"},
		{"last month", `{"year":2016,"month":12}`, "2016-12-01 00:00:00", "2016-12-31 23:59:59"},
		{"day", `{"year":2016,"month":11,"day":7}`, "2016-11-07 00:00:00", "2016-11-07 23:59:59"},
		{"last day", `{"year":2016,"month":12,"day":31}`, "2016-12-31 00:00:00", "2016-12-31 23:59:59"},
		{"month of this year", `{"month":3}`, "2022-03-01 00:00:00", "2022-03-31 23:59:59"},
		{"month and day of this year", `{"month":3,"day":4}`, "2022-03-04 00:00:00", "2022-03-04 23:59:59"},
		{"day of this month", `{"day":5}`, "2022-12-05 00:00:00", "2022-12-05 23:59:59"},
		{"day of this month of a year", `{"year":2020,"day":5}`, "2020-12-05 00:00:00", "2020-12-05 23:59:59"},
		{"empty texts", `{"year":"2017","month":"","day":""}`, "2017-01-01 00:00:00", "2017-12-31 23:59:59"},
		{"month 13", `{"year":2017,"month":13}`, "", ""},
		{"month 0", `{"year":2017,"month":0}`, "", ""},
		{"31 February", `{"year":2017,"month":2,"day":31}`, "", ""},
		{"29 February of no leap year", `{"year":2017,"month":2,"day":29}`, "", ""},
		{"day 0", `{"year":2017,"month":2,"day":0}`, "", ""},
		{"day below 0", `{"year":2017,"month":2,"day":-1}`, "", ""},
		{"month 13, day 1", `{"year":2017,"month":13,"day":1}`, "", ""},
		{"year 0", `{"year":0}`, "", ""},
		{"year 10000", `{"year":10000}`, "", ""},
		{"absurd", `{"year":9223372036854775807,"month":-9223372036854775808,"day":9223372036854775807}`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, refused := reconciliation(`[` + tt.args + `]`).run(t)
			if refused != nil {
				t.Fatalf("refused: %v", refused)
			}
			q := c.Query()
			if tt.from == "" {
				if q.From <= q.To {
					t.Errorf("window %d to %d, want an empty window", q.From, q.To)
				}
				return
			}
			if q.From != unix(t, tt.from) || q.To != unix(t, tt.to) {
				t.Errorf("window %d to %d, want %s to %s", q.From, q.To, tt.from, tt.to)
			}
		})
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	public := func(pairs ...string) call {
		x := payment(`[{` + window + `}]`)
		x.public = map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			x.public[pairs[i]] = pairs[i+1]
		}
		return x
	}
	form := func(members string) call {
		return account(`[{"start_time":"2020-12-11 12:00:00","end_time":"2020-12-11 13:00:00"` + members + `}]`)
	}
	beside := reconciliation(`[{"limit":7}]`)
	beside.public = map[string]string{"page": "3", "limit": "5"}
	tests := []struct {
		name string
		call call
		want catalog.Page
	}{
		{"till, page beside the arguments", beside, catalog.Page{Size: 7, Count: true, Send: true}},
		{"asked", public("page_no", "3", "page_size", "1000", "calc_total", "1"), catalog.Page{No: 3, Size: 1000, Count: true, Send: true}},
		{"asked with true", public("page_no", "3", "page_size", "1", "calc_total", "true"), catalog.Page{No: 3, Size: 1, Count: true, Send: true}},
		{"not asked", public("page_no", "0", "page_size", "1", "calc_total", "0"), catalog.Page{Size: 1}},
		{"asked for nothing", public("page_no", "0", "page_size", "1", "calc_total", ""), catalog.Page{Size: 1}},
		{"first page", form(``), catalog.Page{Size: 40, Count: true, Send: true}},
		{"first page by number", form(`,"page_no":"0","page_size":"100"`), catalog.Page{Size: 100, Count: true, Send: true}},
		{"later page", form(`,"page_no":"1","page_size":"1"`), catalog.Page{No: 1, Size: 1}},
		{"empty texts", form(`,"page_no":"","page_size":""`), catalog.Page{Size: 40, Count: true, Send: true}},
		{"till", reconciliation(`[{"page":"2","limit":100}]`), catalog.Page{No: 1, Size: 100, Count: true, Send: true}},
		{"till, over the limit", reconciliation(`[{"page":1,"limit":101}]`), catalog.Page{Size: 100, Count: true, Send: true}},
		{"till, nothing", reconciliation(`[{"page":0,"limit":0}]`), catalog.Page{Size: 10, Count: true, Send: true}},
		{"till, below nothing", reconciliation(`[{"page":-5,"limit":-5}]`), catalog.Page{Size: 10, Count: true, Send: true}},
		{"till, beyond all pages", reconciliation(`[{"page":9223372036854775807,"limit":9223372036854775807}]`), catalog.Page{No: 1<<31 - 2, Size: 100, Count: true, Send: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, refused := tt.call.run(t)
			if refused != nil {
				t.Fatalf("refused: %v", refused)
			}
			if got := c.Query().Page; got != tt.want {
				t.Errorf("page %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestUnpagedAndHalfOpen: a query without pages returns all rows. A window that is open at
// its end ends a second earlier.
func TestUnpagedAndHalfOpen(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "list", `endpoints:
  - method: list
    title: lists
    kind: query
    evidence: documented
    source: a page
    paged: false
    args:
      - name: params
        type: object
        label: P
        fields:
          - {name: from, type: datetime, label: F}
          - {name: to, type: datetime, label: T}
          - {name: note, type: string, label: N, column: "-"}
    span: {from: from, to: to, halfopen: true, column: made}
    rows: {collection: order, fields: [{name: no, type: string}]}
    answer: {rows: $rows}
`)
	if e.Paging != nil {
		t.Fatalf("paging is %+v, want none", e.Paging)
	}
	for text, want := range map[string]catalog.Query{
		`[{"from":"2022-01-01 00:00:00","to":"2022-01-01 00:00:10","note":"x"}]`: {Collection: "order", Column: "made", From: unix(t, "2022-01-01 00:00:00"), To: unix(t, "2022-01-01 00:00:09")},
		`[{"from":"1970-01-01 08:00:00","to":"1970-01-01 08:00:01"}]`:            {Collection: "order", Column: "made", From: 1, To: 0},
		`[{"from":"2022-01-01 00:00:00"}]`:                                       {Collection: "order", Column: "made"},
		`[]`:                                                                     {Collection: "order", Column: "made"},
	} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			t.Fatalf("%s: refused: %v", text, refused)
		}
		if diff := cmp.Diff(want, c.Query()); diff != "" {
			t.Errorf("%s: query differs (-want +got):\n%s", text, diff)
		}
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	c, refused := payment(`[{` + window + `,"shop_nos":"00212,POS"}]`).run(t)
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	got := c.References()
	if len(got) != 1 || got[0].Param.Name != "shop_nos" || got[0].Param.Known.Collection != "shop" || !cmp.Equal(got[0].Values, []string{"00212", "POS"}) {
		t.Errorf("lookups %+v, want shop_nos in shop: 00212 and POS", got)
	}
	c, _ = payment(`[{` + window + `,"shop_nos":""}]`).run(t)
	if got := c.References(); got != nil {
		t.Errorf("lookups of an empty list: %+v, want none", got)
	}
}

// TestInputs: each row of a write is checked alone, defaults are for new rows only, and an
// empty text clears a column of free text.
func TestInputs(t *testing.T) {
	t.Parallel()
	c, refused := push(`[[
		{"shop_no":"POS","order_no":"0Be1tqsxdb","type":1,"in_amount":"1","remark":"","create_time":"2020-08-18 09:20:35"},
		{"shop_no":"POS","order_no":12,"type":3},
		{"order_no":"lost"},
		{"shop_no":"POS","order_no":"bare","type":""}]]`).run(t)
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	rows := c.Inputs()
	if len(rows) != 4 {
		t.Fatalf("%d rows, want 4", len(rows))
	}
	if r := rows[0]; r.Refused != nil || r.Value("type").Text() != "1" || r.Value("in_amount").Text() != "1" || r.Value("create_time").Unix() != unix(t, "2020-08-18 09:20:35") {
		t.Errorf("row 1 is %+v", r)
	}
	if a := catalog.ArgNamed(rows[0].Args, "remark"); !a.Given || a.Value.IsNull() || a.Value.Text() != "" {
		t.Errorf("an empty remark is %+v; want an empty text that was given", a)
	}
	if r := rows[1]; r.Refused == nil || r.Refused.Kind != catalog.TooLarge || sent(&r, "order_no") != "12" {
		t.Errorf("row 2 is refused with %v, its order_no %q; want too_large and 12", r.Refused, sent(&r, "order_no"))
	}
	if r := rows[2]; r.Refused == nil || r.Refused.Kind != catalog.MissingParam || r.Refused.Vars["name"] != "shop_no" || sent(&r, "shop_no") != "" {
		t.Errorf("row 3 is refused with %v; want missing_param shop_no", r.Refused)
	}
	bare := rows[3]
	if bare.Refused != nil {
		t.Fatalf("row 4 is refused: %v", bare.Refused)
	}
	for name, want := range map[string]string{"type": "0", "create_time": "2022-12-28 16:40:58", "is_guarantee": "0", "in_amount": "0", "remark": "", "pay_order_no": ""} {
		if catalog.ArgNamed(bare.Args, name).Given {
			t.Errorf("%s is given, want a default", name)
		}
		if got := bare.Value(name); got.IsNull() || got.Text() != want {
			t.Errorf("%s is %q, want %q", name, got.Text(), want)
		}
	}
}

func TestInputsOfOneObject(t *testing.T) {
	t.Parallel()
	c, refused := recharge(`[{` + good + `,"remark":" r"}]`).run(t)
	if refused != nil {
		t.Fatalf("refused: %v", refused)
	}
	rows := c.Inputs()
	if len(rows) != 1 || rows[0].Value("amount").Text() != "300" || rows[0].Value("type").Text() != "3" || rows[0].Value("remark").Text() != " r" {
		t.Errorf("inputs are %+v; want one of amount 300, type 3", rows)
	}
}

// TestMissingList: a list that may be missing has no rows, and its fields are not required
// of the call.
func TestMissingList(t *testing.T) {
	t.Parallel()
	v, e := acme(t, "push", `endpoints:
  - method: push
    title: push
    kind: write
    evidence: documented
    source: a page
    args:
      - {name: mode, type: bool, label: M}
      - name: rows
        type: list
        label: R
        fields:
          - {name: no, type: string, label: N, required: true}
    write: {each: rows, collection: order, error: {no: $no, error: $message}}
    answer: {}
    partial: {errors: $errors}
`)
	for text, want := range map[string]int{`[]`: 0, `[true]`: 0, `["0",[]]`: 0, `[null,[{"no":"1"},{"no":"2"}]]`: 2} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			t.Errorf("%s: refused: %v", text, refused)
			continue
		}
		if got := len(c.Inputs()); got != want {
			t.Errorf("%s: %d rows, want %d", text, got, want)
		}
	}
	if _, refused := check(v, e, args.Sent{List: list(t, `["perhaps"]`), Now: now}); refused == nil || refused.Kind != catalog.BadType {
		t.Errorf(`["perhaps"]: refused with %v, want bad_type`, refused)
	}
}
