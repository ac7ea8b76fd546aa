package signature

// Known is a credential that the server knows besides the right one.
type Known struct {
	Name   string // shown to the client, e.g. "tenant other, openapi2"
	Scheme string // "openapi", "openapi2" or "fubei"
	Secret string
	Salt   string // openapi only
}

// Case is a refused signature.
type Case struct {
	Scheme  Scheme // OpenAPI{}, OpenAPI2{} or Fubei{}; there is no autopsy of others
	Secret  string // the right secret
	Salt    string // openapi only
	Request Request
	Sign    string  // what the client sent
	Others  []Known // tried as secrets, in this order; 500 at most
	Brief   bool    // only the likely mistakes are tried, each alone, and no Others: a thirtieth of the work
}

// Finding is one mistake of the client's.
type Finding struct {
	// Mistake is a stable id, e.g. "body_not_signed".
	Mistake string
	// Text is one English sentence that names the mistake and says what would
	// be right. It holds no secret.
	Text string
}

// Autopsy returns the mistakes that explain a refused signature. They are
// proved: the signature recomputed with exactly these mistakes is what the
// client sent. If there are several, they were made together. The simplest
// explanation is returned, single mistakes before pairs, and of two equally
// simple ones that come to the same text the likelier. The result is nil if
// the signature is right or nothing known fits, and it depends on c alone.
//
// An autopsy computes at most 5,000 hashes over about 8 MiB, leaves out each
// of the first 100 parameters and tries the first 500 of Others; above 16 KiB
// of parameters and body it tries single mistakes only.
func Autopsy(c Case) []Finding {
	s, ok := c.Scheme.(interface{ readings(Request) []recipe })
	if !ok || c.Sign == "" {
		return nil
	}
	var found []Finding
	for _, m := range newSearch(c, s.readings(c.Request)).run() {
		found = append(found, Finding{Mistake: m.id, Text: m.text})
	}
	return found
}
