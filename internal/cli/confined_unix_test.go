//go:build unix

package cli

import "syscall"

// confined starts a process in a root folder of its own, as a user of its own.
func confined(root string, uid, gid uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uid, Gid: gid}}
}
