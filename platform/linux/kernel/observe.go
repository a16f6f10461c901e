package kernel

import (
	"context"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// Observe implements engine.Observer: links of ports that appear, and whatever of ours vanishes by other hands than ours. Attributes that
// others change are not told: whoever shuts a link down with `ip link` wants it down.
func (t *Target) Observe(ctx context.Context) <-chan []engine.Actual {
	o := &observer{target: t, known: map[engine.Key]struct{}{}, out: make(chan []engine.Actual)}
	for _, k := range t.adopted {
		if _, sysctl := k.(linux.SysctlKey); !sysctl {
			o.known[k] = struct{}{}
		}
	}
	t.observe.Go(func() error {
		defer close(o.out)
		if err := o.run(ctx); ctx.Err() == nil {
			t.log.Error("the kernel's events end", "error", err)
			<-ctx.Done()
		}
		return nil
	})
	return o.out
}

type observer struct {
	target *Target
	inventory
	known map[engine.Key]struct{} // objects that are there
	out   chan []engine.Actual
	batch []engine.Actual
}

func (o *observer) run(ctx context.Context) error {
	for listed := false; ; {
		if !listed {
			if err := o.list(); err != nil {
				return err
			}
		}
		if len(o.batch) > 0 {
			select {
			case o.out <- o.batch:
				o.batch = nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		lost, err := o.target.monitor.read(ctx, o.event)
		if err != nil {
			return err
		}
		listed = !lost
	}
}

// list compares the kernel with what is known: at the start, and when events were lost.
func (o *observer) list() error {
	if err := o.target.monitor.discard(); err != nil {
		return err
	}
	v, err := take(o.target.conn)
	if err != nil {
		return err
	}
	o.inventory = v
	for k := range o.known {
		if _, ok := v.objects[k]; !ok {
			o.vanished(k)
		}
	}
	for _, a := range v.objects {
		o.appeared(a)
	}
	o.objects = nil // known does from here on
	return nil
}

func (o *observer) appeared(a engine.Actual) {
	if _, ok := o.known[a.Key]; ok {
		return
	}
	o.known[a.Key] = struct{}{}
	if a.Permanent {
		o.batch = append(o.batch, a)
	}
}

func (o *observer) vanished(k engine.Key) {
	if _, ok := o.known[k]; !ok {
		return
	}
	delete(o.known, k)
	if !o.target.expected(k) {
		o.batch = append(o.batch, engine.Actual{Key: k, Gone: true})
	}
}

func (o *observer) event(typ uint16, b []byte) {
	switch typ {
	case unix.RTM_NEWLINK, unix.RTM_DELLINK:
		if l, ok := netdev.ParseLink(b); ok {
			o.linkEvent(l, typ == unix.RTM_DELLINK)
		}
	case unix.RTM_NEWADDR, unix.RTM_DELADDR:
		if a, ok := o.addr(b); ok {
			o.objectEvent(a, typ == unix.RTM_DELADDR)
		}
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH:
		if a, static, ok := o.neigh(b); ok {
			o.objectEvent(a, typ == unix.RTM_DELNEIGH || !static)
		}
	}
}

func (o *observer) objectEvent(a engine.Actual, gone bool) {
	if gone {
		o.vanished(a.Key)
	} else {
		o.appeared(a)
	}
}

func (o *observer) linkEvent(l netdev.Link, gone bool) {
	was, known := o.links[l.Index]
	if known && (gone || was.Name != l.Name) {
		if a, ok := o.link(was); ok {
			o.vanished(a.Key)
		}
	}
	if gone {
		delete(o.links, l.Index)
		return
	}
	o.links[l.Index] = l
	if a, ok := o.link(l); ok {
		o.appeared(a)
	}
}
