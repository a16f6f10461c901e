package kernel

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// NeighState is the kernel's NUD_* state of a neighbour: one bit, or none.
type NeighState uint16

// The states. Those before Failed and after Incomplete have a MAC address that may be used.
const (
	Incomplete NeighState = unix.NUD_INCOMPLETE
	Reachable  NeighState = unix.NUD_REACHABLE
	Stale      NeighState = unix.NUD_STALE
	Delay      NeighState = unix.NUD_DELAY
	Probe      NeighState = unix.NUD_PROBE
	Failed     NeighState = unix.NUD_FAILED
	NoARP      NeighState = unix.NUD_NOARP
	Permanent  NeighState = unix.NUD_PERMANENT
)

func (s NeighState) String() string {
	if s == 0 {
		return "none"
	}
	var names []string
	for i, name := range []string{"incomplete", "reachable", "stale", "delay", "probe", "failed", "noarp", "permanent"} {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// ExtLearned is the bit of Neighbor.Flags that control planes set on what they learned elsewhere (NTF_EXT_LEARNED).
const ExtLearned uint8 = unix.NTF_EXT_LEARNED

// Neighbor is a neighbour as the kernel tells it, multicast ones included. It is comparable.
type Neighbor struct {
	Link     string
	IP       netip.Addr
	MAC      linux.MAC // zero until resolved
	State    NeighState
	Flags    uint8 // NTF_* bits
	Protocol uint8 // who made it: an RTPROT_* value, 0 for the kernel
}

// NeighChange is the newest state of one neighbour. Of one that is Gone only Link and IP mean something.
type NeighChange struct {
	Neighbor
	Gone bool
}

// NeighBatch is what a NeighFeed delivers at once, coalesced by link and address. Listing is that of LinkBatch.
type NeighBatch struct {
	Neighbors []NeighChange
	Listing   bool
}

// NeighFeed delivers the namespace's IPv4 and IPv6 neighbours and then what changes about them. It is for one goroutine.
type NeighFeed struct {
	conn    *netdev.Conn
	monitor *monitor
	names   map[int32]string // nil: to be listed
}

// WatchNeighbors opens a feed in the calling thread's namespace.
func WatchNeighbors() (*NeighFeed, error) {
	conn, m, err := open(groupLink, groupNeigh) // links, for their names
	if err != nil {
		return nil, err
	}
	return &NeighFeed{conn: conn, monitor: m}, nil
}

// Close ends the feed; no Next may be running.
func (f *NeighFeed) Close() error {
	f.monitor.close()
	return f.conn.Close()
}

// Next blocks until there is something.
func (f *NeighFeed) Next(ctx context.Context) (NeighBatch, error) {
	for f.names != nil {
		changed := map[linux.NeighKey]NeighChange{}
		renamed := false
		lost, err := f.monitor.read(ctx, func(typ uint16, b []byte) {
			renamed = f.event(typ, b, changed) || renamed
		})
		if err != nil {
			return NeighBatch{}, err
		}
		if lost || renamed {
			break
		}
		if len(changed) > 0 {
			var batch NeighBatch
			for _, c := range changed {
				batch.Neighbors = append(batch.Neighbors, c)
			}
			return batch, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return NeighBatch{}, err
	}
	return f.list()
}

func (f *NeighFeed) list() (NeighBatch, error) {
	if err := f.monitor.discard(); err != nil {
		return NeighBatch{}, err
	}
	links, err := f.conn.Links()
	if err != nil {
		return NeighBatch{}, fmt.Errorf("listing links: %w", err)
	}
	names := make(map[int32]string, len(links))
	for _, l := range links {
		names[l.Index] = l.Name
	}
	answer, err := f.conn.Dump(unix.RTM_GETNEIGH, make(ndmsg, sizeofNdMsg))
	if err != nil {
		return NeighBatch{}, fmt.Errorf("listing neighbours: %w", err)
	}
	f.names = names
	batch := NeighBatch{Listing: true, Neighbors: make([]NeighChange, 0, len(answer))}
	for _, b := range answer {
		if index, n, ok := parseNeigh(b); ok && names[index] != "" {
			n.Link = names[index]
			batch.Neighbors = append(batch.Neighbors, NeighChange{Neighbor: n})
		}
	}
	return batch, nil
}

// event reports whether a link changed its name: its neighbours' keys are all wrong then.
func (f *NeighFeed) event(typ uint16, b []byte, changed map[linux.NeighKey]NeighChange) (renamed bool) {
	switch typ {
	case unix.RTM_NEWLINK:
		if l, ok := netdev.ParseLink(b); ok {
			was, known := f.names[l.Index]
			f.names[l.Index] = l.Name
			return known && was != l.Name
		}
	case unix.RTM_DELLINK:
		if l, ok := netdev.ParseLink(b); ok {
			delete(f.names, l.Index)
		}
	case unix.RTM_NEWNEIGH, unix.RTM_DELNEIGH:
		index, n, ok := parseNeigh(b)
		if n.Link = f.names[index]; ok && n.Link != "" {
			key := linux.NeighKey{Link: linux.LinkKey{Name: n.Link}, IP: n.IP}
			changed[key] = NeighChange{Neighbor: n, Gone: typ == unix.RTM_DELNEIGH}
		}
	}
	return false
}
