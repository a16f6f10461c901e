package cfgmgr

import (
	"fmt"

	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/platform/linux"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// vlan wants the VLAN's host interface and tells APPL_DB. APPL_DB does not wait for the kernel: frames are switched without a host interface.
func vlan(tx *engine.Tx, id tables.VlanID, r tables.VlanRow) error {
	switch {
	case isVlanReserved(id):
		return badKey(tables.ConfigVlan, id, "is the reserved default VLAN")
	case r.ID != nil && *r.ID != uint16(id):
		return badField(tables.ConfigVlan, id, "vlanid", *r.ID, fmt.Sprintf("does not agree with the key, which says %d", id))
	}
	if r.HostIfname != "" {
		engine.Complain(tx, badField(tables.ConfigVlan, id, "host_ifname", r.HostIfname, fmt.Sprintf("is not in force: the host interface is %s", id)))
	}
	l := linux.LinkKey{Name: id.String()}
	own, _ := engine.Get(tx, tables.ConfigVlanInterface, tables.InterfaceKey{Name: l.Name})
	engine.Want(tx, l, linux.LinkHost(linux.HostVlan), linux.LinkAdmin(bool(r.AdminStatus)), linux.LinkMTU(r.MTU))
	row := tables.ApplVlanRow{AdminStatus: r.AdminStatus, MTU: r.MTU, MAC: firstMAC(r.MAC, switchMAC(tx))}
	if mac := firstMAC(sagMAC(tx, own), own.MAC, row.MAC); mac != nil {
		engine.Set(tx, l, linux.LinkMAC(*mac))
	}
	// A host interface without carrier keeps its neighbours: the VLAN may lead to them by another port.
	engine.Want(tx, linux.IPv4Conf(l, "arp_evict_nocarrier"), linux.SysctlValue("0"))
	engine.Publish(tx, tables.ApplVlan, id, row)
	engine.Publish(tx, tables.StateVlan, id, tables.StateRow{}, l)
	return nil
}

func vlanMember(tx *engine.Tx, k tables.VlanMemberKey, r tables.VlanMemberRow) error {
	switch {
	case isVlanReserved(k.Vlan):
		return badKey(tables.ConfigVlanMember, k, "names the reserved default VLAN")
	case !isBridgePort(k.Port):
		return badKey(tables.ConfigVlanMember, k, fmt.Sprintf("has the member %q, which is neither a port nor a PortChannel", k.Port))
	}
	member := linux.LinkKey{Name: k.Port}
	engine.Publish(tx, tables.ApplVlanMember, k, r, member, engine.Row(tables.StateVlan, k.Vlan))
	engine.Publish(tx, tables.StateVlanMember, k, tables.StateRow{}, engine.Row(tables.ApplVlanMember, k))
	return nil
}
