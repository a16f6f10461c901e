package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/vishvananda/netns"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// A switch ends in order within seconds; what does not is killed, and is gone soon after.
const (
	endPatience  = 20 * time.Second
	killPatience = 5 * time.Second
)

// down ends what the record names and nothing else: the switches' processes, mounts, namespaces and directories.
func down(o options, out io.Writer) error {
	r, err := readRecord(o.dir)
	if errors.Is(err, errNothing) {
		fmt.Fprintln(out, "no lab is up")
		return nil
	}
	if err != nil {
		return err
	}
	var g errgroup.Group
	for i := range r.Nodes {
		n := &r.Nodes[i]
		if n.Root == "" {
			continue
		}
		g.Go(func() error {
			err := end(n.Pid, n.alive, unix.SIGTERM, endPatience)
			if err != nil {
				err = end(n.Pid, n.alive, unix.SIGKILL, killPatience)
			}
			// What a supervisor that was killed has left behind.
			for _, pid := range processes(n.Root) {
				err = errors.Join(err, end(pid, func() bool { return marked(pid, n.Root) }, unix.SIGKILL, killPatience))
			}
			return errors.Join(err, unmount(pins(n.Root)))
		})
	}
	err = g.Wait()
	for _, n := range r.Nodes {
		e := netns.DeleteNamed(n.Space)
		if errors.Is(e, unix.EINVAL) { // only its file is left, of before the machine's start
			e = os.Remove(filepath.Join("/run/netns", n.Space))
		}
		if e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, fmt.Errorf("network namespace %s: %w", n.Space, e))
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "lab %s is down\n", r.Lab)
	return os.RemoveAll(r.Dir)
}

// unmount takes a bpffs off, in which the data plane lives. It must be gone before the directory is removed, or the pins would be removed one by one.
func unmount(dir string) error {
	for {
		var s unix.Statfs_t
		if err := unix.Statfs(dir, &s); err != nil || uint64(s.Type) != unix.BPF_FS_MAGIC {
			return nil // never mounted, or off
		}
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			return fmt.Errorf("unmounting %s: %w", dir, err)
		}
	}
}

// end signals a process, if it is still the one that is meant, and waits for its end.
func end(pid int, same func() bool, s unix.Signal, patience time.Duration) error {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil || !same() {
		if err == nil {
			_ = unix.Close(fd)
		}
		return nil // it has ended
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.PidfdSendSignal(fd, s, nil, 0); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("process %d: %w", pid, err)
	}
	for deadline := time.Now().Add(patience); ; {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(max(0, time.Until(deadline).Milliseconds())))
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return fmt.Errorf("process %d: %w", pid, err)
		case n == 0:
			return fmt.Errorf("process %d does not end: %w", pid, unix.ETIMEDOUT)
		default:
			return nil
		}
	}
}

// supervisorMark begins the variable that names, in the environment of each of a switch's programs, its supervisor and the switch's root (platform/process).
const supervisorMark = "HYPERSONIC_SUPERVISOR="

// processes are a switch's programs, but for the supervisor.
func processes(root string) (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil && marked(pid, root) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func marked(pid int, root string) bool {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "environ"))
	if err != nil {
		return false
	}
	for v := range bytes.SplitSeq(text, []byte{0}) {
		if bytes.HasPrefix(v, []byte(supervisorMark)) {
			return bytes.HasSuffix(v, []byte(","+root))
		}
	}
	return false
}
