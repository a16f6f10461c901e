package dhcprelay

import "fmt"

// Type4 is a type of message of DHCP for IPv4, as SONiC's dhcpmon counts them.
type Type4 uint8

// The types of messages.
const (
	Unknown4 Type4 = iota
	Discover
	Offer
	Request
	Decline
	Ack
	Nak
	Release
	Inform
	Bootp
	// Types4 is how many there are.
	Types4 = iota
)

// Type6 is a type of message of DHCPv6, as SONiC's dhcp6relay counts them: the protocol's numbers, and what is none.
type Type6 uint8

// The types that are not of the protocol, and how many there are in all.
const (
	Unknown6  Type6 = 0
	Malformed Type6 = 14
	Types6          = 15
)

// Place is where messages of a VLAN come and go: the VLAN as a whole, or one of its ports.
type Place struct{ Vlan, Port string }

// Counts are messages since the agent has begun. Those of IPv6 are of the whole VLAN, both ways.
type Counts struct {
	Received, Sent [Types4]uint64
	Messages6      [Types6]uint64
}

// Report is what has been counted at a place. Gone: nothing is relayed there any more.
type Report struct {
	Place  Place
	Counts Counts
	Gone   bool
}

func text(mac [6]byte) string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
}
