package netdev

import (
	"os"
	"strings"
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
	// O_TRUNC and O_CREATE make no sense here, and some files refuse them.
	f, err := os.OpenFile(procSys+s.Path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(s.Value)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
