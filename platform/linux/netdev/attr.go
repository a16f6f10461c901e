package netdev

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Attrs walks over netlink attributes and stops at the first one that does not fit. Types come without the nested and byte-order flags.
func Attrs(b []byte, yield func(typ uint16, value []byte) bool) {
	for len(b) >= unix.SizeofRtAttr {
		size := int(binary.NativeEndian.Uint16(b))
		typ := binary.NativeEndian.Uint16(b[2:]) &^ (unix.NLA_F_NESTED | unix.NLA_F_NET_BYTEORDER)
		if size < unix.SizeofRtAttr || size > len(b) || !yield(typ, b[unix.SizeofRtAttr:size]) {
			return
		}
		b = b[min((size+3)&^3, len(b)):]
	}
}

// Text is a string attribute's value without its closing zero.
func Text(value []byte) string {
	for i, c := range value {
		if c == 0 {
			return string(value[:i])
		}
	}
	return string(value)
}

// Uint32 is a number attribute's value; 0 if it is too short.
func Uint32(value []byte) uint32 {
	if len(value) < 4 {
		return 0
	}
	return binary.NativeEndian.Uint32(value)
}
