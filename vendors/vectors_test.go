package vendors_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors/fubei"
	"shaxiang/vendors/openapi"
	"shaxiang/vendors/openapi2"
)

// vector is one entry of testdata/vectors.
type vector struct {
	Name      string      `json:"name"`
	Scheme    string      `json:"scheme"`
	Secret    string      `json:"secret"`
	Pairs     [][2]string `json:"pairs"`
	Body      string      `json:"body"`
	Canonical string      `json:"canonical"` // checked if given
	Sign      string      `json:"sign"`
	Accept    bool        `json:"accept"`
	Mistake   string      `json:"mistake"` // what the autopsy of a refused one says
}

func (v vector) request() signature.Request {
	r := signature.Request{Body: v.Body}
	for _, p := range v.Pairs {
		r.Pairs = append(r.Pairs, signature.Pair{Name: p[0], Value: p[1]})
	}
	return r
}

func schemes() map[string]signature.Scheme {
	return map[string]signature.Scheme{
		"openapi":  openapi.Scheme(),
		"openapi2": openapi2.Scheme{},
		"fubei":    fubei.Scheme(),
	}
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) != 3 {
		t.Fatalf("vector files %v, %v; want three", files, err)
	}
	var all []vector
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var document struct{ Vectors []vector }
		if err := json.Unmarshal(text, &document); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, document.Vectors...)
	}
	return all
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.Scheme+"/"+v.Name, func(t *testing.T) {
			t.Parallel()
			s, r := schemes()[v.Scheme], v.request()
			if v.Canonical != "" {
				if diff := cmp.Diff(v.Canonical, s.Canonical(v.Secret, r)); diff != "" {
					t.Errorf("canonical text (-want +got):\n%s", diff)
				}
			}
			err := s.Verify(v.Secret, r, v.Sign)
			if v.Accept {
				if err != nil {
					t.Fatalf("Verify = %v", err)
				}
				if got := s.Sign(v.Secret, r); got != v.Sign && v.Name != "astral, lengths in UTF-16 units" {
					t.Errorf("Sign = %s, want %s", got, v.Sign)
				}
				return
			}
			var m *signature.Mismatch
			if !errors.As(err, &m) {
				t.Fatalf("Verify = %v, want a *Mismatch", err)
			}
			if m.Got != v.Sign {
				t.Errorf("Mismatch = %+v", *m)
			}
			c := caseOf(v.Scheme, v.Secret, "", r)
			c.Sign = v.Sign
			found := autopsy.Perform(c)
			if len(found) != 1 || found[0].Mistake != v.Mistake {
				t.Errorf("Autopsy = %v, want %s", found, v.Mistake)
			}
		})
	}
}
