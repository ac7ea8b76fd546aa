package notify_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"shaxiang/scenarios"
)

// verifying is a merchant that takes only what is signed.
func verifying(t testing.TB) *merchant {
	return newMerchant(t, func(w http.ResponseWriter, form url.Values) {
		if signed(form) {
			fmt.Fprint(w, "success")
			return
		}
		fmt.Fprint(w, "fail")
	})
}

// TestEffects plays one rule on the orders A, at noon, and B, a second later.
func TestEffects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, rule string
		orders     string
		journal    []string
	}{
		{"none", "{when: {method: notify.refund}, then: {notify: never}}", "A B", []string{"A#1 ok", "B#1 ok"}},
		{"calls only", "{then: {drop: reset}}", "A B", []string{"A#1 ok", "B#1 ok"}},
		{"never", "{name: r, when: {params: {merchant_order_sn: A}}, then: {notify: never}}", "B",
			[]string{"A#1 refused withheld r", "B#1 ok"}},
		{"lost", "{name: r, when: {call: {first: 1}}, then: {notify: lost}}", "B A",
			[]string{"A#1 refused withheld r", "B#1 ok", "A#2 ok"}},
		{"twice", "{name: r, when: {call: {nth: 1}}, then: {notify: twice}}", "A A B",
			[]string{"A#1 ok  r", "A#1 ok  r", "B#1 ok"}},
		{"late", "{name: r, when: {vendor: fubei, method: notify.pay, params: {about: A}}, then: {notify: {late: 30s}}}", "B A",
			[]string{"B#1 ok", "A#1 ok  r"}},
		{"reordered", "{name: r, times: 1, then: {notify: reordered}}", "B A", []string{"B#1 ok", "A#1 ok  r"}},
		{"both reordered", "{name: r, then: {notify: reordered}}", "A B", []string{"A#1 ok  r", "B#1 ok  r"}},
		{"bad sign", "{name: r, when: {params: {attempt: 1, about: A}}, then: {notify: bad_sign}}", "A! B A",
			[]string{"A#1 refused not_acknowledged r", "B#1 ok", "A#2 ok"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, m := newWorld(t, "rules: ["+c.rule+"]"), verifying(t)
			w.tell(m, "A", 0)
			w.tell(m, "B", time.Second)
			w.after(time.Hour)
			same(t, "orders", m.orders(), c.orders)
			same(t, "journal", w.told(), c.journal)
		})
	}
}

// TestLate: not before its time.
func TestLate(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{name: r, then: {notify: {late: 30s}}, times: 1}]"), verifying(t)
	w.tell(m, "A", 0)
	same(t, "at once", w.after(29*time.Second), 0)
	same(t, "pending", w.states(), "A pending 0")
	same(t, "then", w.after(30*time.Second), 1)
	same(t, "hint", w.journal.Entries()[0].Hint, "the rule r sends it 30s late")
}

// TestReorderedAlone: with nobody to overtake it, it goes after a minute.
func TestReorderedAlone(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{then: {notify: reordered}}]"), verifying(t)
	w.tell(m, "A", 0)
	same(t, "held", w.after(59*time.Second), 0)
	same(t, "then", w.after(time.Minute), 1)
	same(t, "state", w.states(), "A acknowledged 1")
}

// TestNever: the notification is dropped, its later attempts with it.
func TestNever(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{name: r, then: {notify: never}}]"), verifying(t)
	w.tell(m, "A", 0)
	w.after(100 * time.Hour)
	same(t, "orders", m.orders(), "")
	same(t, "state", w.states(), "A dropped 1")
	same(t, "hint", w.journal.Entries()[0].Hint, "the rule r drops the notification: nothing is sent")
}

// TestBadSignTaken: the journal tells of a merchant that does not verify.
func TestBadSignTaken(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, "rules: [{name: r, then: {notify: bad_sign}}]"), newMerchant(t, nil)
	w.tell(m, "A", 0)
	w.after(0)
	same(t, "orders", m.orders(), "A!")
	if hint := w.journal.Entries()[0].Hint; !strings.Contains(hint, "does not verify signs") {
		t.Error(hint)
	}
}

// TestUnrulyNotifications proves the scenario of the library: eight orders, one
// second apart.
func TestUnrulyNotifications(t *testing.T) {
	t.Parallel()
	s, err := scenarios.Load("unruly-notifications", nil)
	if err != nil {
		t.Fatal(err)
	}
	w, m := play(t, s), verifying(t)
	for i, order := range strings.Fields("A B C D E F G H") {
		w.tell(m, order, time.Duration(i)*time.Second)
	}
	w.after(time.Hour)
	same(t, "orders", m.orders(), "A A B! E D B H F C")
	same(t, "states", w.states(), "A acknowledged 1, B acknowledged 2, C acknowledged 1, D acknowledged 1, "+
		"E acknowledged 1, F acknowledged 2, G dropped 1, H acknowledged 1")
	same(t, "journal", w.told(), []string{"A#1 ok  twice", "A#1 ok  twice", "B#1 refused not_acknowledged bad-sign", "E#1 ok",
		"D#1 ok  overtaken", "F#1 refused withheld lost", "B#2 ok", "G#1 refused withheld never", "H#1 ok", "F#2 ok", "C#1 ok  late"})
}
