package lint

import (
	"slices"

	"shaxiang/catalog"
)

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
