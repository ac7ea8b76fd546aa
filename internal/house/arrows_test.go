package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows lists the packages of this module that each package may import. Tests may
// import more. An arrow that no import needs any more is an error.
var arrows = map[string][]string{
	"internal/text":         {},
	"internal/yamlfile":     {"internal/text"},
	"internal/journal":      {"internal/text"},
	"internal/wire":         {"internal/text"},
	"signature":             {},
	"signature/autopsy":     {"signature"},
	"internal/vendorapi":    {"catalog", "internal/wire", "signature", "signature/autopsy"},
	"vendors/*":             {"catalog", "internal/vendorapi", "internal/wire", "signature", "signature/autopsy"}, // never another vendor
	"vendors":               {"catalog/load", "internal/vendorapi", "vendors/*"},
	"scenarios":             {"internal/text", "internal/yamlfile"},
	"catalog":               {"internal/text", "internal/wire"},
	"catalog/args":          {"catalog", "internal/text", "internal/wire"},
	"catalog/lint":          {"catalog", "internal/text", "internal/wire", "internal/yamlfile"},
	"catalog/load":          {"catalog", "catalog/lint", "internal/text", "internal/yamlfile"},
	"fixtures/store":        {"catalog", "internal/text", "internal/wire"},
	"fixtures/shop":         {"internal/text", "internal/wire", "internal/yamlfile"},
	"fixtures/erp/common":   {"fixtures/shop", "fixtures/store", "internal/text", "internal/wire"},
	"fixtures/erp/goods":    {"fixtures/erp/common", "fixtures/shop", "fixtures/store", "internal/wire"},
	"fixtures/erp/sales":    {"fixtures/erp/common", "fixtures/shop", "fixtures/store", "internal/wire"},
	"fixtures/erp/stock":    {"fixtures/erp/common", "fixtures/shop", "fixtures/store", "internal/text", "internal/wire"},
	"fixtures/erp/purchase": {"fixtures/erp/common", "fixtures/shop", "fixtures/store", "internal/wire"},
	"fixtures/erp/finance":  {"fixtures/erp/common", "fixtures/shop", "fixtures/store", "internal/text", "internal/wire"},
	"fixtures/fubei":        {"fixtures/shop", "fixtures/store", "internal/text", "internal/wire", "internal/yamlfile"},
	"fixtures":              {"fixtures/erp/common", "fixtures/erp/goods", "fixtures/erp/sales", "fixtures/erp/stock", "fixtures/erp/purchase", "fixtures/erp/finance", "fixtures/fubei", "fixtures/shop", "fixtures/store", "internal/text", "internal/wire"},
	"internal/webtest":      {"internal/text", "internal/vendorapi", "signature", "vendors"},
	"internal/notify":       {"internal/journal", "internal/text", "internal/vendorapi", "internal/wire", "scenarios", "signature"},
	"internal/tenant":       {"catalog", "fixtures", "internal/journal", "internal/notify", "internal/text", "internal/vendorapi", "internal/wire", "internal/yamlfile", "scenarios"},
	"handlers":              {"catalog", "catalog/args", "fixtures", "internal/journal", "internal/notify", "internal/tenant", "internal/text", "internal/vendorapi", "internal/wire", "scenarios", "signature", "signature/autopsy"},
	"internal/control":      {"catalog", "fixtures", "internal/journal", "internal/notify", "internal/tenant", "internal/text", "internal/vendorapi", "internal/wire", "internal/yamlfile", "scenarios", "signature", "signature/autopsy"},
	"internal/server":       {"catalog", "handlers", "internal/control", "internal/tenant", "internal/text", "vendors"},
	"internal/cli":          {"catalog", "catalog/load", "handlers", "internal/control", "internal/server", "internal/tenant", "internal/text", "internal/vendorapi", "internal/wire", "internal/yamlfile", "scenarios", "signature", "signature/autopsy", "vendors"},
	".":                     {"internal/cli"},

	"examples/reconcile":     {}, // it uses the sandbox over HTTP alone
	"internal/house/slowest": {},
}

