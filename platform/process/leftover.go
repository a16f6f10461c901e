package process

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The environment of every program names its supervisor: mark, process id and the time that process was started (a process id alone comes
// again). Programs that change their user outlive a supervisor that was killed (child.start); the next one finds them by this.
const markName = "HYPERSONIC_SUPERVISOR="

func mark(of string) (string, error) {
	began, err := startTime(os.Getpid())
	if err != nil {
		return "", fmt.Errorf("own start time: %w", err)
	}
	return fmt.Sprintf("%s%d,%s,%s", markName, os.Getpid(), began, of), nil
}

// startTime is field 22 of /proc/pid/stat: clock ticks after boot. A process that has ended and that nobody has waited for does not exist any more.
func startTime(pid int) (string, error) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", err
	}
	// The second field is the name in parentheses, which may hold spaces and parentheses.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 20 {
		return "", fmt.Errorf("malformed stat of process %d", pid)
	}
	if state := fields[0][0]; state == 'Z' || state == 'X' {
		return "", fmt.Errorf("process %d has ended: %w", pid, os.ErrNotExist)
	}
	return string(fields[19]), nil
}

// leftover tells a program of a supervisor of the same mark that is not there any more.
func leftover(environ []byte, of string) bool {
	for _, v := range bytes.Split(environ, []byte{0}) {
		text, ok := strings.CutPrefix(string(v), markName)
		if !ok {
			continue
		}
		f := strings.SplitN(text, ",", 3)
		if len(f) != 3 || f[2] != of {
			return false
		}
		pid, err := strconv.Atoi(f[0])
		if err != nil {
			return false
		}
		began, err := startTime(pid)
		return errors.Is(err, os.ErrNotExist) || err == nil && began != f[1]
	}
	return false
}

// sweepTimeout is how long a killed leftover may take to be gone, in milliseconds: it may hold ports and sockets until then.
const sweepTimeout = 5000

// sweep kills what earlier supervisors left behind.
func sweep(of string) error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// What cannot be read is another user's, or has ended.
		if b, err := os.ReadFile("/proc/" + e.Name() + "/environ"); err != nil || !leftover(b, of) {
			continue
		}
		if err := end(pid); err != nil && !errors.Is(err, unix.ESRCH) {
			errs = append(errs, fmt.Errorf("process %d, left behind: %w", pid, err))
		}
	}
	return errors.Join(errs...)
}

func end(pid int) error {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil {
		return err
	}
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, sweepTimeout)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err == nil && n == 0 {
			err = unix.ETIMEDOUT
		}
		return err
	}
}
