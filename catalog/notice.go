package catalog

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
