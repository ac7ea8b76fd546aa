package lint

import (
	"fmt"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/yamlfile"
)

// LintVendor returns the problems of a vendor's conventions. The folder of the file must be
// named as the vendor.
func Vendor(doc *yamlfile.Doc, folder string, v *catalog.Vendor) yamlfile.Problems {
	l := linter{doc: doc}
	l.vendor(v, folder)
	return l.problems
}

// LintEndpoint returns the problems of an endpoint that stands at a path of a file. The
// endpoint has what it inherits from its vendor.
func Endpoint(doc *yamlfile.Doc, path []any, v *catalog.Vendor, e *catalog.Endpoint) yamlfile.Problems {
	l := linter{doc: doc, path: path}
	l.endpoint(v, e)
	return l.problems
}

// LintColumns returns a problem for each column that the endpoint uses and that is missing:
// see catalog.Endpoint.Missing.
func Columns(doc *yamlfile.Doc, path []any, e *catalog.Endpoint, missing func(catalog.Lookup) error) yamlfile.Problems {
	l := linter{doc: doc, path: path}
	for _, err := range e.Missing(missing) {
		l.at(nil, "%s: %v", e.Method, err)
	}
	return l.problems
}

// linter checks a decoded file against the rules that its types cannot express.
type linter struct {
	doc      *yamlfile.Doc
	path     []any
	problems yamlfile.Problems
}

// at reports a problem at a path below the linter's own.
func (l *linter) at(path []any, format string, args ...any) {
	l.problems = append(l.problems, l.doc.At(fmt.Sprintf(format, args...), append(slices.Clone(l.path), path...)...))
}

// key returns the last key of a path, which is what a problem calls its place.
func key(path []any) string {
	for _, step := range slices.Backward(path) {
		if s, ok := step.(string); ok {
			return s
		}
	}
	return "file"
}

func (l *linter) oneOf(path []any, got string, allowed ...string) {
	if !slices.Contains(allowed, got) {
		l.at(path, "%s: %q is not known; want %s", key(path), got, strings.Join(allowed, ", "))
	}
}

func (l *linter) evidence(path []any, e catalog.Evidence) {
	l.oneOf(append(path, "evidence"), string(e), string(catalog.Documented), string(catalog.Observed), string(catalog.Inferred))
}

func (l *linter) vendor(v *catalog.Vendor, folder string) {
	if v.Name != folder {
		l.at([]any{"vendor"}, "vendor: is %q, but the folder is %q; they must agree", v.Name, folder)
	}
	if v.Title == "" {
		l.at([]any{"title"}, "title: is missing")
	}
	if len(v.Paths) == 0 {
		l.at([]any{"paths"}, "paths: at least one URL path is needed")
	}
	if v.ContentType.Value == "" {
		l.at([]any{"content_type"}, "content_type: needs a value")
	}
	l.evidence([]any{"content_type"}, v.ContentType.Evidence)
	l.evidence([]any{"json"}, v.JSON.Evidence)
	l.evidence([]any{"duplicates"}, v.Duplicates.Evidence)
	l.oneOf([]any{"duplicates"}, v.Duplicates.Value, "first", "last")
	l.evidence([]any{"emptiness"}, v.Emptiness.Evidence)
	l.evidence([]any{"unknown"}, v.Unknown.Evidence)
	l.oneOf([]any{"unknown"}, v.Unknown.Value, "refused", "ignored")
	if v.Nested.Value != "" {
		l.evidence([]any{"nested"}, v.Nested.Evidence)
		l.oneOf([]any{"nested"}, v.Nested.Value, "json", catalog.NestedText)
	}
	for i, p := range v.Public {
		if p.Name == "" {
			l.at([]any{"public", i}, "public: a parameter needs a name")
		}
		l.evidence([]any{"public", i}, p.Evidence)
	}
	if v.Version != nil {
		l.evidence([]any{"version"}, v.Version.Evidence)
	}
	if t := v.Timestamp; t != nil {
		l.evidence([]any{"timestamp"}, t.Evidence)
		if t.Epoch < 0 || t.Tolerance <= 0 || t.Bits != 32 && t.Bits != 64 {
			l.at([]any{"timestamp"}, "timestamp: needs an epoch from 0, a tolerance such as 120s, bits of 32 or 64")
		}
	}
	l.paging([]any{"paging"}, &v.Paging)
	l.checks(v)
	if v.Refusal.IsZero() {
		l.at([]any{"refusal"}, "refusal: is missing")
	}
	l.template([]any{"refusal"}, &v.Refusal, "code", "message")
	l.errors([]any{"errors"}, v.Errors, v.Paths)
	l.complete(v)
	l.notices(v)
}

