package model

import (
	"iter"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// station is an address in a VLAN.
type station struct {
	vlan sai.OID
	mac  sai.MAC
}

type fdbEntry struct {
	port   sai.OID // bridge port
	action sai.PacketAction
	static bool
	moves  bool  // though static, it may be learned elsewhere
	seen   int64 // seconds
}

func (s *State) fdbChanged(e sai.FdbEntry, c *virtual.Change) {
	k := station{e.BV, e.MAC}
	if c.Verb == virtual.Removed {
		delete(s.fdb, k)
		return
	}
	s.fdb[k] = fdbEntry{port: c.Fdb.BridgePort, action: c.Fdb.Action, static: c.Fdb.Type == sai.FdbEntryTypeStatic, moves: c.Fdb.AllowMove, seen: s.fdb[k].seen}
}

// learn takes note of where the frame's source address is, unless bridge port or VLAN do not learn, or it was told for good.
func (p *pass) learn(bridgePort *object) {
	mode, ok := lookup[sai.BridgePortFdbLearningMode](bridgePort, sai.BridgePortAttrFdbLearningMode)
	if ok && mode != sai.BridgePortFdbLearningModeHw || attr[bool](p.vlan, sai.VlanAttrLearnDisable) {
		return
	}
	known, there := p.s.fdb[station{p.vlan.OID, p.f.src()}]
	if known.static && (!known.moves || known.port == bridgePort.OID) {
		return
	}
	p.out.Learned = append(p.out.Learned, Learned{p.vlan.OID, bridgePort.OID, p.f.src(), !there || known.port != bridgePort.OID})
}

// lookup is attr of an attribute without a default that counts.
func lookup[T any](o *object, id uint16) (v T, ok bool) {
	for i := range o.attrs {
		if o.attrs[i].Meta.ID == id {
			v, ok = o.attrs[i].Value.(T)
		}
	}
	return v, ok
}

// find looks an address up in the frame's VLAN; what this very frame taught counts.
func (p *pass) find(mac sai.MAC) (e fdbEntry, ok bool) {
	e, ok = p.s.fdb[station{p.vlan.OID, mac}]
	for _, l := range p.out.Learned {
		if l.MAC == mac {
			e, ok = e.seenAt(l.BridgePort, ok), true
		}
	}
	return e, ok
}

// seenAt is an entry after a frame from its address; one that was not known forwards.
func (e fdbEntry) seenAt(bridgePort sai.OID, known bool) fdbEntry {
	if !known || e.static {
		e.action = sai.PacketActionForward
	}
	e.port, e.static, e.moves = bridgePort, false, false
	return e
}

// Station is an address that was learned, and when it was seen last.
type Station struct {
	VLAN, BridgePort sai.OID
	MAC              sai.MAC
	Seen             int64
}

// Station finds an address that may age.
func (s *State) Station(vlan sai.OID, mac sai.MAC) (Station, bool) {
	e, ok := s.fdb[station{vlan, mac}]
	return Station{vlan, e.port, mac, e.seen}, ok && !e.static
}

// Dynamic are the addresses that may age.
func (s *State) Dynamic() iter.Seq[Station] {
	return func(yield func(Station) bool) {
		for k, e := range s.fdb {
			if !e.static && !yield(Station{k.vlan, e.port, k.mac, e.seen}) {
				return
			}
		}
	}
}

// Forget forgets an address that was learned.
func (s *State) Forget(vlan sai.OID, mac sai.MAC) { delete(s.fdb, station{vlan, mac}) }

// Aging is how long an address stays without being seen, in seconds; 0: for ever.
func (s *State) Aging() int64 { return int64(attr[uint32](s.sw, sai.SwitchAttrFdbAgingTime)) }
