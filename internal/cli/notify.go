package cli

import (
	"log/slog"

	"shaxiang/internal/tenant"
)

// notifyFlags say where notifications may be sent to.
type notifyFlags struct {
	NotifyAnywhere bool
}

// start lets notifications be sent as the tenants' clocks run. stop ends that.
func (f *notifyFlags) start(tenants *tenant.Registry, log *slog.Logger) (stop func()) {
	tenants.Notify.Anywhere, tenants.Notify.Log = f.NotifyAnywhere, log
	return tenants.Notify.Start()
}
