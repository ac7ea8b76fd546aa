package handlers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"shaxiang/internal/notify"
	"shaxiang/internal/tenant"
	"shaxiang/internal/wire"
	"shaxiang/vendors"
)

// TestAnnounce: a merchant and a service provider are each told with their own
// secret, at the moment and of the document that the write says.
func TestAnnounce(t *testing.T) {
	t.Parallel()
	noon := time.Date(2022, 12, 29, 12, 0, 0, 0, wire.Beijing)
	var got []string
	merchant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got = append(got, string(body))
		_, _ = w.Write([]byte("success")) // a sender that went away is nobody to tell
	}))
	defer merchant.Close()
	s := newServer(Config{Now: func() time.Time { return noon }, Vendors: vendors.Shipped()})
	for _, app := range []string{"20170224132045932173", "2019010100000001"} {
		c, err := s.Tenants.Credential("fubei", app, "", s.Tenants.Now())
		if err != nil {
			t.Fatal(err)
		}
		x := &exchange{server: s, vendor: s.Catalog.Vendor("fubei"), folder: s.Vendors.Named("fubei"), credential: c, wall: noon, state: c.Tenant.State()}
		x.announce(notify.Notification{Name: notify.Pay, About: "none"})
		x.announce(notify.Notification{Name: notify.Pay, URL: merchant.URL, About: app, Fields: notify.Envelope(`{"a":1}`), Due: noon.Add(time.Minute)})
	}
	queue := s.Tenants.Tenant(tenant.DefaultName).State().Notify
	if n := queue.Deliver(t.Context(), noon.Add(time.Minute-time.Second)); n != 0 {
		t.Errorf("%d were sent before their time", n)
	}
	if n := queue.Deliver(t.Context(), noon.Add(time.Minute)); n != 2 || len(got) != 2 {
		t.Fatalf("%d were sent, %d came", n, len(got))
	}
	// md5 of data={"a":1}&result_code=200&result_message=成功 and the two secrets.
	const form = "result_code=200&result_message=%E6%88%90%E5%8A%9F&data=%7B%22a%22%3A1%7D&sign="
	for i, sign := range []string{"9B1483CA8B60D1C12FAF67B980A1888C", "768543589DD5FE2E9CEA5CA61D9D4A6B"} {
		if got[i] != form+sign {
			t.Errorf("form %d is\n%s, want\n%s", i, got[i], form+sign)
		}
	}
}
