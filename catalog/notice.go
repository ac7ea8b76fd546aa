package catalog

// Notice is a message about a document that a vendor sends to its client later: where to,
// when and with which data. Endpoints name the notices that follow from their writes
// (Write.Notify).
type Notice struct {
	ID         string   `yaml:"id"`         // the name that endpoints use
	Name       string   `yaml:"name"`       // the name that rules and the journal use, such as notify.pay
	Collection string   `yaml:"collection"` // of the documents
	URL        string   `yaml:"url"`        // the column with the URL; nothing is sent when it is empty
	About      string   `yaml:"about"`      // the column with the document's number
	At         string   `yaml:"at"`         // the time column: nothing is sent before it has a moment
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
