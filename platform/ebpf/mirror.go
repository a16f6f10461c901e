package ebpf

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// mirror is a mirror session (bpf/mirror.h): one that sends copies as they are, or behind a header of Ethernet, IP and GRE.
type mirror struct {
	oid     sai.OID
	number  uint32
	kind    sai.MirrorSessionType
	monitor sai.OID // port or LAG

	srcMAC, dstMAC sai.MAC
	src, dst       netip.Addr
	tos, ttl       uint8
	gre            uint16

	tagged    bool
	tpid, vid uint16
	pri, cfi  uint8
}

func (p *plane) mirror(c *virtual.Change) {
	oid := c.Object.OID
	switch c.Verb {
	case virtual.Created:
		m := &mirror{oid: oid}
		if !p.held {
			m.number = p.mirrorNumbers.take()
		}
		p.mirrors[oid] = m
	case virtual.Removed:
		if m := p.mirrors[oid]; m != nil {
			delete(p.mirrors, oid)
			p.touch(m)
		}
		return
	}
	m := p.mirrors[oid]
	if m == nil {
		return
	}
	update(c, sai.MirrorSessionAttrType, &m.kind)
	update(c, sai.MirrorSessionAttrMonitorPort, &m.monitor)
	update(c, sai.MirrorSessionAttrSrcMACAddress, &m.srcMAC)
	update(c, sai.MirrorSessionAttrDstMACAddress, &m.dstMAC)
	update(c, sai.MirrorSessionAttrSrcIPAddress, &m.src)
	update(c, sai.MirrorSessionAttrDstIPAddress, &m.dst)
	update(c, sai.MirrorSessionAttrTos, &m.tos)
	update(c, sai.MirrorSessionAttrTtl, &m.ttl)
	update(c, sai.MirrorSessionAttrGreProtocolType, &m.gre)
	update(c, sai.MirrorSessionAttrVlanHeaderValid, &m.tagged)
	update(c, sai.MirrorSessionAttrVlanTpid, &m.tpid)
	update(c, sai.MirrorSessionAttrVlanID, &m.vid)
	update(c, sai.MirrorSessionAttrVlanPri, &m.pri)
	update(c, sai.MirrorSessionAttrVlanCfi, &m.cfi)
	p.touch(m)
}

// render writes a session. While the header changes there is none, so that no frame gets half of one.
func (m *mirror) render(p *plane) error {
	if p.mirrors[m.oid] != m {
		if m.number != 0 {
			p.k.mirrors.store(m.number, swMirror{})
			p.mirrorNumbers.give(m.number)
			m.number = 0
		}
		return nil
	}
	if m.number == 0 {
		return errors.New("more mirror sessions than there are numbers")
	}
	v, now := m.entry(p), *p.k.mirrors.at(m.number)
	if v.Header != now.Header {
		p.k.mirrors.store(m.number, swMirror{Header: now.Header})
		p.k.mirrors.store(m.number, swMirror{Header: v.Header})
	}
	p.k.mirrors.store(m.number, v)
	return nil
}

func (m *mirror) entry(p *plane) (v swMirror) {
	to := p.ports[m.monitor]
	if to == nil {
		return v
	}
	switch m.kind {
	case sai.MirrorSessionTypeLocal:
	case sai.MirrorSessionTypeEnhancedRemote:
		if !m.src.IsValid() || m.src.Is4() != m.dst.Is4() {
			return v
		}
		v.Size = uint16(copy(v.Header[:], m.header()))
		if m.tagged {
			tag := binary.BigEndian.AppendUint16(nil, m.tpid)
			v.Tpid, v.Tci = binary.NativeEndian.Uint16(tag), m.vid|uint16(m.pri)<<13|uint16(m.cfi)<<12
		}
	default:
		return v // of what the pipeline does not do
	}
	v.Port = to.number
	return v
}

// header is what stands before a copy. Lengths are 0, and IPv4 has the sum of all else in the place of its checksum.
func (m *mirror) header() []byte {
	const protoGRE = 47
	h := append(append([]byte{}, m.dstMAC[:]...), m.srcMAC[:]...)
	if m.dst.Is4() {
		src, dst := m.src.As4(), m.dst.As4()
		ip := append(append([]byte{0x45, m.tos, 0, 0, 0, 0, 0, 0, m.ttl, protoGRE, 0, 0}, src[:]...), dst[:]...)
		var sum uint32
		for i := 0; i < len(ip); i += 2 {
			sum += uint32(binary.BigEndian.Uint16(ip[i:]))
		}
		sum = sum&0xffff + sum>>16
		binary.BigEndian.PutUint16(ip[10:], uint16(sum+sum>>16))
		h = append(append(h, 0x08, 0x00), ip...)
	} else {
		src, dst := m.src.As16(), m.dst.As16()
		h = append(h, 0x86, 0xdd, 0x60|m.tos>>4, m.tos<<4, 0, 0, 0, 0, protoGRE, m.ttl)
		h = append(append(h, src[:]...), dst[:]...)
	}
	return binary.BigEndian.AppendUint16(append(h, 0, 0), m.gre)
}

// mirrorSet is a list of sessions as the pipeline has it.
func (p *plane) mirrorSet(list sai.ObjectList) (set uint16) {
	for _, oid := range list {
		if m := p.mirrors[oid]; m != nil && m.number != 0 {
			set |= 1 << m.number
		}
	}
	return set
}

// adoptMirrors finds sessions by all that they say.
func (p *plane) adoptMirrors() {
	known := map[swMirror]uint32{}
	for i := uint32(1); i < p.k.mirrors.len(); i++ {
		if v := *p.k.mirrors.at(i); v.Port != 0 {
			known[v] = i
		}
	}
	var late []*mirror
	for _, oid := range sorted(p.mirrors) {
		m := p.mirrors[oid]
		p.touch(m)
		if n, ok := known[m.entry(p)]; ok && p.mirrorNumbers.claim(n) {
			m.number = n
			continue
		}
		late = append(late, m)
	}
	for _, m := range late {
		m.number = fresh(&p.mirrorNumbers, func(i uint32) bool { return p.k.mirrors.at(i).Port != 0 })
	}
}

// wipeMirrors empties the entries that nothing in the model has.
func (p *plane) wipeMirrors() {
	for i := uint32(1); i < p.k.mirrors.len(); i++ {
		if !p.mirrorNumbers.used[i] {
			p.k.mirrors.store(i, swMirror{})
		}
	}
}
