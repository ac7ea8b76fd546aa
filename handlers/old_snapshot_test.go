package handlers_test

import (
	"os"
	"testing"

	"shaxiang/internal/webtest"
)

// TestOldSnapshot puts back a snapshot that a program of before checkpoints took, and holds what
// is answered then against that program's own answers.
func TestOldSnapshot(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	file, err := os.Open("testdata/old/snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	of := s.tenants.Tenant("default")
	if err := of.Restore(file, noon(), nil); err != nil {
		t.Fatal(err)
	}
	if n := len(of.State().Answers); n != 18 {
		t.Errorf("the answer key has %d faults, want 18", n)
	}
	webtest.Run(t, webtest.Config{BaseURL: s.server(t).URL, Now: noon}, "testdata/old/snapshot.http")
}
