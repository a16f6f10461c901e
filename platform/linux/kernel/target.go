package kernel

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// Target is the kernel as the engine's target for the kinds of package linux.
type Target struct {
	log     *slog.Logger
	conn    *netdev.Conn
	monitor *monitor
	observe errgroup.Group

	noDummy bool              // the kernel was found to lack dummy devices
	before  map[string]string // values of sysctls that are not a link's, before the first write
	adopted []engine.Key      // what Adopt found; Observe tells what has vanished since

	// removed is written by the engine's goroutine (Apply) and read by the observing one, hence the mutex: what Apply removed did not
	// vanish by itself, although the kernel tells both in the same way.
	mu      sync.Mutex
	removed map[engine.Key]struct{}
}

var (
	_ engine.Target   = (*Target)(nil)
	_ engine.Adopter  = (*Target)(nil)
	_ engine.Observer = (*Target)(nil)
)

// New opens a Target in the calling thread's network namespace and makes the namespace a router's (netdev.Prepare). What cannot be
// prepared, in a container without the right, is logged: links work, with the namespace's defaults.
func New(log *slog.Logger) (*Target, error) {
	conn, err := netdev.Dial()
	if err != nil {
		return nil, err
	}
	m, err := newMonitor(groupLink, groupIPv4Addr, groupIPv6Addr, groupNeigh)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	if err := conn.Prepare(); err != nil {
		log.Warn("namespace keeps its sysctls", "error", err)
	}
	return &Target{log: log, conn: conn, monitor: m, before: map[string]string{}, removed: map[engine.Key]struct{}{}}, nil
}

// Close releases the sockets. The contexts of Observe must have ended.
func (t *Target) Close() error {
	err := t.observe.Wait()
	t.monitor.close()
	if cerr := t.conn.Close(); err == nil {
		err = cerr
	}
	return err
}

// Apply implements engine.Target.
func (t *Target) Apply(ctx context.Context, k *engine.Kind, ops []engine.Op) []error {
	errs := make([]error, len(ops))
	switch {
	case len(ops) == 0 || ctx.Err() != nil:
	case k == linux.Link && ops[0].Verb == engine.Remove:
		t.removeLinks(ops, errs)
		return errs
	case k == linux.Link && ops[0].Verb == engine.Create:
		t.createLinks(ops, errs)
		return errs
	case k == linux.Sysctl && ops[0].Verb != engine.Remove:
		t.setSysctls(ops, errs)
		return errs
	}
	for i, op := range ops {
		if err := ctx.Err(); err != nil {
			errs[i] = &engine.Error{Class: engine.Transient, Err: err}
			continue
		}
		errs[i] = classify(t.apply(op))
	}
	return errs
}

func (t *Target) apply(op engine.Op) error {
	switch k := op.Key.(type) {
	case linux.LinkKey:
		return t.link(k, op)
	case linux.VrfKey:
		return t.vrf(k, op)
	case linux.SysctlKey:
		return t.resetSysctl(k)
	case linux.AddrKey:
		return t.addr(k, op)
	case linux.NeighKey:
		return t.neigh(k, op)
	}
	return fmt.Errorf("%s is not the kernel's", op.Key)
}

// removing runs a removal, whose echo from the kernel then does not count as the object vanishing by itself. found is false if there
// was nothing to remove: then there is no echo either.
func (t *Target) removing(k engine.Key, remove func() (found bool, err error)) error {
	t.expect(k, true)
	found, err := remove()
	if err != nil || !found {
		t.expect(k, false)
	}
	return err
}

func (t *Target) expect(k engine.Key, gone bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if gone {
		t.removed[k] = struct{}{}
	} else {
		delete(t.removed, k)
	}
}

// expected tells, once for each removal, whether Apply removed k.
func (t *Target) expected(k engine.Key) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.removed[k]
	delete(t.removed, k)
	return ok
}
