package lint

import (
	"slices"

	"shaxiang/catalog"
)

// errors checks that every row of an error table can be used and its text can be filled.
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
				l.at(append(at, "message"), "message: {%s} is not known for %s; known: %s", name, row.Kind, listed(row.Kind.Vars()))
			}
		}
		if row.Gateway != "" {
			l.oneOf(append(at, "gateway"), row.Gateway, gateways...)
		}
		where := [3]string{string(row.Kind), row.Param, row.Gateway}
		if seen[where] {
			l.at(at, "%s: %s appears twice for the same argument and path; only the first is used", key(at), row.Kind)
		}
		seen[where] = true
		l.evidence(at, row.Evidence)
	}
}

// complete checks that every kind of failure has an answer.
func (l *linter) complete(v *catalog.Vendor) {
	for _, k := range catalog.Kinds() {
		if catalog.Find(catalog.Refuse(k), "", v.Errors) == nil {
			l.at([]any{"errors"}, "errors: kind %q has no row that fits every argument and path", k)
		}
	}
}
