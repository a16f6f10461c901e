package linux

import (
	"fmt"
	"net"
)

// MAC is an Ethernet address.
type MAC [6]byte

// String is the form with colons, lower case.
func (m MAC) String() string { return net.HardwareAddr(m[:]).String() }

// ParseMAC reads any form of a 48-bit address that net.ParseMAC reads.
func ParseMAC(text string) (MAC, error) {
	a, err := net.ParseMAC(text)
	if err != nil {
		return MAC{}, err
	}
	if len(a) != len(MAC{}) {
		return MAC{}, fmt.Errorf("%q is not a 48-bit MAC address", text)
	}
	return MAC(a), nil
}
