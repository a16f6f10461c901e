package fpm

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"

	"golang.org/x/sys/unix"
)

// decodeRoute fills r from a RTM_NEWROUTE or RTM_DELROUTE without its netlink header. It reuses r.Nexthops. False means that the message is
// none of ours (a cached route, a family other than IP); an error comes without the message's type.
func decodeRoute(r *Route, del bool, flags uint16, b []byte) (bool, *MessageError) {
	*r = Route{Del: del, Nexthops: r.Nexthops[:0]}
	if len(b) < rtMsgLen {
		return false, &MessageError{Field: "header", Reason: lengthReason(b, rtMsgLen)}
	}
	fam, dstLen, srcLen := b[0], int(b[1]), b[2]
	rtmFlags := binary.NativeEndian.Uint32(b[8:])
	var addrLen int
	switch fam {
	case unix.AF_INET:
		addrLen = 4
	case unix.AF_INET6:
		addrLen = 16
	default:
		return false, nil
	}
	switch {
	case rtmFlags&unix.RTM_F_CLONED != 0:
		return false, nil
	case dstLen > addrLen*8:
		return false, &MessageError{Field: "rtm_dst_len", Reason: fmt.Sprintf("%d bits in an address of %d", dstLen, addrLen*8)}
	case srcLen != 0:
		return false, &MessageError{Field: "rtm_src_len", Reason: "routes by source address are not supported"}
	}
	r.Replace = flags&unix.NLM_F_REPLACE != 0 && !del
	r.Table = uint32(b[4])
	r.Protocol = b[5]
	r.Type = RouteType(b[7])
	r.Offload = offloadOf(rtmFlags)
	if dstLen == 0 {
		r.Dst = defaultRoute(fam)
	}
	if err := routeAttributes(r, b[rtMsgLen:], addrLen, dstLen, rtmFlags); err != nil {
		err.Dst = r.Dst
		return false, err
	}
	if !r.Dst.IsValid() {
		return false, &MessageError{Field: "RTA_DST", Reason: "missing"}
	}
	return true, nil
}

// routeAttributes reads what follows the header. The next hop of a route with only one stands among the route's own attributes.
func routeAttributes(r *Route, b []byte, addrLen, dstLen int, rtmFlags uint32) *MessageError {
	single := Nexthop{Weight: 1, Onlink: rtmFlags&unix.RTNH_F_ONLINK != 0}
	multipath := false
	var encap []byte
	for len(b) > 0 {
		typ, v, rest, reason := attribute(b)
		if reason != "" {
			return &MessageError{Field: "attributes", Reason: reason}
		}
		b = rest
		switch typ {
		case unix.RTA_DST:
			if len(v) != addrLen {
				return &MessageError{Field: "RTA_DST", Reason: lengthReason(v, addrLen)}
			}
			a, _ := address(v)
			r.Dst, _ = a.Prefix(dstLen)
		case unix.RTA_TABLE:
			if len(v) != 4 {
				return &MessageError{Field: "RTA_TABLE", Reason: lengthReason(v, 4)}
			}
			r.Table = binary.NativeEndian.Uint32(v)
		case unix.RTA_PRIORITY:
			if len(v) != 4 {
				return &MessageError{Field: "RTA_PRIORITY", Reason: lengthReason(v, 4)}
			}
			r.Priority = binary.NativeEndian.Uint32(v)
		case rtaNhID:
			if len(v) != 4 {
				return &MessageError{Field: "RTA_NH_ID", Reason: lengthReason(v, 4)}
			}
			r.NexthopID = binary.NativeEndian.Uint32(v)
		case unix.RTA_MULTIPATH:
			multipath = true
			if err := nexthops(r, v); err != nil {
				return err
			}
		default:
			if err := nexthopAttribute(&single, &encap, typ, v); err != nil {
				return err
			}
		}
	}
	if err := finishEncap(&single, encap); err != nil {
		return err
	}
	if !multipath && (single.Gateway.IsValid() || single.Ifindex != 0) {
		r.Nexthops = append(r.Nexthops, single)
	}
	return nil
}

