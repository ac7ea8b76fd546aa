package lint

import (
	"slices"

	"shaxiang/catalog"
	"shaxiang/internal/text"
)

// errors checks that every row of an error table can be used and its text can be filled.
func (l *linter) errors(path []any, rows []catalog.ErrorRow, gateways []string) {
	seen := map[[3]string]bool{}
	for i, row := range rows {
		at := append(slices.Clone(path), i)
		if !slices.Contains(catalog.Kinds(), row.Kind) {
			l.at(append(at, "kind"), "lint.not_known", "key", "kind", "got", row.Kind)
			continue
		}
		if row.Code.IsZero() {
			l.at(at, "lint.missing", "key", "code")
		}
		if row.Message == "" {
			l.at(at, "lint.missing", "key", "message")
		}
		for _, name := range catalog.Braces(row.Message) {
			if !slices.Contains(row.Kind.Vars(), name) {
				l.at(append(at, "message"), "lint.brace", "name", name, "kind", row.Kind, "known", text.Listed(row.Kind.Vars(), "nothing"))
			}
		}
		if row.Gateway != "" {
			l.oneOf(append(at, "gateway"), row.Gateway, gateways...)
		}
		where := [3]string{string(row.Kind), row.Param, row.Gateway}
		if seen[where] {
			l.at(at, "lint.error_twice", "key", key(at), "kind", row.Kind)
		}
		seen[where] = true
		l.evidence(at, row.Evidence)
	}
}

// complete checks that every kind of failure has an answer.
func (l *linter) complete(v *catalog.Vendor) {
	for _, k := range catalog.Kinds() {
		if catalog.Find(catalog.Refuse(k), "", v.Errors) == nil {
			l.at([]any{"errors"}, "lint.kind_unanswered", "kind", k)
		}
	}
}
