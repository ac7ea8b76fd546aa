package lint

import (
	"maps"
	"slices"
	"strings"

	"shaxiang/catalog"
	"shaxiang/internal/text"
)

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
