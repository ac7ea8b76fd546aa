package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoFileOverTheWire asks the control API for a scenario by names that lead to a
// file, which would be a right one: it is not read, whoever asks. Files are for whoever
// starts the program.
func TestNoFileOverTheWire(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "outside.yaml")
	if err := os.WriteFile(file, []byte("name: outside\ntitle: CANARY\nseed: 7\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := cli(t, Streams{}, "lint", file); code != exitOK {
		t.Fatalf("%d %s%s", code, out, errs) // it is right, so that it would be played
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, file)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, nil, false, "--log", "off")
	const tenants = "/_sandbox/tenants"
	for _, name := range []string{file, relative, strings.TrimSuffix(relative, ".yaml"), "file://" + file, `..\outside.yaml`, "../library/slow", "library/slow", "slow.yaml", ".", "..", "slow\x00", "/etc/passwd"} {
		quoted := strings.NewReplacer(`\`, `\\`, "\x00", `\u0000`).Replace(name)
		for _, c := range []struct{ method, path, body string }{
			{"PUT", tenants + "/default/scenario", `{"name":"` + quoted + `"}`},
			{"PUT", tenants + "/default/scenario", `{"name":"mine","title":"t","extends":"` + quoted + `"}`},
			{"POST", tenants, `{"name":"reads","scenario":"` + quoted + `"}`},
			{"POST", tenants, `{"name":"../` + quoted + `"}`},
			{"PUT", tenants + "/default/snapshot", `{"seed":1,"orders_per_day":1,"clock":{},"scenario":{"name":"mine","title":"t","extends":"` + quoted + `"},"rules":{},"rows":{}}`},
		} {
			status, body := sendJSON(t, c.method, "http://"+s.addr+c.path, c.body)
			if status < 400 || status > 499 || strings.Contains(body, "CANARY") || strings.Contains(body, "root:") {
				t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, status, body)
			}
		}
	}
	if _, body := sendJSON(t, "GET", "http://"+s.addr+tenants, ""); strings.Count(body, `"name"`) != 1 {
		t.Errorf("somebody was made: %s", body)
	}
}

func sendJSON(t *testing.T, method, target, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, bodyOf(t, resp)
}

// TestForeignFiles names files on the command line that are no scenarios: they are
// refused, and of what stands in them only what is wrong is told. A name of the
// library leads nowhere else.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "shadow")
	if err := os.WriteFile(file, []byte("root:CANARY:0:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	serve := func(args ...string) []string { return append([]string{"serve", "--addr", "127.0.0.1:0"}, args...) }
	for _, c := range []struct {
		args []string
		code int
	}{
		{serve("--scenario", file), exitBadFile},
		{serve("--scenario", filepath.Dir(file)+"/../"+filepath.Base(filepath.Dir(file))+"/shadow"), exitBadFile},
		{serve("--scenario", filepath.Dir(file)+"/"), exitBadFile},
		{serve("--scenario", ".."), exitUsage},
		{serve("--catalog", file), exitUsage},
		{[]string{"scenarios", "../library/slow"}, exitUsage},
		{[]string{"scenarios", "../../../internal/cli/testdata/shaxiang"}, exitUsage},
		{[]string{"scenarios", "/etc/passwd"}, exitUsage},
	} {
		code, out, errs := cli(t, Streams{}, c.args...)
		if code != c.code || out != "" || errs == "" || strings.Contains(errs, "CANARY") {
			t.Errorf("%q: %d, want %d\n%s%s", c.args, code, c.code, out, errs)
		}
	}
}

// TestCatalogLinks: a link in a user's catalogue may lead to another place of the
// catalogue, as those of a mounted volume do, and not out of it.
func TestCatalogLinks(t *testing.T) {
	t.Parallel()
	const endpoint = "endpoints:\n  - method: linked.Endpoint\n"
	for _, c := range []struct {
		name, target string
		code         int
		says         string
	}{
		{"within", "../data/deeper/mine.yaml", exitBadFile, "openapi/mine.yaml:"}, // it was read, and has no more than a method
		{"out", "../../outside.yaml", exitFailed, "escapes"},
	} {
		top := t.TempDir()
		dir := filepath.Join(top, "catalog")
		for _, d := range []string{"openapi", "data/deeper"} {
			if err := os.MkdirAll(filepath.Join(dir, d), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range []string{"catalog/data/deeper/mine.yaml", "outside.yaml"} {
			if err := os.WriteFile(filepath.Join(top, f), []byte(endpoint), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(c.target, filepath.Join(dir, "openapi", "mine.yaml")); err != nil {
			t.Fatal(err)
		}
		code, out, errs := cli(t, Streams{}, "endpoints", "--catalog", dir)
		if code != c.code || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s: %d, want %d with %q\n%s%s", c.name, code, c.code, c.says, out, errs)
		}
	}
}
