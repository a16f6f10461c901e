package mapping

import (
	"net/netip"
	"strconv"
	"strings"
)

// Domain is what values a variable takes, and their text in SONiC's keys and fields.
type Domain struct {
	Say    string                           // "a port (Ethernet0)", for errors
	Has    func(text string) bool           // of YANG's text; nil: any but the empty one
	ToDB   func(text string) string         // nil: the same
	FromDB func(text string) (string, bool) // nil: the same
}

// Domains of variables by name.
func Domains(name string) (Domain, bool) {
	d, ok := domains[name]
	return d, ok
}

var domains = map[string]Domain{
	"":           {Say: "a name"},
	"port":       {Say: "a port (Ethernet0)", Has: numbered("Ethernet")},
	"lag":        {Say: "a PortChannel (PortChannel1)", Has: numbered("PortChannel")},
	"vlanif":     {Say: "a VLAN's interface (Vlan10)", Has: numbered("Vlan")},
	"loopback":   {Say: "a loopback (Loopback0)", Has: numbered("Loopback")},
	"vlannumber": {Say: "a VLAN's interface (Vlan10)", ToDB: func(s string) string { return strings.TrimPrefix(s, "Vlan") }},
	"number":     {Say: "a number", Has: isNumber},
	"subindex":   {Say: "a number from 1", Has: func(s string) bool { return isNumber(s) && s != "0" }},
	"ipv4":       {Say: "an IPv4 address", Has: func(s string) bool { return address(s, true) }},
	"ipv6":       {Say: "an IPv6 address", Has: func(s string) bool { return address(s, false) }, ToDB: canonicalIP, FromDB: canonicalAddr},
	"ip":         {Say: "an IP address", Has: func(s string) bool { return address(s, true) || address(s, false) }, ToDB: canonicalIP, FromDB: canonicalAddr},
	"prefix":     {Say: "an IP prefix", Has: func(s string) bool { _, err := netip.ParsePrefix(s); return err == nil }, ToDB: canonicalPrefix, FromDB: prefixText},
	"peer":       {Say: "an IP address or an interface", Has: func(s string) bool { return s != "default" }, ToDB: canonicalIP, FromDB: canonicalAddr},
	"statement":  {Say: "a number from 1 to 65535, by which statements are ordered", Has: func(s string) bool { n, err := strconv.ParseUint(s, 10, 16); return err == nil && n > 0 && isNumber(s) }},
	"psu":        {Say: "a power supply"},
	"fan":        {Say: "a fan"},
	"sensor":     {Say: "a sensor"},
	"acltype":    words("a type of ACL", "L3 ACL_IPV4 L3V6 ACL_IPV6 L2 ACL_L2"),
	"sequence":   {Say: "a number from 1 to 65535", Has: func(s string) bool { n, err := strconv.ParseUint(s, 10, 16); return err == nil && n > 0 && isNumber(s) }},
	"priority":   {Say: "a priority", ToDB: func(s string) string { n, _ := strconv.Atoi(s); return strconv.Itoa(65536 - n) }},
	"prefix4":    {Say: "an IPv4 prefix", Has: func(s string) bool { p, err := netip.ParsePrefix(s); return err == nil && p.Addr().Is4() }, ToDB: routeKey, FromDB: hostPrefix},
	"prefix6":    {Say: "an IPv6 prefix", Has: func(s string) bool { p, err := netip.ParsePrefix(s); return err == nil && !p.Addr().Is4() }, ToDB: routeKey, FromDB: hostPrefix},
	"route":      {Say: "an IP prefix", ToDB: routeKey, FromDB: hostPrefix},
	"vrf":        {Say: "default or a VRF (VrfRed)", Has: func(s string) bool { return s == "default" || isVrf(s) }},
	"uservrf":    {Say: "a VRF (VrfRed)", Has: isVrf},
	"mac":        {Say: "a MAC address", ToDB: strings.ToLower, FromDB: func(s string) (string, bool) { return strings.ToLower(s), s != "" }},
	"family":     words("an address family", "ipv4_unicast IPV4_UNICAST ipv6_unicast IPV6_UNICAST l2vpn_evpn L2VPN_EVPN"),
	"ipfamily":   words("an address family", "ipv4 IPV4 ipv6 IPV6"),
	"source":     words("a source of routes", "connected DIRECTLY_CONNECTED static STATIC kernel KERNEL bgp BGP ospf OSPF ospf3 OSPF3 isis ISIS"),
	"length":     {Say: "exact or a range of lengths (16..24)", Has: func(s string) bool { return s == "exact" || strings.Contains(s, "..") }},
}

func words(say, pairs string) Domain {
	w := Words(pairs)
	return Domain{
		Say:    say,
		Has:    func(s string) bool { _, ok := w.pick(s, 1); return ok },
		ToDB:   func(s string) string { v, _ := w.pick(s, 1); return v },
		FromDB: func(s string) (string, bool) { return w.pick(s, 0) },
	}
}

func numbered(prefix string) func(string) bool {
	return func(s string) bool {
		n, ok := strings.CutPrefix(s, prefix)
		return ok && isNumber(n)
	}
}

func isNumber(s string) bool {
	n, err := strconv.ParseUint(s, 10, 32)
	return err == nil && strconv.FormatUint(n, 10) == s
}

func isVrf(s string) bool {
	return strings.HasPrefix(s, "Vrf") && len(s) > 3 && len(s) <= 15 || s == "mgmt"
}

func address(s string, v4 bool) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4() == v4 && a.Zone() == ""
}

// canonicalIP is the text that everybody else would write for an address; what is none stays.
func canonicalIP(s string) string {
	if a, err := netip.ParseAddr(s); err == nil {
		return a.String()
	}
	return s
}

func canonicalAddr(s string) (string, bool) { return canonicalIP(s), s != "" }

func canonicalPrefix(s string) string {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.String()
	}
	return s
}

func prefixText(s string) (string, bool) {
	_, err := netip.ParsePrefix(s)
	return canonicalPrefix(s), err == nil
}

// routeKey is a prefix as fpmsyncd writes it: a host route has no length.
func routeKey(s string) string {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return s
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.String()
}

// hostPrefix reads what routeKey writes.
func hostPrefix(s string) (string, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()).String(), true
	}
	return prefixText(s)
}
