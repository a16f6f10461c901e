package linux

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// NameMax is the length of the longest netdev name (IFNAMSIZ without the closing zero).
const NameMax = 15

// CheckName says why the kernel would refuse the name of a netdev.
func CheckName(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("%q is not a netdev name", name)
	case len(name) > NameMax:
		return fmt.Errorf("netdev name %q is longer than %d bytes", name, NameMax)
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c == '/' || c == ':' || c == '%' || c >= 0x7f {
			return fmt.Errorf("netdev name %q holds the byte %#x", name, c)
		}
	}
	return nil
}

// innerPrefix starts the names of inner ends; SONiC uses no name that begins so.
const innerPrefix = "in-"

// InnerName is the name of the inner end of a host interface's veth pair: "in-Vlan10". Where that would be too long, a hash stands for the
// name, so that the inner end of any name is known without asking anybody.
func InnerName(name string) string {
	if len(innerPrefix)+len(name) <= NameMax {
		return innerPrefix + name
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // never fails
	return fmt.Sprintf("%s%012x", innerPrefix, h.Sum64()&0xffff_ffff_ffff)
}

// IsInner tells the names of inner ends.
func IsInner(name string) bool { return strings.HasPrefix(name, innerPrefix) }

// HostKind says what a host interface stands for. It decides how the device is made.
type HostKind uint8

// The kinds of host interfaces.
const (
	HostNone     HostKind = iota // not a host interface of a switch: eth0, lo, inner ends, whatever else lives in the namespace
	HostPort                     // Ethernet0: made by the SAI host interface, only observed here
	HostVlan                     // Vlan10
	HostLag                      // PortChannel1
	HostSub                      // Ethernet0.10, Eth0.10, PortChannel1.10, Po1.10
	HostLoopback                 // Loopback0
)

func (k HostKind) String() string {
	switch k {
	case HostPort:
		return "port"
	case HostVlan:
		return "vlan"
	case HostLag:
		return "lag"
	case HostSub:
		return "sub-interface"
	case HostLoopback:
		return "loopback"
	}
	return "none"
}

// HostKindOf classifies a netdev by SONiC's naming. HostNone must never be touched.
func HostKindOf(name string) HostKind {
	if parent, vid, ok := strings.Cut(name, "."); ok {
		if !isNumber(vid) {
			return HostNone
		}
		if hasNumber(parent, "Ethernet") || hasNumber(parent, "Eth") || hasNumber(parent, "PortChannel") || hasNumber(parent, "Po") {
			return HostSub
		}
		return HostNone
	}
	switch {
	case hasNumber(name, "Ethernet"):
		return HostPort
	case hasNumber(name, "Vlan"):
		return HostVlan
	case hasNumber(name, "PortChannel"):
		return HostLag
	case hasNumber(name, "Loopback"):
		return HostLoopback
	}
	return HostNone
}

func hasNumber(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && isNumber(rest)
}

func isNumber(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
