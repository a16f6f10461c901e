package netdev

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/vishvananda/netns"
)

// Namespace is a network namespace held open. /proc/sys/net shows the namespace of the thread that opens a file, so what reads or writes
// it goes through Do; sockets keep the namespace they were opened in and need no care.
type Namespace struct{ handle netns.NsHandle }

// OpenNamespace holds the calling thread's namespace.
func OpenNamespace() (*Namespace, error) {
	h, err := netns.Get()
	if err != nil {
		return nil, fmt.Errorf("network namespace: %w", err)
	}
	return &Namespace{handle: h}, nil
}

// Do runs f on a thread in the namespace. A daemon's threads are all in it already; in tests and with several switches in one process they
// are not.
func (n *Namespace) Do(f func() error) (err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	was, err := netns.Get()
	if err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	defer func() { _ = was.Close() }()
	if was.Equal(n.handle) {
		return f()
	}
	if err := netns.Set(n.handle); err != nil {
		return fmt.Errorf("network namespace: %w", err)
	}
	defer func() {
		if back := netns.Set(was); back != nil {
			runtime.LockOSThread() // never unlocked: a thread in the wrong namespace must not run other goroutines
			err = errors.Join(err, fmt.Errorf("network namespace: %w", back))
		}
	}()
	return f()
}

// Close releases the namespace.
func (n *Namespace) Close() error { return n.handle.Close() }
