package catalog

import (
	"slices"
	"strings"
)

// Notice is what a vendor tells its client of a document later, of itself: where,
// when and in what words. Endpoints name those that follow from their writes
// (Write.Notify).
type Notice struct {
	ID         string   `yaml:"id"`         // by which endpoints call it
	Name       string   `yaml:"name"`       // by which rules and the journal do, such as notify.pay
	Collection string   `yaml:"collection"` // of the documents
	URL        string   `yaml:"url"`        // the column that says where to; nobody is told where it is empty
	About      string   `yaml:"about"`      // the column that says of what: the document's number
	At         string   `yaml:"at"`         // the time column: nothing is told before it has a moment
	Fields     []Field  `yaml:"fields"`     // the data
	Evidence   Evidence `yaml:"evidence"`
	Note       string   `yaml:"note"`
}

// Uses returns every column that the notice names, as Endpoint.Uses does.
func (n *Notice) Uses() []Lookup {
	var u uses
	u.add(n.Collection, n.URL, n.About, n.At)
	u.fields(n.Collection, n.Fields)
	return u
}

// Notice returns the vendor's notice of that id, nil when there is none.
func (v *Vendor) Notice(id string) *Notice {
	for i := range v.Notices {
		if v.Notices[i].ID == id {
			return &v.Notices[i]
		}
	}
	return nil
}

// notices wants each to say all that it needs, under an id of its own.
func (l *linter) notices(v *Vendor) {
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
			l.at(append(at, "id"), "id: %q stands twice", n.ID)
		}
		seen[n.ID] = true
		if len(n.Fields) == 0 {
			l.at(at, "fields: are missing")
		}
		l.fields(append(at, "fields"), n.Fields)
		l.evidence(at, n.Evidence)
	}
}

// notify wants the notices of a write to be the vendor's, and of the same documents.
func (l *linter) notify(v *Vendor, e *Endpoint) {
	if e.Write == nil {
		return
	}
	for i, id := range e.Write.Notify {
		at := []any{"write", "notify", i}
		switch n := v.Notice(id); {
		case n == nil:
			l.at(at, "notify: %s has no notice %q; it has %s", v.Name, id, v.noticeIDs())
		case n.Collection != e.Write.Collection:
			l.at(at, "notify: %q is about %s, and the write about %s", id, n.Collection, e.Write.Collection)
		}
	}
	for i := range e.Write.Also {
		if e.Write.Also[i].Notify != nil {
			l.at([]any{"write", "also", i}, "also: notify belongs to the write itself")
		}
	}
}

func (v *Vendor) noticeIDs() string {
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