// checks wants every check once, so that an order file can move one but not lose it.
func (l *linter) checks(v *catalog.Vendor) {
	l.evidence([]any{"checks"}, v.Checks.Evidence)
	all := append(catalog.CallChecks(), catalog.ArgChecks()...)
	seen := map[string]bool{}
	for i, name := range v.Checks.Value {
		path := []any{"checks", "value", i}
		if !slices.Contains(all, name) {
			l.at(path, "checks: %q is not known; want %s", name, strings.Join(all, ", "))
		}
		if seen[name] {
			l.at(path, "checks: %q stands twice", name)
		}
		seen[name] = true
	}
	for _, name := range all {
		if !seen[name] {
			l.at([]any{"checks"}, "checks: %q is missing; every check has a place in the order", name)
		}
	}
	for _, need := range needs {
		if first, then := slices.Index(v.Checks.Value, need[0]), slices.Index(v.Checks.Value, need[1]); first > then && then >= 0 {
			l.at([]any{"checks", "value", then}, "checks: %q needs what %q finds; put it behind", need[1], need[0])
		}
	}
}

// needs are pairs of checks of which the second works on what the first found.
var needs = [][2]string{
	{"app", "signature"}, {"app", "timestamp"}, {"app", "permission"}, {"app", "rules"}, {"app", "quota"}, {"method", "permission"}, {"app", "shape"}, {"method", "shape"},
	{"shape", "unknown"}, {"shape", "required"}, {"shape", "paging"}, {"required", "type"}, {"type", "length"},
	{"type", "enum"}, {"type", "span"}, {"type", "known"},
}

// complete wants an answer for every kind, so that no failure goes without words.
func (l *linter) complete(v *catalog.Vendor) {
	for _, k := range catalog.Kinds() {
		if catalog.Find(catalog.Refuse(k), "", v.Errors) == nil {
			l.at([]any{"errors"}, "errors: kind %q has no row that fits every argument and path", k)
		}
	}
}

// errors wants rows that can be met and whose texts can be filled.
func (l *linter) errors(path []any, rows []catalog.ErrorRow, gateways []string) {
	seen := map[[3]string]bool{}
	for i, row := range rows {
		at := append(slices.Clone(path), i)
		if !slices.Contains(catalog.Kinds(), row.Kind) {
			l.at(append(at, "kind"), "kind: %q is not known", row.Kind)
			continue
		}
		if row.Code.IsZero() {
			l.at(at, "code: is missing")
		}
		if row.Message == "" {
			l.at(at, "message: is missing")
		}
		for _, name := range catalog.Braces(row.Message) {
			if !slices.Contains(row.Kind.Vars(), name) {
				l.at(append(at, "message"), "message: {%s} is not known of %s; known: %s", name, row.Kind, listed(row.Kind.Vars()))
			}
		}
		if row.Gateway != "" {
			l.oneOf(append(at, "gateway"), row.Gateway, gateways...)
		}
		where := [3]string{string(row.Kind), row.Param, row.Gateway}
		if seen[where] {
			l.at(at, "%s: %s stands twice for the same argument and path; only the first is ever found", key(at), row.Kind)
		}
		seen[where] = true
		l.evidence(at, row.Evidence)
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func (l *linter) paging(path []any, p *catalog.Paging) {
	l.oneOf(append(path, "totals"), p.Totals, "asked", "first", "always", "never")
	l.evidence(path, p.Evidence)
	if p.No == "" || p.Size == "" || p.Max < 1 || p.Default < 0 || p.Default > p.Max || p.First < 0 {
		l.at(path, "paging: needs no, size, max of at least 1, default from 0 to max, first from 0")
	}
}

// template wants only placeholders that its answer can fill.
func (l *linter) template(path []any, t *catalog.Template, allowed ...string) {
	for _, name := range t.Placeholders() {
		if !slices.Contains(allowed, name) {
			l.at(path, "%s: $%s is not known here; known: %s", key(path), name, listed(allowed))
		}
	}
}
