package cli

import (
	"fmt"
	"strings"

	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
)

// dayLayout is the form of a moment on the first screen.
const dayLayout = "2006-01-02 00:00:00"

// welcome is the first screen: where the vendors answer, as whom to call them,
// and one call to copy.
func (a *app) welcome(addr, steered string, tenants *tenant.Registry) {
	base := reachable(addr)
	own := func(vendor string) *tenant.Credential {
		return identity{vendor: vendor}.best(of(tenants, vendor))
	}
	o, e, f := own("openapi"), own("openapi2"), own("fubei")
	steer := base
	if steered != "" {
		steer = reachable(steered)
	}
	to := a.now().In(wire.Beijing)
	from := to.AddDate(0, 0, -7)
	flag := ""
	if found, err := a.baseURL(""); err != nil || found != base {
		flag = " --url " + base
	}
	fmt.Fprintf(a.Out, `Shaxiang 沙箱 %s listens on %s

  openapi   旺店通旗舰版  %[3]s/openapi
                          sid %s  key %s  appsecret %s:%s
  openapi2  旺店通企业版  %[3]s/openapi2/
                          sid %[8]s  appkey %s  appsecret %s
  fubei     付呗          %[3]s/gateway
                          %[11]s %s  secret %s

A signed call that shows data, to copy:

  %[14]s call sales.Payment.queryWithDetail start_time="%s" end_time="%s"%s

Steer it: %[18]s/_sandbox/ (tenants, scenarios, clock, journal; openapi.json there describes it)
More: %[14]s endpoints, %[14]s sign METHOD --explain, %[14]s --help. Ctrl-C stops it.
`, version, addr, base, o.App, o.Key, o.Secret, o.Salt, e.App, e.Key, e.Secret, f.Param, f.App, f.Secret,
		a.self(), from.Format(dayLayout), to.Format(dayLayout), flag, steer)
	if names := tenants.Names(); len(names) > 1 {
		fmt.Fprintf(a.Out, "Tenants: %s. To call as another: --tenant %s\n", strings.Join(names, ", "), names[1])
	}
}

// of returns the default tenant's credentials for a vendor.
func of(tenants *tenant.Registry, vendor string) []*tenant.Credential {
	var own []*tenant.Credential
	for _, c := range tenants.Credentials() {
		if c.Tenant.Name == tenant.Default().Name && c.Vendor == vendor {
			own = append(own, c)
		}
	}
	return own
}
