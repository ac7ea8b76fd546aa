package control

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shaxiang/internal/journal"
)

// Client talks to the control API of a server. Its errors are of type *Error when
// the server refused.
type Client struct {
	BaseURL string // such as http://127.0.0.1:2012, without Prefix
	Token   string
	HTTP    *http.Client // http.DefaultClient when nil
}

// Content types of a scenario or a rule.
const (
	JSON = "application/json"
	YAML = "application/yaml"
)

// escaped joins the segments of a path and escapes each.
func escaped(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return "/" + strings.Join(parts, "/")
}

func tenantPath(name string, parts ...string) string {
	return escaped(append([]string{"tenants", name}, parts...)...)
}

// request is one request of the client.
type request struct {
	method, path string
	query        url.Values
	body         any    // sent as JSON; a []byte is sent unchanged
	contentType  string // of a []byte
	header       http.Header
}

// do sends a request and decodes the answer.
func (c *Client) do(ctx context.Context, r request, into any) error {
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", r.method, r.path, err)
	}
	_, verdict := into.(*journal.Verdict)
	if resp.StatusCode >= 300 && !(verdict && (resp.StatusCode == http.StatusExpectationFailed || resp.StatusCode == http.StatusConflict)) {
		return apiError(resp.StatusCode, data)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s %s: the answer is no control API's: %w", r.method, r.path, err)
	}
	return nil
}

func apiError(status int, data []byte) error {
	var body ErrorBody
	if err := json.Unmarshal(data, &body); err != nil || body.Error.Message == "" {
		body.Error = Error{Code: "unknown", Message: fmt.Sprintf("the server answered %d: %s", status, clip(string(data)))}
	}
	body.Error.Status = status
	return &body.Error
}

