package vendorapi_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/internal/vendorapi"
	"shaxiang/signature"
)

// twoApps are fields of a credential with two kinds of app, the second with two secrets.
func twoApps() *catalog.Credential {
	return &catalog.Credential{Fields: []catalog.CredentialField{
		{Name: "shop", Role: catalog.RoleApp}, {Name: "secret", Role: catalog.RoleSecret},
		{Name: "agent", Role: catalog.RoleApp}, {Name: "agent_key", Role: catalog.RoleKey},
		{Name: "old", Role: catalog.RoleSecret}, {Name: "next", Role: catalog.RoleSecret, Optional: true},
	}}
}

func TestReadCredentials(t *testing.T) {
	t.Parallel()
	v := &vendorapi.Vendor{Name: "acme"}
	field := func(name, value string) vendorapi.Field { return vendorapi.Field{Name: name, Value: value} }
	for _, c := range []struct {
		values map[string]string
		want   []*vendorapi.Credential
		err    string
	}{
		{values: map[string]string{"shop": "1", "secret": "s"}, want: []*vendorapi.Credential{
			{Vendor: "acme", Param: "shop", App: "1", Secrets: []string{"s"}, Fields: []vendorapi.Field{field("shop", "1"), field("secret", "s")}}}},
		{values: map[string]string{"agent": "2", "agent_key": "k", "old": "o", "next": "n"}, want: []*vendorapi.Credential{
			{Vendor: "acme", Param: "agent", App: "2", KeyParam: "agent_key", Key: "k", Secrets: []string{"o", "n"},
				Fields: []vendorapi.Field{field("agent", "2"), field("agent_key", "k"), field("old", "o"), field("next", "n")}}}},
		{values: map[string]string{"shop": "1", "secret": "s", "agent": "2", "agent_key": "k", "old": "o"}, want: []*vendorapi.Credential{
			{Vendor: "acme", Param: "shop", App: "1", Secrets: []string{"s"}, Fields: []vendorapi.Field{field("shop", "1"), field("secret", "s")}},
			{Vendor: "acme", Param: "agent", App: "2", KeyParam: "agent_key", Key: "k", Secrets: []string{"o"},
				Fields: []vendorapi.Field{field("agent", "2"), field("agent_key", "k"), field("old", "o")}}}},
		{values: map[string]string{"shop": "1"}, err: "acme: a credential needs its app, key and secret"},
		{values: map[string]string{"agent": "2", "old": "o"}, err: "acme: a credential needs its app, key and secret"},
	} {
		got, err := v.Read(twoApps(), c.values)
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%v: %v, want %s", c.values, err, c.err)
			}
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%v: %v\n%s", c.values, err, diff)
		}
	}
}

// TestDefaultCredential: a tenant's credential follows from its name, and each secret is
// another.
func TestDefaultCredential(t *testing.T) {
	t.Parallel()
	v := &vendorapi.Vendor{Name: "acme"}
	one, again, other := v.Default(twoApps(), "a"), v.Default(twoApps(), "a"), v.Default(twoApps(), "b")
	if diff := cmp.Diff(one, again); diff != "" {
		t.Error(diff)
	}
	seen := map[string]bool{}
	for _, values := range []map[string]string{one, other} {
		for _, name := range []string{"secret", "old", "next"} {
			if len(values[name]) != 32 || seen[values[name]] {
				t.Errorf("the secret %s is %q", name, values[name])
			}
			seen[values[name]] = true
		}
	}
	if one["shop"] != "a" || one["agent_key"] != "a-agent_key" {
		t.Errorf("the credential is %v", one)
	}
}

// TestKeep: of equal names the first or the last value counts, also among many parameters.
func TestKeep(t *testing.T) {
	t.Parallel()
	for _, count := range []string{"first", "last"} {
		for _, more := range []int{0, 100} {
			pairs := []signature.Pair{{Name: "a", Value: "1"}, {Name: "b", Value: "2"}, {Name: "a", Value: "3"}}
			for i := range more {
				pairs = append(pairs, signature.Pair{Name: strings.Repeat("x", i+1)})
			}
			c := &vendorapi.Call{}
			c.Keep(pairs, &catalog.Vendor{Duplicates: catalog.Fact[string]{Value: count}})
			want := map[string]string{"first": "1", "last": "3"}[count]
			if got := c.Public.Get("a"); got != want || len(c.Public) != 2+more || c.Public[0].Name != "a" {
				t.Errorf("%s: a is %q in %d parameters", count, got, len(c.Public))
			}
		}
	}
}

// TestObject writes texts as JSON without changing a byte of them.
func TestObject(t *testing.T) {
	t.Parallel()
	r := signature.Request{Pairs: []signature.Pair{{Name: "a", Value: "\"\\\n\x01\xff现"}, {Name: "a", Value: ""}}}
	if got, want := vendorapi.InObject(r).Body, "{\"a\":\"\\\"\\\\\\n\\u0001\xff现\",\"a\":\"\"}"; got != want {
		t.Errorf("the object is %q, want %q", got, want)
	}
}
