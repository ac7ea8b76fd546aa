package control

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shaxiang/internal/journal"
)

// Journal returns calls, oldest first. The query has vendor, method, outcome, kind,
// since and limit.
func (c *Client) Journal(ctx context.Context, tenant string, query url.Values) (Calls, error) {
	return send[Calls](ctx, c, request{method: get, path: tenantPath(tenant, "journal"), query: query})
}

// ClearJournal removes all calls from the journal.
func (c *Client) ClearJournal(ctx context.Context, tenant string) error {
	return c.delete(ctx, tenantPath(tenant, "journal"))
}

// JournalEntry returns one call.
func (c *Client) JournalEntry(ctx context.Context, tenant, id string) (journal.Entry, error) {
	return fetch[journal.Entry](ctx, c, tenantPath(tenant, "journal", id))
}

// Event is one event of a stream: a call, or calls that were dropped unread.
type Event struct {
	Call    *journal.Entry
	Dropped *Gap
}

// Listening says which calls a stream has.
type Listening struct {
	After int64      // Seq of the last call that is known; 0 for calls from now on
	Query url.Values // vendor, method, outcome, kind
	Ready func()     // called once the server listens; may be nil
}

// StreamJournal calls each for every event until the context ends. It returns nil when the
// tenant is deleted, or the error that each returned.
func (c *Client) StreamJournal(ctx context.Context, tenant string, l Listening, each func(Event) error) error {
	r := request{method: get, path: tenantPath(tenant, "journal", "stream"), query: l.Query, header: http.Header{}}
	if l.After > 0 {
		r.header.Set("Last-Event-ID", strconv.FormatInt(l.After, 10))
	}
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		return apiError(resp.StatusCode, data)
	}
	if l.Ready != nil {
		l.Ready()
	}
	return readEvents(resp.Body, each)
}

// errGone ends a stream whose tenant is gone.
var errGone = errors.New("the tenant is gone")

func readEvents(from io.Reader, each func(Event) error) error {
	lines := bufio.NewReader(from)
	var name, data string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the stream ended: %w", err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "" && name != "":
			err := handOver(name, data, each)
			if errors.Is(err, errGone) {
				return nil
			}
			if err != nil {
				return err
			}
			name, data = "", ""
		}
	}
}

func handOver(name, data string, each func(Event) error) error {
	var e Event
	var into any
	switch name {
	case "call":
		e.Call = &journal.Entry{}
		into = e.Call
	case "dropped":
		e.Dropped = &Gap{}
		into = e.Dropped
	case "gone":
		return errGone
	default:
		return nil // of a newer server
	}
	if err := json.Unmarshal([]byte(data), into); err != nil {
		return fmt.Errorf("event %s: %w", name, err)
	}
	return each(e)
}

// Verify checks whether the expected calls came. If not, the verdict says so; there is no error.
func (c *Client) Verify(ctx context.Context, tenant string, e Expectation) (journal.Verdict, error) {
	return send[journal.Verdict](ctx, c, request{method: post, path: tenantPath(tenant, "verify"), body: e})
}

// Coverage returns what the calls have covered.
func (c *Client) Coverage(ctx context.Context, tenant string) (Coverage, error) {
	return fetch[Coverage](ctx, c, tenantPath(tenant, "coverage"))
}

// Endpoints returns all endpoints of the catalogue.
func (c *Client) Endpoints(ctx context.Context) (Endpoints, error) {
	return fetch[Endpoints](ctx, c, "/endpoints")
}

// Endpoint returns the declaration of an endpoint.
func (c *Client) Endpoint(ctx context.Context, vendor, method string) (Declaration, error) {
	return fetch[Declaration](ctx, c, escaped("endpoints", vendor, method))
}

// Scenarios returns the scenarios of the library.
func (c *Client) Scenarios(ctx context.Context) (ScenarioLibrary, error) {
	return fetch[ScenarioLibrary](ctx, c, "/scenarios")
}

// Sign returns the canonical text and signature of a request.
func (c *Client) Sign(ctx context.Context, r SignRequest) (SignResult, error) {
	return send[SignResult](ctx, c, request{method: post, path: "/sign", body: r})
}
