package lint

import (
	"slices"
	"strings"

	"shaxiang/catalog"
)

// notices checks that every notice is complete and has its own id.
func (l *linter) notices(v *catalog.Vendor) {
	seen := map[string]bool{}
	for i := range v.Notices {
		n, at := &v.Notices[i], []any{"notices", i}
		for _, need := range []struct{ key, value string }{{"id", n.ID}, {"name", n.Name}, {"collection", n.Collection},
			{"url", n.URL}, {"about", n.About}, {"at", n.At}} {
			if need.value == "" {
				l.at(append(at, need.key), "%s: is missing", need.key)
			}
		}
		if seen[n.ID] {
			l.at(append(at, "id"), "id: %q appears twice", n.ID)
		}
		seen[n.ID] = true
		if len(n.Fields) == 0 {
			l.at(at, "fields: are missing")
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
			l.at(at, "notify: %s has no notice %q; it has %s", v.Name, id, noticeIDs(v))
		case n.Collection != e.Write.Collection:
			l.at(at, "notify: %q is about %s, but the write is about %s", id, n.Collection, e.Write.Collection)
		}
	}
	for i := range e.Write.Also {
		if e.Write.Also[i].Notify != nil {
			l.at([]any{"write", "also", i}, "also: notify belongs to the write itself")
		}
	}
}

func noticeIDs(v *catalog.Vendor) string {
	var ids []string
	for i := range v.Notices {
		ids = append(ids, v.Notices[i].ID)
	}
	slices.Sort(ids)
	if ids == nil {
		return "none"
	}
	return strings.Join(ids, ", ")
}
