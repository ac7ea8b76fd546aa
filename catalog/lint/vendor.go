package lint

import (
	"maps"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/text"
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

// credential checks the fields of a vendor's credential and the default tenant's entries.
func (l *linter) credential(c *catalog.Credential) {
	roles := map[catalog.Role]int{}
	for i, f := range c.Fields {
		at := []any{"credential", "fields", i}
		if f.Name == "" {
			l.at(at, "lint.credential_name")
		}
		if slices.ContainsFunc(c.Fields[:i], func(o catalog.CredentialField) bool { return o.Name == f.Name }) {
			l.at(at, "lint.credential_twice", "name", f.Name)
		}
		l.oneOf(append(at, "role"), string(f.Role), string(catalog.RoleApp), string(catalog.RoleKey), string(catalog.RoleSecret))
		roles[f.Role]++
	}
	if len(c.Fields) > 0 && (c.Fields[0].Role != catalog.RoleApp || roles[catalog.RoleSecret] < roles[catalog.RoleApp]) {
		l.at([]any{"credential", "fields"}, "lint.credential_secret")
	}
	for i, e := range c.Default {
		at := []any{"credential", "default", i}
		for _, name := range slices.Sorted(maps.Keys(e.Values)) {
			if !slices.Contains(c.Keys(), name) {
				l.at(append(at, name), "lint.unknown_key", "name", name, "known", text.Listed(c.Keys(), "nothing"))
			}
		}
		if err := e.Limits.CheckRefuse(); err != nil {
			l.at(at, "lint.words", "words", err)
		}
	}
}

// hosts checks that each host is a bare name or address.
func (l *linter) hosts(hosts catalog.Fact[[]string]) {
	if len(hosts.Value) > 0 {
		l.evidence([]any{"hosts"}, hosts.Evidence)
	}
	for i, host := range hosts.Value {
		if host == "" || strings.ContainsAny(host, "/:@* ") {
			l.at([]any{"hosts", "value", i}, "lint.host", "host", host)
		}
	}
}

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

// notices checks that every notice is complete and has its own id.
func (l *linter) notices(v *catalog.Vendor) {
	seen := map[string]bool{}
	for i := range v.Notices {
		n, at := &v.Notices[i], []any{"notices", i}
		l.needed(at, "id", n.ID, "name", n.Name, "collection", n.Collection, "url", n.URL, "about", n.About, "at", n.At)
		if seen[n.ID] {
			l.at(append(at, "id"), "lint.twice", "key", "id", "name", n.ID)
		}
		seen[n.ID] = true
		if len(n.Fields) == 0 {
			l.at(at, "lint.fields_missing")
		}
		l.fields(append(at, "fields"), n.Fields)
		l.evidence(at, n.Evidence)
	}
}

// notify checks that the notices of a write are the vendor's, and about the same documents.
func (l *linter) notify(v *catalog.Vendor, e *catalog.Endpoint) {
	if e.Write == nil {
		return
	}
	for i, id := range e.Write.Notify {
		at := []any{"write", "notify", i}
		switch n := v.Notice(id); {
		case n == nil:
			l.at(at, "lint.notice_unknown", "vendor", v.Name, "notice", id, "known", noticeIDs(v))
		case n.Collection != e.Write.Collection:
			l.at(at, "lint.notice_other", "notice", id, "about", n.Collection, "collection", e.Write.Collection)
		}
	}
	for i := range e.Write.Also {
		if e.Write.Also[i].Notify != nil {
			l.at([]any{"write", "also", i}, "lint.also_notify")
		}
	}
}

func noticeIDs(v *catalog.Vendor) []string {
	var ids []string
	for i := range v.Notices {
		ids = append(ids, v.Notices[i].ID)
	}
	slices.Sort(ids)
	return ids
}
