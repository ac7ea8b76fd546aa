package catalog

import (
	"time"

	"shaxiang/internal/wire"
)

// Vendor is what all endpoints of one platform share.
type Vendor struct {
	Name        string          `yaml:"vendor"`
	Title       string          `yaml:"title"`
	Paths       []string        `yaml:"paths"` // URL paths; {name} stands for the method
	Hosts       Fact[[]string]  `yaml:"hosts"` // where the vendor itself answers: names or IP addresses
	Credential  Credential      `yaml:"credential"`
	ContentType Fact[string]    `yaml:"content_type"` // of every answer
	JSON        Fact[wire.JSON] `yaml:"json"`
	Public      []Public        `yaml:"public"` // parameters of every call
	Version     *Fact[string]   `yaml:"version"`
	Timestamp   *Timestamp      `yaml:"timestamp"`
	Duplicates  Fact[string]    `yaml:"duplicates"` // which of several values of one parameter counts: first or last
	Emptiness   Fact[bool]      `yaml:"emptiness"`  // an empty text counts as missing
	Unknown     Fact[string]    `yaml:"unknown"`    // an argument that the method does not have: refused or ignored
	Nested      Fact[string]    `yaml:"nested"`     // how a list or an object in an argument is sent: json, as itself, when not given; text, as its JSON text
	Paging      Paging          `yaml:"paging"`
	Checks      Fact[[]string]  `yaml:"checks"`  // the order in which a call is checked
	Refusal     Template        `yaml:"refusal"` // of $code and $message
	Success     Success         `yaml:"success"` // how a client recognises an accepted call
	Errors      []ErrorRow      `yaml:"errors"`
	Notices     []Notice        `yaml:"notices"` // the messages that it sends to its clients
}

// NestedText is the value of Vendor.Nested of vendors that send forms: a member
// that is a list or an object travels as its JSON text.
const NestedText = "text"

// Public is a parameter that every call of a vendor carries.
type Public struct {
	Name     string   `yaml:"name"`
	Required bool     `yaml:"required"`
	Evidence Evidence `yaml:"evidence"`
}

// Timestamp is how far a client's clock may be off.
type Timestamp struct {
	Epoch     int64         `yaml:"epoch"`     // unix seconds of the vendor's second 0
	Tolerance time.Duration `yaml:"tolerance"` // in both directions, inclusive
	Bits      int           `yaml:"bits"`      // size of the number that it must fit
	Evidence  Evidence      `yaml:"evidence"`
}

// Fact is a value together with how it is known.
type Fact[T any] struct {
	Value    T        `yaml:"value"`
	Evidence Evidence `yaml:"evidence"`
	Note     string   `yaml:"note"`
}

// CallChecks returns the names of the checks that need a signature, a tenant or its world.
// The server does them.
func CallChecks() []string {
	return []string{"public", "version", "app", "signature", "timestamp", "rules", "method", "permission", "quota", "known"}
}

// ArgChecks returns the names of the checks of arguments. Package args does them.
func ArgChecks() []string {
	return []string{"shape", "unknown", "required", "type", "length", "enum", "span", "paging"}
}

// Success is the member of an answer by which a client recognises an accepted call.
type Success struct {
	Name  string `yaml:"name"`
	Value Scalar `yaml:"value"`
}

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
