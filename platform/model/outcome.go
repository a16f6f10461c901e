package model

import "github.com/hypersonic-nos/hypersonic/sai"

// Outcome is what comes of a frame.
type Outcome struct {
	Out     []Sent
	Punted  []Punted
	Learned []Learned
	Dropped []Dropped
	counts  []count
	meters  map[sai.OID]meter // of policers that the frame has met
}

// Sent is a frame that leaves by a port.
type Sent struct {
	Port   sai.OID
	Netdev string
	Frame  Frame
}

// Punted is a frame that the kernel gets, by a host interface.
type Punted struct {
	Netdev string
	Why    Trap
	Frame  Frame
}

// Learned is where an address was seen.
type Learned struct {
	VLAN, BridgePort sai.OID
	MAC              sai.MAC
	New              bool // it was not known there
}

// Dropped is a frame, or a copy of one, that goes nowhere.
type Dropped struct {
	Why  Drop
	Port sai.OID // that counts it; 0: none does
}

// Drop is why a frame goes nowhere.
type Drop string

// The reasons. Those of the way out are counted by the port that the frame would have left by, the others by the one that it came in at.
const (
	DropUnknownNetdev     Drop = "netdev of no port"
	DropMalformed         Drop = "too short"
	DropAdminDown         Drop = "port disabled"
	DropSourceMAC         Drop = "multicast source address"
	DropLagClosed         Drop = "LAG member closed"
	DropTag               Drop = "tagged"
	DropUntagged          Drop = "untagged"
	DropNotBridged        Drop = "port not bridged"
	DropVLAN              Drop = "not of the VLAN"
	DropFdb               Drop = "FDB entry drops"
	DropSamePort          Drop = "would go back"
	DropFlood             Drop = "flooding is off"
	DropNotRouterMAC      Drop = "for another router"
	DropProtocol          Drop = "not for a router"
	DropIPHeader          Drop = "bad IP header"
	DropMartian           Drop = "martian address"
	DropNoRoute           Drop = "no route"
	DropBlackhole         Drop = "route drops"
	DropDirectedBroadcast Drop = "directed broadcast"
	DropNoMember          Drop = "empty group"
	DropTrap              Drop = "trap drops"
	DropNoHostif          Drop = "no host interface"
	DropRifDown           Drop = "router interface disabled"
	DropNeighbor          Drop = "neighbour drops"
	DropACL               Drop = "access list"
	DropPoliced           Drop = "more than a policer lets through"
	DropTunnel            Drop = "no such tunnel"
	DropUnderlay          Drop = "no way to the other end of the tunnel"
	DropEgressDown        Drop = "way out disabled"
	DropEgressMTU         Drop = "larger than the way out"
	DropEgressACL         Drop = "access list of the way out"
)

// counter is a counter of an object, by SAI's number.
type counter struct {
	oid  sai.OID
	stat int32
}

type count struct {
	counter
	n uint64
}

// Stats implements virtual.Plane.
func (s *State) Stats(o sai.Object) func(stat int32) uint64 {
	return func(stat int32) uint64 { return s.counts[counter{o.OID, stat}] }
}

// Take makes what came of a frame a part of the state: what was learned, and the counters. now is in seconds, for ageing.
func (s *State) Take(o Outcome, now int64) {
	for _, l := range o.Learned {
		k := station{l.VLAN, l.MAC}
		e, known := s.fdb[k]
		e = e.seenAt(l.BridgePort, known)
		e.seen = now
		s.fdb[k] = e
	}
	for oid, m := range o.meters {
		s.meters[oid] = m
	}
	for _, c := range o.counts {
		s.counts[c.counter] += c.n
	}
}

func (p *pass) count(o *object, stat int32, n uint64) {
	if o != nil {
		p.out.counts = append(p.out.counts, count{counter{o.OID, stat}, n})
	}
}

// drop ends a frame for a reason of the way in.
func (p *pass) drop(why Drop) {
	d := Dropped{Why: why}
	if p.in != nil {
		d.Port = p.in.OID
		p.count(p.in, int32(sai.PortStatIfInDiscards), p.f.frames())
	}
	p.out.Dropped = append(p.out.Dropped, d)
}

// dropAt ends a frame, or a copy, at the port that it would have left by.
func (p *pass) dropAt(port *object, why Drop) {
	p.count(port, int32(sai.PortStatIfOutDiscards), p.f.frames())
	p.count(p.s.queue(port, 0), int32(sai.QueueStatDroppedPackets), p.f.frames())
	p.out.Dropped = append(p.out.Dropped, Dropped{why, port.OID})
}

// countPort counts a frame at a port, by octets and by whom it is for.
func (p *pass) countPort(port *object, f Frame, octets, unicasts, others, multicasts, broadcasts sai.PortStat) {
	p.count(port, int32(octets), f.size())
	switch castOf(f.dst()) {
	case unicast:
		p.count(port, int32(unicasts), f.frames())
	case multicast:
		p.count(port, int32(others), f.frames())
		p.count(port, int32(multicasts), f.frames())
	case broadcast:
		p.count(port, int32(others), f.frames())
		p.count(port, int32(broadcasts), f.frames())
	}
}
