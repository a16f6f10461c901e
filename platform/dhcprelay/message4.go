package dhcprelay

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// message4 is a message of DHCP or BOOTP (RFC 2131, figure 1).
type message4 []byte

// Where the fields are.
const (
	atOp, atHops, atFlags, atCiaddr, atYiaddr, atGiaddr, atChaddr = 0, 3, 10, 12, 16, 24, 28

	atCookie  = 236
	atOptions = 240
	// minLength is what BOOTP's clients and relays expect at least (RFC 1542, 2.1).
	minLength = 300
)

// Values of fields.
const (
	bootRequest, bootReply = 1, 2

	flagBroadcast = 0x8000
	cookie        = 0x63825363
)

// Options.
const (
	optionPad   = 0
	optionType  = 53
	optionAgent = 82
	optionEnd   = 255

	circuitID, remoteID, linkSelection, serverID = 1, 2, 5, 11 // in the option of agents (RFC 3046, 3527, 5107)
)

// DefaultHops is how many relays may have seen a request before: dhcrelay's default.
const DefaultHops = 10

var errShort = errors.New("is too short, or has malformed options")

// parse4 takes what is a message as far as a relay looks at it.
func parse4(b []byte) (message4, error) {
	m := message4(b)
	if len(b) < atCookie {
		return nil, errShort
	}
	if m.plain() {
		return m, nil
	}
	if _, _, ok := m.find(optionEnd); !ok {
		return nil, errShort
	}
	return m, nil
}

// plain tells a message of BOOTP, which has no options of DHCP.
func (m message4) plain() bool {
	return len(m) < atOptions || binary.BigEndian.Uint32(m[atCookie:]) != cookie
}

// find is where an option is, or of optionEnd where options end. ok is false where it is not there, or options are malformed before it.
func (m message4) find(code byte) (from, to int, ok bool) {
	for i := atOptions; i < len(m); {
		switch {
		case m[i] == optionEnd:
			return i, i + 1, code == optionEnd
		case m[i] == optionPad:
			i++
			continue
		case i+2 > len(m) || i+2+int(m[i+1]) > len(m):
			return 0, 0, false
		}
		next := i + 2 + int(m[i+1])
		if m[i] == code {
			return i, next, true
		}
		i = next
	}
	return len(m), len(m), code == optionEnd // some clients leave the end out
}

func (m message4) address(at int) netip.Addr { return netip.AddrFrom4([4]byte(m[at : at+4])) }

func (m message4) chaddr() [6]byte { return [6]byte(m[atChaddr : atChaddr+6]) }

func (m message4) broadcast() bool { return binary.BigEndian.Uint16(m[atFlags:])&flagBroadcast != 0 }

// kind is the message's type as SONiC counts it.
func (m message4) kind() Type4 {
	if m.plain() {
		return Bootp
	}
	if from, to, ok := m.find(optionType); ok && to == from+3 && m[from+2] >= 1 && m[from+2] <= 8 {
		return [...]Type4{Discover, Offer, Request, Decline, Ack, Nak, Release, Inform}[m[from+2]-1]
	}
	return Unknown4
}

// withAgent is the message with the option of relay agents as its last one.
func (m message4) withAgent(s *Settings, port string) message4 {
	var agent []byte
	add := func(code byte, value string) {
		value = value[:min(len(value), 100)] // an option has 255 bytes at most
		agent = append(append(agent, code, byte(len(value))), value...)
	}
	add(circuitID, s.Host+":"+port)
	add(remoteID, text(s.MAC))
	own := s.Address4.As4()
	if s.LinkSelection {
		add(linkSelection, string(own[:]))
	}
	if s.ServerID {
		add(serverID, string(own[:]))
	}
	end, _, _ := m.find(optionEnd)
	out := append(message4(nil), m[:end]...)
	out = append(append(out, optionAgent, byte(len(agent))), agent...)
	return append(out, optionEnd).padded()
}

// link is the suboption by which servers are told the client's subnet, as they give it back.
func (m message4) link() (a netip.Addr, ok bool) {
	from, to, ok := m.find(optionAgent)
	if m.plain() || !ok {
		return a, false
	}
	for b := m[from+2 : to]; len(b) >= 2 && len(b) >= 2+int(b[1]); b = b[2+int(b[1]):] {
		if b[0] == linkSelection && b[1] == 4 {
			return netip.AddrFrom4([4]byte(b[2:6])), true
		}
	}
	return a, false
}

// withoutAgent is the message without that option.
func (m message4) withoutAgent() message4 {
	from, to, ok := m.find(optionAgent)
	if m.plain() || !ok {
		return m
	}
	out := append(message4(nil), m[:from]...)
	return append(out, m[to:]...).padded()
}

func (m message4) padded() message4 {
	for len(m) < minLength {
		m = append(m, optionPad)
	}
	return m
}

// relayed is a client's request as servers get it. Its error says why they do not.
func (m message4) relayed(s *Settings, port string) (message4, error) {
	giaddr := m.address(atGiaddr)
	agent := false
	if !m.plain() {
		_, _, agent = m.find(optionAgent)
	}
	switch {
	case !s.Address4.Is4():
		return nil, errors.New("the VLAN has no IPv4 address")
	case m[atHops] >= s.hops():
		return nil, errors.New("has seen too many relays")
	case giaddr == s.giaddr():
		return nil, errors.New("has been here before")
	case giaddr.IsUnspecified() && agent && s.Agents == Discard:
		return nil, errors.New("has an option of relays, but none has sent it")
	}
	out := append(message4(nil), m...)
	out[atHops]++
	if !giaddr.IsUnspecified() {
		return out, nil // another relay's, whose address and option stay
	}
	address := s.giaddr().As4()
	copy(out[atGiaddr:], address[:])
	switch {
	case m.plain():
		return out, nil
	case agent && s.Agents == Replace:
		out = out.withoutAgent()
	}
	return out.withAgent(s, port), nil
}

// giaddr is the address that servers answer to.
func (s *Settings) giaddr() netip.Addr {
	if s.Source4.IsValid() {
		return s.Source4
	}
	return s.Address4
}

func (s *Settings) hops() byte {
	if s.MaxHops == 0 {
		return DefaultHops
	}
	return s.MaxHops
}

// answers tells whether a reply is for the VLAN: it is sent to its address, or to one that several VLANs may have in common, and says the VLAN's.
func (m message4) answers(s *Settings) bool {
	if giaddr := m.address(atGiaddr); giaddr != s.giaddr() {
		return false
	}
	link, told := m.link()
	return !s.Source4.IsValid() || told && link == s.Address4
}

// client is where a reply goes. One that has no address yet cannot be asked for its link-layer address: the reply says it.
func (m message4) client() (ip netip.Addr, mac [6]byte) {
	for _, at := range []int{atYiaddr, atCiaddr} {
		if a := m.address(at); !m.broadcast() && !a.IsUnspecified() {
			return a, m.chaddr()
		}
	}
	return netip.AddrFrom4([4]byte{255, 255, 255, 255}), [6]byte{255, 255, 255, 255, 255, 255}
}
