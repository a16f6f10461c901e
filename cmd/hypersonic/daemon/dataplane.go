package daemon

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/ebpf"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/packet"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The ASICs that a switch may have: Env.ASIC, or HYPERSONIC_ASIC in sai.profile.
const (
	ASICKernel  = "ebpf"    // frames are forwarded by the kernel; the default
	ASICPacket  = "packet"  // frames are forwarded by syncd itself: for where eBPF is forbidden
	ASICVirtual = "virtual" // objects in memory; each port's frames all go to its host interface
)

// pinDir is where a switch's bpffs is mounted: within its root, so that it goes with the container.
const pinDir = "run/hypersonic/bpf"

// asic says which ASIC this switch has.
func (e Env) asic(sku hwsku.SKU) (string, error) {
	kind := e.ASIC
	if kind == "" {
		kind = sku.Profile["HYPERSONIC_ASIC"]
	}
	switch kind {
	case "":
		return ASICKernel, nil
	case ASICKernel, ASICPacket, ASICVirtual:
		return kind, nil
	}
	return "", fmt.Errorf("ASIC %q: want %s, %s or %s", kind, ASICKernel, ASICPacket, ASICVirtual)
}

// How frames that the kernel forwards leave: Env.Links, or HYPERSONIC_LINKS in sai.profile (docs/adr/0007).
const (
	LinksDirect = "direct" // straight to the link's other end, where nothing on the way would miss them; the default
	LinksQueued = "queued" // always by the netdev and the other end's receive queue
)

// queued says whether every frame leaves by its netdev.
func (e Env) queued(sku hwsku.SKU) (bool, error) {
	switch how := cmp.Or(e.Links, sku.Profile["HYPERSONIC_LINKS"], LinksDirect); how {
	case LinksDirect, LinksQueued:
		return how == LinksQueued, nil
	default:
		return false, fmt.Errorf("links %q: want %s or %s", how, LinksDirect, LinksQueued)
	}
}

// Plane is an ASIC's data plane.
type Plane interface {
	// Restored says that the ASIC holds all that it is to hold.
	Restored(ctx context.Context) error
	// Name says what the netdevs of LAGs and router interfaces are called, which SAI does not tell.
	Name(names map[sai.OID]string) error
	// Run keeps the ASIC and the machine in step until ctx ends, or the data plane fails.
	Run(ctx context.Context) error
	Close() error
}

// kernelPlane opens the switch's data plane in the kernel. Where it cannot be pinned, it works as long as syncd does.
func (e Env) kernelPlane(config virtual.Config, kernel *hostif.Hostifs, queued bool) (Plane, *virtual.ASIC, error) {
	pins := e.Path(pinDir)
	if err := ebpf.Mount(pins); err != nil {
		e.Log.Warn("the data plane cannot be pinned: frames stop whenever syncd does", "err", err)
		pins = ""
	} else {
		pins = e.Path(pinDir, "switch")
	}
	config.Hostifs = inner.Hostifs{Kernel: kernel}
	asic, err := ebpf.New(ebpf.Config{Config: config, Pins: pins, Wait: true, Queued: queued})
	if errors.Is(err, ebpf.ErrNotAllowed) {
		return nil, nil, fmt.Errorf("%w; or choose a switch that forwards without, slowly (--asic %s), or not at all (--asic %s)", err, ASICPacket, ASICVirtual)
	}
	if err != nil {
		return nil, nil, err
	}
	return asic, asic.ASIC, nil
}

// packetPlane opens the switch's data plane in this process. One in the kernel that was left behind would forward every frame a second time, so it goes.
func (e Env) packetPlane(config virtual.Config, kernel *hostif.Hostifs) (Plane, *virtual.ASIC, error) {
	if err := os.RemoveAll(e.Path(pinDir, "switch")); err != nil {
		return nil, nil, fmt.Errorf("the data plane in the kernel, from before: %w", err)
	}
	e.Log.Warn("frames are forwarded by this process (--asic " + ASICPacket + "): slowly, and not while it restarts")
	config.Hostifs = inner.Hostifs{Kernel: kernel}
	asic, err := packet.New(packet.Config{Config: config, Wait: true})
	if err != nil {
		return nil, nil, err
	}
	return asic, asic.ASIC, nil
}

// hostNames tells the data plane the netdevs of LAGs and router interfaces, by the maps of names that orchagent publishes, SONiC's as well as ours.
func hostNames(ctx context.Context, store db.Keyspace, asic Plane) error {
	feed, err := store.Watch(ctx, tables.CountersLagName.Schema, tables.CountersRifName.Schema)
	if err != nil {
		return err
	}
	defer feed.Close()
	for {
		if _, err := feed.Next(ctx, 0); err != nil {
			return err
		}
		if err := readNames(ctx, store, asic); err != nil {
			return err
		}
	}
}

// readNames reads all: they are few, and seldom change.
func readNames(ctx context.Context, store db.Keyspace, asic Plane) error {
	rid := rids(ctx, store)
	names := map[sai.OID]string{}
	for _, t := range []*db.Schema{tables.CountersLagName.Schema, tables.CountersRifName.Schema} {
		rows, err := store.Read(ctx, t)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if len(r.Fields) == 0 {
				continue
			}
			if vid, err := sai.ParseOID(r.Fields[0].Value); err == nil {
				if oid, ok := rid(vid); ok {
					names[oid] = r.Key
				}
			}
		}
	}
	return asic.Name(names)
}
