package ebpf

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
)

// device is a netdev of the namespace.
type device struct {
	index uint32
	up    bool // IFF_LOWER_UP
	// direct: a frame may be handed straight to the other end, since nothing on the way there would miss it: the link leads to another namespace (the
	// kernel drops what is handed over within one), without qdisc and filter, and nobody captures.
	direct bool
}

// watch has t rendered whenever the netdev of a name comes, goes or changes. was is the name that t watches now.
func (p *plane) watch(was *string, name string, t thing) {
	if *was == name {
		return
	}
	if all := p.watchers[*was]; all != nil {
		delete(all, t)
		if len(all) == 0 {
			delete(p.watchers, *was)
		}
	}
	if *was = name; name == "" {
		return
	}
	if p.watchers[name] == nil {
		p.watchers[name] = map[thing]bool{}
	}
	p.watchers[name][t] = true
}

// linkBatch brings the model up to date with the kernel's netdevs. What is new and watched gets the program.
func (p *plane) linkBatch(batch kernel.LinkBatch) error {
	if batch.Listing {
		present := map[string]bool{}
		for _, l := range batch.Links {
			present[l.Name] = true
		}
		for name := range p.links {
			if !present[name] {
				p.setLink(name, device{})
			}
		}
	}
	for _, l := range batch.Links {
		now := device{index: uint32(l.Index), up: l.LowerUp, direct: l.Kind == "veth" && l.Away && !l.Watched && !l.Shaped && !p.queued}
		if l.Gone {
			now = device{}
		}
		p.setLink(l.Name, now)
	}
	return p.flush()
}

func (p *plane) setLink(name string, now device) {
	was := p.links[name]
	if was == now {
		return
	}
	if now.index == 0 {
		delete(p.links, name)
	} else {
		p.links[name] = now
	}
	if was.index != now.index && was.index != 0 {
		p.k.detached(name)
	}
	for t := range p.watchers[name] {
		p.touch(t)
		if o, ok := t.(*port); ok && o.member != nil {
			p.touch(members{o.member.lag})
		}
	}
}

// followLinks keeps the plane in step with the kernel's netdevs until ctx ends.
func (a *ASIC) followLinks(ctx context.Context) error {
	for {
		batch, err := a.feed.Next(ctx)
		if err != nil {
			return err
		}
		a.Do(func(virtual.View) { err = a.plane.linkBatch(batch) })
		if err != nil {
			return fmt.Errorf("netdevs: %w", err)
		}
	}
}

// listLinks takes note of the netdevs that are there at the start. The feed's first batch is a listing, for which it does not wait.
func (a *ASIC) listLinks() error {
	batch, err := a.feed.Next(context.Background())
	if err != nil {
		return err
	}
	return a.plane.linkBatch(batch)
}
