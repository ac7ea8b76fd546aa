// Package signature signs, verifies and explains the signatures of the three
// vendors' platforms.
//
// It is pure: no HTTP, no clock, no files. A caller hands over the decoded
// parameters in the order of the wire, and, for the flagship, the raw body
// text. What a vendor's signature does not cover (whether a parameter is
// missing, which of two equal names survives, in which order checks run) is
// decided elsewhere.
//
// OpenAPI, OpenAPI2 and Fubei are the three schemes. Timestamps judges the
// timestamp that travels beside the signature. Autopsy names the mistake in a
// refused signature by making the mistake and getting the client's value.
package signature

// Pair is one parameter as received: decoded name and value. Pairs stand in
// the order of the wire; equal names are allowed and are all signed.
type Pair struct{ Name, Value string }

// Request is what a client signed.
type Request struct {
	// Pairs are the parameters received. The parameter `sign` may be among
	// them; every scheme leaves it out.
	Pairs []Pair
	// Body is the raw body text. Only OpenAPI signs it.
	Body string
	// Pause is called in long work, about every quarter of a millisecond, so that
	// others can go first; nil for no pauses.
	Pause func()
}

// Scheme is how one vendor signs. OpenAPI, OpenAPI2 and Fubei implement it.
// None of the methods fails or panics on text that is not valid UTF-8.
type Scheme interface {
	// Canonical returns the exact text that is hashed, secret included.
	Canonical(secret string, r Request) string
	// Sign returns the signature of r as the vendor's own SDK would send it.
	Sign(secret string, r Request) string
	// Verify returns nil, or a *Mismatch when sign is not the signature of r.
	// Its time does not depend on how much of the signature is right.
	Verify(secret string, r Request, sign string) error
}

// Mismatch is the refusal of a signature. What was hashed is the Canonical text; use
// Mask for anything that is shown or logged.
type Mismatch struct {
	Got string // the signature the client sent
}

// Error tells neither the secret nor the right signature. Got is left out as
// well, because a client may have sent the right value with something added.
func (m *Mismatch) Error() string {
	return "signature: the sign sent is not the signature of the parameters received"
}

// marker stands for the secret in a masked text.
const marker = "‹secret›"

// Mask returns the canonical text of r with ‹secret› where the secret stands.
// The text is made with the marker as secret, not by replacing: a secret that
// happens to occur in a value must not change what the reader sees.
func Mask(s Scheme, r Request) string { return s.Canonical(marker, r) }
