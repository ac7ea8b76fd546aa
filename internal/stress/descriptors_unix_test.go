//go:build unix

package stress

import (
	"syscall"
	"testing"
)

// maxDescriptors returns how many files and connections a process may have open.
func maxDescriptors(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	return int(min(limit.Max, 1<<30))
}
