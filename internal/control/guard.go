package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"shaxiang/internal/notify"
)

// Guard keeps away the web pages of other sites. A page in the developer's browser can send
// requests too: to our address, which its Origin shows, or to a name of its own that resolves to
// us (DNS rebinding), which the Host shows.
type Guard struct {
	Hosts   []string // allowed Host names besides loopback ones and the address listened on; "*" allows all
	Origins []string // of web pages that may send requests, such as http://localhost:3000
}

// Page refuses the request of a web page, unless it is our own or an allowed one. Other clients
// than browsers send no Origin. A link that a user follows is no request of a page.
func (g *Guard) Page(r *http.Request) *Error {
	origins := r.Header.Values("Origin")
	switch {
	case len(origins) == 0 && r.Header.Get("Sec-Fetch-Site") == "cross-site" && (r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate"):
		return refuse(http.StatusForbidden, "control.cross_site")
	case len(origins) == 0, g.shares(r):
		return nil
	case !sameOrigin(origins, r.Host):
		return refuse(http.StatusForbidden, "control.foreign_origin", "origin", strings.Join(origins, ", "), "host", r.Host)
	}
	return g.host(r)
}

// host refuses a foreign Host.
func (g *Guard) host(r *http.Request) *Error {
	if g.hostAllowed(r) {
		return nil
	}
	return refuse(http.StatusForbidden, "control.foreign_host", "host", r.Host)
}

// shares reports whether a page of an allowed origin sent the request.
func (g *Guard) shares(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	return len(origins) == 1 && slices.ContainsFunc(g.Origins, func(o string) bool {
		return strings.EqualFold(strings.TrimSuffix(o, "/"), origins[0])
	})
}

// Share lets an allowed page read the answer (CORS). It reports whether the request was nothing
// but the browser's question whether the page may send one, which is answered.
func (g *Guard) Share(w http.ResponseWriter, r *http.Request) (answered bool) {
	if !g.shares(r) {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Add("Vary", "Origin")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", strings.Join([]string{get, post, put, patch, del}, ", "))
	h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	w.WriteHeader(http.StatusNoContent)
	return true
}

// admit accepts requests to an allowed Host, of no foreign page, and with the token.
func (a *API) admit(r *http.Request) *Error {
	if err := a.host(r); err != nil {
		return err
	}
	if err := a.Page(r); err != nil {
		return err
	}
	if r.Header.Get(notify.Header) != "" {
		return refuse(http.StatusForbidden, "control.own_notification")
	}
	if a.Token != "" && !a.tokenFits(r) {
		return refuse(http.StatusUnauthorized, "control.token")
	}
	return nil
}

func (g *Guard) hostAllowed(r *http.Request) bool {
	host := hostname(r.Host)
	if slices.Contains(g.Hosts, "*") {
		return true
	}
	if host == "" {
		return false
	}
	if host == "localhost" || slices.ContainsFunc(g.Hosts, func(h string) bool { return hostname(h) == host }) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.Unmap().IsLoopback() || ip.Unmap() == listening(r))
}

// hostname returns a host in lower case, without port, brackets and final dot.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.TrimSuffix(strings.ToLower(host), ".")
}

// listening returns the local address of the connection.
func listening(r *http.Request) netip.Addr {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	at, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

func sameOrigin(origins []string, host string) bool {
	if len(origins) != 1 {
		return false
	}
	o, err := url.Parse(origins[0])
	return err == nil && (o.Scheme == "http" || o.Scheme == "https") &&
		strings.EqualFold(withPort(o.Host, o.Scheme), withPort(host, o.Scheme))
}

// withPort adds the default port of the scheme to a host without one.
func withPort(host, scheme string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	return host + ":" + map[string]string{"http": "80", "https": "443"}[scheme]
}

// tokenFits takes the same time for every wrong token, because digests have one length.
func (a *API) tokenFits(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(a.Token)), sha256.Sum256([]byte(strings.TrimSpace(token)))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && strings.EqualFold(scheme, "Bearer")
}
