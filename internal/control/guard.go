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

// admit accepts requests to an allowed Host, without a foreign Origin, and with the token. A web
// page in the developer's browser can send requests too: to our address, which its Origin
// shows, or to a name of its own that resolves to us (DNS rebinding), which the Host shows.
func (a *API) admit(r *http.Request) *Error {
	if !a.hostAllowed(r) {
		return refuse(http.StatusForbidden, "control.foreign_host", "host", r.Host)
	}
	if origins := r.Header.Values("Origin"); len(origins) > 0 && !sameOrigin(origins, r.Host) {
		return refuse(http.StatusForbidden, "control.foreign_origin", "origin", strings.Join(origins, ", "), "host", r.Host)
	}
	if r.Header.Get(notify.Header) != "" {
		return refuse(http.StatusForbidden, "control.own_notification")
	}
	if a.Token != "" && !a.tokenFits(r) {
		return refuse(http.StatusUnauthorized, "control.token")
	}
	return nil
}

func (a *API) hostAllowed(r *http.Request) bool {
	host := hostname(r.Host)
	if slices.Contains(a.Hosts, "*") {
		return true
	}
	if host == "" {
		return false
	}
	if host == "localhost" || slices.ContainsFunc(a.Hosts, func(h string) bool { return hostname(h) == host }) {
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
