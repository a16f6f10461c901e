package fpm

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// Netlink is in host order. Lengths count their own header and are padded to 4 bytes.
const (
	headerLen  = 4 // FPM frame header
	nlHdrLen   = unix.SizeofNlMsghdr
	rtMsgLen   = unix.SizeofRtMsg
	rtnhLen    = unix.SizeofRtNexthop
	nhMsgLen   = unix.SizeofNhmsg
	attrHdrLen = unix.SizeofRtAttr

	attrTypeMask = 0x3fff // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
	attrNested   = unix.NLA_F_NESTED

	// Missing in x/sys, from linux/rtnetlink.h and linux/nexthop.h.
	rtaNhID = 0x1e
	nhaFDB  = 0xb

	// vxlanVNI is zebra's attribute inside RTA_ENCAP when the encapsulation is VXLANEncap.
	vxlanVNI = 0
)

func align(n int) int { return (n + 3) &^ 3 }

// attribute splits the first attribute off b. Bad lengths come back as a reason, the empty string is success.
func attribute(b []byte) (typ uint16, value, rest []byte, reason string) {
	if len(b) < attrHdrLen {
		return 0, nil, nil, fmt.Sprintf("%d bytes left, an attribute needs %d", len(b), attrHdrLen)
	}
	n := int(binary.NativeEndian.Uint16(b))
	if n < attrHdrLen || n > len(b) {
		return 0, nil, nil, fmt.Sprintf("attribute length %d, %d bytes left", n, len(b))
	}
	typ = binary.NativeEndian.Uint16(b[2:]) & attrTypeMask
	value = b[attrHdrLen:n]
	if n = align(n); n < len(b) {
		return typ, value, b[n:], ""
	}
	return typ, value, nil, ""
}

// address reads an address by its length; ok is false when that is neither IPv4's nor IPv6's.
func address(v []byte) (a netip.Addr, ok bool) {
	switch len(v) {
	case 4:
		return netip.AddrFrom4([4]byte(v)), true
	case 16:
		return netip.AddrFrom16([16]byte(v)), true
	}
	return netip.Addr{}, false
}

// gateway is address with the unspecified address meaning that there is none.
func gateway(v []byte) (a netip.Addr, ok bool) {
	if a, ok = address(v); ok && a.IsUnspecified() {
		return netip.Addr{}, true
	}
	return a, ok
}

// via reads RTA_VIA: the gateway's own address family, then the address.
func via(v []byte) (a netip.Addr, ok bool) {
	if len(v) < 2 {
		return netip.Addr{}, false
	}
	f, v := binary.NativeEndian.Uint16(v), v[2:]
	if (f == unix.AF_INET && len(v) == 4) || (f == unix.AF_INET6 && len(v) == 16) {
		return gateway(v)
	}
	return netip.Addr{}, false
}

// vni finds zebra's VNI in RTA_ENCAP; 0 when it is not there.
func vni(v []byte) (id uint32, reason string) {
	for len(v) > 0 {
		typ, value, rest, reason := attribute(v)
		if reason != "" {
			return 0, reason
		}
		if typ == vxlanVNI {
			if len(value) != 4 {
				return 0, lengthReason(value, 4)
			}
			id = binary.NativeEndian.Uint32(value)
		}
		v = rest
	}
	if id >= 1<<24 {
		return 0, fmt.Sprintf("VNI %d, the largest is %d", id, 1<<24-1)
	}
	return id, ""
}

func lengthReason(v []byte, want int) string { return fmt.Sprintf("%d bytes, want %d", len(v), want) }

const addressReason = "neither an IPv4 nor an IPv6 address"
