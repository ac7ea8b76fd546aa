package cli

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"shaxiang/internal/notify"
	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/vendors"
	"shaxiang/vendors/fubei"
)

// TestNotifications: once a server was started, a notification goes out by itself,
// and the log has a line of it.
func TestNotifications(t *testing.T) {
	t.Parallel()
	for _, flags := range []notifyFlags{{}, {NotifyAnywhere: true}} {
		came := make(chan string, 1)
		merchant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			came <- r.FormValue("sign")
			_, _ = w.Write([]byte("success")) // a sender that went away is nobody to tell
		}))
		defer merchant.Close()
		tenants := tenant.NewRegistry(time.Now, vendors.Shipped())
		shop, err := tenants.Add(tenant.Default(vendors.Shipped()))
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		stop := flags.start(tenants, slog.New(slog.NewJSONHandler(&log, nil)))
		queue := shop.State().Notify
		queue.Add(notify.Notification{Vendor: "fubei", Name: notify.Pay, About: "A1", URL: merchant.URL,
			Fields: notify.Envelope("{}"), Signer: vendorapi.OneSecret(fubei.Scheme()), Secrets: []string{"s"}})
		select {
		case sign := <-came:
			if len(sign) != 32 {
				t.Errorf("sign %q", sign)
			}
		case <-time.After(time.Minute):
			t.Fatal("nothing came")
		}
		queue.Deliver(t.Context(), time.Now()) // waits until the answer was read
		stop()
		if want := `"msg":"notification","vendor":"fubei","method":"notify.pay","about":"A1","outcome":"ok","tenant":"default"`; !strings.Contains(log.String(), want) {
			t.Errorf("the log says %s", log.String())
		}
		if tenants.Notify.Anywhere != flags.NotifyAnywhere {
			t.Errorf("anywhere is %t", tenants.Notify.Anywhere)
		}
	}
}

// TestNotifyAnywhere: a flag, a variable or a key of the file.
func TestNotifyAnywhere(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		vars map[string]string
		file string
		want bool
	}{
		{nil, nil, "", false},
		{nil, nil, "notify_anywhere: true", true},
		{nil, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "true"}, "", true},
		{nil, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "false"}, "notify_anywhere: true", false},
		{[]string{"--notify-anywhere"}, map[string]string{"SHAXIANG_NOTIFY_ANYWHERE": "false"}, "", true},
		{[]string{"--notify-anywhere=false"}, nil, "notify_anywhere: true", false},
	} {
		if got := parsed(t, c.args, c.vars, c.file).Serve.NotifyAnywhere; got != c.want {
			t.Errorf("%v %v %q: %t, want %t", c.args, c.vars, c.file, got, c.want)
		}
	}
}
