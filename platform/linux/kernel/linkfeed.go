package kernel

import (
	"context"
	"fmt"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// LinkChange is the newest state of one link. Of a link that is Gone only the name and index mean something.
type LinkChange struct {
	netdev.Link
	Gone bool
	// Shaped: a qdisc or a filter is on the way out by it. Only a feed of wires knows.
	Shaped bool
}

// LinkBatch is what a LinkFeed delivers at once, coalesced by name.
type LinkBatch struct {
	Links []LinkChange
	// Listing: the batch holds all links there are, and one that was known before and is not in it is gone. It comes first, and again
	// when the kernel had to drop events.
	Listing bool
}

// LinkFeed delivers the namespace's links and then what changes about them. It is for one goroutine.
type LinkFeed struct {
	conn    *netdev.Conn
	monitor *monitor
	links   map[int32]netdev.Link // nil: to be listed
	wires   bool
	shaped  map[int32]bool
}

// WatchLinks opens a feed in the calling thread's namespace.
func WatchLinks() (*LinkFeed, error) {
	conn, m, err := open(groupLink)
	if err != nil {
		return nil, err
	}
	return &LinkFeed{conn: conn, monitor: m}, nil
}

// WatchWires opens a feed that also tells of veths into other namespaces whether they are Shaped.
func WatchWires() (*LinkFeed, error) {
	conn, m, err := open(groupLink, groupTC)
	if err != nil {
		return nil, err
	}
	return &LinkFeed{conn: conn, monitor: m, wires: true}, nil
}

func open(groups ...uint32) (*netdev.Conn, *monitor, error) {
	m, err := newMonitor(groups...)
	if err != nil {
		return nil, nil, err
	}
	conn, err := netdev.Dial()
	if err != nil {
		m.close()
		return nil, nil, err
	}
	return conn, m, nil
}

// Close ends the feed; no Next may be running.
func (f *LinkFeed) Close() error {
	f.monitor.close()
	return f.conn.Close()
}

// Next blocks until there is something. Changes that leave a link as it was known are not delivered.
func (f *LinkFeed) Next(ctx context.Context) (LinkBatch, error) {
	for f.links != nil {
		changed, shaped := map[string]LinkChange{}, map[int32]bool{}
		lost, err := f.monitor.read(ctx, func(typ uint16, b []byte) {
			if link := netdev.ShapedBy(typ, b); link != 0 {
				shaped[link] = true
			}
			f.event(typ, b, changed)
		})
		if err == nil {
			err = f.reshape(shaped, changed)
		}
		if err != nil {
			return LinkBatch{}, err
		}
		if lost {
			break
		}
		if len(changed) > 0 {
			var batch LinkBatch
			for _, c := range changed {
				batch.Links = append(batch.Links, c)
			}
			return batch, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return LinkBatch{}, err
	}
	return f.list()
}

func (f *LinkFeed) list() (LinkBatch, error) {
	if err := f.monitor.discard(); err != nil {
		return LinkBatch{}, err
	}
	links, err := f.conn.Links()
	if err != nil {
		return LinkBatch{}, fmt.Errorf("listing links: %w", err)
	}
	f.links = make(map[int32]netdev.Link, len(links))
	for _, l := range links {
		f.links[l.Index] = l
	}
	if err := f.lookShaped(); err != nil {
		return LinkBatch{}, err
	}
	batch := LinkBatch{Listing: true, Links: make([]LinkChange, len(links))}
	for i, l := range links {
		batch.Links[i] = f.known(l)
	}
	return batch, nil
}

func (f *LinkFeed) known(l netdev.Link) LinkChange {
	return LinkChange{Link: l, Shaped: f.shaped[l.Index]}
}

// lookShaped asks what is on the way out by wires.
func (f *LinkFeed) lookShaped() (err error) {
	if !f.wires {
		return nil
	}
	var wires []int32
	for _, l := range f.links {
		if l.Kind == "veth" && l.Away {
			wires = append(wires, l.Index)
		}
	}
	f.shaped, err = f.conn.Shaped(wires)
	return err
}

// reshape asks again because of some links, and adds those for which the answer is another one.
func (f *LinkFeed) reshape(because map[int32]bool, changed map[string]LinkChange) error {
	if len(because) == 0 {
		return nil
	}
	if err := f.lookShaped(); err != nil {
		return err
	}
	for index := range because {
		if l, ok := f.links[index]; ok {
			changed[l.Name] = f.known(l)
		}
	}
	return nil
}

func (f *LinkFeed) event(typ uint16, b []byte, changed map[string]LinkChange) {
	l, ok := netdev.ParseLink(b)
	if !ok || typ != unix.RTM_NEWLINK && typ != unix.RTM_DELLINK {
		return
	}
	was, known := f.links[l.Index]
	if typ == unix.RTM_DELLINK {
		if known {
			delete(f.links, l.Index)
			delete(f.shaped, l.Index)
			changed[was.Name] = LinkChange{Link: was, Gone: true}
		}
		return
	}
	if known && was == l {
		return
	}
	if known && was.Name != l.Name {
		changed[was.Name] = LinkChange{Link: was, Gone: true}
	}
	f.links[l.Index] = l
	changed[l.Name] = f.known(l)
}
