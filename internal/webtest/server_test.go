package webtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"shaxiang/signature"
	"shaxiang/vendors/fubei"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// noon is the clock of all tests: 2022-12-28 12:00:00 in Shanghai.
func noon() time.Time { return time.Unix(1672200000, 0) }

// echo is what the test server answers: what it understood of the request.
type echo struct {
	Signed      bool        `json:"signed"`
	Method      string      `json:"method"`
	Path        string      `json:"path"`
	Host        string      `json:"host"`
	ContentType string      `json:"content_type"`
	Pairs       [][2]string `json:"pairs"`
	Body        string      `json:"body"`
}

func newServer(t testing.TB) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { reply(w, r, nil, signature.Request{}) })
	mux.HandleFunc("/openapi", func(w http.ResponseWriter, r *http.Request) {
		reply(w, r, openapi.Scheme(), signature.Request{Pairs: pairs(r.URL.RawQuery)})
	})
	mux.HandleFunc("/openapi2/", func(w http.ResponseWriter, r *http.Request) {
		reply(w, r, openapi2.Scheme{}, signature.Request{Pairs: pairs(body(r))})
	})
	mux.HandleFunc("/gateway", func(w http.ResponseWriter, r *http.Request) {
		reply(w, r, fubei.Scheme(), signature.Request{Pairs: members(body(r))})
	})
	mux.HandleFunc("/rows", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"status":0,"list":[{"no":"A1","amount":199.0000},{"no":"A2","amount":5}]}`)
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rows", http.StatusFound) })
	mux.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("/half", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, `{"status":0,`)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// secrets of the default tenant, by the value that names it on the wire.
var secrets = map[string]string{
	"sandbox":              "testsecret",
	"test2":                "12345",
	"20170224132045932173": "0123456789abcdef0123456789abcdef",
	"2019010100000001":     "fedcba9876543210fedcba9876543210",
}

func reply(w http.ResponseWriter, r *http.Request, scheme signature.Scheme, signed signature.Request) {
	e := echo{Method: r.Method, Path: r.URL.Path, Host: r.Host, ContentType: r.Header.Get("Content-Type"), Body: body(r)}
	signed.Body = e.Body
	secret, sign := "", ""
	for _, p := range signed.Pairs {
		e.Pairs = append(e.Pairs, [2]string{p.Name, p.Value})
		switch p.Name {
		case "sid", "app_id", "vendor_sn":
			secret = secrets[p.Value]
		case "sign":
			sign = p.Value
		}
	}
	e.Signed = scheme != nil && scheme.Verify(secret, signed, sign) == nil
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	json.NewEncoder(w).Encode(e)
}

// body reads a request's body and puts it back.
func body(r *http.Request) string {
	data, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(data)))
	return string(data)
}

// pairs decodes a form in the order of the wire.
func pairs(form string) []signature.Pair {
	var out []signature.Pair
	for _, field := range strings.Split(form, "&") {
		name, value, _ := strings.Cut(field, "=")
		name, _ = url.QueryUnescape(name)
		value, _ = url.QueryUnescape(value)
		out = append(out, signature.Pair{Name: name, Value: value})
	}
	return out
}

// members decodes an envelope in the order of the wire.
func members(envelope string) []signature.Pair {
	var out []signature.Pair
	d := json.NewDecoder(strings.NewReader(envelope))
	d.Token()
	for d.More() {
		name, _ := d.Token()
		value, _ := d.Token()
		n, _ := name.(string)
		v, _ := value.(string)
		out = append(out, signature.Pair{Name: n, Value: v})
	}
	return out
}
