package handlers_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"shaxiang/internal/webtest"
	"shaxiang/scenarios"
)

// librarySandbox is a sandbox whose tenant default plays a scenario of the library.
func librarySandbox(t testing.TB, name string) *sandbox {
	t.Helper()
	scenario, err := scenarios.Load(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := newSandbox(t)
	if err := s.tenants.Tenant("default").Play(scenario, noon()); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLibrary plays for each scenario of the library the script that proves it.
func TestLibrary(t *testing.T) {
	t.Parallel()
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := librarySandbox(t, name).server(t)
			webtest.Run(t, webtest.Config{BaseURL: server.URL, Now: noon}, "testdata/scenarios/"+name+".http")
		})
	}
}

// TestLibraryIsProved: no scenario lacks its script, no script its scenario, and
// each expects something.
func TestLibraryIsProved(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/scenarios/*.http")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".http"))
		text, err := os.ReadFile(file)
		if err != nil || strings.Count(string(text), "\nexpect") < 1 {
			t.Errorf("%s expects nothing: %v", file, err)
		}
	}
	if slices.Sort(names); !slices.Equal(names, scenarios.Names()) || len(names) < 20 {
		t.Errorf("scripts %v\nscenarios %v", names, scenarios.Names())
	}
}

// TestConcurrencyScenario: what a script cannot show, two calls at a time.
func TestConcurrencyScenario(t *testing.T) {
	t.Parallel()
	box := librarySandbox(t, "concurrency")
	s := steered{box, box.server(t)}
	var mu sync.Mutex
	got := map[string]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			r, err := s.Server.Client().Do(sound("openapi").request(s.URL))
			if err != nil {
				t.Error(err)
				return
			}
			body := read(t, r)
			mu.Lock()
			defer mu.Unlock()
			got[body]++
		})
	}
	wg.Wait()
	if got[`{"status":100,"message":"超过每分钟最大并发次数限制，请稍后重试"}`] == 0 || len(got) != 2 {
		t.Errorf("%v", got)
	}
}

// TestSlowScenarios looks at the delays that the two scenarios draw, which a script
// could only wait for.
func TestSlowScenarios(t *testing.T) {
	t.Parallel()
	draw := func(name string) []time.Duration {
		rules := librarySandbox(t, name).tenants.Tenant("default").State().Rules
		var delays []time.Duration
		for range 1000 {
			effect, _ := rules.Consult(scenarios.Call{Vendor: "openapi", Method: "m"})
			delays = append(delays, effect.Delay)
		}
		slices.Sort(delays)
		return delays
	}
	if d := draw("slow"); d[0] != 2*time.Second || d[999] != 2*time.Second {
		t.Errorf("slow: %s to %s", d[0], d[999])
	}
	if d := draw("slow-tail"); d[500] < 60*time.Millisecond || d[500] > 100*time.Millisecond || d[900] > 2*time.Second || d[995] < 3*time.Second {
		t.Errorf("slow-tail: median %s, 90 %% %s, 99.5 %% %s", d[500], d[900], d[995])
	}
}
