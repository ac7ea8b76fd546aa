// Package house holds the tests of the repository itself: which package may import
// which, what the documents say, what the examples do. It contains no program code.
package house

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestMain runs every test in the root folder of the repository, because the tests
// name files as the documents do.
func TestMain(m *testing.M) {
	root, err := findRoot()
	if err == nil {
		err = os.Chdir(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// findRoot returns the nearest folder, from the working folder upwards, that has a go.mod.
func findRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod in %s or above it", start)
		}
	}
}
