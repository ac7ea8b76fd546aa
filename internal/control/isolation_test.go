package control

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"shaxiang/scenarios"
)

// TestTenantsDoNotMeet: 100 tenants at once, each with its own scenario, clock, rule,
// rows and calls.
func TestTenantsDoNotMeet(t *testing.T) {
	t.Parallel()
	s := start(t)
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if err := s.livesAlone(i); err != nil {
				t.Errorf("tenant %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if got := mustDo[Tenants](t)(s.client.Tenants(bg())).Tenants; len(got) != 101 {
		t.Errorf("there are %d tenants", len(got))
	}
	info := mustDo[TenantInfo](t)(s.client.Tenant(bg(), "default"))
	if info.Calls != 0 || info.Scenario != "baseline" || info.Clock.Mode != "real" {
		t.Errorf("the default tenant was touched: %s", asText(info.TenantSummary))
	}
}

func (s *server) livesAlone(i int) error {
	name, c := fmt.Sprintf("p%d", i), s.client
	now := fmt.Sprintf("2022-12-%02d 12:00:%02d", 1+i%28, i%60)
	scenario := scenarios.Names()[i%len(scenarios.Names())]
	if _, err := c.CreateTenant(bg(), NewTenant{Name: name, Scenario: scenario, OrdersPerDay: 40}); err != nil {
		return err
	}
	if _, err := c.SetClock(bg(), name, ClockSetting{Mode: "frozen", Now: now}); err != nil {
		return err
	}
	rule := fmt.Sprintf("name: only-%d\nwhen: {params: {page_no: %d}}\nthen: {refuse: internal}\n", i, i)
	if _, err := c.AddRule(bg(), name, YAML, []byte(rule)); err != nil {
		return err
	}
	if _, err := c.AddRows(bg(), name, "shop", []map[string]string{{"shop_no": "SHOP-" + name}}); err != nil {
		return err
	}
	for page := range 100 {
		e := callOf("sales.Payment.queryWithDetail")
		e.Args = map[string]string{"page_no": fmt.Sprint(page)}
		fake(s.tenants.Tenant(name), e)
	}
	return s.isAsLeft(name, scenario, now)
}

func (s *server) isAsLeft(name, scenario, now string) error {
	info, err := s.client.Tenant(bg(), name)
	if err != nil {
		return err
	}
	if info.Scenario != scenario || info.Clock.Now != now || info.Calls != 100 {
		return fmt.Errorf("is %s", asText(info.TenantSummary))
	}
	rules, err := s.client.Rules(bg(), name)
	if err != nil {
		return err
	}
	if r := rules.Rules[0]; r.Fired != 1 || !strings.Contains(string(r.Rule), "only-"+name[1:]+`"`) || len(rules.Rules) > 1 && rules.Rules[1].OneOff {
		return fmt.Errorf("has the rules %s", asText(rules))
	}
	shops, err := s.client.Rows(bg(), name, "shop", url.Values{"size": {"1000"}})
	if err != nil {
		return err
	}
	for _, row := range shops.Rows {
		if no := row.Row["shop_no"]; strings.HasPrefix(no, "SHOP-") && no != "SHOP-"+name {
			return fmt.Errorf("sees %s", no)
		}
	}
	calls, err := s.client.Journal(bg(), name, url.Values{"limit": {"2000"}})
	if err != nil {
		return err
	}
	for _, e := range calls.Entries {
		if e.Tenant != name || (e.Rule == "only-"+name[1:]) != (e.Args["page_no"] == name[1:]) {
			return fmt.Errorf("has the call %s", asText(e))
		}
	}
	return nil
}
