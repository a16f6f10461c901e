package packet

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/kernel"
)

// followLinks keeps book of the namespace's netdevs until ctx ends.
func (a *ASIC) followLinks(ctx context.Context) error {
	for {
		batch, err := a.feed.Next(ctx)
		if err != nil {
			return err
		}
		a.plane.linkBatch(batch)
	}
}

func (p *plane) linkBatch(batch kernel.LinkBatch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if batch.Listing {
		clear(p.links)
	}
	for _, l := range batch.Links {
		if delete(p.links, l.Name); !l.Gone {
			p.links[l.Name] = device{int(l.Index), l.LowerUp}
		}
	}
	p.touch()
}

// wanted tells the model which of its netdevs there are, and returns those: by the model's name, the kernel's, which is that of the inner end of a
// host interface.
func (p *plane) wanted() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]string{}
	for name, front := range p.state.Netdevs() {
		real := name
		if !front {
			real = linux.InnerName(name)
		}
		d, present := p.links[real]
		p.state.SetNetdev(name, present, d.up)
		if present {
			all[name] = real
		}
	}
	return all
}

// attaches takes netdevs and lets them go, as the model uses them, until ctx ends. Each has a reader.
func (p *plane) attaches(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer p.detach(nil)
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-p.touched:
			}
			wanted := p.wanted()
			p.detach(wanted)
			for name, real := range wanted {
				s, err := p.attach(name, real)
				if err != nil {
					return fmt.Errorf("netdev %s: %w", real, err)
				}
				if s != nil {
					g.Go(func() error { return s.read(func(f received) { p.forward(name, f) }) })
				}
			}
		}
	})
	return g.Wait()
}

// attach takes a netdev: its frames come here, and nowhere else. It is nil if that is so already, or the netdev is gone meanwhile.
func (p *plane) attach(name, real string) (*socket, error) {
	p.mu.Lock()
	d, have := p.links[real], p.sockets[name]
	p.mu.Unlock()
	if have != nil || d.index == 0 {
		return nil, nil
	}
	var s *socket
	err := p.namespace.Do(func() (err error) {
		if err = shut(d.index); err == nil {
			s, err = open(d.index)
		}
		return err
	})
	if errors.Is(err, unix.ENODEV) || errors.Is(err, unix.ENXIO) || errors.Is(err, unix.ENOENT) {
		return nil, nil // the feed will say so
	}
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.sockets[name] = s
	p.mu.Unlock()
	return s, nil
}

// detach lets go of netdevs that are not wanted, or that are others by now. Their readers end.
func (p *plane) detach(wanted map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for name, s := range p.sockets {
		if real, ok := wanted[name]; !ok || p.links[real].index != s.index {
			delete(p.sockets, name)
			_ = s.Close()
		}
	}
}
