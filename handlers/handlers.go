// Package handlers answers as the vendors' platforms do: it is the sandbox as an
// http.Handler. Listening is somebody else's job.
package handlers

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"github.com/gorilla/mux"

	"shaxiang/catalog"
	"shaxiang/internal/tenant"
)

// DefaultBodyLimit is the largest request body, in bytes.
const DefaultBodyLimit = 4 << 20

// CallHeader carries the journal's id of the call on every answer.
const CallHeader = "X-Shaxiang-Call"

// Config is what a sandbox is made of.
type Config struct {
	Catalog   *catalog.Catalog // what the vendors offer
	Tenants   *tenant.Registry // whose calls are answered
	Log       *slog.Logger     // one line a call; nothing when nil
	BodyLimit int64            // DefaultBodyLimit when 0
}

// server answers calls.
type server struct {
	Config
	plans map[*catalog.Endpoint]*plan
}

// New returns the sandbox.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.BodyLimit == 0 {
		c.BodyLimit = DefaultBodyLimit
	}
	s := &server{Config: c, plans: plans(c.Catalog)}
	r := mux.NewRouter().SkipClean(true).UseEncodedPath()
	for _, codec := range codecs() {
		v := c.Catalog.Vendor(codec.vendor())
		for _, path := range v.Paths {
			r.Handle(path, s.vendor(v, codec)).Methods(http.MethodPost)
		}
	}
	for _, path := range []string{"/livez", "/readyz"} {
		r.HandleFunc(path, ready).Methods(http.MethodGet, http.MethodHead)
	}
	r.NotFoundHandler = http.HandlerFunc(s.notFound)
	r.MethodNotAllowedHandler = http.HandlerFunc(s.wrongMethod)
	return r
}

// ready says that calls are answered; nothing has to be waited for.
func ready(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// paths lists what the sandbox answers, for those who knocked elsewhere.
func (s *server) paths() string {
	var b strings.Builder
	for _, codec := range codecs() {
		v := s.Catalog.Vendor(codec.vendor())
		fmt.Fprintf(&b, "  %-9s POST %s\n", v.Name, strings.Join(v.Paths, ", "))
	}
	return b.String()
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	explain(w, http.StatusNotFound, "no such path. This sandbox answers\n"+s.paths())
}

func (s *server) wrongMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", http.MethodPost)
	if strings.HasSuffix(r.URL.Path, "z") {
		w.Header().Set("Allow", "GET, HEAD")
	}
	explain(w, http.StatusMethodNotAllowed, r.Method+" is not answered here. This sandbox answers\n"+s.paths())
}

// explain answers what no vendor would be asked.
func explain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintf(w, "shaxiang: %s\n", strings.TrimSuffix(text, "\n"))
}

// vendor returns the handler of one vendor's paths.
func (s *server) vendor(v *catalog.Vendor, codec codec) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.BodyLimit))
		var tooBig *http.MaxBytesError
		switch {
		case errors.As(err, &tooBig):
			explain(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is over %d bytes", s.BodyLimit))
			return
		case err != nil:
			explain(w, http.StatusBadRequest, "the body ended early: "+err.Error())
			return
		}
		s.serve(w, r, &exchange{server: s, vendor: v, codec: codec, body: string(body)})
	})
}
