package autopsy_test

import (
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
	"shaxiang/vendors"
)

// typical is a request with a body of the given size and a sign that nothing
// explains, so that the search runs to its end.
func typical(v *vendorapi.Vendor, size int) autopsy.Case {
	element := `{"shop_no":"POS","url":"http://a.example/x?y=1&z=2","remark":"现金😀"}`
	body := "[" + strings.Repeat(element+",", size/len(element)) + element + "]"
	names := []string{"sid", "key", "salt", "method", "v", "timestamp", "Zone", "none", "page_size", "page_no", "calc_total"}
	values := []string{"sandbox", "apikey", "testsalt", "sales.Payment.queryWithDetail", "1.0", "344697915", "e/f ~*!测", "", "2", "0", "1"}
	r := signature.Request{Body: body}
	for i := range names {
		r.Pairs = append(r.Pairs, signature.Pair{Name: names[i], Value: values[i]})
	}
	if v.Name != "openapi" { // which signs the body itself
		r.Pairs = append(r.Pairs, signature.Pair{Name: "biz_content", Value: body})
	}
	c := caseOf(v, r)
	for i := range 5 {
		c.Others = append(c.Others, autopsy.Known{Name: fmt.Sprint("tenant ", i), Secret: fmt.Sprint("secret", i)})
	}
	return c
}

// caseOf is a request of a vendor's client with a sign that nothing explains.
func caseOf(v *vendorapi.Vendor, r signature.Request) autopsy.Case {
	who := &vendorapi.Credential{Vendor: v.Name, Secrets: []string{"testsecret"}, Salt: "testsalt"}
	return vendors.List().Case(who, r, strings.Repeat("0", 32))
}

// TestSearchIsBounded counts the hashes of a whole search. The pairs must fit
// into the budget for a request of common size, or the last stages would never
// be paired.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	for _, v := range vendors.List() {
		for _, size := range []int{0, 4 << 10, 40 << 10, 1 << 20} {
			found, hashes, bytes := autopsy.Search(typical(v, size))
			if found != nil {
				t.Fatalf("%s: found %v", v.Name, found)
			}
			t.Logf("%s, body of %d bytes: %d hashes and %d bytes left", v.Name, size, hashes, bytes)
		}
		suspects, hashes := autopsy.Pairs(typical(v, 4<<10))
		if hashes <= 0 {
			t.Errorf("%s: %d suspects use up the budget", v.Name, suspects)
		}
		t.Logf("%s: %d suspects, %d hashes of %d left", v.Name, suspects, hashes, autopsy.MaxHashes)
	}
}

// TestYields holds that a search yields every 128 KB, within one long text too, and that
// hashing with yields gives the same sum.
func TestYields(t *testing.T) {
	t.Parallel()
	for _, v := range vendors.List() {
		c := typical(v, 1<<20)
		yields := 0
		c.Request.Yield = func() { yields++ }
		_, hashes, bytes := autopsy.Search(c)
		tries := autopsy.MaxHashes - hashes
		if hashed := autopsy.MaxHashedBytes - bytes; hashed < 1<<20 || yields < hashed/signature.YieldBytes || yields > (hashed+tries*signature.AttemptBytes)/signature.YieldBytes {
			t.Errorf("%s: %d yields in %d bytes and %d attempts", v.Name, yields, hashed, tries)
		}
		y := &signature.Yielder{Yield: c.Request.Yield}
		text := []byte(strings.Repeat("long text ", 100_000))
		if got, want := y.Sum(md5.New(), text), md5.Sum(text); string(got) != string(want[:]) {
			t.Errorf("%s: hashed with yields it is %x, not %x", v.Name, got, want)
		}
	}
}

// TestManyParametersAndCredentials is a request that would cost billions of
// hashed bytes without a bound.
func TestManyParametersAndCredentials(t *testing.T) {
	t.Parallel()
	for _, v := range vendors.List() {
		c := typical(v, 100)
		for i := range 3000 {
			c.Request.Pairs = append(c.Request.Pairs, signature.Pair{Name: fmt.Sprint("p", i), Value: "[1]"})
			c.Others = append(c.Others, autopsy.Known{Name: "n", Secret: fmt.Sprint(i), Issued: fmt.Sprint(i) + ":s"})
		}
		autopsy.Search(c)
	}
}

// TestEveryMistakeIsTested wants each id in one of the tests that make it.
func TestEveryMistakeIsTested(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../vendors/mistakes_*_test.go")
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
	for _, v := range vendors.List() {
		c := typical(v, 0)
		for _, m := range autopsy.All(c) {
			if !strings.Contains(tests.String(), `"`+m.ID+`"`) {
				t.Errorf("%s: no test makes the mistake %s", v.Name, m.ID)
			}
			if !strings.HasSuffix(m.Text, ".") || strings.Contains(m.Text, ". ") || strings.Contains(m.Text, "%!") {
				t.Errorf("%s: %s: %q is not one sentence", v.Name, m.ID, m.Text)
			}
		}
	}
}

func BenchmarkAutopsy4K(b *testing.B) {
	c := typical(vendors.List().Named("openapi"), 4<<10)
	for b.Loop() {
		autopsy.Perform(c)
	}
}
