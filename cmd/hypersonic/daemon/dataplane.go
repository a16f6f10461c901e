package daemon

import (
	"context"
	"errors"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/ebpf"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/platform/inner"
	"github.com/hypersonic-nos/hypersonic/platform/linux/hostif"
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// The ASICs that a switch may have: Env.ASIC, or HYPERSONIC_ASIC in sai.profile.
const (
	ASICKernel  = "ebpf"    // frames are forwarded by the kernel; the default
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
	case ASICKernel, ASICVirtual:
		return kind, nil
	}
	return "", fmt.Errorf("ASIC %q: want %s or %s", kind, ASICKernel, ASICVirtual)
}

// dataPlane opens the switch's data plane in the kernel. Where it cannot be pinned, it works as long as syncd does.
func (e Env) dataPlane(config virtual.Config, kernel *hostif.Hostifs) (*ebpf.ASIC, error) {
	pins := e.Path(pinDir)
	if err := ebpf.Mount(pins); err != nil {
		e.Log.Warn("the data plane cannot be pinned: frames stop whenever syncd does", "err", err)
		pins = ""
	} else {
		pins = e.Path(pinDir, "switch")
	}
	config.Hostifs = inner.Hostifs{Kernel: kernel}
	asic, err := ebpf.New(ebpf.Config{Config: config, Pins: pins, Wait: true})
	if errors.Is(err, ebpf.ErrNotAllowed) {
		return nil, fmt.Errorf("%w; or choose a switch that forwards nothing itself: --asic %s", err, ASICVirtual)
	}
	return asic, err
}

// hostNames tells the data plane the netdevs of LAGs and router interfaces, by the maps of names that orchagent publishes, SONiC's as well as ours.
func hostNames(ctx context.Context, store db.Keyspace, asic *ebpf.ASIC) error {
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
func readNames(ctx context.Context, store db.Keyspace, asic *ebpf.ASIC) error {
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
