package tables

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// What is wrong with a text of an ACL.
var (
	errAclStage   = errors.New("neither INGRESS nor EGRESS")
	errAclStatus  = errors.New("none of Active, Inactive, Pending creation, Pending removal")
	errAclIPType  = errors.New("no IP type")
	errAclAction  = errors.New("none of FORWARD, DROP, COPY, REDIRECT:target, ACCEPT, DO_NOT_NAT, DISABLE_TRIM")
	errAclRange   = errors.New("not a range of ports, first-last")
	errAclPrefix  = errors.New("neither an IP prefix nor an IP address")
	errAclAddress = errors.New("not an IP address")
	errAclMAC     = errors.New("not a MAC address, nor one with a mask behind a slash")
	errAclVlan    = errors.New("not a VLAN id from 1 to 4095")
)

// AclStage is where a table looks at frames.
type AclStage uint8

// The stages.
const (
	AclIngress AclStage = iota
	AclEgress
)

// MarshalText implements encoding.TextMarshaler.
func (s AclStage) MarshalText() ([]byte, error) {
	return []byte(pick(s == AclEgress, "egress", "ingress")), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *AclStage) UnmarshalText(b []byte) error {
	switch strings.ToUpper(string(b)) {
	case "INGRESS":
		*s = AclIngress
	case "EGRESS":
		*s = AclEgress
	default:
		return errAclStage
	}
	return nil
}

// String is the name that STATE_DB has for the stage.
func (s AclStage) String() string { return pick(s == AclEgress, "EGRESS", "INGRESS") }

// AclStatus is what STATE_DB says of a table or rule.
type AclStatus uint8

// The states of tables and rules.
const (
	AclActive AclStatus = iota
	AclInactive
	AclPendingCreation
	AclPendingRemoval
)

var aclStatuses = []string{"Active", "Inactive", "Pending creation", "Pending removal"}

// MarshalText implements encoding.TextMarshaler.
func (s AclStatus) MarshalText() ([]byte, error) { return []byte(aclStatuses[s]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *AclStatus) UnmarshalText(b []byte) error {
	i := slices.Index(aclStatuses, string(b))
	if i < 0 {
		return errAclStatus
	}
	*s = AclStatus(i)
	return nil
}

// AclIPType is what kind of IP packet a frame holds.
type AclIPType uint8

// The types. AclIPAny is any frame.
const (
	AclIPAny AclIPType = iota
	AclIP
	AclNonIP
	AclIPv4Any
	AclNonIPv4
	AclIPv6Any
	AclNonIPv6
	AclARP
	AclARPRequest
	AclARPReply
)

var aclIPTypes = []string{"ANY", "IP", "NON_IP", "IPV4ANY", "NON_IPV4", "IPV6ANY", "NON_IPV6", "ARP", "ARP_REQUEST", "ARP_REPLY"}

// MarshalText implements encoding.TextMarshaler.
func (t AclIPType) MarshalText() ([]byte, error) { return []byte(aclIPTypes[t]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *AclIPType) UnmarshalText(b []byte) error {
	i := slices.Index(aclIPTypes, strings.ToUpper(string(b)))
	if i < 0 {
		return errAclIPType
	}
	*t = AclIPType(i)
	return nil
}

// AclAction is what happens to a frame.
type AclAction uint8

// The actions. AclAccept is the FORWARD of tables that are for the control plane.
const (
	AclForward AclAction = iota
	AclDeny
	AclCopy
	AclRedirect
	AclAccept
	AclDoNotNat
	AclDisableTrim
)

var aclActions = []string{"FORWARD", "DROP", "COPY", "REDIRECT", "ACCEPT", "DO_NOT_NAT", "DISABLE_TRIM"}

// AclPacketAction is a PACKET_ACTION. Redirect is where to, of AclRedirect (REDIRECT:target).
type AclPacketAction struct {
	Action   AclAction
	Redirect string
}

// MarshalText implements encoding.TextMarshaler.
func (a AclPacketAction) MarshalText() ([]byte, error) {
	if a.Action == AclRedirect {
		return []byte(aclActions[AclRedirect] + ":" + a.Redirect), nil
	}
	return []byte(aclActions[a.Action]), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *AclPacketAction) UnmarshalText(b []byte) error {
	name, target, _ := strings.Cut(string(b), ":")
	i := slices.Index(aclActions, strings.ToUpper(name))
	if i < 0 || (AclAction(i) == AclRedirect) == (target == "") {
		return errAclAction
	}
	*a = AclPacketAction{AclAction(i), target}
	return nil
}

// AclRange is a range of L4 ports, both ends included.
type AclRange struct{ Min, Max uint16 }

// MarshalText implements encoding.TextMarshaler.
func (r AclRange) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d-%d", r.Min, r.Max), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *AclRange) UnmarshalText(b []byte) error {
	first, last, ok := strings.Cut(string(b), "-")
	a, err := strconv.ParseUint(first, 10, 16)
	z, err2 := strconv.ParseUint(last, 10, 16)
	if !ok || err != nil || err2 != nil || a > z {
		return errAclRange
	}
	*r = AclRange{uint16(a), uint16(z)}
	return nil
}

// AclPrefix is a prefix, or an address, which is a prefix of full length. Bits behind the length are kept, as SONiC does.
type AclPrefix struct{ netip.Prefix }

// MarshalText implements encoding.TextMarshaler.
func (p AclPrefix) MarshalText() ([]byte, error) { return p.Prefix.MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *AclPrefix) UnmarshalText(b []byte) (err error) {
	if p.Prefix, err = netip.ParsePrefix(string(b)); err == nil {
		return nil
	}
	a, err := netip.ParseAddr(string(b))
	if err != nil || a.Zone() != "" {
		return errAclPrefix
	}
	p.Prefix = netip.PrefixFrom(a, a.BitLen())
	return nil
}

// AclMask is a mask of an IP address.
type AclMask struct{ netip.Addr }

// MarshalText implements encoding.TextMarshaler.
func (m AclMask) MarshalText() ([]byte, error) { return m.Addr.MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *AclMask) UnmarshalText(b []byte) (err error) {
	if m.Addr, err = netip.ParseAddr(string(b)); err != nil {
		return errAclAddress
	}
	return nil
}

// AclMAC is a MAC address under a mask.
type AclMAC struct{ Value, Mask MAC }

// MarshalText implements encoding.TextMarshaler.
func (m AclMAC) MarshalText() ([]byte, error) {
	if m.Mask == (MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) {
		return []byte(m.Value.String()), nil
	}
	return []byte(m.Value.String() + "/" + m.Mask.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *AclMAC) UnmarshalText(b []byte) error {
	value, mask, masked := strings.Cut(string(b), "/")
	m.Mask = MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	if m.Value.UnmarshalText([]byte(value)) != nil || masked && m.Mask.UnmarshalText([]byte(mask)) != nil {
		return errAclMAC
	}
	return nil
}
