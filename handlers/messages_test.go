package handlers_test

import "testing"

// TestHintsHaveIDs checks that the journal has a hint as words and as an ID, and no ID for
// the words of an error.
func TestHintsHaveIDs(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for _, c := range []struct {
		call     *call
		hint, id string
	}{
		{payments(`[{"start_time":"soon","end_time":"2022-12-28 12:00:00"}]`), "start_time must look like 2022-12-28 16:40:58", "args.layout"},
		{payments(`[{"page":"x"}]`), `sales.Payment.queryWithDetail has no argument "page"`, "args.unknown_argument"},
		{payments(`[]`).set("sign", "0"), "the signature does not fit; no known mistake gives it, so compare what you hash with the canonical text", "handlers.no_known_mistake"},
		{payments(`[`), "the body is no JSON: unexpected EOF", ""},
	} {
		if e := s.call(t, c.call).entry; e.Hint != c.hint || string(e.HintID) != c.id {
			t.Errorf("hint %q, ID %q; want %q and %q", e.Hint, e.HintID, c.hint, c.id)
		}
	}
}
