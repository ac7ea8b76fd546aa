package args_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"shaxiang/catalog/args"
)

// TestWindowsBeside: a row lies in all windows that were given. If only one was given, it is
// the window of the query.
func TestWindowsBeside(t *testing.T) {
	t.Parallel()
	yaml := strings.Replace(spanning(t, `beside: [{from: paid_from, to: paid_to, column: paid}, {from: sent_from, to: sent_to, column: sent}]`),
		"          - {name: end,", "          - {name: paid_from, type: datetime, label: F}\n          - {name: paid_to, type: datetime, layout: loose, label: T}\n"+
			"          - {name: sent_from, type: datetime, label: F}\n          - {name: sent_to, type: datetime, label: T}\n          - {name: end,", 1)
	v, e := acme(t, "get", yaml)
	const paid = `"paid_from":"2022-12-02 00:00:00","paid_to":"2022-12-03"`
	for text, want := range map[string]string{
		`["1",{}]`:                           "made 0 0",
		`["1",{` + oneDay + `}]`:             "made 1669824000 1669827600",
		`["1",{` + paid + `}]`:               "paid 1669910400 1670083199",
		`["",{` + oneDay + `,` + paid + `}]`: "made 1669824000 1669827600 paid 1669910400 1670083199",
		`["1",{` + paid + `,"sent_from":"2022-12-04 00:00:00"}]`: fmt.Sprintf("paid 1669910400 1670083199 sent 1670083200 %d", int64(math.MaxInt64)),
		`["1",{"sent_to":"2022-12-04 00:00:00"}]`:                "made 0 0 sent 0 1670083200",
	} {
		c, refused := check(v, e, args.Sent{List: list(t, text), Now: now})
		if refused != nil {
			t.Errorf("%s: refused: %v", text, refused)
			continue
		}
		q := c.Query()
		got := fmt.Sprintf("%s %d %d", q.Column, q.From, q.To)
		for _, r := range q.Ranges {
			got += fmt.Sprintf(" %s %d %d", r.Column, r.From, r.To)
		}
		if got != want {
			t.Errorf("%s: windows %s, want %s", text, got, want)
		}
		for _, f := range q.Filters {
			if strings.HasPrefix(f.Column, "paid") || strings.HasPrefix(f.Column, "sent") {
				t.Errorf("%s: an end of a window filters %s", text, f.Column)
			}
		}
	}
}
