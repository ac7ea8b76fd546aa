package stress

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// controlPrefix is the path of the control API.
const controlPrefix = "/_sandbox"

// steer sends a request to the control API and decodes the answer into a value,
// when there is one. A body of []byte is YAML; others are sent as JSON.
func steer(addr, method, path string, body, into any) error {
	data, isText := body.([]byte)
	contentType := "application/yaml"
	if !isText {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return err
		}
		contentType = "application/json"
	}
	if body == nil {
		data = nil
	}
	r, err := http.NewRequest(method, "http://"+addr+controlPrefix+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", contentType)
	answer, err := exchange(r)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// exchange sends one request over a connection of its own, so that no goroutine
// is left when a test ends.
func exchange(r *http.Request) ([]byte, error) {
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: 2 * reading}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 300 {
		err = fmt.Errorf("%s %s: %s %.200s", r.Method, r.URL.Path, resp.Status, answer)
	}
	return answer, err
}

// newTenant creates a tenant from settings of the control API.
func newTenant(addr string, settings map[string]any) (credentials, error) {
	var info struct {
		Credentials credentials `json:"credentials"`
	}
	err := steer(addr, http.MethodPost, "/tenants", settings, &info)
	return info.Credentials, err
}

// counts are what a program says of the calls that it answered.
type counts struct {
	known   bool               // the program has metrics
	ok      float64            // calls that were answered well
	refused float64            // all others
	rows    float64            // rows of all answers
	sources map[string]float64 // where rows came from, when the program counts that
}

// sourceMetric is the counter whose label `from` says where a read's rows came
// from, such as cache or query. Programs need not have it.
const sourceMetric = "shaxiang_reads_total"

// countsOf reads the metrics of a program.
func countsOf(addr string) counts {
	c := counts{sources: map[string]float64{}}
	r, err := http.NewRequest(http.MethodGet, "http://"+addr+"/metrics", nil)
	if err != nil {
		return c
	}
	text, err := exchange(r)
	if err != nil {
		return c
	}
	for line := range strings.Lines(string(text)) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.ParseFloat(value, 64)
		if err != nil {
			continue
		}
		name, labels, _ := strings.Cut(series, "{")
		c.add(name, labels, n)
	}
	return c
}

// add takes one series in.
func (c *counts) add(name, labels string, n float64) {
	switch name {
	case "shaxiang_calls_total":
		c.known = true
		if strings.Contains(labels, `outcome="ok"`) {
			c.ok += n
		} else {
			c.refused += n
		}
	case "shaxiang_rows_total":
		c.rows += n
	case sourceMetric:
		if c.sources == nil {
			c.sources = map[string]float64{}
		}
		if _, from, found := strings.Cut(labels, `from="`); found {
			from, _, _ = strings.Cut(from, `"`)
			c.sources[from] += n
		}
	}
}

// since returns what was counted after an earlier moment.
func (c counts) since(earlier counts) counts {
	c.ok, c.refused, c.rows = c.ok-earlier.ok, c.refused-earlier.refused, c.rows-earlier.rows
	sources := map[string]float64{}
	for from, n := range c.sources {
		if n > earlier.sources[from] {
			sources[from] = n - earlier.sources[from]
		}
	}
	c.sources = sources
	return c
}

// milliseconds writes a duration with a precision that suits it.
func milliseconds(d time.Duration) string {
	ms := d.Seconds() * 1000
	switch {
	case ms < 10:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 100:
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}
