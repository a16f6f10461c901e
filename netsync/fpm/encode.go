package fpm

import (
	"encoding/binary"
	"math"
	"net/netip"

	"golang.org/x/sys/unix"
)

// AppendRoute appends a frame with r, encoded as zebra does it: RTM_NEWROUTE, or RTM_DELROUTE if r.Del. It serves as the acknowledgement
// (r.Offload set) and, in tests and benchmarks, as zebra. On error dst is returned as it was.
func AppendRoute(dst []byte, r *Route) ([]byte, error) {
	return appendFrame(dst, func(b []byte) []byte { return appendRoute(b, r) })
}

// AppendReplace appends one frame with the deletion of r and r itself, as zebra does when a route changes.
func AppendReplace(dst []byte, r *Route) ([]byte, error) {
	old := Route{Del: true, Table: r.Table, Dst: r.Dst, Protocol: r.Protocol, Priority: r.Priority}
	return appendFrame(dst, func(b []byte) []byte { return appendRoute(appendRoute(b, &old), r) })
}

// AppendObject appends a frame with o: RTM_NEWNEXTHOP, or RTM_DELNEXTHOP if o.Del.
func AppendObject(dst []byte, o *Object) ([]byte, error) {
	return appendFrame(dst, func(b []byte) []byte { return appendObject(b, o) })
}

func appendFrame(dst []byte, messages func([]byte) []byte) ([]byte, error) {
	b := messages(append(dst, frameVersion, frameNetlink, 0, 0))
	n := len(b) - len(dst)
	if n > maxFrame {
		return dst, ErrTooLong
	}
	binary.BigEndian.PutUint16(b[len(dst)+2:], uint16(n))
	return b, nil
}

func appendRoute(b []byte, r *Route) []byte {
	typ, flags := uint16(unix.RTM_NEWROUTE), uint16(unix.NLM_F_REQUEST|unix.NLM_F_CREATE)
	switch {
	case r.Del:
		typ = unix.RTM_DELROUTE
	case r.Replace:
		flags |= unix.NLM_F_REPLACE
	}
	start := len(b)
	b = appendHeader(b, typ, flags)
	table, rtmFlags := r.Table, offloadFlags(r.Offload)
	if table > math.MaxUint8 {
		table = unix.RT_TABLE_UNSPEC
	}
	if len(r.Nexthops) == 1 && r.Nexthops[0].Onlink {
		rtmFlags |= unix.RTNH_F_ONLINK
	}
	b = append(b, r.Family(), uint8(r.Dst.Bits()), 0, 0, uint8(table), r.Protocol, unix.RT_SCOPE_UNIVERSE, uint8(r.Type))
	b = binary.NativeEndian.AppendUint32(b, rtmFlags)
	b = appendAddr(b, unix.RTA_DST, r.Dst.Addr())
	b = append32(b, unix.RTA_PRIORITY, r.Priority)
	if r.Table > math.MaxUint8 {
		b = append32(b, unix.RTA_TABLE, r.Table)
	}
	if r.NexthopID != 0 {
		b = append32(b, rtaNhID, r.NexthopID)
	}
	switch {
	case len(r.Nexthops) == 1 && r.Nexthops[0].Weight <= 1:
		b = appendNexthop(b, &r.Nexthops[0], r.Family())
		if i := r.Nexthops[0].Ifindex; i != 0 {
			b = append32(b, unix.RTA_OIF, uint32(i))
		}
	case len(r.Nexthops) > 0:
		b = appendMultipath(b, r)
	}
	return endMessage(b, start)
}

func appendMultipath(b []byte, r *Route) []byte {
	nest := len(b)
	b = appendAttr(b, unix.RTA_MULTIPATH, nil)
	for i := range r.Nexthops {
		h := &r.Nexthops[i]
		start := len(b)
		flags := uint8(0)
		if h.Onlink {
			flags = unix.RTNH_F_ONLINK
		}
		b = append(b, 0, 0, flags, uint8(min(max(h.Weight, 1), 256)-1))
		b = binary.NativeEndian.AppendUint32(b, uint32(h.Ifindex))
		b = appendNexthop(b, h, r.Family())
		binary.NativeEndian.PutUint16(b[start:], uint16(len(b)-start))
	}
	return endAttr(b, nest)
}

// appendNexthop writes gateway and encapsulation; where the interface stands differs between single next hop and multipath.
func appendNexthop(b []byte, h *Nexthop, fam uint8) []byte {
	b = appendEncap(b, h, unix.RTA_ENCAP_TYPE, unix.RTA_ENCAP)
	switch {
	case !h.Gateway.IsValid():
	case family(h.Gateway) == fam:
		b = appendAddr(b, unix.RTA_GATEWAY, h.Gateway)
	default:
		nest := len(b)
		b = appendAttr(b, unix.RTA_VIA, nil)
		b = binary.NativeEndian.AppendUint16(b, uint16(family(h.Gateway)))
		b = endAttr(appendBytes(b, h.Gateway), nest)
	}
	return b
}

