package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Header carries a notification's id, so that a merchant under test can name it.
// The vendor does not send it.
const Header = "X-Shaxiang-Notification"

// Limits of one attempt.
const (
	Timeout   = 5 * time.Second // for all of it
	maxAnswer = 64 << 10        // bytes that are read of an answer
	agentName = "shaxiang"
)

// Sender posts the notifications of all tenants of a server. Exported fields are set before
// the first notification is sent.
type Sender struct {
	Anywhere  bool            // targets may be on public addresses too
	Intervals []time.Duration // between two attempts
	Log       *slog.Logger    // one line an attempt
	// Lookup resolves the names of targets; the machine's resolver at first.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)

	now    func() time.Time
	client *http.Client
	life   context.Context // ends when no more is sent
	end    context.CancelFunc

	mu      sync.Mutex
	started bool
	running sync.WaitGroup
}

// NewSender returns a sender that has no goroutine of its own until Start. now is the
// server's clock: the goroutines of Start ask for the time, and an attempt is measured.
func NewSender(now func() time.Time) *Sender {
	s := &Sender{Intervals: Intervals(), Log: slog.New(slog.DiscardHandler), now: now,
		Lookup: func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}}
	s.life, s.end = context.WithCancel(context.Background())
	s.client = &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// No proxy: the proxy would resolve the target, and the address could not be checked.
		Transport: &http.Transport{DialContext: s.dial, DisableKeepAlives: true, DisableCompression: true},
	}
	return s
}

// Start lets the queues deliver by themselves as their clocks run. stop aborts what is being
// sent, waits for that, and ends all sending.
func (s *Sender) Start() (stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	return func() {
		s.mu.Lock()
		s.started = false
		s.mu.Unlock()
		s.end()
		s.running.Wait()
	}
}

// run calls f in a goroutine. It reports false when the sender was not started.
func (s *Sender) run(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started {
		s.running.Go(f)
	}
	return s.started
}

// answer is the result of one post.
type answer struct {
	status int
	body   string
	err    error
	took   time.Duration
}

// errTarget is the error of a target to which nothing is sent.
var errTarget = errors.New("nothing is sent there")

// post sends one form and measures how long that takes.
func (s *Sender) post(ctx context.Context, id, target, form string) answer {
	began := s.now()
	a := s.exchange(ctx, id, target, form)
	a.took = s.now().Sub(began)
	return a
}

func (s *Sender) exchange(ctx context.Context, id, target, form string) answer {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, strings.NewReader(form))
	if err != nil {
		return answer{err: fmt.Errorf("%q is no URL: %w", target, errTarget)}
	}
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" || r.URL.Hostname() == "" {
		return answer{err: fmt.Errorf("%q is no URL of http or https with a host: %w", target, errTarget)}
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", agentName)
	r.Header.Set(Header, id)
	resp, err := s.client.Do(r)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return answer{status: resp.StatusCode, body: string(body), err: err}
}

// dial connects to the first allowed address of a target. The checked address is the dialled
// address, so a name that resolves differently the next time (DNS rebinding) has no effect.
func (s *Sender) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	found, err := s.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("%s is %s, which is neither loopback nor private; --notify-anywhere allows it: %w", host, listed(found), errTarget)
	if slices.ContainsFunc(found, secretive) {
		err = fmt.Errorf("%s is %s, where clouds tell secrets; no setting allows that: %w", host, listed(found), errTarget)
	}
	for _, ip := range found {
		if secretive(ip) || !s.Anywhere && !near(ip) {
			continue
		}
		var conn net.Conn
		if conn, err = new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(ip.String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (s *Sender) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	found, err := s.Lookup(ctx, host)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s has no address", host)
	}
	return found, err
}

// secretive reports whether cloud providers tell the secrets of a machine at an address: nothing
// is ever sent there. These are link-local addresses, and some of private and public networks. An
// address that embeds one of IPv4 (NAT64, 6to4) is like that one.
func secretive(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	if b := ip.As16(); ip.Is6() && netip.MustParsePrefix("64:ff9b::/96").Contains(ip) {
		ip = netip.AddrFrom4([4]byte(b[12:]))
	} else if ip.Is6() && netip.MustParsePrefix("2002::/16").Contains(ip) {
		ip = netip.AddrFrom4([4]byte(b[2:6]))
	}
	return ip.IsLinkLocalUnicast() || slices.ContainsFunc([]string{
		"fd00:ec2::/32", "fd20:ce::/32", "fd00:42::/32", "fd00:c1::/32", // Amazon, Google, Scaleway, Oracle
		"100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", // Alibaba, Azure, Oracle
	}, func(prefix string) bool { return netip.MustParsePrefix(prefix).Contains(ip) })
}

// near reports whether an address is on this machine or in a private network.
func near(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsLoopback() || ip.IsPrivate()
}

func listed(ips []netip.Addr) string {
	var texts []string
	for _, ip := range ips {
		texts = append(texts, ip.String())
	}
	return strings.Join(texts, ", ")
}
