package house

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shaxiang/handlers"
	"shaxiang/internal/control"
	"shaxiang/internal/journal"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

// operation is one operation of the control API, as its OpenAPI document has it.
type operation struct{ method, path, summary string }

// operations reads the OpenAPI document as it is served.
func operations(t testing.TB) []operation {
	t.Helper()
	w := httptest.NewRecorder()
	control.New(control.Config{Catalog: shipped(t), Tenants: tenant.NewRegistry(time.Now, vendors.Shipped())}).
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+control.Prefix+"/openapi.json", nil))
	var document struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || len(document.Paths) == 0 {
		t.Fatalf("no document: %v: %s", err, w.Body)
	}
	var list []operation
	for _, path := range slices.Sorted(maps.Keys(document.Paths)) {
		for _, method := range []string{"get", "post", "put", "patch", "delete"} {
			if op, ok := document.Paths[path][method]; ok {
				list = append(list, operation{strings.ToUpper(method), path, op.Summary})
				delete(document.Paths[path], method)
			}
		}
		if len(document.Paths[path]) > 0 {
			t.Errorf("%s: HTTP methods that this test does not know: %v", path, document.Paths[path])
		}
	}
	return list
}

// controlTable lists the operations of the control API.
func controlTable(t testing.TB, _ bool) string {
	rows := [][]string{{"method", "path", "summary"}}
	for _, op := range operations(t) {
		rows = append(rows, []string{op.method, quoted(op.path), op.summary})
	}
	return tableText(rows...)
}

// TestDocsControl compares the table of operations with the OpenAPI document, and checks
// that a command of the document calls each operation.
func TestDocsControl(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/control.md")
	var documented, served []string
	for _, row := range d.section(t, "Operations").rows {
		documented = append(documented, row[0]+" "+code(row[1]))
	}
	for _, op := range operations(t) {
		served = append(served, op.method+" "+op.path)
	}
	same(t, "operations", documented, served)
	calls := curls(d)
	for _, op := range served {
		method, path, _ := strings.Cut(op, " ")
		fits := regexp.MustCompile("^" + method + " " + regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(path), `[^/{}]+`) + "$")
		literal := func(call string) bool {
			// An operation on /x/{name} is not called by the path of another operation.
			return fits.MatchString(call) && (!strings.Contains(op, "{") || !slices.Contains(served, call))
		}
		if !slices.ContainsFunc(calls, func(call string) bool {
			return literal(call) && (strings.HasSuffix(call, "/stream") == strings.HasSuffix(op, "/stream"))
		}) {
			t.Errorf("docs/control.md: no command calls %s", op)
		}
	}
}

var (
	curlMethod = regexp.MustCompile(` (?:-X|--request) (\w+)`)
	curlPath   = regexp.MustCompile(`http://127\.0\.0\.1:2012(/_sandbox[^\s"'?]*)`)
)

// curls returns the calls to the control API that a document's commands make.
func curls(d *document) []string {
	var calls []string
	for _, b := range d.blocks {
		if b.lang != "sh" {
			continue
		}
		for line := range strings.SplitSeq(strings.ReplaceAll(b.text, "\\\n", " "), "\n") {
			path := curlPath.FindStringSubmatch(line)
			if path == nil {
				continue
			}
			method := http.MethodGet
			if m := curlMethod.FindStringSubmatch(line); m != nil {
				method = m[1]
			} else if strings.Contains(line, " -d ") {
				method = http.MethodPost
			}
			calls = append(calls, method+" "+path[1])
		}
	}
	return calls
}

// TestDocsControlFacts compares the codes and numbers of the text with the program.
func TestDocsControlFacts(t *testing.T) {
	inRoot(t)
	d := readDocument(t, "docs/control.md")
	source, err := os.ReadFile("internal/control/errors.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, m := range regexp.MustCompile(`(?m)^\thttp\.Status\w+:\s+"(\w+)",$`).FindAllSubmatch(source, -1) {
		codes = append(codes, string(m[1]))
	}
	same(t, "codes of errors", d.section(t, "Errors").first(), codes)
	text := strings.Join(d.lines, "\n")
	for _, want := range []string{
		fmt.Sprintf("larger than %d MB", control.MaxBody>>20),
		fmt.Sprintf("the last %d,%03d calls in at most %d MB", journal.DefaultEntries/1000, journal.DefaultEntries%1000, journal.DefaultBytes>>20),
		fmt.Sprintf("all journals together take at most %d MB", journal.DefaultBudget>>20),
		"`" + handlers.CallHeader + "`",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("docs/control.md should hold %q", want)
		}
	}
}