// edge is the package that may read the clock and a shared source of chance.
const edge = "internal/cli"

func TestArrows(t *testing.T) {
	inRoot(t)
	used := map[string][]string{}
	for file, imports := range sources(t) {
		pkg := anyVendor(path.Dir(file))
		used[pkg] = append(used[pkg], "")
		allowed, known := arrows[pkg]
		if !known {
			t.Errorf("%s: package %s is missing in the list of arrows", file, pkg)
		}
		for _, imported := range imports {
			own, ok := strings.CutPrefix(imported, "shaxiang/")
			own = anyVendor(own)
			if ok && !slices.Contains(allowed, own) {
				t.Errorf("%s: %s may not import %s; it may import %v", file, pkg, own, allowed)
			}
			used[pkg] = append(used[pkg], own)
			if imported == "math/rand/v2" && pkg != edge {
				t.Errorf("%s: chance is an input; only %s may import %s", file, edge, imported)
			}
		}
	}
	for pkg, allowed := range arrows {
		if used[pkg] == nil {
			t.Errorf("the list of arrows names %s, which does not exist", pkg)
		}
		for _, own := range allowed {
			if !slices.Contains(used[pkg], own) {
				t.Errorf("the list of arrows lets %s import %s, which it does not import: remove the arrow", pkg, own)
			}
		}
	}
}

// anyVendor returns vendors/* for the folder of a vendor, and any other package as it is.
func anyVendor(pkg string) string {
	if strings.HasPrefix(pkg, "vendors/") {
		return "vendors/*"
	}
	return pkg
}

// TestNoClockBelow checks that time is an input of everything below the command line.
// Examples are programs of users and may read the clock.
func TestNoClockBelow(t *testing.T) {
	inRoot(t)
	files := slices.Sorted(maps.Keys(sources(t)))
	if len(files) < 30 {
		t.Fatalf("only %d files were read", len(files))
	}
	for _, file := range files {
		if path.Dir(file) == edge || path.Dir(file) == "." || strings.HasPrefix(file, "examples/") {
			continue
		}
		for _, call := range []string{"time.Now", "time.Since", "time.Until"} {
			if strings.Contains(read(t, file), call+"(") {
				t.Errorf("%s calls %s; time is an input below %s", file, call, edge)
			}
		}
	}
}

// edges are the files that ask for the time, by a function that is called Now or now, and how
// often: where a request arrives, in a loop of the background, at a start, or to measure how
// long something took. All other code is handed the time, so that the time is an input.
var edges = map[string]int{
	"handlers/handlers.go":        1, // the default tenant of a handler without a registry
	"handlers/metrics.go":         1, // a scrape
	"handlers/pipeline.go":        2, // a call arrives; how long the call took
	"internal/control/route.go":   1, // a call of the control API arrives
	"internal/control/stream.go":  1, // a heartbeat
	"internal/notify/deliver.go":  3, // the loop that sends what is due; how long the loop may sleep then
	"internal/notify/sender.go":   2, // how long an attempt took
	"internal/server/limits.go":   3, // deadlines of connections
	"internal/server/server.go":   1, // the start
	"internal/webtest/request.go": 2, // scripts of tests
}

// asksTime finds where the time is asked for. A call with an argument hands the time down.
var asksTime = regexp.MustCompile(`\b[Nn]ow\(\)`)

// TestTimeIsHandedDown checks that only the edges ask for the time.
func TestTimeIsHandedDown(t *testing.T) {
	inRoot(t)
	for file := range sources(t) {
		if path.Dir(file) == edge || strings.HasPrefix(file, "examples/") {
			continue
		}
		if asked := len(asksTime.FindAllString(read(t, file), -1)); asked != edges[file] {
			t.Errorf("%s asks %d times for the time; the list of edges says %d", file, asked, edges[file])
		}
	}
}

// sources returns the imports of every Go file of this module that is not a test.
func sources(t testing.TB) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && name != ".") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		file := filepath.ToSlash(name)
		found[file] = []string{}
		for _, i := range f.Imports {
			imported, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[file] = append(found[file], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
