package netdev

import (
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Sysctl is a value of a file below /proc/sys.
type Sysctl struct{ Path, Value string }

const procSys = "/proc/sys/"

// WriteSysctls writes values that differ from what is there. Errors are *fs.PathError: ENOENT where link or sysctl are missing, EROFS where
// the container may not write.
func (n *Namespace) WriteSysctls(s []Sysctl) []error {
	errs := make([]error, len(s))
	n.each(errs, func(i int) error { return writeSysctl(s[i]) })
	return errs
}

// ReadSysctls reads values; errors are those of WriteSysctls.
func (n *Namespace) ReadSysctls(paths []string) ([]string, []error) {
	values, errs := make([]string, len(paths)), make([]error, len(paths))
	n.each(errs, func(i int) (err error) {
		values[i], err = readSysctl(paths[i])
		return err
	})
	return values, errs
}

func (n *Namespace) each(errs []error, f func(i int) error) {
	err := n.Do(func() error {
		for i := range errs {
			errs[i] = f(i)
		}
		return nil
	})
	for i := range errs {
		if err != nil {
			errs[i] = err
		}
	}
}

func readSysctl(path string) (string, error) {
	b, err := os.ReadFile(procSys + path)
	return strings.TrimSuffix(string(b), "\n"), err
}

func writeSysctl(s Sysctl) error {
	was, err := readSysctl(s.Path)
	if err == nil && was == s.Value {
		return nil
	}
	return setSysctl(s)
}

func setSysctl(s Sysctl) error {
	// O_TRUNC and O_CREATE make no sense here, and some files refuse them.
	// No os.File: it would try the poller for each.
	fd, err := unix.Open(procSys+s.Path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return &fs.PathError{Op: "open", Path: procSys + s.Path, Err: err}
	}
	_, err = unix.Write(fd, []byte(s.Value))
	if cerr := unix.Close(fd); err == nil {
		err = cerr
	}
	if err != nil {
		return &fs.PathError{Op: "write", Path: procSys + s.Path, Err: err}
	}
	return nil
}
