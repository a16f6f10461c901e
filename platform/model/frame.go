package model

import (
	"encoding/binary"
	"slices"

	"github.com/hypersonic-nos/hypersonic/sai"
)

// EtherTypes and protocols that the pipeline knows.
const (
	typeIPv4 = 0x0800
	typeARP  = 0x0806
	typeVLAN = 0x8100
	typeQinQ = 0x88a8
	typeIPv6 = 0x86dd
	typeSlow = 0x8809 // LACP and other slow protocols
	typeLLDP = 0x88cc

	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58

	etherHeader = 14
)

// Frame is an Ethernet frame without its checksum. Its outermost tag is beside it, as the kernel hands it out.
type Frame struct {
	Data []byte // from the destination address on, without the outermost tag
	TPID uint16 // EtherType of the outermost tag; 0: there is none
	TCI  uint16 // of the tag: priority and VLAN
	// Segments of a super-frame (GSO), and the bytes of payload that each has; 0: it is one frame.
	Segments, SegmentSize int
}

// Parse takes a frame off the wire; false if it is too short to be one.
func Parse(wire []byte) (f Frame, ok bool) {
	if len(wire) < etherHeader {
		return f, false
	}
	proto := binary.BigEndian.Uint16(wire[12:])
	if proto != typeVLAN && proto != typeQinQ {
		return Frame{Data: wire}, true
	}
	if len(wire) < etherHeader+4+2 {
		return f, false
	}
	return Frame{Data: slices.Concat(wire[:12], wire[16:]), TPID: proto, TCI: binary.BigEndian.Uint16(wire[14:])}, true
}

// Wire is the frame as it is on the wire.
func (f Frame) Wire() []byte {
	if f.TPID == 0 {
		return f.Data
	}
	tag := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, f.TPID), f.TCI)
	return slices.Concat(f.Data[:12], tag, f.Data[12:])
}

// untag takes the outermost tag off: the next one, if there is one, is the outermost then; false if it is not all there.
func (f Frame) untag() (Frame, bool) {
	f.TPID, f.TCI = 0, 0
	proto := f.proto()
	if proto != typeVLAN && proto != typeQinQ {
		return f, true
	}
	if len(f.Data) < etherHeader+4 {
		return f, false
	}
	f.TPID, f.TCI = proto, binary.BigEndian.Uint16(f.Data[14:])
	f.Data = slices.Concat(f.Data[:12], f.Data[16:])
	return f, true
}

// tag puts a tag around the frame.
func (f Frame) tag(tci uint16) Frame {
	f.Data = f.Wire()
	f.TPID, f.TCI = typeVLAN, tci
	return f
}

func (f Frame) dst() sai.MAC { return sai.MAC(f.Data[0:6]) }

func (f Frame) src() sai.MAC { return sai.MAC(f.Data[6:12]) }

// proto is the EtherType; a frame that still has a tag is of no protocol but the tag's.
func (f Frame) proto() uint16 {
	if f.TPID != 0 {
		return f.TPID
	}
	return binary.BigEndian.Uint16(f.Data[12:])
}

// payload is what is behind the Ethernet header.
func (f Frame) payload() []byte { return f.Data[etherHeader:] }

// frames is how many frames this one stands for.
func (f Frame) frames() uint64 { return uint64(max(f.Segments, 1)) }

// size is the length on the wire, without the checksum. A super-frame's bytes count once.
func (f Frame) size() uint64 {
	if f.TPID != 0 {
		return uint64(len(f.Data) + 4)
	}
	return uint64(len(f.Data))
}

// largest is the payload of the largest frame that this one will be: what an MTU bounds. Tags do not count.
func (f Frame) largest() int {
	if f.SegmentSize == 0 {
		return len(f.Data) - etherHeader
	}
	p, ok := parseIP(f)
	if !ok {
		return f.SegmentSize + 28
	}
	header := 8
	if p.protocol == protoTCP && len(p.segment) > 12 {
		header = int(p.segment[12]>>4) * 4
	}
	return f.SegmentSize + p.header + header
}

// cast says whom a frame is for.
type cast uint8

const (
	unicast cast = iota
	multicast
	broadcast
)

func castOf(mac sai.MAC) cast {
	switch {
	case mac == sai.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}:
		return broadcast
	case mac[0]&1 != 0:
		return multicast
	}
	return unicast
}
