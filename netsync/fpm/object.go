package fpm

import (
	"encoding/binary"
	"fmt"
	"math"

	"golang.org/x/sys/unix"
)

// decodeObject fills o from a RTM_NEWNEXTHOP or RTM_DELNEXTHOP without its netlink header. It reuses o.Group.
func decodeObject(o *Object, del bool, flags uint16, b []byte) *MessageError {
	*o = Object{Del: del, Replace: flags&unix.NLM_F_REPLACE != 0 && !del, Group: o.Group[:0]}
	if len(b) < nhMsgLen {
		return &MessageError{Field: "header", Reason: lengthReason(b, nhMsgLen)}
	}
	o.Protocol = b[2]
	o.Nexthop = Nexthop{Weight: 1, Onlink: binary.NativeEndian.Uint32(b[4:])&unix.RTNH_F_ONLINK != 0}
	if err := objectAttributes(o, b[nhMsgLen:]); err != nil {
		err.ID = o.ID
		return err
	}
	if o.ID == 0 {
		return &MessageError{Field: "NHA_ID", Reason: "missing or 0"}
	}
	return nil
}

func objectAttributes(o *Object, b []byte) *MessageError {
	h := &o.Nexthop
	var encap []byte
	for len(b) > 0 {
		typ, v, rest, reason := attribute(b)
		if reason != "" {
			return &MessageError{Field: "attributes", Reason: reason}
		}
		b = rest
		var ok bool
		switch typ {
		case unix.NHA_ID:
			if len(v) != 4 {
				return &MessageError{Field: "NHA_ID", Reason: lengthReason(v, 4)}
			}
			o.ID = binary.NativeEndian.Uint32(v)
		case unix.NHA_GROUP:
			if err := members(o, v); err != nil {
				return err
			}
		case unix.NHA_BLACKHOLE:
			o.Blackhole = true
		case nhaFDB:
			o.FDB = true
		case unix.NHA_GATEWAY:
			if h.Gateway, ok = gateway(v); !ok {
				return &MessageError{Field: "NHA_GATEWAY", Reason: addressReason}
			}
		case unix.NHA_OIF:
			if h.Ifindex, ok = ifindex(v); !ok {
				return &MessageError{Field: "NHA_OIF", Reason: ifindexReason(v)}
			}
		case unix.NHA_ENCAP_TYPE:
			if len(v) != 2 {
				return &MessageError{Field: "NHA_ENCAP_TYPE", Reason: lengthReason(v, 2)}
			}
			h.Encap = Encap(binary.NativeEndian.Uint16(v))
		case unix.NHA_ENCAP:
			encap = v
		}
	}
	return finishEncap(h, encap)
}

// members reads NHA_GROUP: entries of id and weight less one, whose high byte only newer kernels use.
func members(o *Object, v []byte) *MessageError {
	if len(v) == 0 || len(v)%unix.SizeofNexthopGrp != 0 {
		return &MessageError{Field: "NHA_GROUP", Reason: fmt.Sprintf("%d bytes, want a multiple of %d", len(v), unix.SizeofNexthopGrp)}
	}
	o.Group = o.Group[:0]
	for ; len(v) > 0; v = v[unix.SizeofNexthopGrp:] {
		id, weight := binary.NativeEndian.Uint32(v), uint16(v[4])|uint16(v[5])<<8
		switch {
		case id == 0:
			return &MessageError{Field: "NHA_GROUP", Reason: "member with id 0"}
		case weight == math.MaxUint16:
			return &MessageError{Field: "NHA_GROUP", Reason: fmt.Sprintf("member %d: weight 65536", id)}
		}
		o.Group = append(o.Group, Member{ID: id, Weight: weight + 1})
	}
	return nil
}
