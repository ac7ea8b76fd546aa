package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/tidwall/gjson"

	"shaxiang/handlers"
	"shaxiang/internal/server"
	"shaxiang/internal/text"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors"
)

type callCmd struct {
	callFlags
	Timeout time.Duration `help:"How long to wait for the answer." default:"30s"`
}

// Run sends the call and prints the answer: indented on a terminal, unchanged
// elsewhere. A refusal is exit code 1.
func (c *callCmd) Run(a *app) error {
	r, err := c.build(a)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(a.ctx, c.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, strings.NewReader(r.body))
	if err != nil {
		return fail(exitUsage, "cli.url", "problem", err)
	}
	if r.header != nil {
		req.Header = r.header.Clone()
	}
	req.Header.Set("Content-Type", r.contentType)
	resp, err := client().Do(req)
	if err != nil {
		return a.unreachable(req.URL, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fail(exitFailed, "cli.broke_off", "bytes", len(body), "problem", err)
	}
	if a.Terminal {
		fmt.Fprintln(a.Out, indent(body))
	} else {
		fmt.Fprintln(a.Out, strings.TrimSuffix(string(body), "\n"))
	}
	return r.judge(resp, body)
}

// client follows no redirects: a POST would become a GET without its body. It keeps no
// connections: a call over an idle one fails when the server closes it at that moment.
func client() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// unreachable explains why no answer came, without the query that the request carries.
func (a *app) unreachable(u *url.URL, err error) error {
	base := u.Scheme + "://" + u.Host
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return fail(exitFailed, "cli.nothing_listens", "url", base, "program", a.self())
	case errors.Is(err, context.DeadlineExceeded):
		return fail(exitFailed, "cli.timeout", "url", base)
	}
	return fail(exitFailed, "cli.no_answer", "url", base, "problem", err)
}

// judge returns an error unless the vendor accepted the call.
func (r *request) judge(resp *http.Response, body []byte) error {
	if resp.StatusCode != http.StatusOK {
		if to := resp.Header.Get("Location"); to != "" {
			return fail(exitFailed, "cli.redirect", "status", resp.Status, "url", to)
		}
		return fail(exitFailed, "cli.http_status", "status", resp.Status)
	}
	success := r.vendor.Success
	got := gjson.GetBytes(body, success.Name)
	if got.Raw == success.Value.JSON() {
		return nil
	}
	var reason text.Message
	if id := resp.Header.Get(handlers.CallHeader); id != "" {
		reason = text.Say("cli.log_says", "id", id)
	}
	if !got.Exists() {
		return fail(exitFailed, "cli.foreign_answer", "vendor", r.vendor.Name, "name", success.Name, "reason", reason)
	}
	return fail(exitFailed, "cli.refused", "name", success.Name, "got", got.Raw, "want", success.Value.JSON(), "reason", reason)
}

type signCmd struct {
	callFlags
	Explain bool   `help:"Tell step by step how the vendor signs."`
	Expect  string `help:"A signature that was refused: say which mistake gives it." placeholder:"SIGN"`
}

// Run prints what a client has to hash and to send.
func (c *signCmd) Run(a *app) error {
	r, err := c.build(a)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "canonical text (%d bytes, ‹secret› stands for the secret)\n  %s\n\n", len(r.canonical), r.canonical)
	fmt.Fprintf(a.Out, "sign\n  %s\n\n", r.sign)
	fmt.Fprintf(a.Out, "curl\n  curl -s %s -H %s%s --data-raw %s\n", shellQuoted(r.url), shellQuoted("Content-Type: "+r.contentType), r.headers(), shellQuoted(r.body))
	if c.Explain {
		fmt.Fprint(a.Out, "\nhow\n"+r.folder.Form.Steps)
	}
	if c.Expect != "" {
		return c.autopsy(a, r)
	}
	return nil
}

// autopsy names the mistake that gives another signature of the same call.
func (c *signCmd) autopsy(a *app, r *request) error {
	sandbox, err := a.sandbox(server.Config{})
	if err != nil {
		return err
	}
	cred := r.credential
	signed := r.signed
	signed.Pairs = append(signed.Pairs[:len(signed.Pairs):len(signed.Pairs)], signature.Pair{Name: "sign", Value: c.Expect})
	refused := vendors.List().Case(&cred.Credential, signed, c.Expect)
	for _, o := range sandbox.Registry.Credentials() {
		refused.Others = append(refused.Others, o.Known("tenant "+o.Tenant.Name+", "+o.Vendor)...)
	}
	findings := autopsy.Perform(refused)
	fmt.Fprint(a.Out, "\nautopsy of "+c.Expect+"\n")
	if c.Expect == r.sign {
		fmt.Fprint(a.Out, "  it is right\n")
		return nil
	}
	for _, f := range findings {
		fmt.Fprintf(a.Out, "  %s: %s\n", f.Mistake, f.Text)
	}
	if len(findings) == 0 {
		return fail(exitFailed, "cli.no_mistake")
	}
	return nil
}

// headers returns the headers beside Content-Type as arguments of curl.
func (r *request) headers() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		b.WriteString(" -H " + shellQuoted(name+": "+r.header.Get(name)))
	}
	return b.String()
}

func shellQuoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