func (c *Client) send(ctx context.Context, r request) (*http.Response, error) {
	body, ok := r.body.([]byte)
	contentType := r.contentType
	if !ok && r.body != nil {
		contentType = JSON
		var err error
		if body, err = json.Marshal(r.body); err != nil {
			return nil, err
		}
	}
	target := strings.TrimSuffix(c.BaseURL, "/") + Prefix + r.path
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range r.header {
		req.Header[name] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	return client.Do(req)
}

// send sends a request and returns the decoded answer.
func send[T any](ctx context.Context, c *Client, r request) (v T, err error) {
	err = c.do(ctx, r, &v)
	return v, err
}

func fetch[T any](ctx context.Context, c *Client, path string) (T, error) {
	return send[T](ctx, c, request{method: get, path: path})
}

func (c *Client) delete(ctx context.Context, path string) error {
	return c.do(ctx, request{method: del, path: path}, nil)
}

// Version names the program that serves.
func (c *Client) Version(ctx context.Context) (VersionInfo, error) {
	return fetch[VersionInfo](ctx, c, "/version")
}

// OpenAPI returns the OpenAPI document.
func (c *Client) OpenAPI(ctx context.Context) (json.RawMessage, error) {
	return fetch[json.RawMessage](ctx, c, "/openapi.json")
}

// Tenants returns all tenants, without their secrets.
func (c *Client) Tenants(ctx context.Context) (Tenants, error) {
	return fetch[Tenants](ctx, c, "/tenants")
}

// CreateTenant makes a tenant.
func (c *Client) CreateTenant(ctx context.Context, t NewTenant) (TenantInfo, error) {
	return send[TenantInfo](ctx, c, request{method: post, path: "/tenants", body: t})
}

// Tenant returns a tenant with its credentials.
func (c *Client) Tenant(ctx context.Context, name string) (TenantInfo, error) {
	return fetch[TenantInfo](ctx, c, tenantPath(name))
}

// DeleteTenant deletes a tenant with its world.
func (c *Client) DeleteTenant(ctx context.Context, name string) error {
	return c.delete(ctx, tenantPath(name))
}

// ResetTenant returns a tenant to its first state; its scenario stays.
func (c *Client) ResetTenant(ctx context.Context, name string) (TenantInfo, error) {
	return send[TenantInfo](ctx, c, request{method: post, path: tenantPath(name, "reset")})
}

// Snapshot returns a tenant's whole state, for Restore.
func (c *Client) Snapshot(ctx context.Context, tenant string) (json.RawMessage, error) {
	return fetch[json.RawMessage](ctx, c, tenantPath(tenant, "snapshot"))
}

// Restore replaces a tenant's state by that of a snapshot.
func (c *Client) Restore(ctx context.Context, tenant string, snapshot json.RawMessage) (TenantInfo, error) {
	return send[TenantInfo](ctx, c, request{method: put, path: tenantPath(tenant, "snapshot"), body: []byte(snapshot), contentType: "application/json"})
}

// Clock returns a tenant's clock.
func (c *Client) Clock(ctx context.Context, tenant string) (Clock, error) {
	return fetch[Clock](ctx, c, tenantPath(tenant, "clock"))
}

// SetClock sets a tenant's clock.
func (c *Client) SetClock(ctx context.Context, tenant string, to ClockSetting) (Clock, error) {
	return send[Clock](ctx, c, request{method: put, path: tenantPath(tenant, "clock"), body: to})
}

// AdvanceClock advances a tenant's business clock by a duration such as 36h.
func (c *Client) AdvanceClock(ctx context.Context, tenant, by string) (Clock, error) {
	return send[Clock](ctx, c, request{method: post, path: tenantPath(tenant, "clock", "advance"), body: Advance{by}})
}

// Scenario returns the scenario that a tenant plays.
func (c *Client) Scenario(ctx context.Context, tenant string) (ScenarioInfo, error) {
	return fetch[ScenarioInfo](ctx, c, tenantPath(tenant, "scenario"))
}

// PlayScenario plays a scenario of the library.
func (c *Client) PlayScenario(ctx context.Context, tenant, name string) (ScenarioInfo, error) {
	return send[ScenarioInfo](ctx, c, request{method: put, path: tenantPath(tenant, "scenario"), body: map[string]string{"name": name}})
}

// SetScenario plays a complete scenario, given as YAML or JSON.
func (c *Client) SetScenario(ctx context.Context, tenant, contentType string, text []byte) (ScenarioInfo, error) {
	return send[ScenarioInfo](ctx, c, request{method: put, path: tenantPath(tenant, "scenario"), body: text, contentType: contentType})
}

// Rules returns all rules of a tenant with their counts.
func (c *Client) Rules(ctx context.Context, tenant string) (Rules, error) {
	return fetch[Rules](ctx, c, tenantPath(tenant, "rules"))
}

// AddRule adds a one-off rule, as YAML or JSON.
func (c *Client) AddRule(ctx context.Context, tenant, contentType string, text []byte) (Rule, error) {
	return send[Rule](ctx, c, request{method: post, path: tenantPath(tenant, "rules"), body: text, contentType: contentType})
}

// ClearRules removes all one-off rules.
func (c *Client) ClearRules(ctx context.Context, tenant string) error {
	return c.delete(ctx, tenantPath(tenant, "rules"))
}

// RemoveRule removes a one-off rule.
func (c *Client) RemoveRule(ctx context.Context, tenant, id string) error {
	return c.delete(ctx, tenantPath(tenant, "rules", id))
}

// Rows returns a page of rows. The query has columns with the values that they must have, and
// from, to, time, page, size and total.
func (c *Client) Rows(ctx context.Context, tenant, collection string, query url.Values) (Rows, error) {
	return send[Rows](ctx, c, request{method: get, path: tenantPath(tenant, "rows", collection), query: query})
}

// AddRows adds all rows or none.
func (c *Client) AddRows(ctx context.Context, tenant, collection string, rows []map[string]string) (Rows, error) {
	return send[Rows](ctx, c, request{method: post, path: tenantPath(tenant, "rows", collection), body: rows})
}

// RowRef names a row.
type RowRef struct {
	Tenant     string
	Collection string
	Key        int64
}

func (r RowRef) path() string {
	return tenantPath(r.Tenant, "rows", r.Collection, strconv.FormatInt(r.Key, 10))
}

// PatchRow changes columns of a row.
func (c *Client) PatchRow(ctx context.Context, ref RowRef, values map[string]string) (Row, error) {
	return send[Row](ctx, c, request{method: patch, path: ref.path(), body: values})
}

// DeleteRow deletes a row.
func (c *Client) DeleteRow(ctx context.Context, ref RowRef) error { return c.delete(ctx, ref.path()) }

// Notifications returns the notifications to a tenant's clients.
func (c *Client) Notifications(ctx context.Context, tenant string) (Notifications, error) {
	return fetch[Notifications](ctx, c, tenantPath(tenant, "notifications"))
}

// SendNotification sends a notification at once and returns its new state.
func (c *Client) SendNotification(ctx context.Context, tenant, id string) (Notification, error) {
	return send[Notification](ctx, c, request{method: post, path: tenantPath(tenant, "notifications", id, "send")})
}

// Answers returns the answer key.
func (c *Client) Answers(ctx context.Context, tenant string) (Answers, error) {
	return fetch[Answers](ctx, c, tenantPath(tenant, "answers"))
}
