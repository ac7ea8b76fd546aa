package lint

import (
	"slices"

	"shaxiang/catalog"
)

func (l *linter) vendor(v *catalog.Vendor, folder string) {
	if v.Name != folder {
		l.at([]any{"vendor"}, "lint.vendor_folder", "vendor", v.Name, "folder", folder)
	}
	if v.Title == "" {
		l.at([]any{"title"}, "lint.missing", "key", "title")
	}
	if len(v.Paths) == 0 {
		l.at([]any{"paths"}, "lint.paths")
	}
	if v.ContentType.Value == "" {
		l.at([]any{"content_type"}, "lint.content_type")
	}
	l.evidence([]any{"content_type"}, v.ContentType.Evidence)
	l.hosts(v.Hosts)
	l.credential(&v.Credential)
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
			l.at([]any{"public", i}, "lint.public_name")
		}
		l.evidence([]any{"public", i}, p.Evidence)
	}
	if v.Version != nil {
		l.evidence([]any{"version"}, v.Version.Evidence)
	}
	if t := v.Timestamp; t != nil {
		l.evidence([]any{"timestamp"}, t.Evidence)
		if t.Epoch < 0 || t.Tolerance <= 0 || t.Bits != 32 && t.Bits != 64 {
			l.at([]any{"timestamp"}, "lint.timestamp")
		}
	}
	l.paging([]any{"paging"}, &v.Paging)
	l.checks(v)
	if v.Refusal.IsZero() {
		l.at([]any{"refusal"}, "lint.missing", "key", "refusal")
	}
	l.template([]any{"refusal"}, &v.Refusal, "code", "message")
	l.errors([]any{"errors"}, v.Errors, v.Paths)
	l.complete(v)
	l.notices(v)
}

// checks checks that every check is listed once: a file can move a check but not omit it.
func (l *linter) checks(v *catalog.Vendor) {
	l.evidence([]any{"checks"}, v.Checks.Evidence)
	all := append(catalog.CallChecks(), catalog.ArgChecks()...)
	seen := map[string]bool{}
	for i, name := range v.Checks.Value {
		path := []any{"checks", "value", i}
		if !slices.Contains(all, name) {
			l.at(path, "lint.not_one_of", "key", "checks", "got", name, "known", all)
		}
		if seen[name] {
			l.at(path, "lint.twice", "key", "checks", "name", name)
		}
		seen[name] = true
	}
	for _, name := range all {
		if !seen[name] {
			l.at([]any{"checks"}, "lint.check_missing", "name", name)
		}
	}
	for _, need := range needs {
		if first, then := slices.Index(v.Checks.Value, need[0]), slices.Index(v.Checks.Value, need[1]); first > then && then >= 0 {
			l.at([]any{"checks", "value", then}, "lint.check_order", "then", need[1], "first", need[0])
		}
	}
}

// needs are pairs of checks. The second of a pair uses the result of the first.
var needs = [][2]string{
	{"app", "signature"}, {"app", "timestamp"}, {"app", "permission"}, {"app", "rules"}, {"app", "quota"}, {"method", "permission"}, {"app", "shape"}, {"method", "shape"},
	{"shape", "unknown"}, {"shape", "required"}, {"shape", "paging"}, {"required", "type"}, {"type", "length"},
	{"type", "enum"}, {"type", "span"}, {"type", "known"},
}
