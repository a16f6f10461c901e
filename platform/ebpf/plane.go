package ebpf

import (
	"errors"
	"log/slog"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// plane is the model of the data plane, and implements virtual.Plane. It is used under the ASIC's lock.
type plane struct {
	virtual.Software
	k     *datapath
	log   *slog.Logger
	front map[uint32]string // front-panel netdevs by first lane

	// held: ASIC_DB has not been told completely yet, and the kernel forwards as the last process left it.
	held bool
	// queued: no frame is handed straight to the other end of a link.
	queued bool
	// links are the netdevs of the namespace; watchers what depends on one, by its name.
	links    map[string]device
	watchers map[string]map[thing]bool
	names    map[sai.OID]string // of LAGs' and router interfaces' netdevs
	bound    map[uint32]*socket // who has an entry in ifaces
	bare     map[string]uint32  // netdevs that are to run the program, and do not yet
	attach   chan struct{}      // holds a token while there are any

	sw                sai.OID
	mac               sai.MAC
	cpu               sai.OID
	defaultVR         sai.OID
	aging             uint32 // seconds; 0: never
	ecmpSalt, lagSalt salt
	ecmpHash, lagHash sai.OID
	miss              swVlanFlags // what is not flooded in any VLAN

	ports        map[sai.OID]*port // LAGs are ports too
	bridgePorts  map[sai.OID]*bridgePort
	vlans        map[sai.OID]*vlan
	vlanMembers  map[sai.OID]*vlanMember
	lagMembers   map[sai.OID]*lagMember
	hostifs      map[sai.OID]hostInterface
	routers      map[sai.OID]*router
	rifs         map[sai.OID]*rif
	hops         map[hopKey]*hop
	nextHops     map[sai.OID]*hop
	groups       map[sai.OID]*group
	groupMembers map[sai.OID]*groupMember
	traps        map[sai.OID]trap
	trapGroups   map[sai.OID]sai.OID // their policers
	policers     map[sai.OID]*policer
	sorting      sorting
	hashes       map[sai.OID]uint32 // their fields, as the program knows them
	mirrors      map[sai.OID]*mirror
	acls         acls
	vxlan        tunnels
	// targets are what a route's next hop is in a leaf, by its object: type and number.
	targets map[sai.OID]uint32

	portNumbers, rifNumbers, hopNumbers, groupNumbers, routerNumbers, mirrorNumbers indexes
	policerNumbers                                                                  indexes
	portByNumber                                                                    map[uint16]*port
	vlanByID                                                                        map[uint16]*vlan

	fib      *fib
	lpm4     lpm[swRoute4Key]
	lpm6     lpm[swRoute6Key]
	hosts    map[hostKey]*hop // neighbours that are host routes too
	lengths4 [33]int          // number of IPv4 prefixes of the default virtual router, by length

	dirty map[thing]bool
	order []thing
}

// thing is a part of the model that writes its own map entries.
type thing interface{ render(p *plane) error }

func newPlane(k *datapath, front map[uint32]string, log *slog.Logger) (*plane, error) {
	p := &plane{k: k, held: true, attach: make(chan struct{}, 1), log: log, front: front, links: map[string]device{}, names: map[sai.OID]string{}}
	p.watchers, p.bound, p.bare = map[string]map[thing]bool{}, map[uint32]*socket{}, map[string]uint32{}
	var err error
	if p.fib, err = newFib(k); err != nil {
		return nil, err
	}
	p.lpm4, p.lpm6 = newLPM[swRoute4Key](k.maps.Routes4), newLPM[swRoute6Key](k.maps.Routes6)
	for _, name := range front {
		k.fronts[name] = name != ""
	}
	if err = p.acls.open(k); err != nil {
		return nil, err
	}
	p.forget()
	return p, nil
}

// forget empties the model.
func (p *plane) forget() {
	p.sw, p.cpu, p.defaultVR, p.aging, p.miss = 0, 0, 0, 0, 0
	p.ports, p.bridgePorts, p.vlans = map[sai.OID]*port{}, map[sai.OID]*bridgePort{}, map[sai.OID]*vlan{}
	p.vlanMembers, p.lagMembers, p.hostifs = map[sai.OID]*vlanMember{}, map[sai.OID]*lagMember{}, map[sai.OID]hostInterface{}
	p.routers, p.rifs, p.hops = map[sai.OID]*router{}, map[sai.OID]*rif{}, map[hopKey]*hop{}
	p.nextHops, p.groups, p.groupMembers = map[sai.OID]*hop{}, map[sai.OID]*group{}, map[sai.OID]*groupMember{}
	p.hashes = map[sai.OID]uint32{}
	p.traps, p.targets, p.hosts = map[sai.OID]trap{}, map[sai.OID]uint32{}, map[hostKey]*hop{}
	p.trapGroups, p.policers, p.policerNumbers = map[sai.OID]sai.OID{}, map[sai.OID]*policer{}, newIndexes(p.k.maps.Policers.MaxEntries())
	p.portByNumber, p.vlanByID = map[uint16]*port{}, map[uint16]*vlan{}
	p.portNumbers, p.rifNumbers = newIndexes(p.k.ports.len()), newIndexes(p.k.rifs.len())
	p.hopNumbers, p.groupNumbers, p.routerNumbers = newIndexes(p.k.nexthops.len()), newIndexes(p.k.groups.len()), newIndexes(maxRouters)
	p.mirrors, p.mirrorNumbers = map[sai.OID]*mirror{}, newIndexes(p.k.mirrors.len())
	p.watchers, p.names = map[string]map[thing]bool{}, map[sai.OID]string{}
	p.sorting.forget()
	p.vxlan = newTunnels(p.k.tunnels.len())
	p.acls.forget(p.k.maps.AclCounts.MaxEntries())
	p.dirty, p.order, p.lengths4 = map[thing]bool{}, nil, [33]int{}
}

// touch has a thing rendered at the end of the call.
func (p *plane) touch(t thing) {
	if !p.dirty[t] {
		p.dirty[t] = true
		p.order = append(p.order, t)
	}
}

// flush renders what was touched. Things rendered may touch others.
func (p *plane) flush() error {
	if p.held {
		return nil
	}
	var errs []error
	for i := 0; i < len(p.order); i++ {
		t := p.order[i]
		delete(p.dirty, t)
		errs = append(errs, t.render(p))
	}
	clear(p.order)
	p.order = p.order[:0]
	if len(p.bare) > 0 {
		select {
		case p.attach <- struct{}{}:
		default:
		}
	}
	return errors.Join(errs...)
}

// Apply implements virtual.Plane.
func (p *plane) Apply(v virtual.View, changes []virtual.Change) error {
	var errs []error
	for i := range changes {
		c := &changes[i]
		switch c.Object.Type {
		case sai.ObjectTypeRouteEntry:
			errs = append(errs, p.route(v, c))
		case sai.ObjectTypeNeighborEntry:
			errs = append(errs, p.neighbor(v, c))
		case sai.ObjectTypeFdbEntry:
			errs = append(errs, p.fdb(c))
		case sai.ObjectTypeSwitch:
			errs = append(errs, p.switchChanged(c))
		case sai.ObjectTypeHostifTrap:
			errs = append(errs, p.trap(c))
		default:
			p.object(c)
		}
	}
	errs = append(errs, p.flush(), p.flushRoutes())
	return errors.Join(errs...)
}

func (p *plane) object(c *virtual.Change) {
	switch c.Object.Type {
	case sai.ObjectTypeHash:
		p.hash(c)
	case sai.ObjectTypePort:
		p.port(c)
	case sai.ObjectTypeLag:
		p.lag(c)
	case sai.ObjectTypeLagMember:
		p.lagMember(c)
	case sai.ObjectTypeBridgePort:
		p.bridgePort(c)
	case sai.ObjectTypeVlan:
		p.vlan(c)
	case sai.ObjectTypeVlanMember:
		p.vlanMember(c)
	case sai.ObjectTypeHostif:
		p.hostif(c)
	case sai.ObjectTypeVirtualRouter:
		p.router(c)
	case sai.ObjectTypeRouterInterface:
		p.rif(c)
	case sai.ObjectTypeNextHop:
		p.nextHop(c)
	case sai.ObjectTypeNextHopGroup:
		p.group(c)
	case sai.ObjectTypePolicer:
		p.policer(c)
	case sai.ObjectTypeHostifTrapGroup:
		p.trapGroup(c)
	case sai.ObjectTypeNextHopGroupMember:
		p.groupMember(c)
	case sai.ObjectTypeMirrorSession:
		p.mirror(c)
	case sai.ObjectTypeTunnel:
		p.tunnel(c)
	case sai.ObjectTypeTunnelMapEntry:
		p.tunnelMapEntry(c)
	case sai.ObjectTypeTunnelTermTableEntry:
		p.tunnelTerm(c)
	default:
		if p.sort(c) {
			return
		}
		p.acl(c)
	}
}

// attr gives an attribute of a change: as given, or SAI's default; else the zero value.
func attr[T any](c *virtual.Change, id uint16) T {
	v, _ := given[T](c, id)
	return v
}

// given also tells whether the change has the attribute.
func given[T any](c *virtual.Change, id uint16) (T, bool) {
	for i := range c.Attrs {
		if c.Attrs[i].Meta.ID == id {
			t, ok := c.Attrs[i].Value.(T)
			return t, ok
		}
	}
	v, _ := c.Object.Type.Meta().Attr(id).Default()
	t, _ := v.(T)
	return t, false
}

// update changes a field if the change has its attribute, or the object is new.
func update[T any](c *virtual.Change, id uint16, field *T) {
	v, ok := given[T](c, id)
	if ok || c.Verb == virtual.Created {
		*field = v
	}
}
