package ebpf

import (
	"errors"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// switchChanged follows the attributes of the switch that the data plane knows.
func (p *plane) switchChanged(c *virtual.Change) error {
	if c.Verb == virtual.Removed {
		return p.clear()
	}
	p.sw = c.Object.OID
	update(c, sai.SwitchAttrCpuPort, &p.cpu)
	update(c, sai.SwitchAttrDefaultVirtualRouterID, &p.defaultVR)
	update(c, sai.SwitchAttrFdbAgingTime, &p.aging)
	if dscp, ok := given[sai.OID](c, sai.SwitchAttrQosDscpToTcMap); ok {
		p.sorting.dscp = dscp
		p.touchSorted(func(s portSorting) bool { return s.dscp == 0 })
	}
	if mac, ok := given[sai.MAC](c, sai.SwitchAttrSrcMACAddress); ok {
		p.mac = mac
		for _, r := range p.rifs {
			p.touch(r)
		}
		p.touch(&p.vxlan.overlay)
	}
	if p.cpu != 0 {
		p.targets[p.cpu] = leaf(swLeafTypeLEAF_ME, 0)
	}
	update(c, sai.SwitchAttrEcmpDefaultHashSeed, &p.ecmpSalt.seed)
	update(c, sai.SwitchAttrEcmpDefaultHashOffset, &p.ecmpSalt.offset)
	update(c, sai.SwitchAttrLagDefaultHashSeed, &p.lagSalt.seed)
	update(c, sai.SwitchAttrLagDefaultHashOffset, &p.lagSalt.offset)
	update(c, sai.SwitchAttrEcmpHash, &p.ecmpHash)
	update(c, sai.SwitchAttrLagHash, &p.lagHash)
	p.misses(c, sai.SwitchAttrFdbUnicastMissPacketAction, swVlanFlagsVLAN_FLOOD_UC)
	p.misses(c, sai.SwitchAttrFdbMulticastMissPacketAction, swVlanFlagsVLAN_FLOOD_MC)
	p.misses(c, sai.SwitchAttrFdbBroadcastMissPacketAction, swVlanFlagsVLAN_FLOOD_BC)
	p.touch(settings{})
	return nil
}

// misses follows what happens to frames of a kind that would be flooded.
func (p *plane) misses(c *virtual.Change, id uint16, kind swVlanFlags) {
	action, ok := given[sai.PacketAction](c, id)
	if !ok {
		return
	}
	p.miss &^= kind
	if action == sai.PacketActionDrop {
		p.miss |= kind
	}
	for _, v := range p.vlans {
		p.touch(v)
	}
}

// salt is what has switches in a row, or the groups and LAGs of one, choose differently for the same flow.
type salt struct {
	seed   uint32
	offset uint8
}

// mixed is one number for the program. The hash goes through a finisher behind it, so any other number chooses other bits.
func (s salt) mixed() uint32 { return s.seed ^ uint32(s.offset)*0x9e3779b1 }

// settings are what is not of any object: hash seeds, which traps drop, and what polices them.
type settings struct{}

func (settings) render(p *plane) error {
	v := swGlobal{EcmpSeed: p.ecmpSalt.mixed(), LagSeed: p.lagSalt.mixed(), EcmpFields: p.fieldsOf(p.ecmpHash), LagFields: p.fieldsOf(p.lagHash), Policer: p.trapPolicers()}
	for _, t := range p.traps {
		if t.drop {
			v.Trap[t.number] = uint8(swTrapActionACTION_DROP)
		}
	}
	p.k.config.store(0, v)
	return nil
}

// clear takes everything off the switch, which is gone.
func (p *plane) clear() error {
	p.fib.reset()
	errs := []error{p.clearSorting(), p.clearFdb(), p.lpm4.clear(), p.lpm6.clear()}
	for _, r := range p.rifs {
		if r.kind == swRifTypeRIF_SUB {
			errs = append(errs, p.unbindSub(r))
		}
		errs = append(errs, zero[swRifCounters](p.k.maps.RifCounts, r.number))
	}
	for _, o := range p.ports {
		errs = append(errs, zero[swPortCounters](p.k.maps.PortCounts, uint32(o.number)))
	}
	for i := range p.k.ports.len() {
		p.k.ports.store(i, swPort{})
		p.k.lags.store(i, swLag{})
		p.k.storms.store(i, swStorm{})
	}
	for i := range p.k.vlans.len() {
		p.k.vlans.store(i, swVlan{})
	}
	for i := range p.k.rifs.len() {
		p.k.rifs.store(i, swRif{})
	}
	for ifindex := range p.bound {
		errs = append(errs, p.unbind(ifindex))
	}
	for _, t := range p.vxlan.all {
		errs = append(errs, zero[swRifCounters](p.k.maps.TunnelCounts, t.number))
	}
	p.forget()
	p.wipeMirrors()
	return errors.Join(append(errs, p.clearAcl(), p.wipeTunnels())...)
}
