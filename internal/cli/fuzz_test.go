package cli

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzConfig reads anything as shaxiang.yaml: a problem says its line and what is
// wrong, and what has none can be served.
func FuzzConfig(f *testing.F) {
	for _, text := range []string{"", "# addr: :1\n", "addr: 127.0.0.1:0\nlog: json\n", "log: loud\n", "addr: nowhere\nread_timeout: 1\n", "read_timeout: -1s\n",
		"orders_per_day: 99999999\n", "seed: -1\n", "max_connections: 1e3\n", "tenants:\n- {name: a, seed: 7, scenario: tests}\n- {name: a}\n- {}\n",
		"tenants:\n- name: b\n  ttl: 1h\n  openapi: [{sid: s, key: k, appsecret: \"x:y\"}]\n  clock: {mode: frozen, now: 2022-12-28 12:00:00}\n",
		"a: &a [*a]\n", "addr: {}\n", "\x00", "addr: 1\naddr: 2\n", "tenants: [{scenario: ../../etc/passwd, name: x}]\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "scenario") {
			return // it would read the files that the text names
		}
		c, problems := parseConfig("shaxiang.yaml", []byte(text))
		for _, p := range problems {
			if p.File != "shaxiang.yaml" || p.Text() == "" {
				t.Errorf("%+v", p)
			}
		}
		if problems != nil {
			return
		}
		for _, l := range limitValues(c.Limits) {
			if got, given := c.flag(l.flag); given != (l.number > 0) || given && got != fmt.Sprint(l.value) {
				t.Errorf("%s: %q of %v", l.flag, got, l.value)
			}
		}
		for _, tenant := range c.Tenants {
			if tenant.Name == "" {
				t.Errorf("a tenant without a name: %+v", tenant)
			}
		}
	})
}
