package cli

import (
	"fmt"
	"strings"

	"shaxiang/internal/server"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
)

// dayLayout is the form of a moment on the first screen.
const dayLayout = "2006-01-02 00:00:00"

// welcome is the first screen: where the vendors answer, as whom to call them,
// and one call to copy.
func (a *app) welcome(addr, steer string, tenants *tenant.Registry) {
	base := server.BaseURL(addr)
	to := a.now().In(wire.Beijing)
	from := to.AddDate(0, 0, -7)
	flag := ""
	if found, err := a.baseURL(""); err != nil || found != base {
		flag = " --url " + base
	}
	fmt.Fprintf(a.Out, `Shaxiang 沙箱 %s listens on %s

%sA signed call that shows data, to copy:

  %[4]s call sales.Payment.queryWithDetail start_time="%s" end_time="%s"%s

Steer it: %[8]s/_sandbox/ (tenants, scenarios, clock, journal; openapi.json there describes it)
More: %[4]s endpoints, %[4]s sign METHOD --explain, %[4]s --help. Ctrl-C stops it.
`, version, addr, introductions(base, tenants), a.self(), from.Format(dayLayout), to.Format(dayLayout), flag, steer)
	if names := tenants.Names(); len(names) > 1 {
		fmt.Fprintf(a.Out, "Tenants: %s. To call as another: --tenant %s\n", strings.Join(names, ", "), names[1])
	}
}

// introductions tell of each vendor where it answers, and a credential of it.
func introductions(base string, tenants *tenant.Registry) string {
	shipped := tenants.Vendors()
	nameWidth, titleWidth := 0, 0
	for _, name := range shipped.Names() {
		nameWidth = max(nameWidth, len(name))
		titleWidth = max(titleWidth, columns(shipped.Catalog.Vendor(name).Title))
	}
	var b strings.Builder
	for _, name := range shipped.Names() {
		v := shipped.Catalog.Vendor(name)
		path, _, _ := strings.Cut(v.Paths[0], "{")
		fmt.Fprintf(&b, "  %-*s  %s%*s  %s%s\n%*s", nameWidth, name, v.Title, titleWidth-columns(v.Title), "", base, path, nameWidth+titleWidth+4, "")
		if c := (identity{vendor: name}).best(of(tenants, name)); c != nil {
			for _, f := range c.Fields {
				fmt.Fprintf(&b, "  %s %s", f.Name, f.Value)
			}
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	return b.String()
}

// columns returns the width of a text on a terminal, where a Chinese character takes two
// columns.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// of returns the default tenant's credentials for a vendor.
func of(tenants *tenant.Registry, vendor string) []*tenant.Credential {
	var own []*tenant.Credential
	for _, c := range tenants.Credentials() {
		if c.Tenant.Name == tenant.DefaultName && c.Vendor == vendor {
			own = append(own, c)
		}
	}
	return own
}