func appendEncap(b []byte, h *Nexthop, encapType, encap uint16) []byte {
	if h.Encap == NoEncap {
		return b
	}
	nest := len(b)
	b = appendAttr(b, encapType, nil)
	b = endAttr(binary.NativeEndian.AppendUint16(b, uint16(h.Encap)), nest)
	if h.Encap == VXLANEncap {
		nest = len(b)
		b = endAttr(append32(appendAttr(b, encap|attrNested, nil), vxlanVNI, h.VNI), nest)
	}
	return b
}

func appendObject(b []byte, o *Object) []byte {
	typ, flags := uint16(unix.RTM_NEWNEXTHOP), uint16(unix.NLM_F_REQUEST|unix.NLM_F_CREATE)
	switch {
	case o.Del:
		typ = unix.RTM_DELNEXTHOP
	case o.Replace:
		flags |= unix.NLM_F_REPLACE
	}
	start, h := len(b), &o.Nexthop
	b = appendHeader(b, typ, flags)
	fam, nhFlags := uint8(unix.AF_UNSPEC), uint32(0)
	if h.Gateway.IsValid() {
		fam = family(h.Gateway)
	}
	if h.Onlink {
		nhFlags = unix.RTNH_F_ONLINK
	}
	b = append(b, fam, unix.RT_SCOPE_UNIVERSE, o.Protocol, 0)
	b = binary.NativeEndian.AppendUint32(b, nhFlags)
	b = append32(b, unix.NHA_ID, o.ID)
	if len(o.Group) > 0 {
		b = appendMembers(b, o.Group)
	}
	if o.Blackhole {
		b = appendAttr(b, unix.NHA_BLACKHOLE, nil)
	}
	if o.FDB {
		b = appendAttr(b, nhaFDB, nil)
	}
	if h.Gateway.IsValid() {
		b = appendAddr(b, unix.NHA_GATEWAY, h.Gateway)
	}
	if h.Ifindex != 0 {
		b = append32(b, unix.NHA_OIF, uint32(h.Ifindex))
	}
	b = appendEncap(b, h, unix.NHA_ENCAP_TYPE, unix.NHA_ENCAP)
	return endMessage(b, start)
}

func appendMembers(b []byte, group []Member) []byte {
	nest := len(b)
	b = appendAttr(b, unix.NHA_GROUP, nil)
	for _, m := range group {
		w := max(m.Weight, 1) - 1
		b = binary.NativeEndian.AppendUint32(b, m.ID)
		b = append(b, uint8(w), uint8(w>>8), 0, 0)
	}
	return endAttr(b, nest)
}

func offloadFlags(o Offload) uint32 {
	switch o {
	case Offloaded:
		return unix.RTM_F_OFFLOAD
	case OffloadFailed:
		return unix.RTM_F_OFFLOAD_FAILED
	}
	return 0
}

func appendHeader(b []byte, typ, flags uint16) []byte {
	b = append(b, 0, 0, 0, 0) // length, set by endMessage
	b = binary.NativeEndian.AppendUint16(b, typ)
	b = binary.NativeEndian.AppendUint16(b, flags)
	return append(b, 0, 0, 0, 0, 0, 0, 0, 0) // sequence and port id
}

func endMessage(b []byte, start int) []byte {
	binary.NativeEndian.PutUint32(b[start:], uint32(len(b)-start))
	return b
}

// appendAttr writes an attribute. With more to follow inside it, endAttr corrects the length afterwards.
func appendAttr(b []byte, typ uint16, v []byte) []byte {
	start := len(b)
	b = binary.NativeEndian.AppendUint16(b, 0)
	b = binary.NativeEndian.AppendUint16(b, typ)
	return endAttr(append(b, v...), start)
}

func endAttr(b []byte, start int) []byte {
	binary.NativeEndian.PutUint16(b[start:], uint16(len(b)-start))
	for len(b)-start < align(len(b)-start) {
		b = append(b, 0)
	}
	return b
}

func append32(b []byte, typ uint16, v uint32) []byte {
	b = binary.NativeEndian.AppendUint16(b, attrHdrLen+4)
	b = binary.NativeEndian.AppendUint16(b, typ)
	return binary.NativeEndian.AppendUint32(b, v)
}

func appendAddr(b []byte, typ uint16, a netip.Addr) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(attrHdrLen+a.BitLen()/8))
	b = binary.NativeEndian.AppendUint16(b, typ)
	return appendBytes(b, a)
}

func appendBytes(b []byte, a netip.Addr) []byte {
	if a.Is4() {
		v := a.As4()
		return append(b, v[:]...)
	}
	v := a.As16()
	return append(b, v[:]...)
}
