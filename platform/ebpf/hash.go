package ebpf

import (
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// hash follows what members of groups and LAGs are chosen by.
func (p *plane) hash(c *virtual.Change) {
	oid := c.Object.OID
	if c.Verb == virtual.Removed {
		delete(p.hashes, oid)
		return
	}
	if list, ok := given[sai.S32List](c, sai.HashAttrNativeHashFieldList); ok {
		p.hashes[oid] = hashFields(list)
		p.touch(settings{})
	}
}

// fieldsOf is a hash as the program knows it.
func (p *plane) fieldsOf(hash sai.OID) uint32 {
	if fields := p.hashes[hash]; fields != 0 {
		return fields
	}
	return uint32(swHashFieldHASH_FLOW)
}

// hashFields is a list as a mask; virtual.FlowHash lets no other fields through.
func hashFields(list sai.S32List) (mask uint32) {
	for _, f := range list {
		switch sai.NativeHashField(f) {
		case sai.NativeHashFieldSrcIP:
			mask |= uint32(swHashFieldHASH_SRC_IP)
		case sai.NativeHashFieldDstIP:
			mask |= uint32(swHashFieldHASH_DST_IP)
		case sai.NativeHashFieldIPProtocol:
			mask |= uint32(swHashFieldHASH_PROTOCOL)
		case sai.NativeHashFieldL4SrcPort:
			mask |= uint32(swHashFieldHASH_SPORT)
		case sai.NativeHashFieldL4DstPort:
			mask |= uint32(swHashFieldHASH_DPORT)
		case sai.NativeHashFieldSrcMAC:
			mask |= uint32(swHashFieldHASH_SRC_MAC)
		case sai.NativeHashFieldDstMAC:
			mask |= uint32(swHashFieldHASH_DST_MAC)
		case sai.NativeHashFieldEthertype:
			mask |= uint32(swHashFieldHASH_ETHERTYPE)
		case sai.NativeHashFieldVlanID:
			mask |= uint32(swHashFieldHASH_VLAN)
		case sai.NativeHashFieldInPort:
			mask |= uint32(swHashFieldHASH_IN_PORT)
		}
	}
	return mask
}
