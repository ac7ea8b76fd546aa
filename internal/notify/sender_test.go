package notify_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"shaxiang/internal/journal"
	"shaxiang/internal/notify"
)

// TestGuard: nothing is sent to public addresses, whatever name they have.
func TestGuard(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"http://192.0.2.1/":                "192.0.2.1 is 192.0.2.1, which is neither loopback nor private; --notify-anywhere allows it",
		"http://public.test:81/pay":        "public.test is 192.0.2.1, which is neither loopback nor private; --notify-anywhere allows it",
		"http://[2001:db8::1]/":            "2001:db8::1 is 2001:db8::1, which",
		"http://[::ffff:192.0.2.1]/":       "which is neither loopback nor private",
		"http://169.254.169.254/":          "where clouds tell secrets",
		"http://0.0.0.0:1/":                "which is neither loopback nor private",
		"http://100.64.0.1/":               "which is neither loopback nor private",
		"ftp://127.0.0.1/":                 "is no URL of http or https with a host",
		"http:///pay":                      "is no URL of http or https with a host",
		"127.0.0.1:80":                     "is no URL",
		"":                                 "is no URL of http or https with a host",
		"http://user:secret@public.test:1": "public.test is 192.0.2.1, which",
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "")
			w.sender.Lookup = names
			w.Add(paid(target, "A", noon()), noon())
			same(t, "delivered", w.after(0), 1)
			e := w.journal.Entries()[0]
			same(t, "entry", []any{e.Outcome, e.Kind, e.Answer}, []any{journal.Refused, notify.KindForbidden, ""})
			if !strings.Contains(e.Hint, want) {
				t.Errorf("hint %q does not say %q", e.Hint, want)
			}
			same(t, "state", w.states(), "A given_up 1")
		})
	}
}

// names is a resolver of three names.
func names(_ context.Context, host string) ([]netip.Addr, error) {
	addresses := map[string][]netip.Addr{
		"public.test": {netip.MustParseAddr("192.0.2.1")},
		"mixed.test":  {netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("127.0.0.1")},
		"near.test":   {netip.MustParseAddr("127.0.0.1")},
	}
	if addresses[host] == nil {
		return nil, errors.New("no such host")
	}
	return addresses[host], nil
}

// TestNear: a name of this machine is let through, and of several addresses the near one is taken.
func TestNear(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, nil)
	w.sender.Lookup = names
	_, port, err := net.SplitHostPort(m.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"near.test", "mixed.test"} {
		w.Add(paid("http://"+host+":"+port, host, noon()), noon())
	}
	w.Add(paid("http://nobody.test:"+port, "nobody", noon()), noon())
	w.after(0)
	same(t, "states", w.states(), "near.test acknowledged 1, mixed.test acknowledged 1, nobody pending 1")
	same(t, "unknown name", w.journal.Entries()[2].Kind, notify.KindUnreachable)
}

// TestRebinding: a name that is near when it is looked at and public the next time.
func TestRebinding(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, func(http.ResponseWriter, url.Values) {})
	var asked atomic.Int32
	w.sender.Lookup = func(ctx context.Context, _ string) ([]netip.Addr, error) {
		if asked.Add(1) == 1 {
			return names(ctx, "near.test")
		}
		return names(ctx, "public.test")
	}
	_, port, err := net.SplitHostPort(m.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	w.Add(paid("http://rebound.test:"+port, "A", noon()), noon())
	w.after(notify.Intervals()[0])
	same(t, "journal", w.told(), []string{"A#1 refused not_acknowledged", "A#2 refused forbidden_target"})
	same(t, "lookups", asked.Load(), 2)
	same(t, "posts", len(m.forms()), 1)
}

// TestAnywhere: with the permission an address is dialled, here one to which nobody
// can connect.
func TestAnywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.sender.Anywhere = true
	w.sender.Lookup = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("255.255.255.255")}, nil
	}
	w.Add(paid("http://public.test/", "A", noon()), noon())
	w.after(0)
	same(t, "kind", w.journal.Entries()[0].Kind, notify.KindUnreachable)
}

// TestSecretive: no setting lets anything be sent to where clouds tell the secrets of a machine,
// however the address is written.
func TestSecretive(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "[fd20:ce::254]", "[fe80::a9fe:a9fe%25lo]", "100.100.100.200",
		"168.63.129.16", "192.0.0.192", "[fd00:42::42]", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[2002:a9fe:a9fe::1]"} {
		for _, anywhere := range []bool{false, true} {
			w := newWorld(t, "")
			w.sender.Anywhere = anywhere
			w.Add(paid("http://"+host+"/latest/meta-data/", "A", noon()), noon())
			w.after(0)
			if e := w.journal.Entries()[0]; e.Kind != notify.KindForbidden || !strings.Contains(e.Hint, "where clouds tell secrets") {
				t.Errorf("%s, anywhere %v: %s %q", host, anywhere, e.Kind, e.Hint)
			}
		}
	}
	w, m := newWorld(t, ""), newMerchant(t, nil)
	w.sender.Lookup = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("127.0.0.1")}, nil
	}
	_, port, err := net.SplitHostPort(m.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	w.Add(paid("http://mixed.test:"+port, "A", noon()), noon())
	w.after(0)
	same(t, "the other address", w.states(), "A acknowledged 1")
}

// TestLongAnswer: an answer is read to a bound.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	w, m := newWorld(t, ""), newMerchant(t, func(w http.ResponseWriter, _ url.Values) {
		_, _ = w.Write([]byte(strings.Repeat("x", 1<<20))) // the reader goes away in the middle
	})
	w.tell(m, "A", 0)
	w.after(0)
	same(t, "answer", len(w.journal.Entries()[0].Answer), 64<<10)
}
