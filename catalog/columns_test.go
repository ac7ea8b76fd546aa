package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
)

// TestUses: Uses returns every column that an endpoint names. Lines have their
// collection's name and their own.
func TestUses(t *testing.T) {
	t.Parallel()
	_, query := acme(t, "get", spanning(t, `ignored: false`))
	data := archive(t, "valid_documents")
	_, write := acme(t, "push", strings.Replace(data, "fields: [{name: no, type: string}]", "fields: [{name: seen, type: string}]", 1))
	for _, tt := range []struct {
		e    *catalog.Endpoint
		want string
	}{
		{query, "goods.spec_no order.details.has_serials order.details.serials.serial order.details.spec_no order.ids order.kind " +
			"order.made order.no order.origin order.receiver_name order.shop_no order.spec_no order.store"},
		{write, "order. order.amount order.details. order.details.made order.goods order.no order.order_id order.seen order.shop " +
			"person. person.receiver person.shop serial. serial.no serial.serials stock.num stock.spec_no"},
	} {
		var got []string
		for _, u := range tt.e.Uses() {
			got = append(got, u.Collection+"."+u.Column)
		}
		slices.Sort(got)
		if diff := cmp.Diff(strings.Fields(tt.want), slices.Compact(got)); diff != "" {
			t.Errorf("%s uses other columns (-want +got):\n%s", tt.e.Method, diff)
		}
	}
	if got := catalog.LinesOf("order.details", "serials"); got != "order.details.serials" {
		t.Errorf("the lines have the name %q", got)
	}
}

// TestMissingColumns: the column of a write's argument must be in a collection that the
// argument is written to, unless something else names the column.
func TestMissingColumns(t *testing.T) {
	t.Parallel()
	yaml := archive(t, "valid_arguments")
	also := strings.Replace(yaml, "      key: [\"no\"]\n", "      key: [\"no\"]\n      also: [{collection: twin, key: [\"no\"]}]\n", 1)
	const documents = "order order.no order.shop_no order.made "
	for name, tt := range map[string]struct{ yaml, has, want string }{
		"all there":       {yaml, documents + "order.order_id order.serials order.serials.serial_no", ""},
		"no column":       {yaml, documents + "order.serials order.serials.serial_no", "argument id: no order.order_id"},
		"no line column":  {yaml, documents + "order.order_id order.serials", "argument serials: no order.serials.serial_no"},
		"no lines":        {yaml, documents + "order.order_id order.serials.serial_no", "no order.serials."},
		"no collection":   {yaml, "order.no order.shop_no order.order_id order.serials order.serials.serial_no", "no order."},
		"in the other":    {also, documents + "twin twin.no twin.order_id order.serials order.serials.serial_no", ""},
		"in neither":      {also, documents + "twin twin.no order.serials order.serials.serial_no", "argument id: no order.order_id; no twin.order_id"},
		"filled nowhere":  {strings.Replace(yaml, "set: [{column: shop_no, arg: shop}]", "set: []", 1), documents + "order.order_id order.serials order.serials.serial_no", `argument shop_no: column "shop" is filled nowhere, and nothing else names it`},
		"named by a when": {strings.Replace(yaml, "{column: num,", "{column: order_id,", 1), documents + "order.serials order.serials.serial_no", ""},
	} {
		_, e := acme(t, "push", tt.yaml)
		has := strings.Fields(tt.has)
		var got []string
		for _, err := range e.Missing(func(u catalog.Lookup) error {
			if u.Column == "" && slices.Contains(has, u.Collection) || u.Column != "" && slices.Contains(has, u.Collection+"."+u.Column) {
				return nil
			}
			return fmt.Errorf("no %s.%s", u.Collection, u.Column)
		}) {
			got = append(got, err.Error())
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " | ")); diff != "" {
			t.Errorf("%s: what is missing differs (-want +got):\n%s", name, diff)
		}
	}
}

// TestArguments: every argument has the path that rules and the journal use.
func TestArguments(t *testing.T) {
	t.Parallel()
	_, query := acme(t, "get", spanning(t, `ignored: false`))
	_, write := acme(t, "push", archive(t, "valid_documents"))
	for _, tt := range []struct {
		e    *catalog.Endpoint
		want string
	}{
		{query, "no params start end spec_nos ids deep deep.shop deep.all pairs pairs.0.store pairs.0.kind pairs.0.note ignored ignored.0.x"},
		{write, "shop_no nothing orders orders.0.no orders.0.mode orders.0.to orders.0.to.name orders.0.gifts orders.0.gifts.0.spec_no " +
			"orders.0.gifts.0.num orders.0.serials orders.0.junk details details.0.no details.0.spec_no details.0.num details.0.price"},
	} {
		var got []string
		for _, a := range tt.e.Arguments() {
			got = append(got, a.Path)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s: paths differ (-want +got):\n%s", tt.e.Method, diff)
		}
	}
}
