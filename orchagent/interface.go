package orchagent

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// routerInterface wants the router interface of an interface row, and the routes of an address row. A loopback has no router interface, only
// its addresses (sonic-contract 4.6).
func routerInterface(tx *engine.Tx, k tables.InterfaceKey, r tables.InterfaceRow) error {
	if k.Prefix.IsValid() {
		return address(tx, k)
	}
	if isLoopback(k.Name) {
		return nil
	}
	rif := sai.RouterInterfaceKey{Name: k.Name}
	sw, _ := engine.Get(tx, tables.FactSwitch, tables.SwitchKeyName)
	mac := sw.MAC
	if r.MAC != nil && !r.MAC.IsZero() {
		mac = *r.MAC
	}
	if r.AnycastGateway != nil && *r.AnycastGateway {
		if gateway, ok := engine.Get(tx, tables.ApplSag, tables.SagGlobal); ok {
			mac = gateway.GatewayMAC
		}
	}
	attrs := []engine.Attr[sai.RouterInterfaceKey]{sai.RouterInterfaceVirtualRouterID(sai.VirtualRouterKey{Name: r.VrfName})}
	if r.LoopbackAction != nil {
		attrs = append(attrs, sai.RouterInterfaceLoopbackPacketAction(loopbackAction(*r.LoopbackAction)))
	}
	attrs = append(attrs, sai.RouterInterfaceSrcMACAddress(sai.MAC(mac)))
	kind, on, mtu, err := attachment(tx, k.Name, r)
	if err != nil {
		return err
	}
	attrs = append(attrs, sai.RouterInterfaceTypeAttr(kind))
	attrs = append(attrs, on...)
	attrs = append(attrs, sai.RouterInterfaceMtu(mtu))
	if r.MPLS != nil && bool(*r.MPLS) {
		attrs = append(attrs, sai.RouterInterfaceAdminMplsState(true))
	}
	if r.NATZone != nil {
		attrs = append(attrs, sai.RouterInterfaceNatZoneID(*r.NATZone))
	}
	engine.Want(tx, rif, attrs...)
	parent, _, sub := splitSubInterface(k.Name)
	if !strings.HasPrefix(parent, "Vlan") {
		useOf(tx, rif, parent)
	}
	if sub {
		keepTags(tx, parent)
	}
	engine.PublishIdentity(tx, tables.CountersRifName, k.Name, rif)
	engine.PublishByIdentity(tx, tables.CountersRifType, rif, kind.String())
	if r.ProxyARP != nil && bool(*r.ProxyARP) && strings.HasPrefix(k.Name, "Vlan") {
		suppressFlooding(tx, k.Name)
	}
	return nil
}

// attachment is the router interface's type, what it sits on, and its MTU in bytes.
func attachment(tx *engine.Tx, name string, r tables.InterfaceRow) (sai.RouterInterfaceType, []engine.Attr[sai.RouterInterfaceKey], uint32, error) {
	parent, vid, sub := splitSubInterface(name)
	if r.Vlan != nil {
		vid = *r.Vlan
	}
	mtu := mtuOf(tx, parent)
	if r.MTU != nil {
		mtu = *r.MTU
	}
	switch {
	case sub && (vid < 1 || vid > 4094):
		return 0, nil, 0, &db.FieldError{Field: "vlan", Value: strconv.Itoa(int(vid)), Reason: "not a VLAN id (1 to 4094)"}
	case sub:
		a := []engine.Attr[sai.RouterInterfaceKey]{sai.RouterInterfacePortID(l2Port(parent)), sai.RouterInterfaceOuterVlanID(vid)}
		if r.AdminStatus != nil {
			up := bool(*r.AdminStatus)
			a = append(a, sai.RouterInterfaceAdminV4State(up), sai.RouterInterfaceAdminV6State(up))
		}
		return sai.RouterInterfaceTypeSubPort, a, mtu, nil
	case strings.HasPrefix(name, "Vlan"):
		id, err := tables.ParseVlanID(name)
		if err != nil {
			return 0, nil, 0, fmt.Errorf("interface %s: %w", name, err)
		}
		return sai.RouterInterfaceTypeVlan, []engine.Attr[sai.RouterInterfaceKey]{sai.RouterInterfaceVlanID(vlanKey(id))}, mtu, nil
	}
	return sai.RouterInterfaceTypePort, []engine.Attr[sai.RouterInterfaceKey]{sai.RouterInterfacePortID(l2Port(name))}, mtu, nil
}

// suppressFlooding keeps ARP requests that the switch answers itself from being flooded as well.
func suppressFlooding(tx *engine.Tx, name string) {
	if id, err := tables.ParseVlanID(name); err == nil {
		engine.Set(tx, vlanKey(id), sai.VlanUnknownMulticastFloodControlType(sai.VlanFloodControlTypeNone),
			sai.VlanBroadcastFloodControlType(sai.VlanFloodControlTypeNone))
	}
}

// mtuOf is the MTU of a port, LAG or VLAN, bytes, without frame overhead.
func mtuOf(tx *engine.Tx, name string) uint32 {
	switch {
	case isLag(name):
		if r, ok := engine.Get(tx, tables.ApplLag, name); ok {
			return r.MTU
		}
	case strings.HasPrefix(name, "Vlan"):
		if id, err := tables.ParseVlanID(name); err == nil {
			if r, ok := engine.Get(tx, tables.ApplVlan, id); ok {
				return r.MTU
			}
		}
	default:
		if r, ok := engine.Get(tx, tables.ApplPort, name); ok {
			return r.MTU
		}
	}
	return tables.DefaultPortMTU
}

// splitSubInterface takes Ethernet0.10, or the short Eth0.10 and Po1.10, apart. ok is false for any other name, which comes back as parent.
func splitSubInterface(name string) (parent string, vid uint16, ok bool) {
	parent, digits, ok := strings.Cut(name, ".")
	if !ok {
		return name, 0, false
	}
	for short, long := range map[string]string{"Eth": "Ethernet", "Po": "PortChannel"} {
		if n, cut := strings.CutPrefix(parent, short); cut && n != "" && n[0] >= '0' && n[0] <= '9' {
			parent = long + n
		}
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return parent, 0, true
	}
	return parent, uint16(n), true
}

func isLoopback(name string) bool { return strings.HasPrefix(name, "Loopback") }

func loopbackAction(a tables.PacketAction) sai.PacketAction {
	if a == tables.Drop {
		return sai.PacketActionDrop
	}
	return sai.PacketActionForward
}
