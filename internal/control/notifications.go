package control

import (
	"errors"
	"net/http"

	"shaxiang/internal/notify"
)

func notificationOf(s notify.Status) Notification {
	n := Notification{ID: s.ID, Vendor: s.Vendor, Method: s.Name, About: s.About, URL: s.URL, State: string(s.State),
		Attempts: s.Attempts, Calls: append([]string{}, s.Calls...)}
	if !s.Due.IsZero() {
		n.Due = beijingText(s.Due)
	}
	return n
}

func (a *API) listNotifications(c *call) (Notifications, error) {
	list := Notifications{Notifications: []Notification{}}
	for _, s := range c.state.Notify.List() {
		list.Notifications = append(list.Notifications, notificationOf(s))
	}
	return list, nil
}

func (a *API) sendNotification(c *call) (Notification, error) {
	id := c.path["id"]
	s, err := c.state.Notify.Send(c.r.Context(), id, c.wall)
	if errors.Is(err, notify.ErrUnknown) {
		return Notification{}, refuse(http.StatusNotFound, "control.no_notification", "tenant", c.name(), "id", id, "prefix", Prefix)
	}
	return notificationOf(s), err
}

// notifyDue sends the notifications that a change of the clock made due. They are sent before
// the answer, so that a test finds them done.
func (a *API) notifyDue(c *call, _ *Clock) {
	c.state.Notify.Deliver(c.r.Context(), c.wall)
}
