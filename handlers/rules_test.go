package handlers_test

import (
	"strings"
	"testing"
)

// TestRulesSeeNoForgery: a refused signature or timestamp is neither counted by a
// rule nor hurt by one, and no rule of a tenant meets a stranger.
func TestRulesSeeNoForgery(t *testing.T) {
	t.Parallel()
	s := steer(t, `{name: all, then: {http: 500}}`)
	for kind, spoil := range map[string]func(*call){
		"bad_signature": setting("sign", "0"), "stale_timestamp": setting("timestamp", "1"),
		"unknown_app": setting("sid", "nobody"), "missing_public": func(c *call) { c.unset("v") },
	} {
		c := sound("openapi")
		spoil(c)
		if a := s.must(t, c); a.status != 200 || a.entry.Rule != "" || a.entry.Kind != kind {
			t.Errorf("%s: %d %+v", kind, a.status, a.entry)
		}
	}
	if rule := s.tenants.Tenant("default").State().Rules.Rules()[0]; rule.Matched != 0 || rule.Fired != 0 {
		t.Errorf("%+v", rule)
	}
	if a := s.must(t, sound("openapi")); a.status != 500 || a.entry.Rule != "all" || !strings.Contains(s.log.String(), "rule=all") {
		t.Errorf("%d %+v", a.status, a.entry)
	}
}

// TestJournalHasThePage: whoever searches the journal for a page finds it, though
// the flagship's page is no business argument.
func TestJournalHasThePage(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	a := s.call(t, sound("openapi"))
	if a.entry.Args["page_no"] != "0" || a.entry.Args["page_size"] != "1" || a.entry.Args["shop_nos"] != "POS" || a.entry.Args["sid"] != "" {
		t.Errorf("%v", a.entry.Args)
	}
	if w := a.entry.Window; w == nil || w.Collection != "payment" || w.Column != "created" || w.To-w.From != 86400 {
		t.Errorf("%+v", w)
	}
	if w := s.call(t, fubei(reconcile, `{}`)).entry.Window; w != nil {
		t.Errorf("all time is a window: %+v", w)
	}
}
