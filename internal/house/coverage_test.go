package house

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// ownCoverage has the least share of statements, in percent, that the own tests of a package
// run. The other packages are tested through those that use them.
var ownCoverage = map[string]float64{
	"fixtures/store": 95,
}

var coverageLine = regexp.MustCompile(`coverage: ([0-9.]+)% of statements`)

// TestOwnCoverage runs the tests of packages that are tested alone, and checks how much of the
// package they run.
func TestOwnCoverage(t *testing.T) {
	inRoot(t)
	if os.Getenv("CI") == "" {
		t.Skip("runs the tests of packages a second time, where CI is set")
	}
	for name, least := range ownCoverage {
		out, err := exec.Command("go", "test", "-cover", "./"+name).CombinedOutput()
		if err != nil {
			t.Fatalf("go test -cover ./%s: %v\n%s", name, err, out)
		}
		line := coverageLine.FindSubmatch(out)
		if line == nil {
			t.Fatalf("no coverage of %s in:\n%s", name, out)
		}
		percent, err := strconv.ParseFloat(string(line[1]), 64)
		if err != nil || percent < least {
			t.Errorf("the tests of %s run %s %% of its statements (%v), want at least %v %%", name, line[1], err, least)
		}
	}
}
