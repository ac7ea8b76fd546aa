// Package house holds the tests of the repository itself: which package may import
// which, what the documents say, what the examples do. It contains no program code.
package house

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	_ "shaxiang/internal/cli" // the program that the documents call: its changes make cached results stale
)

// inRoot runs a test in parallel, in the root folder of the repository, because the tests
// name files as the documents do. TestMain cannot change the folder: go test records the
// files that tests open, to know whether a cached result is still valid, and it resolves
// their names by the changes of folder that it records once the tests run.
func inRoot(t *testing.T) {
	t.Helper()
	t.Parallel()
	if err := enterRoot(); err != nil {
		t.Fatal(err)
	}
}

// enterRoot changes to the nearest folder, upwards, that has a go.mod.
var enterRoot = sync.OnceValue(func() error {
	start, err := os.Getwd()
	if err != nil {
		return err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return os.Chdir(dir)
		}
		if dir == filepath.Dir(dir) {
			return fmt.Errorf("no go.mod in %s or above it", start)
		}
	}
})
