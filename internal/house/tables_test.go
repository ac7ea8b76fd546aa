package house

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/fixtures"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

// A generated region of a document stands between
//
//	<!-- generated: NAME --> and <!-- end -->
//
// and a test compares it with the program.
var regionStart = regexp.MustCompile(`^<!-- generated: (\S+) -->$`)

const regionEnd = "<!-- end -->"

// generators make the regions, by name. The name in a document ends in .zh for Chinese.
var generators = map[string]func(t testing.TB, zh bool) string{
	"counts":          countTable,
	"endpoints":       endpointTables,
	"collections":     collectionTable,
	"outcomes":        outcomeTable,
	"accounts":        accountTable,
	"credentials":     credentialTable,
	"landmarks":       landmarkTable,
	"figures":         figureTable,
	"order":           orderTable,
	"library":         libraryTable,
	"control":         controlTable,
	"errors.openapi":  func(t testing.TB, _ bool) string { return errorTable(t, "openapi") },
	"errors.openapi2": func(t testing.TB, _ bool) string { return errorTable(t, "openapi2") },
	"errors.fubei":    func(t testing.TB, _ bool) string { return errorTable(t, "fubei") },
	"errors.own":      func(t testing.TB, _ bool) string { return ownErrorTable(t) },
}

func checkRegions(t *testing.T, d *document) {
	t.Helper()
	for i := 0; i < len(d.lines); i++ {
		m := regionStart.FindStringSubmatch(d.lines[i])
		if m == nil {
			continue
		}
		end := i + 1
		for end < len(d.lines) && d.lines[end] != regionEnd {
			end++
		}
		name, zh := strings.CutSuffix(m[1], ".zh")
		generate := generators[name]
		if generate == nil || end == len(d.lines) {
			t.Fatalf("%s:%d: no generator makes %s, or the region has no end", d.name, i+1, m[1])
		}
		got, want := strings.Join(d.lines[i+1:end], "\n"), "\n"+generate(t, zh)+"\n"
		if got == want {
			continue
		}
		if !*update {
			t.Errorf("%s:%d: %s is stale; run: go test ./internal/house -run Docs -update\nhas\n%s\nwant\n%s", d.name, i+1, m[1], got, want)
			continue
		}
		d.replace(i+1, end, want)
	}
}

