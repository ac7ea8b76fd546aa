//go:build !unix

package cli

import "syscall"

// confined is not called here: only root, with user id 0, can confine a process.
func confined(string, uint32, uint32) *syscall.SysProcAttr { return nil }
