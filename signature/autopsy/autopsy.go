// Package autopsy explains refused signatures. It makes the mistakes that clients are
// known to make, alone and in pairs, until one gives the signature that the client sent.
//
// Mistakes that clients of all vendors make are here. The mistakes with one vendor's
// scheme are in that vendor's folder, as Habits.
package autopsy

import "shaxiang/signature"

// Known is a credential that the server knows besides the right one.
type Known struct {
	Name   string // shown to the client, e.g. "tenant other, openapi2"
	Secret string
	Issued string // the secret as the vendor issued it, when it is longer than Secret; else ""
}

// Other is another vendor's scheme, which a client may have taken for the right one.
type Other struct {
	Vendor string
	Recipe signature.Recipe
}

// Case is a refused signature.
type Case struct {
	Vendor   string
	Readings []signature.Recipe // how the vendor reads a call; mistakes are told from the first. None: there is no autopsy
	Habits   Habits             // mistakes with this vendor's scheme
	Schemes  []Other            // of the other vendors
	Secret   string             // the right secret
	Request  signature.Request
	Sign     string  // what the client sent
	Others   []Known // tried as secrets, in this order; 500 at most
	Brief    bool    // only the likely mistakes are tried, each alone, and no Others: a thirtieth of the work
}

// Habits are the mistakes that only clients of one vendor make, by the point of a
// client's work. Each stage may be empty.
type Habits struct {
	First     Stage            // with parameters, tried before those that all vendors' clients make
	Unsent    Stage            // signing parameters that are not sent
	Timestamp bool             // calls have a timestamp
	Epoch     []Mistake        // with the second from which timestamps count; all are likely
	Sweep     func() []Mistake // tried last, where a timestamp was sent: see Milliseconds; nil for none
	Layouts   Stage            // with the layout
	Secrets   Stage            // with the secret, beside those that all vendors' clients make
	Form      bool             // parameters travel URL-encoded, where a bare + arrives as a blank
}

// Finding is one mistake of the client's.
type Finding struct {
	// Mistake is a stable id, e.g. "body_not_signed".
	Mistake string
	// Text is one English sentence that names the mistake and says what would
	// be right. It holds no secret.
	Text string
}

// Perform returns the mistakes that explain a refused signature. They are
// proved: the signature recomputed with exactly these mistakes is what the
// client sent. If there are several, they were made together. The simplest
// explanation is returned, single mistakes before pairs, and of two equally
// simple ones that come to the same text the likelier. The result is nil if
// the signature is right or nothing known fits, and it depends on c alone.
//
// An autopsy computes at most 5,000 hashes over about 8 MiB, leaves out each
// of the first 100 parameters and tries the first 500 of Others; above 16 KiB
// of parameters and body it tries single mistakes only.
func Perform(c Case) []Finding {
	if len(c.Readings) == 0 || c.Sign == "" {
		return nil
	}
	var found []Finding
	for _, m := range newSearch(c).run() {
		found = append(found, Finding{Mistake: m.ID, Text: m.Text})
	}
	return found
}
