package ebpf

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ErrNotAllowed says that this process may not use eBPF, and what would change that.
var ErrNotAllowed = errors.New("not allowed to load eBPF programs: needs CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, or root, and a seccomp profile that lets bpf(2) pass")

// notAllowed tells an error that comes from lacking a capability. The kernel refuses a program that it finds fault with by the same number as one that a
// process without CAP_PERFMON brings.
func notAllowed(err error) bool {
	return errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) && !capable()
}

// capable tells whether the process has the capabilities that programs need.
func capable() bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	if unix.Capget(&header, &data[0]) != nil {
		return false
	}
	has := func(c uint) bool { return data[c/32].Effective&(1<<(c%32)) != 0 }
	return has(unix.CAP_SYS_ADMIN) || has(unix.CAP_BPF) && has(unix.CAP_PERFMON)
}