// nexthops reads RTA_MULTIPATH: headers of next hops, each followed by its attributes.
func nexthops(r *Route, b []byte) *MessageError {
	r.Nexthops = r.Nexthops[:0]
	for len(b) > 0 {
		if len(b) < rtnhLen {
			return &MessageError{Field: "RTA_MULTIPATH", Reason: fmt.Sprintf("%d bytes left, a next hop needs %d", len(b), rtnhLen)}
		}
		n := int(binary.NativeEndian.Uint16(b))
		if n < rtnhLen || n > len(b) {
			return &MessageError{Field: "RTA_MULTIPATH", Reason: fmt.Sprintf("next hop length %d, %d bytes left", n, len(b))}
		}
		h := Nexthop{Weight: uint16(b[3]) + 1, Onlink: b[2]&unix.RTNH_F_ONLINK != 0, Ifindex: int32(binary.NativeEndian.Uint32(b[4:]))}
		if h.Ifindex < 0 {
			return &MessageError{Field: "rtnh_ifindex", Reason: fmt.Sprintf("%d is negative", h.Ifindex)}
		}
		var encap []byte
		for a := b[rtnhLen:n]; len(a) > 0; {
			typ, v, rest, reason := attribute(a)
			if reason != "" {
				return &MessageError{Field: "RTA_MULTIPATH", Reason: reason}
			}
			if err := nexthopAttribute(&h, &encap, typ, v); err != nil {
				return err
			}
			a = rest
		}
		if err := finishEncap(&h, encap); err != nil {
			return err
		}
		r.Nexthops = append(r.Nexthops, h)
		b = b[min(align(n), len(b)):]
	}
	return nil
}

// nexthopAttribute reads an attribute that describes a next hop, in a route or in RTA_MULTIPATH. RTA_ENCAP is kept for finishEncap, because
// its content depends on RTA_ENCAP_TYPE. Attributes that do not matter here are skipped.
func nexthopAttribute(h *Nexthop, encap *[]byte, typ uint16, v []byte) *MessageError {
	var ok bool
	switch typ {
	case unix.RTA_GATEWAY:
		if h.Gateway, ok = gateway(v); !ok {
			return &MessageError{Field: "RTA_GATEWAY", Reason: addressReason}
		}
	case unix.RTA_VIA:
		if h.Gateway, ok = via(v); !ok {
			return &MessageError{Field: "RTA_VIA", Reason: addressReason}
		}
	case unix.RTA_OIF:
		if h.Ifindex, ok = ifindex(v); !ok {
			return &MessageError{Field: "RTA_OIF", Reason: ifindexReason(v)}
		}
	case unix.RTA_ENCAP_TYPE:
		if len(v) != 2 {
			return &MessageError{Field: "RTA_ENCAP_TYPE", Reason: lengthReason(v, 2)}
		}
		h.Encap = Encap(binary.NativeEndian.Uint16(v))
	case unix.RTA_ENCAP:
		*encap = v
	}
	return nil
}

func finishEncap(h *Nexthop, encap []byte) *MessageError {
	if h.Encap != VXLANEncap {
		return nil
	}
	id, reason := vni(encap)
	if reason != "" {
		return &MessageError{Field: "RTA_ENCAP", Reason: reason}
	}
	h.VNI = id
	return nil
}

func ifindex(v []byte) (int32, bool) {
	if len(v) != 4 || binary.NativeEndian.Uint32(v) > math.MaxInt32 {
		return 0, false
	}
	return int32(binary.NativeEndian.Uint32(v)), true
}

func ifindexReason(v []byte) string {
	if len(v) != 4 {
		return lengthReason(v, 4)
	}
	return fmt.Sprintf("%d is negative", int32(binary.NativeEndian.Uint32(v)))
}

func offloadOf(rtmFlags uint32) Offload {
	switch {
	case rtmFlags&unix.RTM_F_OFFLOAD_FAILED != 0:
		return OffloadFailed
	case rtmFlags&unix.RTM_F_OFFLOAD != 0:
		return Offloaded
	}
	return NoOffload
}

func defaultRoute(fam uint8) netip.Prefix {
	if fam == unix.AF_INET {
		return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
}
