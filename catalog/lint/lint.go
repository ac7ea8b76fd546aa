// Package lint finds every problem of a vendor's conventions and of its endpoints that the
// types of package catalog cannot express, each with its line and a hint. It leaves out
// reading files (package load) and the columns that collections have: see Columns.
package lint

import (
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// Vendor returns the problems of a vendor's conventions. The folder of the file must be
// named as the vendor.
func Vendor(doc *yamlfile.Doc, folder string, v *catalog.Vendor) yamlfile.Problems {
	l := linter{doc: doc}
	l.vendor(v, folder)
	return l.problems
}

// Endpoint returns the problems of the endpoint at a path of a file. The
// endpoint has what it inherits from its vendor.
func Endpoint(doc *yamlfile.Doc, path []any, v *catalog.Vendor, e *catalog.Endpoint) yamlfile.Problems {
	l := linter{doc: doc, path: path}
	l.endpoint(v, e)
	return l.problems
}

// Columns returns a problem for each column that the endpoint uses and that is missing:
// see catalog.Endpoint.Missing.
func Columns(doc *yamlfile.Doc, path []any, e *catalog.Endpoint, missing func(catalog.Lookup) error) yamlfile.Problems {
	l := linter{doc: doc, path: path}
	for _, err := range e.Missing(missing) {
		l.at(nil, "lint.column_missing", "method", e.Method, "problem", err)
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
func (l *linter) at(path []any, id text.ID, args ...any) {
	l.problems = append(l.problems, l.doc.Say(text.Say(id, args...), append(slices.Clone(l.path), path...)...))
}

// key returns the last key of a path. The text of a problem begins with this key.
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
		l.at(path, "lint.not_one_of", "key", key(path), "got", got, "known", allowed)
	}
}

// needed reports each key below a path that has no value. Keys and values alternate.
func (l *linter) needed(path []any, keysAndValues ...string) {
	for i := 0; i < len(keysAndValues); i += 2 {
		if keysAndValues[i+1] == "" {
			l.at(append(slices.Clone(path), keysAndValues[i]), "lint.missing", "key", keysAndValues[i])
		}
	}
}

func (l *linter) evidence(path []any, e catalog.Evidence) {
	l.oneOf(append(path, "evidence"), string(e), string(catalog.Documented), string(catalog.Observed), string(catalog.Inferred))
}

func (l *linter) paging(path []any, p *catalog.Paging) {
	l.oneOf(append(path, "totals"), p.Totals, "asked", "first", "always", "never")
	l.evidence(path, p.Evidence)
	if p.No == "" || p.Size == "" || p.Max < 1 || p.Default < 0 || p.Default > p.Max || p.First < 0 {
		l.at(path, "lint.paging")
	}
}

// template checks that the answer can fill every placeholder.
func (l *linter) template(path []any, t *catalog.Template, allowed ...string) {
	for _, name := range t.Placeholders() {
		if !slices.Contains(allowed, name) {
			l.at(path, "lint.placeholder", "key", key(path), "name", name, "known", text.Listed(allowed, "nothing"))
		}
	}
}
