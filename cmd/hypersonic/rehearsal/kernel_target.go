package rehearsal

import (
	"context"
	"fmt"
	"slices"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
)

// target is the kernel as the target of one run of cfgmgr's engine.
type target struct {
	kernel *Kernel
	seen   *watcher
}

func (k *Kernel) target() *target { return &target{kernel: k, seen: k.watch()} }

// Apply implements engine.Target.
func (t *target) Apply(_ context.Context, _ *engine.Kind, ops []engine.Op) []error {
	t.kernel.mu.Lock()
	defer t.kernel.mu.Unlock()
	errs := make([]error, len(ops))
	for i, op := range ops {
		errs[i] = t.kernel.apply(op)
	}
	return errs
}

func (k *Kernel) apply(op engine.Op) error {
	for ref := range op.Key.Refs {
		if l, ok := ref.(linux.LinkKey); ok && k.links[l.Name] == nil && op.Verb != engine.Remove {
			return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("%s: no link %s", op.Key, l.Name)}
		}
	}
	switch key := op.Key.(type) {
	case linux.LinkKey:
		return k.applyLink(key.Name, op)
	case linux.NeighKey:
		if op.Verb == engine.Remove {
			k.removeNeighbor(key)
			return nil
		}
		mac, _ := op.Attrs[0].Value.(linux.MAC)
		k.neigh[key] = neighbor{mac: mac, permanent: true}
	default:
		if op.Verb == engine.Remove {
			delete(k.others, op.Key)
		} else {
			k.others[op.Key] = slices.Clone(op.Attrs)
		}
	}
	k.changed(op.Key)
	return nil
}

func (k *Kernel) applyLink(name string, op engine.Op) error {
	l := k.links[name]
	switch {
	case op.Verb == engine.Remove:
		k.removeLink(name)
		return nil
	case op.Verb == engine.Create:
		l = &link{mtu: linux.DefaultMTU, carrier: true}
		k.addLink(name, l)
	case l == nil:
		return &engine.Error{Class: engine.Transient, Err: fmt.Errorf("no link %s", name)}
	}
	for _, a := range op.Attrs {
		l.set(a)
	}
	k.linkChanged(name, l)
	return nil
}

func (l *link) set(a engine.AttrValue) {
	switch v := a.Value.(type) {
	case linux.HostKind:
		l.host = v
	case bool:
		if a.ID == linux.LinkAttrAdmin {
			l.admin = v
		} else {
			l.carrier = v
		}
	case uint32:
		l.mtu = v
	case linux.MAC:
		l.mac = v
	case linux.VrfKey:
		l.master = v.Name
	case string:
		l.alias = v
	case nil:
		l.master = ""
	}
}

func (l *link) actual(name string) engine.Actual {
	var master any
	if l.master != "" {
		master = linux.VrfKey{Name: l.master}
	}
	a := engine.Actual{Key: linux.LinkKey{Name: name}, Permanent: l.host == linux.HostPort, Attrs: []engine.AttrValue{
		{ID: linux.LinkAttrHost, Value: l.host}, {ID: linux.LinkAttrAdmin, Value: l.admin}, {ID: linux.LinkAttrMTU, Value: l.mtu},
		{ID: linux.LinkAttrMAC, Value: l.mac}, {ID: linux.LinkAttrMaster, Value: master}, {ID: linux.LinkAttrAlias, Value: l.alias},
	}}
	if l.host != linux.HostPort {
		a.Attrs = append(a.Attrs, engine.AttrValue{ID: linux.LinkAttrCarrier, Value: l.carrier})
	}
	return a
}

// Adopt implements engine.Adopter.
func (t *target) Adopt(context.Context, []*engine.Kind) ([]engine.Actual, error) {
	t.kernel.mu.Lock()
	defer t.kernel.mu.Unlock()
	clear(t.seen.dirty)
	var out []engine.Actual
	for name, l := range t.kernel.links {
		out = append(out, l.actual(name))
	}
	for k, n := range t.kernel.neigh {
		if n.permanent {
			out = append(out, engine.Actual{Key: k, Attrs: []engine.AttrValue{{ID: linux.NeighAttrMAC, Value: n.mac}}})
		}
	}
	for k, attrs := range t.kernel.others {
		out = append(out, engine.Actual{Key: k, Attrs: attrs})
	}
	return out, nil
}

// Observe implements engine.Observer: netdevs of ports that come and go.
func (t *target) Observe(ctx context.Context) <-chan []engine.Actual {
	out := make(chan []engine.Actual)
	t.kernel.observed.Go(func() error {
		defer close(out)
		defer t.seen.close()
		for {
			dirty, err := t.seen.next(ctx)
			if err != nil {
				return nil // the engine has ended
			}
			if events := t.events(dirty); len(events) > 0 {
				select {
				case out <- events:
				case <-ctx.Done():
					return nil
				}
			}
		}
	})
	return out
}

func (t *target) events(dirty map[any]bool) (out []engine.Actual) {
	t.kernel.mu.Lock()
	defer t.kernel.mu.Unlock()
	for what := range dirty {
		key, ok := what.(linux.LinkKey)
		if !ok || linux.HostKindOf(key.Name) != linux.HostPort {
			continue
		}
		if l := t.kernel.links[key.Name]; l != nil {
			out = append(out, l.actual(key.Name))
		} else {
			out = append(out, engine.Actual{Key: key, Gone: true})
		}
	}
	return out
}