// tableText writes a table; a bar inside a cell is escaped.
func tableText(rows ...[]string) string {
	var b strings.Builder
	for i, row := range rows {
		for _, cell := range row {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func quoted(s string) string { return "`" + s + "`" }

// in returns the text in the wanted language.
func in(zh bool, english, chinese string) string {
	if zh {
		return chinese
	}
	return english
}

func shipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// accountTable lists the base URL of each vendor and a credential that is answered.
func accountTable(t testing.TB, zh bool) string {
	rows := [][]string{{in(zh, "vendor", "平台"), in(zh, "base URL", "地址"), in(zh, "credential", "凭据")}}
	c := shipped(t)
	for _, name := range vendorNames {
		v := c.Vendor(name)
		path, _, _ := strings.Cut(v.Paths[0], "{")
		rows = append(rows, []string{quoted(name) + " " + v.Title, quoted("http://127.0.0.1:2012" + path), defaultCredentials(t, name)[0].text})
	}
	return tableText(rows...)
}

// shownCredential is a credential of the default tenant as the documents show it.
type shownCredential struct {
	text   string
	limits catalog.Limits
}

// defaultCredentials returns the default tenant's credentials of a vendor.
func defaultCredentials(t testing.TB, vendor string) []shownCredential {
	t.Helper()
	var list []shownCredential
	all := vendors.Shipped()
	for _, e := range all.Declared(vendor).Default {
		read, err := all.Named(vendor).Read(all.Declared(vendor), e.Values)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range read {
			var fields []string
			for _, f := range c.Fields {
				fields = append(fields, fmt.Sprintf("%s `%s`", f.Name, f.Value))
			}
			list = append(list, shownCredential{strings.Join(fields, ", "), e.Limits})
		}
	}
	return list
}

func credentialTable(t testing.TB, zh bool) string {
	rows := [][]string{{in(zh, "vendor", "平台"), in(zh, "credential", "凭据"), in(zh, "every call is", "每次调用")}}
	c := shipped(t)
	add := func(vendor, credential string, l catalog.Limits) {
		what, kind := in(zh, "answered", "正常应答"), l.Refuse
		if len(l.Deny) > 0 {
			kind = catalog.NoPermission
		}
		if kind != "" {
			row := catalog.Find(catalog.Refuse(kind), "", c.Vendor(vendor).Errors)
			what = in(zh, "refused", "拒绝") + fmt.Sprintf(": %s, `%s` %s (%s)", quoted(string(kind)), row.Code.JSON(), row.Message, row.Evidence)
		}
		rows = append(rows, []string{quoted(vendor), credential, what})
	}
	for _, name := range vendorNames {
		for _, c := range defaultCredentials(t, name) {
			add(name, c.text, c.limits)
		}
	}
	return tableText(rows...)
}

func errorTable(t testing.TB, vendor string) string {
	rows := [][]string{{"kind", "only for", "code", "message", "evidence", "note"}}
	errors := shipped(t).Vendor(vendor).Errors
	for _, k := range catalog.Kinds() {
		for _, e := range errors {
			if e.Kind == k {
				rows = append(rows, errorCells(e, e.Kind))
			}
		}
	}
	return tableText(rows...)
}

func errorCells(e catalog.ErrorRow, first catalog.Kind) []string {
	only := e.Gateway
	if e.Param != "" {
		only = strings.TrimSpace(e.Param + " " + e.Gateway)
	}
	if only != "" {
		only = quoted(only)
	}
	return []string{quoted(string(first)), only, quoted(e.Code.JSON()), quoted(e.Message), string(e.Evidence), e.Note}
}

// ownErrorTable lists the refusals of single endpoints.
func ownErrorTable(t testing.TB) string {
	all := shipped(t)
	rows := [][]string{{"method", "kind", "only for", "code", "message", "evidence", "note"}}
	for _, e := range all.Endpoints() {
		for _, r := range e.Refusals {
			rows = append(rows, append([]string{quoted(e.Method)}, errorCells(r, r.Kind)...))
		}
		if e.Write == nil {
			continue
		}
		for _, c := range e.Write.Checks {
			code, note := "", "one row of a list, which has no code; "
			if e.Write.Each == "" {
				code, note = quoted(catalog.Find(catalog.Refuse(c.Refuse), "", e.Refusals, all.Vendor(e.Vendor).Errors).Code.JSON()), ""
			}
			rows = append(rows, []string{quoted(e.Method), quoted(string(c.Refuse)), "", code, quoted(c.Message), string(c.Evidence),
				note + "checked against `" + c.Collection + "`"})
		}
	}
	return tableText(rows...)
}

func landmarkTable(t testing.TB, zh bool) string {
	data, err := os.ReadFile("fixtures/shop/master.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var master struct {
		Shops []struct {
			No, Name, Channel string
			Platform          int
		}
		Orders []struct{ TID, Shop, Created, Amount string }
	}
	if err := yaml.Unmarshal(data, &master); err != nil {
		t.Fatal(err)
	}
	shops := [][]string{{in(zh, "shop", "店铺编号"), in(zh, "name", "名称"), in(zh, "platform", "平台id"), in(zh, "channel", "渠道")}}
	for _, s := range master.Shops {
		shops = append(shops, []string{quoted(s.No), s.Name, fmt.Sprint(s.Platform), quoted(s.Channel)})
	}
	orders := [][]string{{in(zh, "order", "原始单号"), in(zh, "shop", "店铺编号"), in(zh, "created", "创建时间"), in(zh, "amount", "金额（元）")}}
	for _, o := range master.Orders {
		orders = append(orders, []string{quoted(o.TID), quoted(o.Shop), o.Created, o.Amount})
	}
	return tableText(shops...) + "\n\n" + tableText(orders...)
}

// laidOut indents JSON if lines is set; other text stays.
func laidOut(text string, lines bool) string {
	text = strings.TrimSpace(text)
	var b bytes.Buffer
	if !lines || json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// settled is a moment after all events of the orders of December 2022.
var settled = time.Date(2023, 6, 1, 0, 0, 0, 0, wire.Beijing)

func defaultWorld(t testing.TB) *fixtures.World {
	t.Helper()
	w, err := fixtures.New(fixtures.Config{Seed: tenant.DefaultSeed})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// month reads the rows of a collection whose time column is in December 2022.
func month(t testing.TB, w *fixtures.World, collection, column string) []fixtures.Row {
	t.Helper()
	from := time.Date(2022, 12, 1, 0, 0, 0, 0, wire.Beijing)
	found, err := w.Read(t.Context(), catalog.Query{Collection: collection, Column: column, From: from.Unix(), To: from.AddDate(0, 1, 0).Unix() - 1}, settled)
	if err != nil {
		t.Fatal(err)
	}
	return found.Rows
}

// figureTable counts the rows of December 2022 in the default world.
func figureTable(t testing.TB, _ bool) string {
	rows := [][]string{{"collection", "window by", "rows"}}
	w := defaultWorld(t)
	for _, c := range []struct{ collection, column string }{
		{"trade", "created"}, {"payment", "created"}, {"refund", "created"}, {"bill", "create_time"},
		{"account_check", "consign_time"}, {"fubei_order", "create_time"}} {
		rows = append(rows, []string{quoted(c.collection), quoted(c.column), fmt.Sprint(len(month(t, w, c.collection, c.column)))})
	}
	return tableText(rows...)
}

// orderTable shows one order in several collections.
func orderTable(t testing.TB, _ bool) string {
	rows := [][]string{{"collection", "found by", "number", "amount", "status"}}
	w := defaultWorld(t)
	const tid = "0Be1tqsxdb"
	for _, c := range []struct{ collection, by, number, amount, status string }{
		{"trade", "tid", "trade_no", "paid", "status"},
		{"payment", "sales_order_no", "payment_no", "real_amount", "status"},
		{"fubei_order", "merchant_order_sn", "order_sn", "total_fee", "pay_status"},
		{"bill", "order_no", "pay_order_no", "in_amount", "status"},
		{"account_check", "tid", "account_check_no", "pay_amount", "status"},
	} {
		found, err := w.Read(t.Context(), catalog.Query{Collection: c.collection, From: time.Date(2020, 8, 1, 0, 0, 0, 0, wire.Beijing).Unix(),
			To: time.Date(2020, 10, 1, 0, 0, 0, 0, wire.Beijing).Unix(), Filters: []catalog.Filter{{Column: c.by, In: []string{tid}}}}, settled)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range found.Rows {
			amount := row.Get(c.amount).Amount().StringFixed(2)
			if c.collection == "bill" {
				amount = row.Get("in_amount").Amount().Sub(row.Get("out_amount").Amount()).StringFixed(2)
			}
			rows = append(rows, []string{quoted(c.collection), quoted(c.by), quoted(row.Get(c.number).Text()), amount, row.Get(c.status).Text()})
		}
	}
	return tableText(rows...)
}
