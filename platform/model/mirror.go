package model

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// sessions that a rule has copies sent to by an action.
func sessions(rule *object, id uint16) sai.ObjectList {
	a, _ := lookup[sai.AclActionObjects](rule, id)
	if !a.Enabled {
		return nil
	}
	return a.Value
}

// mirror sends copies of a frame to sessions, to each one. Nothing else happens to copies: no access list, mirror or FDB sees them.
func (p *pass) mirror(list sai.ObjectList, f Frame) {
	done := map[sai.OID]bool{}
	for _, oid := range list {
		if m := p.s.objects[oid]; m != nil && !done[oid] {
			done[oid] = true
			p.mirrorTo(m, f)
		}
	}
}

func (p *pass) mirrorTo(m *object, f Frame) {
	port := p.s.ref(m, sai.MirrorSessionAttrMonitorPort)
	if isLag(port) {
		port = p.member(port)
	}
	linked, plugged := p.s.netdevs[p.s.frontPanel(port)]
	if port == nil || !attr[bool](port, sai.PortAttrAdminState) || !plugged {
		return
	}
	var header []byte
	switch attr[sai.MirrorSessionType](m, sai.MirrorSessionAttrType) {
	case sai.MirrorSessionTypeLocal:
	case sai.MirrorSessionTypeEnhancedRemote:
		if header = mirrorHeader(m); header == nil || p.s.portNetdev(port) == "" {
			return
		}
	default: // what the pipeline does not do
		return
	}
	if f.largest()+max(len(header)-etherHeader, 0) > mtu(port) {
		p.dropAt(port, DropEgressMTU)
		return
	}
	if header != nil {
		// A header is put on at the port's host interface, which is there while the port has a link.
		if f, linked = encapsulate(m, header, f, linked); !linked {
			return
		}
	}
	p.leave(port, 0, f)
}

// mirrorHeader is what stands before the copies of a session, without lengths and checksum: Ethernet, IP, GRE. Nil: the session's addresses are none.
func mirrorHeader(m *object) []byte {
	src, dst := attr[netip.Addr](m, sai.MirrorSessionAttrSrcIPAddress), attr[netip.Addr](m, sai.MirrorSessionAttrDstIPAddress)
	if !src.IsValid() || src.Is4() != dst.Is4() {
		return nil
	}
	srcMAC, dstMAC := attr[sai.MAC](m, sai.MirrorSessionAttrSrcMACAddress), attr[sai.MAC](m, sai.MirrorSessionAttrDstMACAddress)
	tos, ttl := attr[uint8](m, sai.MirrorSessionAttrTos), attr[uint8](m, sai.MirrorSessionAttrTtl)
	const protoGRE = 47
	h := slices.Concat(dstMAC[:], srcMAC[:])
	if dst.Is4() {
		h = binary.BigEndian.AppendUint16(h, typeIPv4)
		h = append(h, 0x45, tos, 0, 0, 0, 0, 0, 0, ttl, protoGRE, 0, 0)
	} else {
		h = binary.BigEndian.AppendUint16(h, typeIPv6)
		h = append(binary.BigEndian.AppendUint32(h, 6<<28|uint32(tos)<<20), 0, 0, protoGRE, ttl)
	}
	h = slices.Concat(h, src.AsSlice(), dst.AsSlice(), []byte{0, 0})
	return binary.BigEndian.AppendUint16(h, attr[uint16](m, sai.MirrorSessionAttrGreProtocolType))
}

// mirrorTags is how many tags a frame may have that is put behind a header.
const mirrorTags = 3

// encapsulate puts a frame with its tags behind a header; false if there is no way to, or a tag of it is not all there.
func encapsulate(m *object, header []byte, f Frame, linked bool) (Frame, bool) {
	tags := 0
	for t, whole := f, true; t.TPID != 0; tags++ {
		if t, whole = t.untag(); !whole || tags == mirrorTags {
			return f, false
		}
	}
	data := slices.Concat(header, f.Wire())
	length := len(data) - etherHeader
	if ip := data[etherHeader:]; ip[0]>>4 == 6 {
		binary.BigEndian.PutUint16(ip[4:], uint16(length-40))
	} else {
		binary.BigEndian.PutUint16(ip[2:], uint16(min(length, 0xffff)))
		binary.BigEndian.PutUint16(ip[10:], ^onesSum(ip[:20]))
	}
	out := Frame{Data: data, Segments: f.Segments, SegmentSize: f.SegmentSize}
	if attr[bool](m, sai.MirrorSessionAttrVlanHeaderValid) {
		out.TPID = attr[uint16](m, sai.MirrorSessionAttrVlanTpid)
		out.TCI = attr[uint16](m, sai.MirrorSessionAttrVlanID) | uint16(attr[uint8](m, sai.MirrorSessionAttrVlanPri))<<13 |
			uint16(attr[uint8](m, sai.MirrorSessionAttrVlanCfi))<<12
	}
	return out, linked
}
