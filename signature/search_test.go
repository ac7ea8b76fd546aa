package signature

import (
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// typical is a request with a body of the given size and a sign that nothing
// explains, so that the search runs to its end.
func typical(q recipe, size int) Case {
	element := `{"shop_no":"POS","url":"http://a.example/x?y=1&z=2","remark":"现金😀"}`
	body := "[" + strings.Repeat(element+",", size/len(element)) + element + "]"
	names := []string{"sid", "key", "salt", "method", "v", "timestamp", "Zone", "none", "page_size", "page_no", "calc_total"}
	values := []string{"sandbox", "apikey", "testsalt", "sales.Payment.queryWithDetail", "1.0", "344697915", "e/f ~*!测", "", "2", "0", "1"}
	c := Case{Secret: "testsecret", Salt: "testsalt", Sign: strings.Repeat("0", 32), Request: Request{Body: body}}
	for i := range names {
		c.Request.Pairs = append(c.Request.Pairs, Pair{names[i], values[i]})
	}
	if !q.signsBody {
		c.Request.Pairs = append(c.Request.Pairs, Pair{"biz_content", body})
	}
	for i := range 5 {
		c.Others = append(c.Others, Known{Name: fmt.Sprint("tenant ", i), Secret: fmt.Sprint("secret", i)})
	}
	return c
}

func recipes() []recipe {
	return []recipe{OpenAPI{}.recipe(), OpenAPI2{}.recipe(), Fubei{}.recipe()}
}

// TestSearchIsBounded counts the hashes of a whole search. The pairs must fit
// into the budget for a request of common size, or the last stages would never
// be paired.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	for _, q := range recipes() {
		for _, size := range []int{0, 4 << 10, 40 << 10, 1 << 20} {
			s := newSearch(typical(q, size), []recipe{q})
			if found := s.run(); found != nil {
				t.Fatalf("%s: found %v", q.vendor, found)
			}
			t.Logf("%s, body of %d bytes: %d hashes and %d bytes left", q.vendor, size, s.hashes, s.bytes)
		}
		s := newSearch(typical(q, 4<<10), []recipe{q})
		s.hashes = mostHashes
		plain, _, _ := s.try(s.base)
		suspects, _ := s.singles(plain)
		s.pairs(suspects)
		if s.hashes <= 0 {
			t.Errorf("%s: %d suspects use up the budget", q.vendor, len(suspects))
		}
		t.Logf("%s: %d suspects, %d hashes of %d left", q.vendor, len(suspects), s.hashes, mostHashes)
	}
}

// TestPauses holds that others can go first every 128 KB, within one long text too, and
// that an autopsy finds what it finds.
func TestPauses(t *testing.T) {
	t.Parallel()
	for _, q := range recipes() {
		c := typical(q, 1<<20)
		pauses := 0
		c.Request.Pause = func() { pauses++ }
		s := newSearch(c, []recipe{q})
		s.run()
		tries := mostHashes - s.hashes
		if hashed := mostHashedBytes - s.bytes; hashed < 1<<20 || pauses < hashed/breathBytes || pauses > (hashed+tries*attemptBytes)/breathBytes {
			t.Errorf("%s: %d pauses in %d bytes and %d attempts", q.vendor, pauses, hashed, tries)
		}
		text := []byte(strings.Repeat("long text ", 100_000))
		if got, want := s.breath.sum(md5.New(), text), md5.Sum(text); string(got) != string(want[:]) {
			t.Errorf("%s: hashed with pauses it is %x, not %x", q.vendor, got, want)
		}
	}
}

// TestManyParametersAndCredentials is a request that would cost billions of
// hashed bytes without a bound.
func TestManyParametersAndCredentials(t *testing.T) {
	t.Parallel()
	for _, q := range recipes() {
		c := typical(q, 100)
		for i := range 3000 {
			c.Request.Pairs = append(c.Request.Pairs, Pair{fmt.Sprint("p", i), "[1]"})
			c.Others = append(c.Others, Known{Name: "n", Secret: fmt.Sprint(i), Salt: "s"})
		}
		s := newSearch(c, []recipe{q})
		s.run()
	}
}

// TestEveryMistakeIsTested wants each id in one of the tests that make it.
func TestEveryMistakeIsTested(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("autopsy_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	for _, q := range recipes() {
		c := typical(q, 0)
		mistakes := append(spellings(), millisecondSweep(c, q)...)
		for _, s := range stages(c, q) {
			mistakes = append(append(mistakes, s.likely...), s.rare...)
		}
		for _, m := range mistakes {
			if !strings.Contains(tests.String(), `"`+m.id+`"`) {
				t.Errorf("%s: no test makes the mistake %s", q.vendor, m.id)
			}
			if !strings.HasSuffix(m.text, ".") || strings.Contains(m.text, ". ") || strings.Contains(m.text, "%!") {
				t.Errorf("%s: %s: %q is not one sentence", q.vendor, m.id, m.text)
			}
		}
	}
}

func BenchmarkAutopsy4K(b *testing.B) {
	q := OpenAPI{}.recipe()
	c := typical(q, 4<<10)
	c.Scheme = OpenAPI{}
	for b.Loop() {
		Autopsy(c)
	}
}
