// Package signature holds what the vendors' signature schemes share: the canonical text,
// hashing, comparison in constant time, and timestamps. A vendor's folder builds its
// scheme of these.
//
// The package is pure: no HTTP, no clock, no files. A caller hands over the decoded
// parameters in the order of the wire and the raw body text. It does not decide whether a
// parameter is missing, which of two equal names counts, or in which order checks run.
//
// Package signature/autopsy names the mistake in a refused signature.
package signature

// Pair is one parameter as received: decoded name and value. Pairs stand in
// the order of the wire; equal names are allowed and are all signed.
type Pair struct{ Name, Value string }

// Request is what a client signed.
type Request struct {
	// Pairs are the parameters received. The parameter `sign` may be among
	// them; every scheme leaves it out.
	Pairs []Pair
	// Body is the raw body text, for schemes that sign it.
	Body string
	// Yield is called in long work, about every quarter of a millisecond, so that
	// other requests can run; nil for never.
	Yield func()
}

// Scheme is how a vendor signs with one secret. No method fails or panics on text that is
// not valid UTF-8.
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

// Marker stands for a secret in a masked text.
const Marker = "‹secret›"

// Mask returns the canonical text of r with ‹secret› where the secret stands.
// The text is made with the marker as secret, not by replacing: a secret that
// happens to occur in a value must not change what the reader sees.
func Mask(s Scheme, r Request) string { return s.Canonical(Marker, r) }
