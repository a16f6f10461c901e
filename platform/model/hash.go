package model

import (
	"encoding/binary"
	"hash/fnv"
	"slices"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// lagSalt has LAGs choose otherwise than groups, though their seeds are the same.
const lagSalt = 0x5bd1e995

// groupFlow and lagFlow are what next hops of groups and members of LAGs are chosen by.
func (p *pass) groupFlow() uint32 {
	sw := p.s.sw
	return p.flow(p.s.fields(sai.SwitchAttrEcmpHash), attr[uint32](sw, sai.SwitchAttrEcmpDefaultHashSeed), attr[uint8](sw, sai.SwitchAttrEcmpDefaultHashOffset))
}

func (p *pass) lagFlow() uint32 {
	sw := p.s.sw
	return p.flow(p.s.fields(sai.SwitchAttrLagHash), attr[uint32](sw, sai.SwitchAttrLagDefaultHashSeed)^lagSalt, attr[uint8](sw, sai.SwitchAttrLagDefaultHashOffset))
}

// fields are those of one of the switch's hashes.
func (s *State) fields(of uint16) []sai.NativeHashField {
	var list []sai.NativeHashField
	for _, f := range attr[sai.S32List](s.ref(s.sw, of), sai.HashAttrNativeHashFieldList) {
		list = append(list, sai.NativeHashField(f))
	}
	if len(list) == 0 {
		return virtual.FlowFields()
	}
	return list
}

// flow is a hash of fields of a frame. Of a frame that has none of them the MAC addresses and the EtherType count. All fragments of a packet are alike.
func (p *pass) flow(fields []sai.NativeHashField, seed uint32, offset uint8) uint32 {
	ip, packet := parseIP(p.f)
	ofIP := func(f sai.NativeHashField) bool { return slices.Contains(virtual.FlowFields(), f) }
	if !packet && !slices.ContainsFunc(fields, func(f sai.NativeHashField) bool { return !ofIP(f) }) {
		fields = virtual.LinkFields()
	}
	h := fnv.New32a()
	put := func(v any) { _ = binary.Write(h, binary.BigEndian, v) } // into memory
	put(seed)
	put(offset)
	for _, f := range fields {
		put(int32(f))
		if ofIP(f) && !packet {
			continue
		}
		src, dst := uint16(0), uint16(0)
		if packet && !ip.fragment {
			src, dst = ip.ports()
		}
		switch f {
		case sai.NativeHashFieldSrcIP:
			put(ip.src.AsSlice())
		case sai.NativeHashFieldDstIP:
			put(ip.dst.AsSlice())
		case sai.NativeHashFieldIPProtocol:
			put(ip.protocol)
		case sai.NativeHashFieldL4SrcPort:
			put(src)
		case sai.NativeHashFieldL4DstPort:
			put(dst)
		case sai.NativeHashFieldSrcMAC:
			put(p.f.Data[6:12])
		case sai.NativeHashFieldDstMAC:
			put(p.f.Data[:6])
		case sai.NativeHashFieldEthertype:
			put(p.f.proto())
		case sai.NativeHashFieldVlanID:
			put(p.vid)
		case sai.NativeHashFieldInPort:
			if p.in != nil {
				put(uint64(p.in.OID))
			}
		}
	}
	return h.Sum32()
}
