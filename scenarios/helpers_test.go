package scenarios_test

import (
	"fmt"
	"io/fs"
	"os"
	"testing"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/fixtures"
	"shaxiang/internal/notify"
	"shaxiang/scenarios"
	"shaxiang/vendors"
)

// known is what the server knows, assembled as it will be.
func known(t testing.TB) scenarios.Known {
	t.Helper()
	c, err := load.Catalog(vendors.Files())
	if err != nil {
		t.Fatal(err)
	}
	k := scenarios.Known{Vendors: c.Vendors(), Methods: map[string][]string{}, Columns: map[string][]string{},
		Discrepancies: []string{"missing", "duplicated", "off_by_a_cent", "wrong_day", "refund_without_payment",
			"payment_without_order", "status_behind", "fee_wrong"},
		Notifications:   notify.Names(),
		MaxOrdersPerDay: fixtures.MaxOrdersPerDay}
	for _, vendor := range c.Vendors() {
		k.Methods[vendor] = c.Methods(vendor)
	}
	for _, kind := range catalog.Kinds() {
		k.Kinds = append(k.Kinds, string(kind))
	}
	for _, name := range fixtures.Collections() {
		k.Columns[name] = fixtures.Columns(name)
	}
	return k
}

// parse returns a scenario that must be right.
func parse(t testing.TB, text string) *scenarios.Scenario {
	t.Helper()
	s, problems := scenarios.Parse("test.yaml", []byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	return s
}

func rule(t testing.TB, text string) scenarios.Rule {
	t.Helper()
	r, problems := scenarios.ParseRule("rule", []byte(text))
	if problems != nil {
		t.Fatal(problems)
	}
	return r
}

// files are the files of a test.
func files(m map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		text, ok := m[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
		}
		return []byte(text), nil
	}
}

func library(t testing.TB, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(scenarios.Library(), name+".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func text(v any) string { return fmt.Sprintf("%+v", v) }
