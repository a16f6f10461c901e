package dhcprelay

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// message6 is a message of DHCPv6 (RFC 8415, 8), or between relays and servers (9).
type message6 []byte

// Types of messages that relays look at, and their options.
const (
	advertise, reply, reconfigure, relayForward, relayReply = 2, 7, 10, 12, 13

	optionRelayed   = 9
	optionInterface = 18
	optionClientMAC = 79

	// linkEthernet is the type of addresses in option 79.
	linkEthernet = 1
)

// Lengths of headers, where the addresses are in that of relays, and how many relays may have seen a message (RFC 8415, 7.6).
const (
	header6, headerRelay = 4, 34
	atLink, atPeer       = 2, 18
	maxHops6             = 8
)

// The ports of DHCPv6.
const portClient6, portServer6 = 546, 547

func parse6(b []byte) (message6, error) {
	m := message6(b)
	if len(m) < header6 || m.fromRelay() && len(m) < headerRelay {
		return nil, errors.New("is too short")
	}
	return m, nil
}

// fromRelay tells a message of or for a relay.
func (m message6) fromRelay() bool { return m[0] == relayForward || m[0] == relayReply }

// kind is the message's type as SONiC counts it.
func (m message6) kind() Type6 {
	if m[0] >= 1 && m[0] <= relayReply {
		return Type6(m[0])
	}
	return Unknown6
}

// option is the value of an option of a relay's message.
func (m message6) option(code uint16) ([]byte, bool) {
	for b := []byte(m[headerRelay:]); len(b) >= 4; {
		n := 4 + int(binary.BigEndian.Uint16(b[2:]))
		if n > len(b) {
			break
		}
		if binary.BigEndian.Uint16(b) == code {
			return b[4:n], true
		}
		b = b[n:]
	}
	return nil, false
}

func (m message6) address(at int) netip.Addr { return netip.AddrFrom16([16]byte(m[at : at+16])) }

func appendOption(b []byte, code uint16, value ...byte) []byte {
	b = binary.BigEndian.AppendUint16(b, code)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(value))), value...)
}

// relayed is what a client or another relay says as servers get it. Its error says why they do not.
func (m message6) relayed(s *Settings, from netip.Addr, mac [6]byte) (message6, error) {
	var hops byte
	link := s.Address6.As16()
	switch {
	case !s.Address6.Is6():
		return nil, errors.New("the VLAN has no global IPv6 address")
	case m[0] == advertise || m[0] == reply || m[0] == reconfigure || m[0] == relayReply:
		return nil, errors.New("is none that clients send")
	case m[0] == relayForward && m[1] >= maxHops6:
		return nil, errors.New("has seen too many relays")
	case m[0] == relayForward:
		hops = m[1] + 1
		if from.IsGlobalUnicast() {
			link = [16]byte{} // who is there is reached by its own address
		}
	}
	peer := from.WithZone("").As16()
	out := append(append([]byte{relayForward, hops}, link[:]...), peer[:]...)
	if s.ClientMAC && m[0] != relayForward {
		out = appendOption(out, optionClientMAC, append([]byte{0, linkEthernet}, mac[:]...)...)
	}
	if s.InterfaceID || link == [16]byte{} {
		own := s.Address6.As16()
		out = appendOption(out, optionInterface, own[:]...)
	}
	return appendOption(out, optionRelayed, m...), nil
}

// returned is what a server says to a client or another relay: the message, the address that tells the VLAN, and where in it the message goes.
func (m message6) returned() (out message6, vlan netip.Addr, to netip.AddrPort, err error) {
	if m[0] != relayReply {
		return nil, vlan, to, errors.New("is no relay-reply")
	}
	inner, ok := m.option(optionRelayed)
	if out, err = parse6(inner); !ok || err != nil {
		return nil, vlan, to, errors.New("holds no message")
	}
	vlan = m.address(atLink)
	if id, ok := m.option(optionInterface); ok && len(id) == 16 {
		vlan = netip.AddrFrom16([16]byte(id))
	}
	port := uint16(portClient6)
	if out.fromRelay() {
		port = portServer6
	}
	return out, vlan, netip.AddrPortFrom(m.address(atPeer), port), nil
}
