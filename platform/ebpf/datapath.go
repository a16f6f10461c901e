package ebpf

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"github.com/cilium/ebpf"
	cilium "github.com/cilium/ebpf/link"
	"github.com/cilium/ebpf/rlimit"

	"github.com/hypersonic-nos/hypersonic/platform/linux/netdev"
)

// datapath is what the kernel holds for a switch: its maps and the program, loaded anew or adopted by their pins.
type datapath struct {
	maps    swMaps
	program *ebpf.Program
	dir     string // of pins; "": nothing is pinned
	adopted bool   // the maps are an earlier process's

	conn  *netdev.Conn
	block *netdev.Block
	// one is held while attaching: the settling of the plane and the feed of netdevs may both want to.
	one     sync.Mutex
	members map[uint32]bool // of the block, of an earlier process and not yet told of by the feed; nil: not known yet
	joined  bool            // the block has members
	// mu is of what follows: the ASIC asks for it while a netdev is attached to.
	mu       sync.Mutex
	attached map[string]uint32 // netdevs that run the program, with their indexes
	links    map[string]cilium.Link
	fronts   map[string]bool // netdevs that get a tcx link

	config   mapped[swGlobal]
	ports    mapped[swPort]
	lags     mapped[swLag]
	qos      mapped[swQos]
	mirrors  mapped[swMirror]
	storms   mapped[swStorm]
	vlans    mapped[swVlan]
	rifs     mapped[swRif]
	nexthops mapped[swNexthop]
	groups   mapped[swGroup]
	tunnels  mapped[swTunnel]
	root     mapped[[2]uint32]
}

// load makes the maps or takes over those pinned in dir, and loads the program onto them.
func load(dir string) (*datapath, error) {
	_ = rlimit.RemoveMemlock() // for kernels before 5.11; if it matters, loading fails
	spec, err := loadSw()
	if err != nil {
		return nil, fmt.Errorf("compiled pipeline: %w", err)
	}
	conn, err := netdev.Dial()
	if err != nil {
		return nil, err
	}
	k := &datapath{dir: dir, conn: conn, block: conn.Block(block, "hypersonic"), attached: map[string]uint32{}, links: map[string]cilium.Link{}, fronts: map[string]bool{}}
	var options ebpf.CollectionOptions
	if dir == "" {
		for _, m := range spec.Maps {
			m.Pinning = ebpf.PinNone
		}
	} else {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("pins: %w", err)
		}
		_, err := os.Stat(k.pin("ports"))
		k.adopted = err == nil
		options.Maps.PinPath = dir
	}
	var objects swObjects
	if err := spec.LoadAndAssign(&objects, &options); err != nil {
		if notAllowed(err) {
			return nil, fmt.Errorf("%w: %w", ErrNotAllowed, err)
		}
		return nil, fmt.Errorf("loading the pipeline: %w", err)
	}
	k.maps, k.program = objects.swMaps, objects.Sw
	if err := k.mapAll(); err != nil {
		return nil, errors.Join(err, k.close())
	}
	return k, nil
}

func (k *datapath) pin(name string) string { return k.dir + "/" + name }

func (k *datapath) mapAll() error {
	var errs [12]error
	k.config, errs[0] = mapArray[swGlobal](k.maps.Config)
	k.ports, errs[1] = mapArray[swPort](k.maps.Ports)
	k.lags, errs[2] = mapArray[swLag](k.maps.Lags)
	k.vlans, errs[3] = mapArray[swVlan](k.maps.Vlans)
	k.rifs, errs[4] = mapArray[swRif](k.maps.Rifs)
	k.nexthops, errs[5] = mapArray[swNexthop](k.maps.Nexthops)
	k.groups, errs[6] = mapArray[swGroup](k.maps.Groups)
	k.root, errs[7] = mapArray[[2]uint32](k.maps.Root)
	k.qos, errs[8] = mapArray[swQos](k.maps.PortQos)
	k.mirrors, errs[9] = mapArray[swMirror](k.maps.Mirrors)
	k.storms, errs[10] = mapArray[swStorm](k.maps.Storms)
	k.tunnels, errs[len(errs)-1] = mapArray[swTunnel](k.maps.Tunnels)
	return errors.Join(errs[:]...)
}

// close lets go; what is pinned stays.
func (k *datapath) close() error {
	return errors.Join(k.config.unmap(), k.ports.unmap(), k.lags.unmap(), k.vlans.unmap(), k.rifs.unmap(), k.nexthops.unmap(), k.groups.unmap(),
		k.root.unmap(), k.qos.unmap(), k.mirrors.unmap(), k.storms.unmap(), k.tunnels.unmap(), k.program.Close(), k.maps.Close(), k.conn.Close())
}
