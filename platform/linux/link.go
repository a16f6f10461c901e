package linux

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
)

// Link is the kind of netdevs that a switch has as host interfaces.
var Link = &engine.Kind{Name: "LINK", Rank: rankLink, Attr: linkAttr, Parse: parseLink}

// LinkKey is a netdev by its name. Links of ports (Ethernet0) are made by the SAI host interface: they appear and vanish by themselves, and
// cfgmgr only sets attributes on them (engine.Set). Links of VLANs, LAGs, sub-interfaces and loopbacks exist while they are wanted
// (engine.Want, with LinkHost); how they are made is the target's business.
type LinkKey struct{ Name string }

// Kind implements engine.Key.
func (LinkKey) Kind() *engine.Kind { return Link }

// Refs implements engine.Key: a link needs nothing. A master is a reference of the attribute.
func (LinkKey) Refs(func(engine.Key) bool) {}

// String is for example LINK:Vlan10.
func (k LinkKey) String() string { return Link.Name + ":" + k.Name }

func parseLink(text string) (engine.Key, error) {
	name, err := cut("LINK", text)
	if err != nil {
		return nil, err
	}
	return LinkKey{Name: name}, CheckName(name)
}

// The attributes of a link.
const (
	LinkAttrHost    uint16 = iota + 1 // HostKind
	LinkAttrAdmin                     // bool
	LinkAttrMTU                       // uint32
	LinkAttrMAC                       // MAC
	LinkAttrMaster                    // VrfKey, or nil
	LinkAttrAlias                     // string
	LinkAttrCarrier                   // bool
)

// DefaultMTU is the MTU of a port or LAG that configures none (sonic-contract 4.3, 4.5).
const DefaultMTU uint32 = 9100

func linkAttr(id uint16) engine.AttrInfo {
	switch id {
	case LinkAttrHost:
		return engine.AttrInfo{Name: "host", CreateOnly: true}
	case LinkAttrAdmin:
		return engine.AttrInfo{Name: "admin", Default: false, HasDefault: true}
	case LinkAttrMTU:
		return engine.AttrInfo{Name: "mtu", Default: DefaultMTU, HasDefault: true}
	case LinkAttrMAC:
		return engine.AttrInfo{Name: "mac"}
	case LinkAttrMaster:
		// Deferred: a router interface in a VRF that is not there must not keep the VLAN from its host interface.
		return engine.AttrInfo{Name: "master", HasDefault: true, Deferred: true}
	case LinkAttrAlias:
		return engine.AttrInfo{Name: "alias", Default: "", HasDefault: true}
	case LinkAttrCarrier:
		return engine.AttrInfo{Name: "carrier", Default: true, HasDefault: true}
	}
	return engine.AttrInfo{Name: fmt.Sprintf("link attribute %d", id)}
}

// LinkHost says what the wanted link stands for; every Want of a link has it. It cannot change.
func LinkHost(k HostKind) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrHost, Value: k}
}

// LinkAdmin is IFF_UP; default down.
func LinkAdmin(up bool) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrAdmin, Value: up}
}

// LinkMTU is the IP MTU in bytes; default DefaultMTU.
func LinkMTU(bytes uint32) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrMTU, Value: bytes}
}

// LinkMAC is the hardware address; without it the link keeps the one it was made with.
func LinkMAC(m [6]byte) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrMAC, Value: MAC(m)}
}

// LinkMaster puts the link into a VRF; without it the link is in the default VRF.
func LinkMaster(v VrfKey) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrMaster, Value: v}
}

// LinkAlias is the description shown by `ip link` (at most 255 bytes).
func LinkAlias(text string) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrAlias, Value: text}
}

// LinkCarrier is what the link's own kernel side sees as carrier: false makes it NO-CARRIER. Default true. A port's carrier is the SAI host
// interface's (SAI_HOSTIF_ATTR_OPER_STATUS), not cfgmgr's.
func LinkCarrier(on bool) engine.Attr[LinkKey] {
	return engine.Attr[LinkKey]{ID: LinkAttrCarrier, Value: on}
}
