package house

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"shaxiang/catalog"
	"shaxiang/fixtures"
	"shaxiang/vendors"
)

// vendorNames are the platforms, in the order of the documents.
var vendorNames = vendors.List().Names()

// countTable counts the methods of each vendor.
func countTable(t testing.TB, zh bool) string {
	c := shipped(t)
	rows := [][]string{{in(zh, "vendor", "平台"), in(zh, "path", "路径"), in(zh, "queries", "查询"), in(zh, "writes", "写入"), in(zh, "methods", "方法数")}}
	var all [2]int
	for _, name := range vendorNames {
		v := c.Vendor(name)
		var n [2]int
		for _, e := range c.Endpoints() {
			if e.Vendor == name {
				n[place(e)]++
				all[place(e)]++
			}
		}
		paths := strings.ReplaceAll(quoted(strings.Join(v.Paths, "`, `")), "{name}", "…")
		rows = append(rows, counted(quoted(name)+" "+v.Title, paths, n))
	}
	return tableText(append(rows, counted("", "", all))...)
}

// place is 0 for a query and 1 for a write.
func place(e *catalog.Endpoint) int {
	if e.Kind == catalog.KindWrite {
		return 1
	}
	return 0
}

func counted(vendor, paths string, n [2]int) []string {
	return []string{vendor, paths, fmt.Sprint(n[0]), fmt.Sprint(n[1]), fmt.Sprint(n[0] + n[1])}
}

// endpointTables lists every endpoint, in one table for each first word of the methods.
func endpointTables(t testing.TB, _ bool) string {
	c := shipped(t)
	var parts []string
	for _, name := range vendorNames {
		parts = append(parts, "## "+name)
		tables := map[string][][]string{}
		for _, method := range c.Methods(name) {
			e := c.Endpoint(name, method)
			word, _, dotted := strings.Cut(strings.TrimSuffix(method, ".php"), ".")
			if !dotted {
				word = ""
			}
			tables[word] = append(tables[word], endpointCells(e))
		}
		for _, word := range slices.Sorted(maps.Keys(tables)) {
			if word != "" {
				parts = append(parts, "### "+name+"/"+word)
			}
			head := []string{"method", "title", "kind", "span", "page size", "collection", "evidence"}
			parts = append(parts, tableText(append([][]string{head}, tables[word]...)...))
		}
	}
	return strings.Join(parts, "\n\n")
}

func endpointCells(e *catalog.Endpoint) []string {
	span, size, collection := "–", "–", "–"
	if s := e.Span; s != nil {
		span = "any"
		if s.Calendar != nil {
			span = "a year, month or day"
		}
		if s.Limit > 0 {
			span = spanText(s.Limit)
		}
		if len(s.Unless) > 0 {
			span += "; none with " + quoted(strings.Join(s.Unless, "`, `"))
		}
	}
	if e.Paging != nil {
		size = fmt.Sprintf("1–%d", e.Paging.Max)
	}
	if e.Rows != nil && e.Rows.Collection != "" {
		collection = quoted(e.Rows.Collection)
	} else if e.Write != nil {
		collection = quoted(e.Write.Collection)
	}
	return []string{quoted(e.Method), e.Title, string(e.Kind), span, size, collection, string(e.Evidence)}
}

func spanText(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0 && d > 24*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d%time.Hour == 0 && d > time.Hour:
		return fmt.Sprintf("%d hours", d/time.Hour)
	}
	return fmt.Sprintf("%d minutes", d/time.Minute)
}

// collectionTable lists every collection with its columns.
func collectionTable(t testing.TB, _ bool) string {
	what := collectionComments(t)
	var parts []string
	for _, name := range fixtures.Collections() {
		parts = append(parts, "## "+name)
		if what[name] != "" {
			parts = append(parts, what[name])
		}
		parts = append(parts, "`"+strings.Join(fixtures.Columns(name), "` `")+"`")
		for _, line := range fixtures.Lines(name) {
			lines := name + "." + line
			parts = append(parts, "Lines `"+lines+"`: `"+strings.Join(fixtures.Columns(lines), "` `")+"`")
		}
	}
	return strings.Join(parts, "\n\n")
}

// collectionComments returns the descriptions of collections by name: what stands behind
// the first colon of the first sentence of the comment of the function that makes one.
func collectionComments(t testing.TB) map[string]string {
	t.Helper()
	what := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sources(t))) {
		if !strings.HasPrefix(name, "fixtures/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Doc != nil {
				before, text, said := strings.Cut(strings.Join(strings.Fields(f.Doc.Text()), " "), ": ")
				for _, c := range madeBy(f) {
					if said && !strings.Contains(before, ". ") {
						what[c] = strings.ToUpper(text[:1]) + text[1:]
					}
				}
			}
		}
	}
	return what
}

// madeBy returns the names of the collections that a function makes.
func madeBy(f *ast.FuncDecl) []string {
	var names []string
	ast.Inspect(f, func(n ast.Node) bool {
		lit, ok := n.(*ast.CompositeLit)
		if !ok {
			return true
		}
		for _, e := range lit.Elts {
			kv, ok := e.(*ast.KeyValueExpr)
			if !ok {
				continue
			}
			key, isName := kv.Key.(*ast.Ident)
			value, isText := kv.Value.(*ast.BasicLit)
			if isName && isText && key.Name == "Name" && value.Kind == token.STRING {
				names = append(names, strings.Trim(value.Value, `"`))
				return false // its lines have names as well
			}
		}
		return true
	})
	return names
}

// outcomeTable lists the outcomes of payments that clients make.
func outcomeTable(t testing.TB, _ bool) string {
	data, err := os.ReadFile("fixtures/shop/master.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var master struct {
		Outcomes []struct {
			Amount, Way, Outcome string
			After                int
		}
	}
	if err := yaml.Unmarshal(data, &master); err != nil {
		t.Fatal(err)
	}
	rows := [][]string{{"amount", "way", "outcome", "after"}}
	for _, o := range master.Outcomes {
		rows = append(rows, []string{cmp.Or(o.Amount, "any other"), cmp.Or(o.Way, "any"), quoted(o.Outcome), fmt.Sprintf("%d s", o.After)})
	}
	return tableText(rows...)
}
