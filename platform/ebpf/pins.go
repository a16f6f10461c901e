package ebpf

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// layout is LAYOUT of bpf/layout.h: maps of another one are not adopted, but replaced as a whole.
const layout = 8

// pinned is the directory of the maps of this layout.
func pinned(pins string) string { return filepath.Join(pins, fmt.Sprintf("layout%d", layout)) }

// Mount makes sure that dir is on a bpffs, and mounts one there if it is not.
func Mount(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("bpffs: %w", err)
	}
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return fmt.Errorf("bpffs %s: %w", dir, err)
	}
	if uint64(s.Type) == unix.BPF_FS_MAGIC {
		return nil
	}
	if err := unix.Mount("bpf", dir, "bpf", 0, "mode=0700"); err != nil {
		return fmt.Errorf("mounting a bpffs on %s: %w", dir, err)
	}
	return nil
}

// lock says who owns a data plane. It ends with the process.
type lock struct{ dir *os.File }

// ErrOwned says that another process drives the data plane.
var ErrOwned = errors.New("another process drives this data plane")

func lockPins(pins string) (*lock, error) {
	if err := os.MkdirAll(pins, 0o700); err != nil {
		return nil, fmt.Errorf("pins: %w", err)
	}
	dir, err := os.Open(pins)
	if err != nil {
		return nil, fmt.Errorf("pins: %w", err)
	}
	if err := unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", pins, ErrOwned), dir.Close())
	}
	return &lock{dir}, nil
}

func (l *lock) release() error {
	if l == nil {
		return nil
	}
	return l.dir.Close()
}

// dropOthers removes the pins of other layouts: what they forwarded by is replaced.
func (k *datapath) dropOthers() error {
	if k.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.Dir(k.dir))
	if err != nil {
		return fmt.Errorf("pins: %w", err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(k.dir) && strings.HasPrefix(e.Name(), "layout") {
			err = errors.Join(err, os.RemoveAll(filepath.Join(filepath.Dir(k.dir), e.Name())))
		}
	}
	return err
}
